internal import Dispatch
internal import Synchronization

/// Does two things at once and returns both; throws what either throws.
func inParallel<First: Sendable, Second: Sendable>(
    _ first: @Sendable () throws -> First, _ second: @Sendable () throws -> Second
) throws -> (First, Second) {
    let results = Mutex<(first: Result<First, any Error>?, second: Result<Second, any Error>?)>((nil, nil))
    DispatchQueue.concurrentPerform(iterations: 2) { index in
        if index == 0 {
            let result = Result { try first() }
            results.withLock { $0.first = result }
        } else {
            let result = Result { try second() }
            results.withLock { $0.second = result }
        }
    }
    let both = results.withLock { $0 }
    guard let first = both.first, let second = both.second else { preconditionFailure("both have run") }
    return (try first.get(), try second.get())
}
