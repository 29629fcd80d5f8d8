internal import EventLog
internal import Foundation
internal import Projections
internal import Synchronization

/// Keeps the read models up with the log while a process writes to it, on a thread of its own.
///
/// What is not folded yet is folded by whoever answers, so that an answer always reflects the log's end.
public final class ReadModelKeeper: Sendable {
    /// Between two folds, so that many commits are folded together.
    private static let pauseMilliseconds = 100

    private struct State: Sendable {
        var isPending = false
        var isClosed = false
        var folded: UInt64
    }

    private let archive: Archive
    private let state: Mutex<State>
    private let signal = DispatchSemaphore(value: 0)
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter onFailure: told when a fold fails; it is tried again after the next commit.
    public init(_ archive: Archive, onFailure: @escaping @Sendable (any Error) -> Void) throws {
        self.archive = archive
        state = Mutex(State(folded: try archive.log.head().size))
        archive.writer?.observe { [weak self] _ in
            guard let self else { return }
            let isFirst = state.withLock { state in
                defer { state.isPending = true }
                return !state.isPending
            }
            if isFirst { signal.signal() }
        }
        Thread.detachNewThread { [self] in
            while true {
                signal.wait()
                if state.withLock({ $0.isClosed }) { break }
                Thread.sleep(forTimeInterval: Double(ReadModelKeeper.pauseMilliseconds) / 1_000)
                state.withLock { $0.isPending = false }
                do {
                    let size = try archive.log.head().size
                    try archive.projections.fold()
                    state.withLock { $0.folded = max($0.folded, size) }
                } catch {
                    onFailure(error)
                }
            }
            ended.signal()
        }
    }

    /// The number of entries that the read models reflect.
    public var folded: UInt64 { state.withLock { $0.folded } }

    /// Ends after the fold that is under way.
    public func close() {
        state.withLock { $0.isClosed = true }
        signal.signal()
        ended.wait()
    }
}
