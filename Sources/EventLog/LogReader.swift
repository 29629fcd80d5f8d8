public import TransparencyLog

/// Reads a log: entries, streams, heads, proofs. Any number of readers, in any process.
public struct LogReader: Sendable {
    public let store: any LogStore
    public let index: any LogIndex
    private let kept = KeptTiles()
    private let writer: LogWriter?

    /// - Parameter writer: this process's own, the only one there is then: where the log ends is asked of it.
    public init(store: any LogStore, index: any LogIndex, writer: LogWriter? = nil) {
        self.store = store
        self.index = index
        self.writer = writer
    }

    public func head() throws -> LogHead { try writer?.head ?? store.head() }

    /// The entry at a position. Throws ``EventLogError`` `entry-not-found`, `log-damaged`.
    public func entry(at position: UInt64) throws -> Entry {
        let size = try head().size
        guard position < size else { throw EventLogError.notFound(position, size: size) }
        var found: Entry?
        try store.forEachEntry(in: position..<position + 1) { found = try Entry(position: $0, bytes: Array($1)) }
        guard let found else { throw EventLogError.notFound(position, size: size) }
        return found
    }

    /// Calls `body` with each entry of a range, in pages of short reads so that the WAL stays small.
    public func forEachEntry(in range: Range<UInt64>, _ body: (Entry) throws -> Void) throws {
        var position = range.lowerBound
        while position < range.upperBound {
            let end = min(position + 1_024, range.upperBound)
            var page: [Entry] = []
            try store.forEachEntry(in: position..<end) { page.append(try Entry(position: $0, bytes: Array($1))) }
            for entry in page { try body(entry) }
            position = end
        }
    }

    public func stream(_ id: StreamID) throws -> StreamHead { try index.stream(id) }

    /// The entries of a stream, by version.
    public func entries(of stream: StreamID) throws -> [Entry] {
        try self.stream(stream).positions.enumerated().map { version, position in
            try entry(of: stream, version: version, at: position)
        }
    }

    /// An entry that the index says is a version of a stream. Throws ``EventLogError`` where it is not: the index is wrong.
    public func entry(of stream: StreamID, version: Int, at position: UInt64) throws -> Entry {
        let entry = try entry(at: position)
        guard entry.subject == stream, entry.sequence == UInt64(version) else {
            throw EventLogError(
                .damaged, chinese: "索引与日志不符（\(stream) 第 \(version) 版，位置 \(position)）；请删除 index.sqlite 后重试",
                english:
                    "the index does not fit the log (version \(version) of \(stream) at \(position)); delete index.sqlite"
            )
        }
        return entry
    }

    /// The inclusion proof of a position in the tree of `size`.
    public func inclusionProof(of position: UInt64, size: UInt64) throws -> InclusionProof {
        try InclusionProof(index: position, size: size, tiles: tiles(size))
    }

    /// The consistency proof between two sizes of the tree.
    public func consistencyProof(from old: UInt64, to new: UInt64) throws -> ConsistencyProof {
        try ConsistencyProof(oldSize: old, newSize: new, tiles: tiles(new))
    }

    private func tiles(_ size: UInt64) -> StoreTiles { StoreTiles(store: store, size: size, keeping: kept) }
}
