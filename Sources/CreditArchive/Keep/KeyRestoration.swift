internal import CreditModel
internal import EventLog
internal import EventLogSQLite
internal import Foundation
internal import TransparencyLog

/// Brings an archive's keys back from their own backup.
///
/// A key that the log says is destroyed never comes back: its slot is overwritten before the file is put in place, so
/// that a stale backup of the keys brings back everything but what was lawfully erased (to refuse such a backup as a
/// whole would lose every other text with it). Slots beyond the log's highest are given up: the log may be older than
/// the keys, and no key seals texts of two histories. A file that is there is never replaced.
public struct KeyRestoration: Sendable {
    public struct Report: Sendable, Hashable {
        public var restored: [String]
        /// Files that were there and stay as they are.
        public var kept: [String]
        /// Keys in the backup that the log says are destroyed: the backup is stale, and is to be destroyed.
        public var erased: Int
        /// Keys that the log uses and the backup does not have: those texts stay unreadable.
        public var lost: Int
    }

    private let folder: ArchiveFolder
    private let path: String
    private let clock: Archive.Clock

    public init(from path: String, to folder: ArchiveFolder, clock: @escaping Archive.Clock = Archive.systemClock) {
        self.path = ArchiveFolder(path).path
        self.folder = folder
        self.clock = clock
    }

    /// Runs the restore. Throws ``ArchiveError``: `not-a-key-backup`, `keys-foreign`, `key-backup-damaged` naming the
    /// file, `signing-key-foreign`, `keys-present` where there is nothing to bring; ``EventLogError`` `archive-locked`.
    public func run() throws -> Report {
        guard let manifest = try KeyManifest.read(in: path), !manifest.files.isEmpty else {
            throw ArchiveError(
                .badInput, "not-a-key-backup", chinese: "\(path) 不是密钥备份（没有 keys.json 或其中没有密钥）；请核对路径",
                english: "\(path) is no backup of keys (it has no keys.json, or that lists none); check the path")
        }
        let archive = try Archive(opening: folder, for: .reading, clock: clock)
        guard manifest.archive == archive.created.archive else { throw ArchiveError.keysForeign(path) }
        let lock = try WriterLock(folder: folder.path, holder: Archive.holder(clock))
        defer { withExtendedLifetime(lock) {} }
        try check(manifest)
        let places = try places(of: manifest, archive)
        var report = Report(restored: [], kept: [], erased: 0, lost: 0)
        try Files.makeFolder(folder.keys, mode: 0o700)
        for (file, place) in places {
            if place == folder.signingKey { try makeRoom(archive) }
            if FileManager.default.fileExists(atPath: place) {
                report.kept.append(file.name)
                continue
            }
            let draft = place + ".part"
            unlink(draft)
            try Files.copy(path + "/" + file.stored, to: draft, mode: 0o600)
            if file.name == "data.keys" { try prepare(draft, archive, &report) }
            guard rename(draft, place) == 0 else {
                throw ArchiveError.file("cannot-write", place, String(cString: strerror(errno)))
            }
            report.restored.append(file.name)
        }
        try Files.syncFolder(folder.keys)
        guard !report.restored.isEmpty else {
            let names = report.kept.joined(separator: " ")
            throw ArchiveError(
                .conflict, "keys-present",
                chinese: "\(folder.keys) 中已有这些密钥（\(names)），未作任何改动；若要换成备份中的，请先移走现有文件",
                english:
                    "these keys are in \(folder.keys) already (\(names)) and were left as they are; move them away first "
                    + "if those of the backup are to take their place")
        }
        return report
    }

    private func check(_ manifest: KeyManifest) throws {
        for file in manifest.files {
            let stored = path + "/" + file.stored
            guard FileManager.default.isReadableFile(atPath: stored), try KeyBackup.digest(stored) == file.digest else {
                throw ArchiveError(
                    .unavailable, "key-backup-damaged", field: file.name,
                    chinese: "密钥备份中的 \(file.name) 缺失或已被改动，没有恢复任何密钥；请换一份备份",
                    english: "\(file.name) is missing from the backup of keys or was altered; no key was restored, use "
                        + "another backup")
            }
        }
    }

    /// Where the files belong: the signing key that the log has in force is wanted under its name, whatever it is called
    /// in the backup; every other one signs nothing and is kept aside, also one that a later log has.
    private func places(
        of manifest: KeyManifest, _ archive: Archive
    ) throws -> [(file: KeyManifest.File, place: String)] {
        var verifiers: [String: NoteVerifier] = [:]
        for file in manifest.files where file.name.hasPrefix("signing") {
            verifiers[file.name] = try SigningKeyFile(path: path + "/" + file.stored).verifier
        }
        let known = Set(archive.origins.map(\.verifierKey))
        if let foreign = verifiers["signing.key"], !verifiers.values.contains(where: { known.contains($0.string) }) {
            throw ArchiveError(
                .conflict, "signing-key-foreign", chinese: "备份中的签名密钥 \(foreign.string) 不是本日志所载的密钥；没有恢复任何密钥",
                english:
                    "the signing key in the backup, \(foreign.string), is none that the log names; no key was restored")
        }
        return manifest.files.map { file in
            guard let verifier = verifiers[file.name] else { return (file, folder.keys + "/" + file.name) }
            let isInForce = verifier.string == archive.origin.verifierKey
            return (file, isInForce ? folder.signingKey : SigningKey.aside(verifier, in: folder))
        }
    }

    /// A key that the log has replaced does not keep the place of the one in force: it is put aside.
    private func makeRoom(_ archive: Archive) throws {
        guard let present = try? SigningKeyFile(path: folder.signingKey).verifier,
            present.string != archive.origin.verifierKey
        else { return }
        let aside = SigningKey.aside(present, in: folder)
        guard !FileManager.default.fileExists(atPath: aside) else {
            unlink(folder.signingKey)
            return
        }
        guard rename(folder.signingKey, aside) == 0 else { throw ArchiveError.storage(aside, errno) }
    }

    private func prepare(_ draft: String, _ archive: Archive, _ report: inout Report) throws {
        report.erased = try archive.eraseDestroyed(in: draft)
        let highest = try archive.log.index.highestKeyID()
        let keys = try DataKeys(
            path: draft, archiveID: archive.created.archive, highestUsed: highest, canWrite: true, random: RandomPool())
        report.lost = try archive.lostKeys(in: keys).count
        try keys.skipUnused()
    }
}

extension Archive {
    /// The keys that the log uses, has not destroyed, and that a key file does not have.
    func lostKeys(in keys: DataKeys) throws -> [UInt32] {
        let destroyed = Set(try log.index.destroyedKeyIDs())
        let used = try log.index.highestKeyID().map { $0 + 1 } ?? 0
        return try (0..<used).filter { id in
            guard !destroyed.contains(id) else { return false }
            return switch try keys.lookup(id) {
            case .key, .skipped: false
            case .destroyed, .missing: true
            }
        }
    }
}
