import ArchiveServer
import ArchiveTesting
import CreditArchive
import Foundation
import Testing

@Suite("TLS")
struct TLSTests {
    private static let openssl = "/usr/bin/openssl"

    private static func run(_ arguments: [String], _ input: [UInt8] = []) throws -> (status: Int32, output: [UInt8]) {
        let process = Process()
        let (source, sink) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: openssl)
        process.arguments = arguments
        process.standardInput = source
        process.standardOutput = sink
        process.standardError = FileHandle.nullDevice
        try process.run()
        try source.fileHandleForWriting.write(contentsOf: Data(input))
        try source.fileHandleForWriting.close()
        let output = try sink.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, Array(output))
    }

    /// A certificate of this machine, made for the test.
    private static func certificate(_ folder: TemporaryFolder) throws -> (certificate: String, key: String) {
        let (certificate, key) = (folder.file("cert.pem"), folder.file("key.pem"))
        let made = try run([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate,
        ])
        try #require(made.status == 0)
        return (certificate, key)
    }

    @Test("given a certificate, an append and a reading go over TLS 1.2 or later, and nothing goes in the clear")
    func served() async throws {
        let folder = try TemporaryFolder()
        let files = try Self.certificate(folder)
        let test = try TestArchive()
        let settings = ServerSettings.quick {
            $0.certificatePath = files.certificate
            $0.privateKeyPath = files.key
        }
        try await ServedArchive.serving(test, settings: settings) { served in
            let port = served.port
            func ask(_ request: [UInt8], _ more: [String] = []) async -> RawHTTP.Answer? {
                await aside {
                    let client = try? Self.run(
                        [
                            "s_client", "-connect", "127.0.0.1:\(port)", "-servername", "localhost", "-CAfile",
                            files.certificate, "-verify_return_error", "-verify_hostname", "localhost", "-quiet",
                        ] + more, request)
                    return client.flatMap { RawHTTP.answer($0.output) }
                }
            }
            let body = Array(Sample.body(1).utf8)
            let head = RawHTTP.head(
                "POST", "/v1/events",
                ["Content-Type": "application/cloudevents+json", "Content-Length": String(body.count)])
            let appended = try #require(await ask(head + body))
            #expect(appended.status == 201 && appended.headers["strict-transport-security"] != nil)
            let bodies = try #require(await ask(RawHTTP.head("GET", "/v1/bodies")))
            #expect(try (bodies.object["bodies"] as? [Any])?.count == 1)
            // An old protocol, and no TLS at all.
            #expect(await ask(RawHTTP.head("GET", "/v1/bodies"), ["-tls1_1"]) == nil)
            let plain = await aside { RawHTTP.request(port, "GET", "/v1/bodies") }
            #expect(plain == nil)
        }
    }

    @Test("a key that is not the certificate's is refused before anything is served")
    func mismatch() async throws {
        let (one, other) = (try TemporaryFolder(), try TemporaryFolder())
        let files = try Self.certificate(one)
        let foreign = try Self.certificate(other)
        let settings = ServerSettings.quick {
            $0.certificatePath = files.certificate
            $0.privateKeyPath = foreign.key
        }
        let error = await thrown { try await ServedArchive.serving(settings: settings) { $0.port } }
        #expect(error?.code == "tls-unusable", "\(String(describing: error))")
    }
}
