internal import Dispatch
internal import Synchronization
internal import TransparencyLog

/// The one writer of a log: gathers waiting appends and commits them together, first come, first served.
///
/// Each request is judged by itself, in order: identities first, then expected versions over what is new; a request that
/// fails does so alone. What is accepted gets its positions, is hashed, fills tiles, and is committed in one durable
/// transaction for the whole group (group commit). ``append(_:)`` returns when that transaction is on disk.
public final class LogWriter: Sendable {
    /// Milliseconds since 1970, UTC.
    public typealias Clock = @Sendable () -> Int64

    /// The index is kept after this many entries, in sorted order.
    public static let indexFlushThreshold = 100_000
    /// Requests that may wait; more are refused with `log-busy`.
    public static let maximumWaiting = 65_536
    /// Most entries in one transaction; a larger request has a transaction of its own.
    static let maximumGroup = 8_192

    private struct Waiting: Sendable {
        var request: AppendRequest
        var reply: @Sendable (Result<[AppendOutcome], any Error>) -> Void
    }

    private struct Queue: Sendable {
        var waiting: [Waiting] = []
        var isDraining = false
    }

    private let store: any LogStore
    private let index: any LogIndex
    private let clock: Clock
    private let random: RandomPool
    private let queue = Mutex(Queue())
    private let tail: Mutex<LogTail>
    /// The head after the last commit that is on disk.
    private let committed: Mutex<LogHead>
    /// Why the index lacks entries that are in the log: nothing can be judged any more before it is derived again.
    private let indexFailure = Mutex<(any Error)?>(nil)
    private let thread = DispatchQueue(label: "log-writer")
    private let tally = Mutex(Tally())
    private let observers = Mutex<[@Sendable (UInt64) -> Void]>([])

    /// Takes up the log where it ends. Throws ``EventLogError`` where its end is damaged.
    public init(store: any LogStore, index: any LogIndex, random: RandomPool, clock: @escaping Clock) throws {
        self.store = store
        self.index = index
        self.random = random
        self.clock = clock
        let end = try LogTail(reading: store)
        tail = Mutex(end)
        committed = Mutex(end.head)
        try IndexCatchUp.run(store: store, index: index)
    }

    /// Transactions since the writer began, and entries in them: how well appends are gathered.
    public struct Tally: Sendable, Hashable {
        public var commits: UInt64 = 0
        public var entries: UInt64 = 0

        public init() {}
    }

    public var groupCommits: Tally { tally.withLock { $0 } }

    /// The tree head after the last commit. Never waits for a commit that is under way.
    public var head: LogHead { committed.withLock { $0 } }

    /// Has `observer` called with the log's size after each commit, once the index knows its entries; on the writer's
    /// thread, so that it returns at once.
    public func observe(_ observer: @escaping @Sendable (_ size: UInt64) -> Void) {
        observers.withLock { $0.append(observer) }
    }

    /// Appends a batch, whole or not at all; returns when it is durable.
    ///
    /// Throws ``EventLogError``: `version-conflict` (read the stream again), `identity-conflict`, `entry-too-large`,
    /// `log-busy` (try again later), `storage-failed`.
    public func append(_ request: AppendRequest) async throws -> [AppendOutcome] {
        try await withCheckedThrowingContinuation { continuation in
            submit(request) { continuation.resume(with: $0) }
        }
    }

    /// Appends without waiting; `reply` is called from the writer's thread when the outcome is known.
    public func submit(
        _ request: AppendRequest, reply: @escaping @Sendable (Result<[AppendOutcome], any Error>) -> Void
    ) {
        let start: Bool? = queue.withLock { queue in
            guard queue.waiting.count < LogWriter.maximumWaiting else { return nil }
            queue.waiting.append(Waiting(request: request, reply: reply))
            defer { queue.isDraining = true }
            return !queue.isDraining
        }
        switch start {
        case nil:
            reply(.failure(EventLogError.tooManyAppends))
        case true?: thread.async { self.drain() }
        case false?: break
        }
    }

    /// Keeps the index up to the log's end: before the archive is closed.
    public func flushIndex() throws {
        try thread.sync {
            // An index that lacks entries must not be given a cursor beyond them.
            if let failure = indexFailure.withLock({ $0 }) { throw failure }
            try index.flush(head: head)
        }
    }

    private func drain() {
        while true {
            let waiting: [Waiting] = queue.withLock { queue in
                var taken = 0
                var entries = 0
                while taken < queue.waiting.count, entries < LogWriter.maximumGroup {
                    entries += queue.waiting[taken].request.drafts.count
                    if taken > 0, entries > LogWriter.maximumGroup { break }
                    taken += 1
                }
                let group = Array(queue.waiting.prefix(taken))
                queue.waiting.removeFirst(taken)
                if group.isEmpty { queue.isDraining = false }
                return group
            }
            if waiting.isEmpty { return }
            commit(waiting)
        }
    }

