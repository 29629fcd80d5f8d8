internal import Foundation

/// Where a webhook is, and whether it may be asked there: a post must not be a way into the network that the archive
/// stands in (server-side request forgery).
package struct WebhookAddress: Sendable {
    static let maximumBytes = 2_048

    package let url: String
    package let host: String
    private let port: Int

    /// Throws ``ArchiveError`` `url-malformed` for anything but a plain http or https URL of a host.
    package init(_ text: String) throws(ArchiveError) {
        guard text.utf8.count <= WebhookAddress.maximumBytes,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let parts = URLComponents(string: text),
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            var host = parts.host?.lowercased(), !host.isEmpty, parts.user == nil, parts.password == nil,
            parts.fragment == nil, parts.port.map({ (1...65_535).contains($0) }) ?? true
        else {
            throw ArchiveError(
                .badInput, "url-malformed", field: "url",
                chinese: "接收地址应为 http 或 https 网址，不含用户名、密码和 #，不超过 \(WebhookAddress.maximumBytes) 字节",
                english: "a webhook is an http or https URL without user, password and fragment, of at most "
                    + "\(WebhookAddress.maximumBytes) bytes")
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        url = text
        self.host = host
        port = parts.port ?? (scheme == "https" ? 443 : 80)
    }

    /// The address to connect to, looked up and held against the rule at once, so that no second look-up can give
    /// another one.
    ///
    /// Throws ``WebhookFailure`` `unresolved`, `private-address`.
    package func resolve(allowingPrivate allowsPrivate: Bool) throws(WebhookFailure) -> String {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &list)
        guard code == 0 else { throw WebhookFailure(.unresolved, String(cString: gai_strerror(code))) }
        defer { freeaddrinfo(list) }
        var addresses: [(text: String, isPublic: Bool)] = []
        var next = list
        while let entry = next?.pointee {
            if let found = WebhookAddress.address(entry) { addresses.append(found) }
            next = entry.ai_next
        }
        guard let first = addresses.first else { throw WebhookFailure(.unresolved, host) }
        guard !allowsPrivate else { return first.text }
        // One that is not public among several is a trick or a mistake, whichever would be taken.
        if let hidden = addresses.first(where: { !$0.isPublic }) {
            throw WebhookFailure(.privateAddress, "\(host) = \(hidden.text)")
        }
        return first.text
    }

    private static func address(_ entry: addrinfo) -> (text: String, isPublic: Bool)? {
        var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(entry.ai_addr, entry.ai_addrlen, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) == 0
        else { return nil }
        let text = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        switch entry.ai_family {
        case AF_INET:
            return entry.ai_addr.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
                (text, isPublic(v4: UInt32(bigEndian: pointer.pointee.sin_addr.s_addr)))
            }
        case AF_INET6:
            return entry.ai_addr.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
                (text, isPublic(v6: withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }))
            }
        default: return nil
        }
    }

    /// The blocks that are not globally reachable (IANA IPv4 Special-Purpose Address Registry, RFC 6890), and multicast.
    private static let hiddenV4: [(base: UInt32, bits: UInt32)] = [
        (0x0000_0000, 8), (0x0A00_0000, 8), (0x6440_0000, 10), (0x7F00_0000, 8), (0xA9FE_0000, 16), (0xAC10_0000, 12),
        (0xC000_0000, 24), (0xC000_0200, 24), (0xC058_6300, 24), (0xC0A8_0000, 16), (0xC612_0000, 15),
        (0xC633_6400, 24), (0xCB00_7100, 24), (0xE000_0000, 4), (0xF000_0000, 4),
    ]

    package static func isPublic(v4 address: UInt32) -> Bool {
        !hiddenV4.contains { address >> (32 - $0.bits) == $0.base >> (32 - $0.bits) }
    }

    /// Global unicast, 2000::/3, without the blocks that stand for something else: 2001::/23 (Teredo among them),
    /// 2001:db8::/32, 2002::/16 (6to4, which holds an IPv4 address), 3fff::/20 (RFC 6890, RFC 9637).
    package static func isPublic(v6 bytes: [UInt8]) -> Bool {
        guard bytes.count == 16, bytes[0] & 0xE0 == 0x20 else { return false }
        switch (bytes[0], bytes[1]) {
        case (0x20, 0x01): return bytes[2] > 0x01 && !(bytes[2] == 0x0D && bytes[3] == 0xB8)
        case (0x20, 0x02): return false
        case (0x3F, 0xFF): return bytes[2] & 0xF0 != 0
        default: return true
        }
    }
}
