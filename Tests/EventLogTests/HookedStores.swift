import Dispatch
import EventLog
import Synchronization
import TransparencyLog

/// A store whose commits a test holds up, fails or counts.
final class HookedStore: LogStore {
    private let base: any LogStore
    private let hook: @Sendable (Int) throws -> Void
    private let count = Mutex(0)

    /// - Parameter hook: runs before each commit, with its number from 1.
    init(_ base: any LogStore, hook: @escaping @Sendable (Int) throws -> Void) {
        self.base = base
        self.hook = hook
    }

    var commits: Int { count.withLock { $0 } }

    func commit(_ batch: CommitBatch) throws {
        try hook(
            count.withLock { count in
                count += 1
                return count
            })
        try base.commit(batch)
    }

    func head() throws -> LogHead { try base.head() }
    func forEachEntry(in range: Range<UInt64>, _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void) throws {
        try base.forEachEntry(in: range, body)
    }
    func fullTile(level: Int, index: UInt64) throws -> [UInt8]? { try base.fullTile(level: level, index: index) }
    func tileRoots(level: Int, in range: Range<UInt64>) throws -> [Digest32] {
        try base.tileRoots(level: level, in: range)
    }
    func settle() throws { try base.settle() }
    func save(checkpoint: String, size: UInt64) throws { try base.save(checkpoint: checkpoint, size: size) }
    func checkpoint(size: UInt64) throws -> String? { try base.checkpoint(size: size) }
    func latestCheckpoint() throws -> (size: UInt64, note: String)? { try base.latestCheckpoint() }
    func checkpoints(above size: UInt64?, limit: Int) throws -> [(size: UInt64, note: String)] {
        try base.checkpoints(above: size, limit: limit)
    }
}

/// An index that takes no entries while a test says so.
final class FailingIndex: LogIndex {
    private let base: any LogIndex
    private let state = Mutex(false)

    init(_ base: any LogIndex) { self.base = base }

    var fails: Bool {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    func add(_ entries: [IndexedEntry]) throws {
        if fails { throw EventLogError.damaged("索引已损坏", "the index is damaged") }
        try base.add(entries)
    }

    func cursor() throws -> LogHead { try base.cursor() }
    func position(of identity: EventIdentity) throws -> UInt64? { try base.position(of: identity) }
    func stream(_ id: StreamID) throws -> StreamHead { try base.stream(id) }
    func streams(withPrefix prefix: String) throws -> [StreamID] { try base.streams(withPrefix: prefix) }
    func highestKeyID() throws -> UInt32? { try base.highestKeyID() }
    func destroyedKeyIDs() throws -> [UInt32] { try base.destroyedKeyIDs() }
    func flush(head: LogHead) throws { try base.flush(head: head) }
    func flushInBackground(head: LogHead) { base.flushInBackground(head: head) }
    var pendingCount: Int { base.pendingCount }
    func reset() throws { try base.reset() }
}

/// Runs what blocks on a thread of its own, not on one of the few that tasks run on.
func blocking(_ body: @escaping @Sendable () -> Void) async throws {
    await withCheckedContinuation { continuation in
        DispatchQueue.global().async {
            body()
            continuation.resume()
        }
    }
}
