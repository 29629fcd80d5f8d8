internal import Foundation

/// Where an archive is served: `http(s)://host[:port][/prefix]`.
public struct ServiceAddress: Sendable, Hashable {
    /// Without a slash at its end.
    public let text: String
    public let isEncrypted: Bool
    /// The service is on this machine: what is sent to it crosses no network.
    public let isLocal: Bool

    /// Whether a text is meant as such an address.
    public static func isMeant(by text: String) -> Bool {
        let text = text.lowercased()
        return text.hasPrefix("http://") || text.hasPrefix("https://")
    }

    /// Throws ``ArchiveError`` `address-malformed`: a key never stands in an address, which is in the list of processes.
    public init(_ text: String) throws(ArchiveError) {
        let trimmed = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard let parts = URLComponents(string: trimmed), let scheme = parts.scheme?.lowercased(),
            ["http", "https"].contains(scheme), let host = parts.host, !host.isEmpty, parts.user == nil,
            parts.password == nil, parts.query == nil, parts.fragment == nil, let url = parts.url?.absoluteString
        else {
            throw ArchiveError(
                .usage, "address-malformed", field: "--archive",
                chinese: "服务地址应如 https://archive.example:8443，不带用户名、密钥和参数",
                english: "the address of a service is like https://archive.example:8443, without user, key or query")
        }
        self.text = url
        isEncrypted = scheme == "https"
        isLocal = ["localhost", "127.0.0.1", "[::1]", "::1"].contains(host.lowercased())
    }

    /// The URL of a path under the address: each segment and value percent-encoded (RFC 3986, section 2.3).
    func url(_ path: [String], _ parameters: [(String, String)]) -> String {
        let query = parameters.map { ServiceAddress.encoded($0) + "=" + ServiceAddress.encoded($1) }
        return text + path.map { "/" + ServiceAddress.encoded($0) }.joined()
            + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
    }

    /// The URL of a link that the service gave: a path of its own.
    func url(link: String) -> String? {
        guard link.hasPrefix("/"), let base = URLComponents(string: text) else { return nil }
        var origin = base
        origin.path = ""
        return origin.url.map { $0.absoluteString + link }
    }

    private static func encoded(_ text: String) -> String {
        let allowed = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
        return text.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }
}
