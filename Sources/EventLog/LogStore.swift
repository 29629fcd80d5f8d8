public import TransparencyLog

/// Where entries, full tiles, heads and checkpoints are kept: the only truth. One implementation a database.
///
/// Every store passes the contract suite of `EventLogTests`. Calls block; they may come from any thread, writes only
/// from the holder of the writer's lock, one at a time.
public protocol LogStore: Sendable {
    /// The number of entries and the root over them, as committed last; size 0 for an empty log.
    func head() throws -> LogHead

    /// Commits entries, the tiles they fill and the head after them in one durable transaction: all or nothing. Refuses
    /// what ``CommitBatch/checkFollows(_:)`` refuses.
    func commit(_ batch: CommitBatch) throws

    /// Calls `body` with each entry of `range`, in order, in a short read. Throws `entry-not-found` past the end,
    /// `log-damaged` where one is missing before it. `body` does not call the store.
    func forEachEntry(in range: Range<UInt64>, _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void) throws

    /// The 256 hashes of a full tile; nil where it is not full yet.
    func fullTile(level: Int, index: UInt64) throws -> [UInt8]?

    /// The roots of full tiles of a level, in order; as many as there are in `range`.
    func tileRoots(level: Int, in range: Range<UInt64>) throws -> [Digest32]

    /// Puts what is committed into its final place before the store is left; nothing is lost without it.
    func settle() throws

    /// Keeps a signed checkpoint; a second one for the same size is refused unless it is the same.
    func save(checkpoint: String, size: UInt64) throws

    /// The signed checkpoint of a size.
    func checkpoint(size: UInt64) throws -> String?

    /// The signed checkpoint of the greatest size.
    func latestCheckpoint() throws -> (size: UInt64, note: String)?

    /// The first `limit` signed checkpoints of more than `size` entries (nil: of any number), in order.
    func checkpoints(above size: UInt64?, limit: Int) throws -> [(size: UInt64, note: String)]
}

extension LogStore {
    /// Calls `body` with every signed checkpoint of more than `size` entries, in order, page by page in short reads.
    public func forEachCheckpoint(above size: UInt64? = nil, _ body: (UInt64, String) throws -> Void) throws {
        var last = size
        while case let page = try checkpoints(above: last, limit: 1_024), let end = page.last {
            for (size, note) in page { try body(size, note) }
            last = end.size
        }
    }
}

/// A signed checkpoint as it is kept, and the root that it states.
public struct LogCheckpoint: Sendable, Hashable {
    public var head: LogHead
    public var note: String

    public init(head: LogHead, note: String) {
        self.head = head
        self.note = note
    }
}

/// The tree head after a transaction.
public struct LogHead: Sendable, Hashable {
    public var size: UInt64
    public var root: Digest32

    public init(size: UInt64, root: Digest32) {
        self.size = size
        self.root = root
    }

    public static let empty = LogHead(size: 0, root: MerkleHash.empty)
}

/// What one transaction adds.
public struct CommitBatch: Sendable {
    public var firstPosition: UInt64
    public var entries: [[UInt8]]
    public var tiles: [FullTile]
    public var head: LogHead
    /// Signed checkpoints that come with the entries, where a log is copied; none of them is there yet.
    public var checkpoints: [LogCheckpoint]

    public init(
        firstPosition: UInt64, entries: [[UInt8]], tiles: [FullTile], head: LogHead, checkpoints: [LogCheckpoint] = []
    ) {
        self.firstPosition = firstPosition
        self.entries = entries
        self.tiles = tiles
        self.head = head
        self.checkpoints = checkpoints
    }

    /// Refuses a batch that does not begin where a log of `size` entries ends, or whose head is not after it: positions
    /// have no gaps, whoever else has written. Throws ``EventLogError`` `log-damaged`.
    public func checkFollows(_ size: UInt64) throws(EventLogError) {
        guard firstPosition == size, head.size == size + UInt64(entries.count) else {
            throw .damaged(
                "日志共 \(size) 条，却要从位置 \(firstPosition) 写入 \(entries.count) 条（是否另有进程写入）",
                "the log has \(size) entries, not \(firstPosition) with \(entries.count) to follow (does another process write?)"
            )
        }
    }
}

/// What the index keeps of an entry.
public struct IndexedEntry: Sendable {
    public var position: UInt64
    public var identity: EventIdentity
    public var stream: StreamID
    public var sequence: UInt64
    public var keyID: UInt32?
    public var destroyedKeyID: UInt32?

    public init(
        position: UInt64, identity: EventIdentity, stream: StreamID, sequence: UInt64, keyID: UInt32?,
        destroyedKeyID: UInt32?
    ) {
        self.position = position
        self.identity = identity
        self.stream = stream
        self.sequence = sequence
        self.keyID = keyID
        self.destroyedKeyID = destroyedKeyID
    }
}

/// A stream as the index knows it.
public struct StreamHead: Sendable, Hashable {
    /// Positions of its events, by version.
    public var positions: [UInt64] = []
    /// The data key of its sealed fields, if it has any.
    public var keyID: UInt32?

    public init() {}

    /// The number of events; the last version is one less.
    public var count: UInt64 { UInt64(positions.count) }
}

/// Identities and streams, derived from the log and disposable: what is beyond the kept cursor lies in memory.
public protocol LogIndex: Sendable {
    /// How far the kept part reaches, with the root there, so that a foreign or stale index is noticed.
    func cursor() throws -> LogHead
    func position(of identity: EventIdentity) throws -> UInt64?
    func stream(_ id: StreamID) throws -> StreamHead
    /// The streams whose names begin with `prefix`, sorted.
    func streams(withPrefix prefix: String) throws -> [StreamID]
    /// The highest data key number in use.
    func highestKeyID() throws -> UInt32?
    func destroyedKeyIDs() throws -> [UInt32]
    /// Takes entries in order of position; they are found at once and kept at the next ``flush(head:)``.
    func add(_ entries: [IndexedEntry]) throws
    /// Keeps what was added, up to `head`.
    func flush(head: LogHead) throws
    /// Begins to keep what was added, up to `head`, while others go on; what cannot be kept stays in memory. Does
    /// nothing while an earlier one is under way.
    func flushInBackground(head: LogHead)
    /// How many entries wait in memory and are not being kept yet.
    var pendingCount: Int { get }
    /// Forgets everything, to be derived again.
    func reset() throws
}
