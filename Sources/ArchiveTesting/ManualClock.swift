internal import Synchronization

/// A clock that stands until a test moves it.
public final class ManualClock: Sendable {
    private let state: Mutex<Int64>

    /// - Parameter milliseconds: since 1970, UTC; the default is 2026-01-05T08:30:00.250Z.
    public init(milliseconds: Int64 = 1_767_601_800_250) { state = Mutex(milliseconds) }

    /// Milliseconds since 1970; may be set backwards.
    public var milliseconds: Int64 {
        get { state.withLock { $0 } }
        set { state.withLock { $0 = newValue } }
    }

    public func advance(milliseconds: Int64) { state.withLock { $0 += milliseconds } }

    /// The clock as the log takes it.
    public var read: @Sendable () -> Int64 { { self.milliseconds } }
}
