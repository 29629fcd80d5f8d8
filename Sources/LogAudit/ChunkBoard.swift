internal import Dispatch
internal import Synchronization

/// Hands runs out to workers in order, and gives their results back in the same order.
///
/// A worker must have a slot before it takes a run and the slot is free only when the result is fetched: so results
/// that wait are bounded. The earliest run not yet fetched is always done or in the hands of a worker, so nobody waits
/// for ever.
final class ChunkBoard: Sendable {
    private struct State {
        var nextToTake = 0
        var nextToFetch = 0
        var done: [Int: Chunk] = [:]
        var obstacle: AuditError?
    }

    private let state = Mutex(State())
    private let chunkCount: Int
    private let slots = DispatchSemaphore(value: 0)
    private let results = DispatchSemaphore(value: 0)

    init(chunkCount: Int, workers: Int) {
        self.chunkCount = chunkCount
        // Signalled, not made with this value: a semaphore must not be destroyed below the value it was made with.
        for _ in 0..<workers + 2 { slots.signal() }
    }

    /// The next run to work on; nil when there is none or the audit was given up.
    func take() -> Int? {
        slots.wait()
        let index: Int? = state.withLock { state in
            guard state.nextToTake < chunkCount, state.obstacle == nil else { return nil }
            defer { state.nextToTake += 1 }
            return state.nextToTake
        }
        // Another worker may wait for a slot only to learn the same.
        if index == nil { slots.signal() }
        return index
    }

    func put(_ chunk: Chunk) {
        state.withLock { $0.done[chunk.index] = chunk }
        results.signal()
    }

    /// Gives the audit up.
    func fail(_ obstacle: AuditError) {
        state.withLock { $0.obstacle = $0.obstacle ?? obstacle }
        results.signal()
        slots.signal()
    }

    /// Waits for the next result in order; nil after the last.
    ///
    /// - Throws: the obstacle for which a worker gave up.
    func next() throws(AuditError) -> Chunk? {
        while true {
            let outcome: Result<(chunk: Chunk?, isLast: Bool), AuditError> = state.withLock { state in
                if let obstacle = state.obstacle { return .failure(obstacle) }
                guard state.nextToFetch < chunkCount else { return .success((nil, true)) }
                guard let chunk = state.done.removeValue(forKey: state.nextToFetch) else {
                    return .success((nil, false))
                }
                state.nextToFetch += 1
                return .success((chunk, false))
            }
            let (chunk, isLast) = try outcome.get()
            if let chunk {
                slots.signal()
                return chunk
            }
            if isLast { return nil }
            results.wait()
        }
    }
}