    private func commit(_ waiting: [Waiting]) {
        var group = AppendGroup(index: index, store: store)
        var outcomes: [Result<[AppendOutcome], any Error>] = []
        let added: [IndexedEntry]
        let after: LogHead
        do {
            if let failure = indexFailure.withLock({ $0 }) { throw failure }
            (added, after) = try tail.withLock { tail in
                let before = tail
                do {
                    tail.advanceTime(to: clock())
                    for item in waiting {
                        outcomes.append(Result { try group.admit(item.request, to: &tail, random: random) })
                    }
                    let head = tail.head
                    return (try group.commit(head), head)
                } catch {
                    // Nothing of the group is in the log: the tail goes back to what is.
                    tail = before
                    throw error
                }
            }
        } catch {
            for item in waiting { item.reply(.failure(error)) }
            return
        }
        if !added.isEmpty {
            committed.withLock { $0 = after }
            tally.withLock { tally in
                tally.commits += 1
                tally.entries += UInt64(added.count)
            }
        }
        // The entries are durable from here on and are answered for, whatever becomes of the index.
        do { try index.add(added) } catch { indexFailure.withLock { $0 = EventLogError.staleIndex(error) } }
        for (item, outcome) in zip(waiting, outcomes) { item.reply(outcome) }
        guard indexFailure.withLock({ $0 == nil }) else { return }
        let observers = observers.withLock { $0 }
        if !added.isEmpty, !observers.isEmpty {
            for observer in observers { observer(after.size) }
        }
        if index.pendingCount >= LogWriter.indexFlushThreshold { index.flushInBackground(head: head) }
    }
}

/// The end of the log as the writer carries it: the tree's right edge and the time of the last entry.
struct LogTail: Sendable {
    var tree: TreeBuilder
    private(set) var milliseconds: Int64
    private(set) var recordedTime: String

    init(reading store: any LogStore) throws {
        let head = try store.head()
        tree = try RightEdge.read(head, from: store)
        var last: Int64 = 0
        if head.size > 0 {
            try store.forEachEntry(in: head.size - 1..<head.size) { position, bytes in
                let entry = try Entry(position: position, bytes: Array(bytes))
                guard let time = entry.recordedMilliseconds else {
                    throw EventLogError.damaged(
                        "位置 \(position) 的记录时间不合规定", "the recorded time at \(position) is malformed")
                }
                last = time
            }
        }
        milliseconds = last
        recordedTime = RecordedTime.text(milliseconds: last)
    }

    var head: LogHead { LogHead(size: tree.size, root: tree.root()) }

    /// Recording times never run backwards, whatever the clock does.
    mutating func advanceTime(to now: Int64) {
        guard now > milliseconds else { return }
        milliseconds = now
        recordedTime = RecordedTime.text(milliseconds: now)
    }
}

/// The partial tiles at the end of the log, derived from the entries and full tiles before it.
enum RightEdge {
    static func read(_ head: LogHead, from store: any LogStore) throws -> TreeBuilder {
        var levels: [[Digest32]] = []
        var count = head.size
        while count > 0 {
            let first = count / 256 * 256
            if levels.isEmpty {
                var leaves: [Digest32] = []
                try store.forEachEntry(in: first..<count) { _, bytes in leaves.append(MerkleHash.leaf(bytes)) }
                levels.append(leaves)
            } else {
                levels.append(try store.tileRoots(level: levels.count - 1, in: first..<count))
            }
            count /= 256
        }
        guard let tree = try? TreeBuilder(size: head.size, partialTiles: levels), tree.root() == head.root else {
            throw EventLogError.damaged(
                "日志末端与其树根不符（共 \(head.size) 条）", "the end of the log does not fit its root (\(head.size) entries)")
        }
        return tree
    }
}

extension LogWriter {
    /// Appends on the calling thread, which blocks for one commit; whatever waits already comes first.
    ///
    /// For a caller that knows to be the only one: no other thread is woken. Errors as of ``append(_:)``.
    public func appendNow(_ request: AppendRequest) throws -> [AppendOutcome] {
        let outcome = Mutex<Result<[AppendOutcome], any Error>?>(nil)
        // The queue runs a synchronous block on the caller's thread.
        thread.sync { commit([Waiting(request: request) { result in outcome.withLock { $0 = result } }]) }
        guard let result = outcome.withLock({ $0 }) else { preconditionFailure("a commit replies before it returns") }
        return try result.get()
    }
}
