internal import CreditModel
internal import EventLog
internal import EventLogSQLite
internal import Foundation
internal import TransparencyLog

/// Makes a backup of an archive, or brings one up to date, while others append.
///
/// A backup is a folder in the shape of an archive, without its keys and without anything derived: `log.sqlite`, the
/// same tables and triggers, to which each backup adds the entries that are new by position; `evidence/`, by digest;
/// and `backup.json` (``BackupManifest``). So every tool that reads an archive reads a backup: `verify` and anybody's
/// own checker of the log work on it unchanged, and an outsider needs nothing but SQLite and SHA-256. Segment files
/// would have needed a format, an index and a checker of their own, and would not have been transactions.
///
/// It needs no lock of the archive: it reads in short transactions what was committed when it began. What it commits is
/// proven first (``LogCopy``) and is always a beginning of the log with its attachments, so that a backup that was
/// killed is a valid older state, and the next one goes on from there.
public struct Backup: Sendable {
    public struct Report: Sendable, Hashable {
        public var path: String
        /// Entries in the backup.
        public var size: UInt64
        /// Entries that this run added.
        public var added: UInt64
        /// How many of them a checkpoint signs; the rest is held by the unsigned head alone.
        public var signedSize: UInt64
        /// Attachments and adopted documents that this run added.
        public var attachments: Int
        /// What the added entries name and neither archive nor backup has whole.
        public var missing: [MissingEvidence]
    }

    private let archive: Archive
    private let folder: ArchiveFolder

    /// - Parameter path: a folder that does not exist, is empty, or holds an earlier backup of the same archive.
    public init(_ archive: Archive, to path: String) {
        self.archive = archive
        folder = ArchiveFolder(path)
    }

    /// Runs the backup; blocks. Throws ``ArchiveError``: `folder-not-empty`, `backup-foreign` where the folder holds a
    /// backup of another archive; ``EventLogError`` `logs-part` where it holds another history, `log-damaged`,
    /// `archive-locked` where another backup is under way there, `storage-failed`.
    public func run(progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }) throws -> Report {
        let head = try archive.log.head()
        if let mark = try RestoredMark.read(in: archive.folder.path), head.size != mark.size { throw mark.refusal }
        var manifest = try prepare()
        let lock = try WriterLock(folder: folder.path, holder: Archive.holder(archive.clock))
        defer { withExtendedLifetime(lock) {} }
        let target = try openLog()
        // Attachments first: no entry is in the backup without what it names.
        let evidence = EvidenceStore(folder: folder.evidence)
        let attachments = try evidence.takeAll(from: archive.evidence)
        let checkpoints = try signed(from: manifest.size, through: head.size)
        let before = try LogCopy(from: archive.log.store, to: target).run(
            to: head, with: checkpoints, progress: progress)
        // One for a size that the backup had already.
        for checkpoint in checkpoints where try target.checkpoint(size: checkpoint.head.size) == nil {
            try target.save(checkpoint: checkpoint.note, size: checkpoint.head.size)
        }
        try sign(head, in: target)
        try target.settle()
        try CosignatureStore(folder).takeAll(from: CosignatureStore(archive.folder), through: head.size)
        try TwoPersonPolicyList.take(from: archive.folder.path, into: folder.path)
        manifest.origin = archive.origin.origin
        (manifest.size, manifest.root) = (head.size, head.root)
        manifest.time = RecordedTime.text(milliseconds: archive.clock())
        try manifest.write(in: folder.path)
        return Report(
            path: folder.path, size: head.size, added: head.size - before,
            signedSize: try target.latestCheckpoint()?.size ?? 0, attachments: attachments,
            missing: try EvidenceReferences.missing(in: before..<head.size, of: target, from: evidence))
    }

    /// The manifest of the folder, which is marked as a backup before anything else is put into it.
    private func prepare() throws -> BackupManifest {
        if let manifest = try BackupManifest.read(in: folder.path) {
            guard manifest.archive == archive.created.archive else {
                throw ArchiveError(
                    .conflict, "backup-foreign", chinese: "\(folder.path) 是另一档案库（\(manifest.origin)）的备份，未作任何改动；请换一个目录",
                    english: "\(folder.path) is a backup of another archive (\(manifest.origin)); nothing was changed, "
                        + "choose another folder")
            }
            return manifest
        }
        // What a first backup leaves that was killed before it had marked its folder.
        unlink(BackupManifest.path(in: folder.path) + ".part")
        try Archive.requireFree(folder)
        try Files.makeFolder(folder.path)
        let manifest = BackupManifest(
            archive: archive.created.archive, origin: archive.origin.origin, size: 0, root: MerkleHash.empty,
            time: RecordedTime.text(milliseconds: archive.clock()))
        try manifest.write(in: folder.path)
        return manifest
    }

    /// The log of the backup; made beside its place first, so that it is there whole or not at all.
    private func openLog() throws -> SQLiteLogStore {
        if !folder.exists {
            let draft = folder.log + ".part"
            for suffix in ["", "-wal", "-shm"] { unlink(draft + suffix) }
            try SQLiteLogStore.create(path: draft)
            guard rename(draft, folder.log) == 0 else {
                throw ArchiveError.file("cannot-write", folder.log, String(cString: strerror(errno)))
            }
            try Files.syncFolder(folder.path)
        }
        return try SQLiteLogStore(path: folder.log, writable: true)
    }

    /// The archive's checkpoints of these sizes, verified. One for the last size may have come after the last backup.
    private func signed(from first: UInt64, through last: UInt64) throws -> [LogCheckpoint] {
        let keys = try archive.origins.map { try NoteVerifier($0.verifierKey) }
        var checkpoints: [LogCheckpoint] = []
        try archive.log.store.forEachCheckpoint(above: first > 0 ? first - 1 : nil) { size, text in
            guard size <= last else { return }
            do {
                let note = try Note(parsing: Array(text.utf8))
                _ = try note.verify(trusting: keys)
                let checkpoint = try Checkpoint(text: note.text)
                guard checkpoint.size == size else { throw ArchiveError.unsound(size) }
                checkpoints.append(LogCheckpoint(head: LogHead(size: size, root: checkpoint.root), note: text))
            } catch is TransparencyError {
                throw ArchiveError.unsound(size)
            }
        }
        return checkpoints
    }

    /// Signs the backup's head where the key is at hand, so that every byte of the backup is under a signature. The key
    /// signs the same text once more that the archive signs at this size: no second history.
    private func sign(_ head: LogHead, in target: SQLiteLogStore) throws {
        guard try head.size > 0 && target.checkpoint(size: head.size) == nil, !archive.isSuspended,
            let signer = try? archive.signer()
        else { return }
        let checkpoint = try Checkpoint(origin: archive.origin.origin, size: head.size, root: head.root)
        let note = String(decoding: try checkpoint.signed(by: [signer]).bytes, as: UTF8.self)
        try target.save(checkpoint: note, size: head.size)
    }
}

extension Archive {
    /// Whether this is a backup, or came out of one and has not been resumed: nothing is signed for it.
    var isSuspended: Bool { (try? RestoredMark.requireWritable(folder)) == nil }
}

extension ArchiveError {
    fileprivate static func unsound(_ size: UInt64) -> ArchiveError {
        ArchiveError(
            EventLogError.damaged(
                "大小 \(size) 的检查点无法核验", "the checkpoint of \(size) entries does not verify"))
    }
}
