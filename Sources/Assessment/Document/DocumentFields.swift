/// The members of one mapping, read by name; ``finish()`` refuses whatever nobody asked for.
struct DocumentFields {
    let node: DocumentNode
    private let members: [DocumentNode.Member]
    private var asked: Set<String> = []

    init(_ node: DocumentNode, _ members: [DocumentNode.Member]) {
        self.node = node
        self.members = members
    }

    /// The value under `key`, nil where it is absent or null.
    mutating func optional(_ key: String) -> DocumentNode? {
        asked.insert(key)
        guard let value = members.first(where: { $0.key == key })?.value, !value.isNull else { return nil }
        return value
    }

    /// The value under `key`. Throws `scheme-missing-key`.
    mutating func required(_ key: String) throws(SchemeFault) -> DocumentNode {
        guard let value = optional(key) else {
            throw node.fault(.missingKey, chinese: "缺少“\(key)”", english: "'\(key)' is missing")
        }
        return value
    }

    mutating func text(_ key: String) throws(SchemeFault) -> String { try required(key).text() }

    mutating func optionalText(_ key: String) throws(SchemeFault) -> String? { try optional(key)?.text() }

    /// Refuses keys that nobody asked for. Throws `scheme-unknown-key`, naming the first and what is known.
    func finish() throws(SchemeFault) {
        guard let stranger = members.first(where: { !asked.contains($0.key) }) else { return }
        let known = asked.sorted().joined(separator: " ")
        throw stranger.value.fault(
            .unknownKey, chinese: "没有“\(stranger.key)”这一键；可用：\(known)",
            english: "'\(stranger.key)' is not a known key; known: \(known)")
    }
}
