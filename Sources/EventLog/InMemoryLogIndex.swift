internal import Synchronization

/// An index in memory, for a log in memory.
public final class InMemoryLogIndex: LogIndex {
    private struct State: Sendable {
        var overlay = IndexOverlay()
        var cursor = LogHead.empty
    }

    private let state = Mutex(State())

    public init() {}

    public func cursor() throws -> LogHead { state.withLock { $0.cursor } }
    public func position(of identity: EventIdentity) throws -> UInt64? {
        state.withLock { $0.overlay.identities[identity] }
    }
    public func stream(_ id: StreamID) throws -> StreamHead {
        state.withLock { $0.overlay.streams[id] ?? StreamHead() }
    }
    public func streams(withPrefix prefix: String) throws -> [StreamID] {
        state.withLock { $0.overlay.streams(withPrefix: prefix) }
    }
    public func highestKeyID() throws -> UInt32? { state.withLock { $0.overlay.highestKeyID } }
    public func destroyedKeyIDs() throws -> [UInt32] { state.withLock { $0.overlay.destroyedKeyIDs } }
    public func add(_ entries: [IndexedEntry]) throws {
        try state.withLock { state in
            for entry in entries { try state.overlay.add(entry) { _ in StreamHead() } }
        }
    }
    public func flush(head: LogHead) throws { state.withLock { $0.cursor = head } }
    public func flushInBackground(head: LogHead) { state.withLock { $0.cursor = head } }
    public var pendingCount: Int { 0 }
    public func reset() throws { state.withLock { $0 = State() } }
}
