internal import Dispatch
internal import Foundation
internal import Synchronization

/// Makes pages on several threads and hands them over in order, on the calling thread.
///
/// Bounded: a thread takes a page only while fewer than `workers + 2` pages are made or wait. The earliest page that was
/// not handed over is always made or in the making, so nobody waits for ever.
final class OrderedPages<Page: Sendable>: Sendable {
    private struct State: Sendable {
        var nextToTake = 0
        var made: [Int: Page] = [:]
        var failure: (any Error)?
        var isOver = false
    }

    private let state = Mutex(State())
    private let count: Int
    private let slots = DispatchSemaphore(value: 0)
    private let results = DispatchSemaphore(value: 0)

    private init(count: Int, workers: Int) {
        self.count = count
        // Signalled, not made with this value: a semaphore must not be destroyed below the value it was made with.
        for _ in 0..<workers + 2 { slots.signal() }
    }

    /// Makes `count` pages and visits them in order. Returns when every thread has ended, also where it throws.
    ///
    /// - Parameters:
    ///   - worker: called once on each thread; what it returns makes the pages there, by number.
    ///   - visit: called on this thread with each page; what it throws ends everything.
    static func run(
        count: Int, workers: Int, worker: @escaping @Sendable () throws -> (Int) throws -> Page,
        visit: (Page) throws -> Void
    ) throws {
        guard count > 0 else { return }
        let threads = max(1, min(workers, count))
        let pages = OrderedPages(count: count, workers: threads)
        let group = DispatchGroup()
        for _ in 0..<threads {
            group.enter()
            let thread = Thread {
                defer { group.leave() }
                BackgroundThread.yieldToForeground()
                pages.work(worker)
            }
            thread.name = "read-models"
            thread.start()
        }
        defer {
            pages.state.withLock { $0.isOver = true }
            for _ in 0..<threads { pages.slots.signal() }
            group.wait()
        }
        for number in 0..<count { try visit(pages.fetch(number)) }
    }

    private func work(_ worker: () throws -> (Int) throws -> Page) {
        do {
            let make = try worker()
            while let number = take() {
                let page = try make(number)
                state.withLock { $0.made[number] = page }
                results.signal()
            }
        } catch {
            state.withLock { $0.failure = $0.failure ?? error }
            results.signal()
        }
    }

    private func take() -> Int? {
        slots.wait()
        return state.withLock { state in
            guard state.nextToTake < count, state.failure == nil, !state.isOver else { return nil }
            defer { state.nextToTake += 1 }
            return state.nextToTake
        }
    }

    private func fetch(_ number: Int) throws -> Page {
        while true {
            let outcome: Result<Page?, any Error> = state.withLock { state in
                if let failure = state.failure { return .failure(failure) }
                return .success(state.made.removeValue(forKey: number))
            }
            if let page = try outcome.get() {
                slots.signal()
                return page
            }
            results.wait()
        }
    }
}

enum BackgroundThread {
    /// Lets threads that answer or append go first. On Linux niceness belongs to a thread; elsewhere nothing is done.
    static func yieldToForeground() {
        #if os(Linux)
        _ = nice(5)
        #endif
    }
}
