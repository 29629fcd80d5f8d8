internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import EventLogSQLite
internal import Foundation
public import LogAudit
internal import Projections
internal import TransparencyLog

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
        /// What became of the keys of sealed texts, by a deep audit; nil without one, or where the keys are not here.
        public var keys: KeyAudit.Counts?
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
        let pinned = try options.verifierKeys.map { try NoteVerifier($0) }
        let report = try run(LogAuditor(export: folder.path, options: checkerOptions(pinned)), progress)
        var findings = report.findings
        if !pinned.isEmpty {
            findings += Verification.unproven(report, named: report.namedKeys.map(\.string), pinned)
        }
        return outcome(report, findings, report.holdsEntries ? .export : .publicExport)
    }

    private func auditArchive(_ subject: Subject, _ progress: (UInt64, UInt64) -> Void) throws -> Outcome {
        let store = try? SQLiteLogStore(path: folder.log, writable: false)
        let created = store.flatMap(Verification.creation)
        let pinned = try options.verifierKeys.map { try NoteVerifier($0) }
        let keys = pinned.isEmpty ? Verification.ownKeys(store, created) : pinned
        let report = try run(LogAuditor(path: folder.log, options: checkerOptions(keys)), progress)
        var findings = report.findings
        if !pinned.isEmpty {
            findings += Verification.unproven(report, named: created.map { [$0.verifierKey] } ?? [], pinned)
        }
        if created == nil, report.isSound {
            findings.append(Finding(.creationMissing, at: 0, "archive.created"))
        }
        guard options.deep, report.isSound, created != nil else { return outcome(report, findings, subject) }
        var derived = DerivedAudit(folder)
        findings += try derived.run()
        return outcome(report, findings, subject, derived.keys)
    }

    private func checkerOptions(_ keys: [NoteVerifier]) -> LogAuditor.Options {
        LogAuditor.Options(
            workers: options.workers, verifierKeys: keys, origins: keys.map(\.name), against: options.against,
            deep: options.deep)
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

    private func outcome(
        _ report: LogAuditor.Report, _ findings: [Finding], _ subject: Subject, _ keys: KeyAudit.Counts? = nil
    ) -> Outcome {
        Outcome(
            report: report, subject: subject, findings: findings, isPinned: !options.verifierKeys.isEmpty,
            findingCount: report.findingCount + UInt64(findings.count - report.findings.count),
            signedSize: Verification.signedSize(report), keys: keys)
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

    /// The keys that the log itself names, those of former origins included.
    private static func ownKeys(_ store: SQLiteLogStore?, _ created: ArchiveCreated?) -> [NoteVerifier] {
        guard let store, let created else { return [] }
        let origins = (try? LogOrigin.all(of: store, since: created))?.map(\.verifierKey) ?? [created.verifierKey]
        return origins.compactMap { try? NoteVerifier($0) }
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
