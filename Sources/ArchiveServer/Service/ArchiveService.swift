internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation
internal import Hummingbird
internal import Logging
internal import Projections
internal import Synchronization

/// What the routes work with: one archive open for writing, its users' facades, and what runs beside the requests.
final class ArchiveService: Sendable {
    let archive: Archive
    let settings: ServerSettings
    let recorder: Recorder
    let auditor: Auditor
    let administrator: Administrator
    let tail: LogTail
    let keeper: ReadModelKeeper
    let pool: BlockingPool
    let keys: APIKeys
    let gate: Gate
    let access: AccessLog
    let exchange: Exchange
    let metrics: ServiceMetrics
    let jobs: JobBoard
    let jobExecutor = BlockingExecutor()
    let logger: Logger
    let clock: Archive.Clock
    private let isStopping = Atomic<Bool>(false)

    /// - Parameter archive: open for writing; the service closes it.
    init(_ archive: Archive, _ settings: ServerSettings, logger: Logger, clock: @escaping Archive.Clock) throws {
        self.archive = archive
        self.settings = settings
        self.logger = logger
        self.clock = clock
        recorder = try Recorder(archive, recordedBy: Principal.local.id, mayBlock: false)
        auditor = Auditor(archive)
        administrator = Administrator(archive)
        let warn: @Sendable (any Error) -> Void = { logger.error("\(ArchiveError($0).english)") }
        tail = try LogTail(archive, onFailure: warn)
        keeper = try ReadModelKeeper(archive, onFailure: warn)
        pool = BlockingPool(threads: settings.blockingThreads)
        keys = APIKeys(archive.folder, clock: clock)
        gate = Gate(settings, keys: keys)
        access = try AccessLog(archive.folder)
        exchange = try Exchange(archive)
        metrics = ServiceMetrics()
        jobs = JobBoard()
    }

    var isReady: Bool { !isStopping.load(ordering: .relaxed) }

    /// Ends what would go on by itself: streams are closed, whoever waits is answered, rebuilds are called off.
    func beginStopping() {
        isStopping.store(true, ordering: .relaxed)
        tail.close()
        jobs.cancelAll()
    }

    /// After the last answer: what was appended is folded, what was read is recorded, the archive is closed.
    func close() async throws {
        await jobs.waitForAll()
        await pool.close()
        keeper.close()
        try access.close()
        try archive.close()
    }

    /// Notes who has read what. Throws where it cannot be noted: the answer is not given then.
    func recordReading(_ call: APICall, status: Int) throws {
        guard [.auditor, .recorder, .subscriber].contains(where: call.principal.may) else { return }
        let subject = ["body", "case"].lazy.compactMap { call.path[$0] }.first
        try access.add(
            AccessRecord(
                milliseconds: clock(), principal: call.principal.id,
                request: "\(call.request.method.rawValue) \(call.request.uri.string)", subject: subject,
                purpose: APICall.purposeHeader.flatMap { call.header($0) }.map { String($0.prefix(500)) },
                status: status, requestID: call.requestID))
    }

    /// Signs a checkpoint of what was appended now and then, while the signing key can be used unasked.
    func publishCheckpoints() async {
        guard settings.checkpointSeconds > 0 else { return }
        while isReady {
            try? await Task.sleep(for: .seconds(settings.checkpointSeconds))
            guard isReady, !Task.isCancelled else { return }
            do {
                let administrator = administrator
                _ = try await pool.run { try administrator.checkpoint() }
            } catch {
                logger.warning("no checkpoint: \(ArchiveError(error).english)")
            }
        }
    }
}
