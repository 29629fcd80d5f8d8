internal import CreditArchive
internal import Dispatch
internal import NIOPosix
internal import Synchronization

/// A bounded number of threads for what blocks, with a bounded queue before them: of SQLite, nothing but what a read model
/// answers within microseconds runs on the threads that serve connections.
final class BlockingPool: Sendable {
    /// More are refused with `server-busy`.
    static let maximumWaiting = 4_096

    private let threads: NIOThreadPool
    private let waiting = Atomic<Int>(0)

    init(threads count: Int) {
        threads = NIOThreadPool(numberOfThreads: count)
        threads.start()
    }

    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        let count = waiting.add(1, ordering: .relaxed).newValue
        defer { waiting.subtract(1, ordering: .relaxed) }
        guard count <= BlockingPool.maximumWaiting else {
            throw ServiceError.busy(
                "server-busy", chinese: "服务繁忙，请稍后重试", english: "the service is busy; try again later")
        }
        return try await threads.runIfActive(work)
    }

    func close() async { try? await threads.shutdownGracefully() }
}

/// Runs tasks that block for long, each on a thread of the system's: imports, which are asynchronous in form alone.
final class BlockingExecutor: TaskExecutor {
    private let queue = DispatchQueue(label: "archive-jobs", attributes: .concurrent)

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
