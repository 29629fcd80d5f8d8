internal import CanonicalJSON
internal import CreditArchive
internal import Foundation
internal import HTTPTypes
internal import Projections
internal import Synchronization

/// Work that outlasts a request: rebuilds and imports, watched and called off by their ids. Finished ones are kept for a
/// while, for those who come to look.
final class JobBoard: Sendable {
    static let maximumKept = 200
    /// More wait to be asked for again.
    static let maximumRunning = 8

    private struct State: Sendable {
        var jobs: [String: Job] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())

    /// Puts a new job up. Throws 429 where too many run.
    func begin(_ kind: Job.Kind, by principal: String) throws -> Job {
        let job = Job(kind, by: principal)
        let isTaken = state.withLock { state in
            let running = state.jobs.values.filter { !$0.status.isFinished }
            guard running.count < JobBoard.maximumRunning else { return false }
            state.jobs[job.id] = job
            state.order.append(job.id)
            while state.order.count > JobBoard.maximumKept,
                let old = state.order.firstIndex(where: { state.jobs[$0]?.status.isFinished ?? true })
            {
                state.jobs[state.order[old]]?.discard()
                state.jobs[state.order[old]] = nil
                state.order.remove(at: old)
            }
            return true
        }
        guard isTaken else {
            throw ServiceError.busy(
                "too-many-jobs", chinese: "同时进行的任务已满 \(JobBoard.maximumRunning) 个，请稍后重试",
                english: "\(JobBoard.maximumRunning) jobs are running; try again later", afterSeconds: 5)
        }
        return job
    }

    /// Throws `job-not-found`.
    func job(_ id: String) throws -> Job {
        guard let job = state.withLock({ $0.jobs[id] }) else {
            throw ServiceError(
                .notFound, "job-not-found", field: "job", chinese: "没有任务 \(id)；结束已久的任务不再保留",
                english: "there is no job \(id); those that ended long ago are not kept")
        }
        return job
    }

    var all: [Job] { state.withLock { state in state.order.compactMap { state.jobs[$0] } } }

    /// How far the rebuild that runs has come.
    func runningRebuild() -> RebuildProgress? {
        for job in all where job.kind == .rebuild && !job.status.isFinished {
            if case .running(.rebuild(let progress)?) = job.status { return progress }
        }
        return nil
    }

    func cancelAll() { for job in all { job.cancel() } }

    func waitForAll() async {
        for job in all {
            _ = await job.task?.result
            job.discard()
        }
    }
}

/// One piece of such work.
final class Job: Sendable {
    enum Kind: String, Sendable {
        case rebuild, `import`
    }

    enum Progress: Sendable {
        case rebuild(RebuildProgress)
        case `import`(read: Int, total: Int, rows: Int64)
    }

    enum Status: Sendable {
        case running(Progress?)
        /// Its answer in JSON, by language.
        case done(@Sendable (APILanguage, inout JSONWriter) -> Void)
        case failed(ServiceError)
        case cancelled

        var isFinished: Bool { if case .running = self { false } else { true } }

        var name: String {
            switch self {
            case .running: "running"
            case .done: "done"
            case .failed: "failed"
            case .cancelled: "cancelled"
            }
        }
    }

    private struct State: Sendable {
        var status = Status.running(nil)
        var task: Task<Void, Never>?
        /// Files that go with the job.
        var folder: String?
    }

    let id = UUID().uuidString.lowercased()
    let kind: Kind
    let principal: String
    private let state = Mutex(State())

    init(_ kind: Kind, by principal: String) {
        self.kind = kind
        self.principal = principal
    }

    var status: Status { state.withLock { $0.status } }
    var task: Task<Void, Never>? { state.withLock { $0.task } }
    var folder: String? { state.withLock { $0.folder } }

    func keep(folder: String) { state.withLock { $0.folder = folder } }
    func begin(_ task: Task<Void, Never>) { state.withLock { $0.task = task } }

    func report(_ progress: Progress) {
        state.withLock { state in if !state.status.isFinished { state.status = .running(progress) } }
    }

    func end(_ status: Status) { state.withLock { $0.status = status } }

    func cancel() { task?.cancel() }

    func discard() {
        if let folder { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// `{job, kind, status, progress?, result?, problem?}`.
    func write(to writer: inout JSONWriter, in language: APILanguage) {
        let status = status
        writer.beginObject()
        writer.member("job", id)
        writer.member("kind", kind.rawValue)
        writer.member("principal", principal)
        writer.member("status", status.name)
        switch status {
        case .running(let progress?):
            writer.key("progress")
            progress.write(to: &writer, in: language)
        case .done(let result):
            writer.key("result")
            result(language, &writer)
        case .failed(let error):
            writer.key("problem")
            writer.raw(Problem(error: error, language: language, requestID: id).bytes.dropLast())
        case .running(nil), .cancelled: break
        }
        writer.endObject()
    }
}

extension Job.Progress {
    fileprivate func write(to writer: inout JSONWriter, in language: APILanguage) {
        writer.beginObject()
        switch self {
        case .rebuild(let progress):
            writer.member("phase", progress.phase.rawValue)
            writer.member("done", progress.done)
            writer.member("total", progress.total)
            writer.key("eventsPerSecond")
            writer.raw(String(format: "%.1f", progress.eventsPerSecond).utf8)
            if let left = progress.secondsLeft {
                writer.key("secondsLeft")
                writer.raw(String(format: "%.1f", left).utf8)
            }
            if let stop = progress.lastError { writer.member("lastError", language(stop.chinese, stop.english)) }
        case .import(let read, let total, let rows):
            writer.member("bytesRead", read)
            writer.member("bytes", total)
            writer.member("rows", rows)
        }
        writer.endObject()
    }
}
