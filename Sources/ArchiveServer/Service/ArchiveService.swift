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
    let desk: ProposalDesk
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
        recorder = try Recorder(
            archive, recordedBy: Principal.local.id, maximumWaiting: settings.maximumWaitingAppends, mayBlock: false)
        auditor = Auditor(archive)
        administrator = Administrator(archive)
        let warn: @Sendable (any Error) -> Void = { logger.error("\(ArchiveError($0).english)") }
        tail = try LogTail(archive, onFailure: warn)
        keeper = try ReadModelKeeper(archive, onFailure: warn)
        pool = BlockingPool(threads: settings.blockingThreads)
        keys = APIKeys(archive.folder, clock: clock)
        desk = ProposalDesk(archive, recorder: recorder)
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

    /// Notes who has read what. Throws where it cannot be noted, and 400 where the reason for it is longer than what is
    /// kept: the answer is not given then.
    func recordReading(_ call: APICall, status: Int) throws {
        guard call.principal != .anybody else { return }
        let subject = ["body", "case"].lazy.compactMap { call.path[$0] }.first
        let purpose = APICall.purposeHeader.flatMap { call.header($0) }
        guard purpose?.unicodeScalars.count ?? 0 <= APICall.maximumPurpose else {
            throw ServiceError(
                .badRequest, "purpose-too-long", field: "Access-Purpose",
                chinese: "查阅用途至多 \(APICall.maximumPurpose) 字",
                english: "a purpose has at most \(APICall.maximumPurpose) characters")
        }
        try access.add(
            AccessRecord(
                milliseconds: clock(), principal: call.principal.id,
                request: "\(call.request.method.rawValue) \(call.request.uri.string)", subject: subject,
                purpose: purpose, status: status, requestID: call.requestID))
    }

    /// Records what was approved by two persons when the service before this one ended before it could.
    func settleProposals() async {
        do {
            for proposal in try await desk.settle() {
                logger.notice("settled the proposal \(proposal.id): \(proposal.state.rawValue)")
            }
        } catch {
            logger.error("proposals are not settled: \(ArchiveError(error).english)")
        }
    }

    /// Deletes readings that are older than the setting has them kept: at once, and every hour. None by default.
    func pruneReadings() async {
        guard settings.accessDays > 0 else { return }
        while isReady, !Task.isCancelled {
            do {
                let (folder, clock, days) = (archive.folder, clock, Int64(settings.accessDays))
                _ = try await pool.run {
                    try AccessLog.prune(
                        folder, before: clock() - days * 86_400_000, by: "operator/service", clock: clock)
                }
            } catch {
                logger.error("readings are not deleted: \(ArchiveError(error).english)")
            }
            try? await Task.sleep(for: .seconds(3_600))
        }
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
