internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import EventLogSQLite
internal import Foundation
public import LogAudit
internal import Projections
public import TransparencyLog

/// The audit of a log wherever it is kept: of an archive or a backup by the independent checker, and on demand of
/// everything derived from it; of an exported folder by the same checker.
public struct Verification: Sendable {
    /// What was audited.
    public enum Subject: String, Sendable, Hashable {
        case archive
        /// A backup: an archive's folder that is never written to as one.
        case backup
        /// An exported log with its entries.
        case export
        /// An exported log without entries: its hashes and receipts alone could be checked.
        case publicExport
    }

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
        public var subject: Subject
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
        /// What became of the keys of sealed texts, by a deep audit; nil without one, or where the keys are not here.
        public var keys: KeyAudit.Counts?

        mutating func add(_ more: [Finding]) {
            findings += more
            findingCount += UInt64(more.count)
        }
    }

    private let folder: ArchiveFolder
    private let options: Options

    public init(_ folder: ArchiveFolder, _ options: Options) {
        self.folder = folder
        self.options = options
    }

    /// Runs the audit; blocks. Throws ``ArchiveError`` where it cannot be made; a damaged log is an outcome.
    public func run(progress: (_ checked: UInt64, _ total: UInt64) -> Void = { _, _ in }) throws -> Outcome {
        switch try subject() {
        case .export, .publicExport: try auditExport(progress)
        case let subject: try auditArchive(subject, progress)
        }
    }

    /// What there is in the folder.
    ///
    /// - Throws: ``ArchiveError`` `no-archive`; `folder-ambiguous` where it is both an archive and an export, of which
    ///   one could be sound and the other not.
    private func subject() throws -> Subject {
        let isExport = ["/checkpoint", "/tile"].contains { FileManager.default.fileExists(atPath: folder.path + $0) }
        switch (folder.exists, isExport) {
        case (true, true):
            throw ArchiveError(
                .badInput, "folder-ambiguous",
                chinese: "\(folder.path) 既有档案库的 log.sqlite，又有导出的 checkpoint 或 tile；请分开放置后再核验",
                english: "\(folder.path) has the log.sqlite of an archive and the checkpoint or tile of an export; put "
                    + "them apart and verify each")
        case (true, false):
            let manifest = folder.path + "/" + BackupManifest.fileName
            return FileManager.default.fileExists(atPath: manifest) ? .backup : .archive
        case (false, true): return .export
        case (false, false):
            throw ArchiveError(
                .unavailable, "no-archive", chinese: "\(folder.path) 不是档案库，也不是导出目录；请检查路径",
                english: "there is no archive at \(folder.path), and no export; check the path")
        }
    }

    private func auditExport(_ progress: (UInt64, UInt64) -> Void) throws -> Outcome {
        let pinned = try Verification.pinned(options)
        let report = try run(LogAuditor(export: folder.path, options: checkerOptions(pinned)), progress)
        let named = report.namedKeys
        // The head carries its cosignatures itself.
        var outcome = outcome(
            report, report.holdsEntries ? .export : .publicExport, trusting: pinned.isEmpty ? named : pinned,
            named: named.map(\.string), isPinned: !pinned.isEmpty, cosignatures: nil)
        if options.deep, report.isSound, report.holdsEntries {
            outcome.add(try ExportedFacts(path: folder.path).run())
        }
        return outcome
    }

    private func auditArchive(_ subject: Subject, _ progress: (UInt64, UInt64) -> Void) throws -> Outcome {
        let store = try? SQLiteLogStore(path: folder.log, writable: false)
        let created = store.flatMap(Verification.creation)
        let pinned = try Verification.pinned(options)
        let history = KeyHistory(folder, store, created)
        let keys = pinned.isEmpty ? history.keys : pinned
        let report = try run(
            LogAuditor(path: folder.log, options: checkerOptions(keys, history.rotations)), progress)
        var outcome = outcome(
            report, subject, trusting: history.chain(keys).verifiers, named: created.map { [$0.verifierKey] } ?? [],
            isPinned: !pinned.isEmpty, cosignatures: CosignatureStore(folder))
        if created == nil, report.isSound { outcome.add([Finding(.creationMissing, at: 0, "archive.created")]) }
        guard options.deep, report.isSound, created != nil else { return outcome }
        var derived = DerivedAudit(folder)
        outcome.add(try derived.run())
        outcome.keys = derived.keys
        return outcome
    }

    /// What the checker found, with what the keys and the policy did not prove.
    private func outcome(
        _ report: LogAuditor.Report, _ subject: Subject, trusting keys: [NoteVerifier], named: [String],
        isPinned: Bool, cosignatures: CosignatureStore?
    ) -> Outcome {
        var outcome = Outcome(
            report: report, subject: subject, findings: report.findings, isPinned: isPinned,
            findingCount: report.findingCount, signedSize: Verification.signedSize(report))
        if isPinned { outcome.add(Verification.unproven(report, named: named, keys)) }
        guard let policy = options.policy else { return outcome }
        let quorum = QuorumCheck(policy: policy, cosignatures: cosignatures, keys: keys).run(report.checkpoint)
        outcome.add(quorum.findings)
        outcome.evaluation = quorum.evaluation
        return outcome
    }

    private func checkerOptions(
        _ keys: [NoteVerifier], _ rotations: [KeyChain.Rotation] = []
    ) -> LogAuditor.Options {
        LogAuditor.Options(
            workers: options.workers, verifierKeys: keys, rotations: rotations, origins: keys.map(\.name),
            against: options.against, deep: options.deep)
    }

    private func run(_ audit: LogAuditor, _ progress: (UInt64, UInt64) -> Void) throws -> LogAuditor.Report {
        do {
            return try audit.run { progress($0.checked, $0.total) }
        } catch {
            throw ArchiveError(
                error.code == .earlierMalformed ? .badInput : .unavailable, error.code.rawValue, chinese: error.chinese,
                english: error.english)
        }
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
        _ report: LogAuditor.Report, named: [String], _ pinned: [NoteVerifier]
    ) -> [Finding] {
        var findings: [Finding] = []
        if !named.isEmpty, !pinned.contains(where: { named.contains($0.string) }) {
            findings.append(Finding(.keyForeign, at: 0, named.joined(separator: ", ")))
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
