internal import EventLog
internal import Foundation
internal import Synchronization

/// One tail of the log for any number of followers: what was committed last is read once and kept for all of them.
///
/// The memory is bounded, whoever follows: a follower that is slower than it reads by position from the log, and so loses
/// nothing. What comes within some milliseconds is told together.
public final class LogTail: Sendable {
    /// Most entries that are kept, and most bytes.
    static let maximumKept = 8_192
    static let maximumBytes = 16 << 20
    /// Commits within so many milliseconds wake the followers once.
    private static let gatheringMilliseconds = 20

    private struct Waiter: Sendable {
        var size: UInt64
        var deadline: ContinuousClock.Instant
        var reply: CheckedContinuation<Void, Never>
    }

    private struct State: Sendable {
        var kept: [FeedItem] = []
        var bytes = 0
        /// The position of the first that is kept; the end of what was told where none is.
        var first: UInt64
        var waiters: [UInt64: Waiter] = [:]
        var nextWaiter: UInt64 = 0
        var followers = 0
        var isClosed = false

        var end: UInt64 { first + UInt64(kept.count) }
    }

    public let feed: EventFeed
    private let state: Mutex<State>
    private let signal = DispatchSemaphore(value: 0)
    private let isSignalled = Atomic<Bool>(false)
    private let onFailure: @Sendable (any Error) -> Void

    /// - Parameters:
    ///   - archive: open for writing.
    ///   - onFailure: told when the log cannot be read; followers read by position then, and meet the error themselves.
    public init(_ archive: Archive, onFailure: @escaping @Sendable (any Error) -> Void) throws {
        feed = try EventFeed(archive)
        state = Mutex(State(first: feed.size))
        self.onFailure = onFailure
        archive.writer?.observe { [weak self] size in
            guard let self else { return }
            feed.grow(to: size)
            wake()
        }
        // Whatever was committed before the observer was there.
        feed.grow(to: try archive.log.head().size)
        Thread.detachNewThread { [self] in
            while !isClosed {
                // At least once a second, for those who wait no longer.
                _ = signal.wait(timeout: .now() + .milliseconds(1_000))
                Thread.sleep(forTimeInterval: Double(LogTail.gatheringMilliseconds) / 1_000)
                isSignalled.store(false, ordering: .relaxed)
                pump()
            }
        }
    }

    private func wake() {
        guard !isSignalled.exchange(true, ordering: .relaxed) else { return }
        signal.signal()
    }

    public var isClosed: Bool { state.withLock { $0.isClosed } }
    public var followers: Int { state.withLock { $0.followers } }

    /// Reads what is new and wakes whoever waits for it.
    private func pump() {
        let size = feed.size
        let (end, isFollowed) = state.withLock { ($0.end, $0.followers > 0) }
        var new: [FeedItem] = []
        var first = end
        if size > end {
            // Far behind, or nobody there: those who come read from the log.
            first = isFollowed && size - end <= UInt64(LogTail.maximumKept) ? end : size
            do { new = try feed.items(first..<size) } catch {
                first = size
                onFailure(error)
            }
        }
        let now = ContinuousClock.now
        let woken = state.withLock { state in
            if first != end {
                state.kept = []
                state.bytes = 0
                state.first = first
            }
            state.kept += new
            state.bytes += new.reduce(0) { $0 + $1.json.count }
            var dropped = 0
            while state.kept.count - dropped > LogTail.maximumKept || state.bytes > LogTail.maximumBytes {
                state.bytes -= state.kept[dropped].json.count
                dropped += 1
            }
            state.kept.removeFirst(dropped)
            state.first += UInt64(dropped)
            let end = state.end
            let woken = state.waiters.filter { $0.value.size < end || $0.value.deadline <= now || state.isClosed }
            for id in woken.keys { state.waiters[id] = nil }
            return woken.values.map(\.reply)
        }
        for reply in woken { reply.resume() }
    }

    /// The entries from a position on that are kept here; nil where they must be read from the log.
    public func kept(from position: UInt64, limit: Int) -> [FeedItem]? {
        state.withLock { state in
            guard position >= state.first else { return nil }
            let offset = min(Int(position - state.first), state.kept.count)
            return Array(state.kept[offset...].prefix(limit))
        }
    }

    /// Waits until the tail has told of more than `size` entries, or no longer than until `deadline`.
    ///
    /// - Returns: whether it has. False at once where the tail is closed.
    public func wait(beyond size: UInt64, until deadline: ContinuousClock.Instant) async -> Bool {
        let id: UInt64 = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { (reply: CheckedContinuation<Void, Never>) in
                let isDone = state.withLock { state in
                    if state.isClosed || state.end > size || Task.isCancelled { return true }
                    state.waiters[id] = Waiter(size: size, deadline: deadline, reply: reply)
                    return false
                }
                if isDone { reply.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.reply.resume()
        }
        return state.withLock { $0.end > size }
    }

    /// Begins to follow; entries are kept here from now on. Answered by ``leave()``.
    public func join() { state.withLock { $0.followers += 1 } }
    public func leave() { state.withLock { $0.followers -= 1 } }

    /// Ends: whoever waits is woken, and nobody waits any more.
    public func close() {
        let waiters = state.withLock { state in
            state.isClosed = true
            defer { state.waiters = [:] }
            return state.waiters.values.map(\.reply)
        }
        for reply in waiters { reply.resume() }
        signal.signal()
    }
}
