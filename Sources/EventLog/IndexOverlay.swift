/// What an index holds in memory beyond what it has kept: identities and streams of the newest entries.
///
/// It covers a range of positions without a gap. A reader's kept part moves on by itself, since another process writes it:
/// entries that are held already are passed over, and a range that the kept part has left behind is forgotten.
public struct IndexOverlay: Sendable {
    public private(set) var identities: [EventIdentity: UInt64] = [:]
    public private(set) var streams: [StreamID: StreamHead] = [:]
    /// The identities in order of recording: nearly sorted where ids are ordered by time.
    public private(set) var identityOrder: [(identity: EventIdentity, position: UInt64)] = []
    /// The streams in the order in which they were first touched.
    public private(set) var streamOrder: [StreamID] = []
    public private(set) var highestKeyID: UInt32?
    public private(set) var destroyedKeyIDs: [UInt32] = []
    /// The positions of the entries that are held.
    public private(set) var range: Range<UInt64> = 0..<0
    public var count: Int { range.count }

    public init() {}

    /// The streams whose names begin with `prefix`, sorted.
    public func streams(withPrefix prefix: String) -> [StreamID] {
        streams.keys.filter { $0.text.utf8.starts(with: prefix.utf8) }.sorted()
    }

    /// Makes ready for an entry at `position`: what does not reach it without a gap is forgotten.
    public mutating func align(to position: UInt64) {
        guard position < range.lowerBound || position > range.upperBound || range.isEmpty else { return }
        self = IndexOverlay()
        range = position..<position
    }

    /// Forgets everything if the kept part reaches `position` and the overlay no further.
    public mutating func forget(before position: UInt64) {
        if range.upperBound <= position { self = IndexOverlay() }
    }

    /// Adds an entry. `streams` holds whole heads: `base` gives what was kept of a stream that is new here.
    public mutating func add(_ entry: IndexedEntry, base: (StreamID) throws -> StreamHead) throws {
        align(to: entry.position)
        guard entry.position == range.upperBound else { return }
        // A head that is there grows in place: a copy of it would copy all its positions.
        if let place = streams.index(forKey: entry.stream) {
            try streams.values[place].add(entry)
        } else {
            var head = try base(entry.stream).before(entry.position)
            try head.add(entry)
            streams[entry.stream] = head
            streamOrder.append(entry.stream)
        }
        identities[entry.identity] = entry.position
        identityOrder.append((entry.identity, entry.position))
        if let keyID = entry.keyID { highestKeyID = max(highestKeyID ?? 0, keyID) }
        if let destroyed = entry.destroyedKeyID { destroyedKeyIDs.append(destroyed) }
        range = range.lowerBound..<entry.position + 1
    }
}

extension StreamHead {
    /// The stream without its events from `position` on: the kept part may have moved past it since.
    fileprivate func before(_ position: UInt64) -> StreamHead {
        var head = self
        while let last = head.positions.last, last >= position { head.positions.removeLast() }
        return head
    }

    fileprivate mutating func add(_ entry: IndexedEntry) throws {
        guard entry.sequence == count else {
            throw EventLogError.damaged(
                "位置 \(entry.position) 的序号 \(entry.sequence) 与 \(entry.stream) 的第 \(count) 版不符",
                "the sequence \(entry.sequence) at position \(entry.position) is not version \(count) of \(entry.stream)"
            )
        }
        positions.append(entry.position)
        if keyID == nil { keyID = entry.keyID }
    }
}
