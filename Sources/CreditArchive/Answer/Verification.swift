internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import EventLogSQLite
internal import Foundation
public import LogAudit
internal import Projections
public import TransparencyLog

/// The audit of an archive folder: the log by the independent checker, and on demand everything derived from it.
public struct Verification: Sendable {
    public struct Options: Sendable {
        /// Also canonical form, versions, decoded facts and read models against a fresh fold.
        public var deep = false
        /// The log's verifier keys as the caller knows them; empty: the one that the log itself names, which proves only
        /// that the log agrees with itself.
        public var verifierKeys: [String] = []
        /// Pins the keys of logs that it lists, and says which witnesses must have cosigned the latest checkpoint.
        public var policy: WitnessPolicy?
        /// Earlier checkpoints that the log must hold.
        public var against: [String] = []
        public var workers: Int?

        public init() {}
    }

    public struct Outcome: Sendable {
        public var report: LogAuditor.Report
        /// Defects of the log, then of what is derived from it.
        public var findings: [Finding]
        /// Whether the keys came from the caller.
        public var isPinned: Bool
        /// All defects; `findings` lists the first 1,000 of the log's.
        public var findingCount: UInt64
        /// How many entries the latest checkpoint signs; the rest is held by unsigned heads alone. Nil without one.
        public var signedSize: UInt64?
        /// What the latest checkpoint shows under the policy; nil without one, or where it shows nothing.
        public var evaluation: WitnessPolicy.Evaluation?
    }

    private let folder: ArchiveFolder
    private let options: Options

    public init(_ folder: ArchiveFolder, _ options: Options) {
        self.folder = folder
        self.options = options
    }

    /// Runs the audit; blocks. Throws ``ArchiveError`` where it cannot be made; a damaged log is an outcome.
    public func run(progress: (_ checked: UInt64, _ total: UInt64) -> Void = { _, _ in }) throws -> Outcome {
        guard folder.exists else {
            throw ArchiveError(
                .unavailable, "no-archive", chinese: "\(folder.path) 不是档案库",
                english: "there is no archive at \(folder.path)")
        }
        let store = try? SQLiteLogStore(path: folder.log, writable: false)
        let created = store.flatMap(Verification.creation)
        let pinned = try Verification.pinned(options)
        let history = KeyHistory(folder, store, created)
        let keys = pinned.isEmpty ? history.keys : pinned
        let audit = LogAuditor(
            path: folder.log,
            options: .init(
                workers: options.workers, verifierKeys: keys, rotations: history.rotations, origins: keys.map(\.name),
                against: options.against, deep: options.deep))
        let report: LogAuditor.Report
        do {
            report = try audit.run { progress($0.checked, $0.total) }
        } catch {
            throw ArchiveError(
                error.code == .earlierMalformed ? .badInput : .unavailable, error.code.rawValue, chinese: error.chinese,
                english: error.english)
        }
        var findings = report.findings
        if !pinned.isEmpty { findings += Verification.unproven(report, created, history.chain(pinned)) }
        let quorum = options.policy.map {
            QuorumCheck(policy: $0, cosignatures: CosignatureStore(folder), keys: history.chain(keys).verifiers).run(report.checkpoint)
        }
        findings += quorum?.findings ?? []
        if created == nil, report.isSound {
            findings.append(Finding(.creationMissing, at: 0, "archive.created"))
        }
        if options.deep, report.isSound, created != nil { findings += try DerivedAudit(folder).run() }
        return Outcome(
            report: report, findings: findings, isPinned: !pinned.isEmpty,
            findingCount: report.findingCount + UInt64(findings.count - report.findings.count),
            signedSize: Verification.signedSize(report), evaluation: quorum?.evaluation)
    }

    /// The keys that the caller trusts: its own, which a policy that lists logs must list too, or else the policy's.
    private static func pinned(_ options: Options) throws -> [NoteVerifier] {
        let keys = try options.verifierKeys.map { try NoteVerifier($0) }
        guard let logs = options.policy?.logs.map(\.verifier), !logs.isEmpty else { return keys }
        if let foreign = keys.first(where: { !logs.contains($0) }) { throw ArchiveError.keysContradict(foreign) }
        return keys.isEmpty ? logs : keys
    }

