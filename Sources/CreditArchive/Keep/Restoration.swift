internal import CreditModel
internal import EventLog
internal import EventLogSQLite
internal import Foundation
internal import LogAudit
internal import TransparencyLog

/// Restores an archive from a backup: whole and audited, or not at all.
///
/// Everything is built in a folder beside the place, audited there by the independent checker, and renamed into place;
/// one that was killed leaves that folder, which the next one clears away. The restored archive has no keys (they have
/// a backup of their own, ``KeyBackup``) and takes no records until ``Resumption``.
public struct Restoration: Sendable {
    public struct Report: Sendable, Hashable {
        public var path: String
        public var origin: String
        public var size: UInt64
        /// When the backup was last completed, UTC in RFC 3339.
        public var backupTime: String
        /// How many entries the latest checkpoint signs.
        public var signedSize: UInt64
        /// Whether the caller gave a key; without one the backup only agrees with itself.
        public var isPinned: Bool
        public var attachments: Int
        /// What entries name and the backup does not have whole.
        public var missing: [MissingEvidence]
    }

    private let backup: ArchiveFolder
    private let folder: ArchiveFolder
    private let verifierKeys: [String]
    private let clock: Archive.Clock

    /// - Parameters:
    ///   - folder: one that does not exist, or is empty.
    ///   - verifierKeys: the log's keys as the caller knows them, those of former origins included.
    public init(
        from path: String, to folder: ArchiveFolder, verifierKeys: [String] = [],
        clock: @escaping Archive.Clock = Archive.systemClock
    ) {
        backup = ArchiveFolder(path)
        self.folder = folder
        self.verifierKeys = verifierKeys
        self.clock = clock
    }

    /// Restores; blocks. Throws ``ArchiveError``: `not-a-backup`, `backup-empty`, `folder-not-empty`, `backup-damaged`
    /// naming the first defect and its position; ``EventLogError`` `archive-locked` where a backup or another restore
    /// is under way.
    public func run(progress: (_ checked: UInt64, _ total: UInt64) -> Void = { _, _ in }) throws -> Report {
        let manifest = try requireBackup()
        try Archive.requireFree(folder)
        // Nobody adds to the backup meanwhile; one that cannot be written to has nobody who could.
        let isWritable = FileManager.default.isWritableFile(atPath: backup.path)
        let source = isWritable ? try WriterLock(folder: backup.path, holder: Archive.holder(clock)) : nil
        let draft = ArchiveFolder(folder.path + ".restoring")
        try Files.makeFolder(draft.path)
        let lock = try WriterLock(folder: draft.path, holder: Archive.holder(clock))
        defer { withExtendedLifetime((source, lock)) {} }
        do {
            try clear(draft)
            let report = try build(draft, manifest, progress)
            try Files.syncFolder(draft.path)
            guard rename(draft.path, folder.path) == 0 else {
                throw ArchiveError.file("cannot-make-folder", folder.path, String(cString: strerror(errno)))
            }
            try Files.syncFolder(URL(fileURLWithPath: folder.path).deletingLastPathComponent().path)
            return report
        } catch {
            try? FileManager.default.removeItem(atPath: draft.path)
            throw error
        }
    }

    private func requireBackup() throws -> BackupManifest {
        guard let manifest = try BackupManifest.read(in: backup.path) else {
            throw ArchiveError(
                .badInput, "not-a-backup", chinese: "\(backup.path) 不是备份目录（没有 backup.json）；请核对路径",
                english: "\(backup.path) is no backup (it has no backup.json); check the path")
        }
        guard backup.exists, manifest.size > 0 else {
            throw ArchiveError(
                .badInput, "backup-empty", chinese: "\(backup.path) 中还没有完成过备份；请再次运行 backup",
                english: "no backup was ever completed in \(backup.path); run backup again")
        }
        return manifest
    }

    /// What an earlier restore left that was killed.
    private func clear(_ draft: ArchiveFolder) throws {
        for name in Files.names(in: draft.path) where name != "lock" {
            try FileManager.default.removeItem(atPath: draft.path + "/" + name)
        }
    }

    private func build(
        _ draft: ArchiveFolder, _ manifest: BackupManifest, _ progress: (UInt64, UInt64) -> Void
    ) throws -> Report {
        // As bytes, so that the audit sees what was in the backup, and what will be in place.
        try Files.copy(backup.log, to: draft.log)
        let wal = backup.log + "-wal"
        if FileManager.default.fileExists(atPath: wal) { try Files.copy(wal, to: draft.log + "-wal") }
        let outcome = try audit(draft, manifest, progress)
        let store = try SQLiteLogStore(path: draft.log, writable: true)
        try store.settle()
        let size = outcome.report.entries
        let evidence = EvidenceStore(folder: draft.evidence)
        try Files.makeFolder(draft.evidence)
        let attachments = try evidence.takeAll(from: EvidenceStore(folder: backup.evidence))
        for name in Files.names(in: draft.evidence) { try Files.syncFolder(draft.evidence + "/" + name) }
        try Files.syncFolder(draft.evidence)
        try CosignatureStore(draft).takeAll(from: CosignatureStore(backup), through: size)
        // An archive that is restored asks for two persons where it did; proposals have plain texts and are in no backup.
        try TwoPersonPolicyList.take(from: backup.path, into: draft.path)
        try RestoredMark(size: size, time: RecordedTime.text(milliseconds: clock()), publishedSize: nil)
            .write(in: draft.path)
        guard let created = Verification.creation(store), created.archive == manifest.archive else {
            throw damaged(0, "backup.json 属于另一档案库", "backup.json is of another archive")
        }
        let origins = try LogOrigin.all(of: store, since: created)
        return Report(
            path: folder.path, origin: origins[origins.count - 1].origin, size: size, backupTime: manifest.time,
            signedSize: outcome.signedSize ?? 0, isPinned: outcome.isPinned, attachments: attachments,
            missing: try EvidenceReferences.missing(in: 0..<size, of: store, from: evidence))
    }

    /// The full audit; the log must also be what it was when the last backup was completed.
    private func audit(
        _ draft: ArchiveFolder, _ manifest: BackupManifest, _ progress: (UInt64, UInt64) -> Void
    ) throws -> Verification.Outcome {
        var options = Verification.Options()
        options.verifierKeys = verifierKeys
        options.against = manifest.checkpoint.map { [$0] } ?? []
        let outcome = try Verification(draft, options).run(progress: progress)
        guard let first = outcome.findings.first else { return outcome }
        let (place, more) = (first.position, outcome.findingCount - 1)
        throw damaged(
            place, "[\(first.code)] \(first.chinese)", "[\(first.code)] \(first.english)",
            more > 0 ? ("，另有 \(more) 处", ", and \(more) more") : ("", ""))
    }

    private func damaged(
        _ position: UInt64?, _ chinese: String, _ english: String? = nil, _ more: (String, String) = ("", "")
    ) -> ArchiveError {
        ArchiveError(
            .unavailable, "backup-damaged", field: position.map { "position \($0)" },
            chinese: "备份 \(backup.path) 已损坏\(position.map { "，位置 \($0)" } ?? "")：\(chinese)\(more.0)；没有恢复任何内容，请换一份备份",
            english: "the backup \(backup.path) is damaged\(position.map { " at position \($0)" } ?? ""): "
                + "\(english ?? chinese)\(more.1); nothing was restored, use another backup")
    }
}
