/// What an index holds in memory beyond what it has kept: identities and streams of the newest entries.
public struct IndexOverlay: Sendable {
    public private(set) var identities: [EventIdentity: UInt64] = [:]
    public private(set) var streams: [StreamID: StreamHead] = [:]
    public private(set) var highestKeyID: UInt32?
    public private(set) var destroyedKeyIDs: [UInt32] = []
    public private(set) var count = 0

    public init() {}

    /// The streams whose names begin with `prefix`, sorted.
    public func streams(withPrefix prefix: String) -> [StreamID] {
        streams.keys.filter { $0.text.utf8.starts(with: prefix.utf8) }.sorted()
    }

    /// Adds an entry. `streams` holds whole heads: `base` gives what was kept of a stream that is new here.
    public mutating func add(_ entry: IndexedEntry, base: (StreamID) throws -> StreamHead) throws {
        var head = try streams[entry.stream] ?? base(entry.stream)
        guard entry.sequence == head.count else {
            throw EventLogError.damaged(
                "位置 \(entry.position) 的序号 \(entry.sequence) 与 \(entry.stream) 的第 \(head.count) 版不符",
                "the sequence \(entry.sequence) at position \(entry.position) is not version \(head.count) of \(entry.stream)")
        }
        head.positions.append(entry.position)
        if head.keyID == nil { head.keyID = entry.keyID }
        streams[entry.stream] = head
        identities[entry.identity] = entry.position
        if let keyID = entry.keyID { highestKeyID = max(highestKeyID ?? 0, keyID) }
        if let destroyed = entry.destroyedKeyID { destroyedKeyIDs.append(destroyed) }
        count += 1
    }
}