    /// What a pinned key did not prove: a log without a signed checkpoint, or one that names another key.
    private static func unproven(
        _ report: LogAuditor.Report, _ created: ArchiveCreated?, _ chain: KeyChain
    ) -> [Finding] {
        var findings: [Finding] = []
        if let created, !chain.verifiers.contains(where: { $0.string == created.verifierKey }) {
            findings.append(Finding(.keyForeign, at: 0, created.verifierKey))
        }
        if report.checkpoint == nil { findings.append(Finding(.checkpointMissing, "\(report.entries) entries")) }
        return findings
    }

    private static func signedSize(_ report: LogAuditor.Report) -> UInt64? {
        guard let note = report.checkpoint, let text = try? Note(parsing: Array(note.utf8)).text else { return nil }
        return try? Checkpoint(text: text).size
    }

    /// The entry of creation; nil where there is none, or it cannot be read.
    static func creation(_ store: SQLiteLogStore) -> ArchiveCreated? {
        var created: ArchiveCreated?
        try? store.forEachEntry(in: 0..<1) { position, bytes in
            if case .archiveCreated(let data) = try Entry(position: position, bytes: Array(bytes)).event() {
                created = data
            }
        }
        return created
    }
}

/// The deep half: everything derived, against a fresh fold of the whole log in a folder of its own.
private struct DerivedAudit {
    private let folder: ArchiveFolder

    init(_ folder: ArchiveFolder) { self.folder = folder }

    func run() throws -> [Finding] {
        let archive = try Archive(opening: folder, for: .reading)
        let scratch = FileManager.default.temporaryDirectory
            .appendingPathComponent("credit-archive-audit-\(UUID().uuidString)").path
        try Files.makeFolder(scratch, mode: 0o700)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let fresh = ProjectionSet(folder: scratch, log: archive.log, policy: archive.policy)
        do {
            try fresh.fold()
        } catch let error as EventLogError where error.code == .damaged {
            return [Finding(.entryUndecodable, error.english)]
        }
        var findings: [Finding] = []
        let size = try archive.log.head().size
        compare(.factsDiffer, size, try? fresh.factsState(), &findings) { try archive.projections.factsState() }
        let live = (try? archive.projections.projectionStates()) ?? []
        let stops = try (live.isEmpty ? fresh.projectionStates() : live).compactMap(\.stop)
        for stop in stops {
            findings.append(Finding(.projectionStopped, at: stop.position, "\(stop.projection): \(stop.english)"))
        }
        if stops.isEmpty {
            compare(.viewsDiffer, size, try? fresh.viewsState(), &findings) { try archive.projections.viewsState() }
        }
        let index = try SQLiteLogIndex(path: scratch + "/index.sqlite", writable: true)
        try IndexCatchUp.run(store: archive.log.store, index: index)
        let kept = try SQLiteLogIndex(path: folder.index, writable: false)
        compare(.indexDiffers, size, try? index.contents(), &findings) { try kept.contents() }
        try checkEvidence(archive, &findings)
        return findings
    }

    /// Files that lag behind are no defect: readers fold the rest. One at the log's end must say what a fresh one says,
    /// and none can know more than the log.
    private func compare(
        _ code: Finding.Code, _ size: UInt64, _ fresh: (size: UInt64, digest: String)?, _ findings: inout [Finding],
        kept: () throws -> (size: UInt64, digest: String)?
    ) {
        do {
            guard let kept = try kept() else { return }
            if kept.size > size {
                findings.append(Finding(.derivedAhead, "\(kept.size) > \(size)"))
            } else if let fresh, kept.size == fresh.size, kept.digest != fresh.digest {
                findings.append(Finding(code, "\(kept.digest), fresh: \(fresh.digest)"))
            }
        } catch {
            findings.append(Finding(code, ArchiveError(error).english))
        }
    }

    private func checkEvidence(_ archive: Archive, _ findings: inout [Finding]) throws {
        var seen: Set<String> = []
        let log = archive.log.store
        try EvidenceReferences.forEach(in: 0..<archive.log.head().size, of: log) { position, digest in
            guard seen.insert(digest).inserted else { return }
            do throws(ArchiveError) { _ = try archive.evidence.bytes(digest) } catch {
                findings.append(Finding(.evidenceDamaged, at: position, error.english))
            }
        }
    }
}
