import CreditArchive
import Testing

@Suite("Addresses of services")
struct ServiceAddressTests {
    @Test(
        "are http(s) with a host, and keep no slash at the end",
        arguments: [
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080", false, true),
            ("https://archive.example/", "https://archive.example", true, false),
            ("HTTPS://archive.example:8443/county", "HTTPS://archive.example:8443/county", true, false),
            ("http://[::1]:8080", "http://[::1]:8080", false, true),
            ("http://localhost", "http://localhost", false, true),
        ])
    func read(_ text: String, _ kept: String, _ isEncrypted: Bool, _ isLocal: Bool) throws {
        let address = try ServiceAddress(text)
        #expect(ServiceAddress.isMeant(by: text))
        #expect(address.text == kept && address.isEncrypted == isEncrypted && address.isLocal == isLocal)
    }

    @Test(
        "carry neither user nor key nor query",
        arguments: [
            "http://", "http://user@host", "http://user:secret@host", "https://host?key=secret", "http://host#part",
            "ftp://host", "postgresql://host/archive", "http:host", "http://ho st",
        ])
    func refused(_ text: String) {
        let error = #expect(throws: ArchiveError.self) { try ServiceAddress(text) }
        #expect(error?.code == "address-malformed" && error?.kind == .usage)
        #expect(!(error?.chinese.contains("secret") ?? true) && !(error?.english.contains("secret") ?? true))
    }

    @Test("are told from folders", arguments: ["./county", "/http://x", "postgresql://host/archive", "http"])
    func folders(_ text: String) { #expect(!ServiceAddress.isMeant(by: text)) }
}
