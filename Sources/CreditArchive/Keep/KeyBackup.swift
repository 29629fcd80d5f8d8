internal import CreditModel
internal import Crypto
internal import EventLog
internal import EventLogSQLite
internal import Foundation

/// Backs up an archive's keys, apart from its log: whoever has both can read every text and sign for the archive.
///
/// A folder 0700 with the files of `keys/`, 0600, and `keys.json`; the signing key in the form it has: one under a
/// passphrase stays under it, one that a program signs with is not in it. A slot that the log says is destroyed is overwritten
/// in the copy, too. Made again into the same folder it replaces what was there, and overwrites it: an erased text must
/// not live on in an older copy.
public struct KeyBackup: Sendable {
    public struct Report: Sendable, Hashable {
        public var path: String
        public var files: [String]
        /// Entries of the log at the time.
        public var size: UInt64
    }

    private let archive: Archive
    private let path: String

    public init(_ archive: Archive, to path: String) {
        self.archive = archive
        self.path = ArchiveFolder(path).path
    }

    /// Runs the backup; needs no lock of the archive. Throws ``ArchiveError``: `keys-missing`, `keys-in-log-backup`,
    /// `keys-foreign` where the folder holds another archive's, `folder-not-empty`.
    public func run() throws -> Report {
        let source = archive.folder.keys
        let kept = SigningKey.kept(of: archive)
        guard !kept.isEmpty else {
            throw ArchiveError(
                .unavailable, "keys-missing", chinese: "\(source) 中没有密钥可备份；请先用 keys restore 恢复密钥",
                english: "there are no keys in \(source) to back up; bring them with keys restore first")
        }
        try prepare()
        let lock = try WriterLock(folder: path, holder: Archive.holder(archive.clock))
        defer { withExtendedLifetime(lock) {} }
        let head = try archive.log.head()
        var files: [KeyManifest.File] = []
        for (name, place) in kept {
            let draft = path + "/" + name + ".part"
            unlink(draft)
            try Files.copy(place, to: draft, mode: 0o600)
            if name == "data.keys" { _ = try archive.eraseDestroyed(in: draft) }
            let file = KeyManifest.File(name: name, digest: try KeyBackup.digest(draft))
            guard rename(draft, path + "/" + file.stored) == 0 else {
                throw ArchiveError.file("cannot-write", path + "/" + file.stored, String(cString: strerror(errno)))
            }
            files.append(file)
        }
        let manifest = KeyManifest(
            archive: archive.created.archive, size: head.size,
            time: RecordedTime.text(milliseconds: archive.clock()), files: files)
        try manifest.write(in: path, mode: 0o600)
        // Only now: until here the older set was the valid one.
        let valid = Set(files.map(\.stored) + [KeyManifest.fileName, "lock"])
        for name in Files.names(in: path) where !valid.contains(name) { try KeyBackup.shred(path + "/" + name) }
        return Report(path: path, files: files.map(\.name), size: head.size)
    }

    private func prepare() throws {
        if FileManager.default.fileExists(atPath: BackupManifest.path(in: path)) {
            throw ArchiveError(
                .badInput, "keys-in-log-backup", chinese: "\(path) 是日志的备份；密钥必须与日志备份分开保管，请换一个目录",
                english: "\(path) is a backup of the log; keys are kept apart from it, choose another folder")
        }
        if let manifest = try KeyManifest.read(in: path) {
            guard manifest.archive == archive.created.archive else { throw ArchiveError.keysForeign(path) }
            return
        }
        try Archive.requireFree(ArchiveFolder(path))
        try Files.makeFolder(path, mode: 0o700)
        // An empty folder that was there may have been open to others.
        guard chmod(path, 0o700) == 0 else {
            throw ArchiveError.file("cannot-write", path, String(cString: strerror(errno)))
        }
        try KeyManifest(
            archive: archive.created.archive, size: 0, time: RecordedTime.text(milliseconds: archive.clock()), files: []
        ).write(in: path, mode: 0o600)
    }

    /// SHA-256 of a file, read piece by piece.
    static func digest(_ path: String) throws -> String {
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ArchiveError.file("cannot-read", path, String(cString: strerror(errno)))
        }
        var hash = SHA256()
        while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
        return "sha256:" + hash.finalize().map { String(format: "%02x", $0) }.joined()
    }

    /// Overwrites a file with zeros, syncs and removes it. (What a disk keeps of the old blocks is the disk's.)
    static func shred(_ path: String) throws {
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        var left = try handle.seekToEnd()
        try handle.seek(toOffset: 0)
        while left > 0 {
            let count = min(left, 1 << 20)
            try handle.write(contentsOf: Data(count: Int(count)))
            left -= count
        }
        try handle.synchronize()
        try handle.close()
        try FileManager.default.removeItem(atPath: path)
    }
}

extension Archive {
    /// Overwrites the slots of a key file that the log says are destroyed. Returns how many of them still held a key.
    func eraseDestroyed(in path: String) throws -> Int {
        let keys = try DataKeys(
            path: path, archiveID: created.archive, highestUsed: log.index.highestKeyID(), canWrite: true,
            random: RandomPool())
        var erased = 0
        for id in try log.index.destroyedKeyIDs() {
            guard case .key = try keys.lookup(id) else { continue }
            try keys.destroy(id)
            erased += 1
        }
        return erased
    }
}

extension ArchiveError {
    static func keysForeign(_ path: String) -> ArchiveError {
        ArchiveError(
            .conflict, "keys-foreign", chinese: "\(path) 是另一档案库的密钥备份，未作任何改动；请核对路径",
            english: "\(path) holds the keys of another archive; nothing was changed, check the path")
    }
}
