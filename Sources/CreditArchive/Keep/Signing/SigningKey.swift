internal import EventLog
internal import Foundation
internal import TransparencyLog

extension ArchiveFolder {
    /// The key of a change that has begun and is not in place yet.
    var nextSigningKey: String { signingKey + ".next" }
    /// What a key file held before it was replaced, until it is overwritten.
    var replacedSigningKey: String { signingKey + ".old" }
}

/// The files of the key that signs checkpoints.
enum SigningKey {
    /// Names of files that are on their way to another place, and no keys to be kept.
    static let passingSuffixes = [".part", ".next", ".old"]

    /// Writes a key durably, readable by its owner alone, whole or not at all.
    static func write(_ key: SigningKeyFile, to path: String) throws(ArchiveError) {
        // One that a crash left would keep its mode, and may hold a key.
        try overwrite(path + ".part")
        try Files.write(key.bytes, to: path, mode: 0o600)
    }

    private static func overwrite(_ path: String) throws(ArchiveError) {
        guard FileManager.default.fileExists(atPath: path) else { return }
        do { try KeyBackup.shred(path) } catch { throw ArchiveError(error) }
    }

    /// Puts the key into another form: the new file takes the place of the old one in one step, then the bytes of the old
    /// one are overwritten. (What a disk or a file system keeps of them is theirs.)
    static func replace(in folder: ArchiveFolder, with key: SigningKeyFile) throws {
        try forgetReplaced(in: folder)
        guard link(folder.signingKey, folder.replacedSigningKey) == 0 else {
            throw ArchiveError.storage(folder.signingKey, errno)
        }
        try write(key, to: folder.signingKey)
        try forgetReplaced(in: folder)
    }

    /// Overwrites what a change that was cut off has left. A second name of the key that is still in place only goes.
    static func forgetReplaced(in folder: ArchiveFolder) throws {
        for path in [folder.signingKey + ".part", folder.nextSigningKey + ".part"] { try overwrite(path) }
        let path = folder.replacedSigningKey
        guard FileManager.default.fileExists(atPath: path) else { return }
        if Files.isSame(path, folder.signingKey) { unlink(path) } else { try overwrite(path) }
        try Files.syncFolder(folder.keys)
    }

    /// The new key of a change becomes the one that signs; the former one is kept aside, or overwritten.
    ///
    /// Can be cut off and repeated at every step: as long as the new key is under its first name, there is more to do.
    static func putInPlace(_ verifier: NoteVerifier, in folder: ArchiveFolder, destroyingFormer: Bool) throws {
        guard FileManager.default.fileExists(atPath: folder.nextSigningKey) else { return }
        if FileManager.default.fileExists(atPath: folder.signingKey) {
            let former = try? SigningKeyFile(path: folder.signingKey)
            if former?.verifier == verifier || (former == nil && !destroyingFormer) {
                // The same key, or no key at all: the rename below takes its place.
            } else if let former, !destroyingFormer {
                let aside = aside(former.verifier, in: folder)
                guard rename(folder.signingKey, aside) == 0 else { throw ArchiveError.storage(aside, errno) }
            } else {
                try KeyBackup.shred(folder.signingKey)
            }
            try Files.syncFolder(folder.keys)
        }
        guard rename(folder.nextSigningKey, folder.signingKey) == 0 else {
            throw ArchiveError.storage(folder.signingKey, errno)
        }
        try Files.syncFolder(folder.keys)
    }

    /// Where a former key is kept: it signs nothing any more.
    static func aside(_ verifier: NoteVerifier, in folder: ArchiveFolder) -> String {
        folder.keys + "/signing-" + String(format: "%08x", verifier.keyID) + ".key"
    }

    /// The files of keys that are worth keeping, by the name they belong under.
    static func kept(of archive: Archive) -> [(name: String, path: String)] {
        let folder = archive.folder
        var files = Files.names(in: folder.keys).filter { name in !passingSuffixes.contains { name.hasSuffix($0) } }
            .map { (name: $0, path: folder.keys + "/" + $0) }
        // The key in force, where a crash has left it under its first name.
        guard let inForce = try? archive.signingKeyFile(), inForce.path == folder.nextSigningKey else { return files }
        if let former = try? SigningKeyFile(path: folder.signingKey),
            let index = files.firstIndex(where: { $0.name == "signing.key" })
        {
            files[index].name = URL(fileURLWithPath: aside(former.verifier, in: folder)).lastPathComponent
        } else {
            files.removeAll { $0.name == "signing.key" }
        }
        return files + [(name: "signing.key", path: inForce.path)]
    }
}

extension Archive {
    /// The file of the key of the log's origin in force, and where it is: in its place, or still under its first name
    /// where a change of key was cut off after the log had spoken under it.
    ///
    /// Throws ``ArchiveError`` `signing-key-missing`, `signing-key-foreign`, `signing-key-damaged`.
    func signingKeyFile() throws -> (key: SigningKeyFile, path: String) {
        if let next = try? SigningKeyFile(path: folder.nextSigningKey), next.verifier.string == origin.verifierKey {
            return (next, folder.nextSigningKey)
        }
        let key = try SigningKeyFile(path: folder.signingKey)
        guard key.verifier.string == origin.verifierKey else {
            throw ArchiveError(
                .unavailable, "signing-key-foreign",
                chinese: "签名密钥 \(folder.signingKey) 不是本档案库的密钥；请恢复正确的密钥（keys restore），若确已丢失，运行 keys rotate --lost",
                english:
                    "the signing key \(folder.signingKey) is not this archive's; bring the right one back with keys "
                    + "restore, or, if it is lost for good, run keys rotate --lost")
        }
        return (key, folder.signingKey)
    }

    /// What signs for the log's origin in force. Throws as ``signingKeyFile()``; `rotation-under-way`,
    /// `passphrase-needed`, `passphrase-wrong`.
    func signer() throws -> any CheckpointSigner {
        if let pending = try pendingRotation() { throw pending.underWay }
        return try signingKeyFile().key.signer(passphrase)
    }

    /// The signed checkpoint of a size: the one that is stored, or a new one, which is stored before anybody sees it.
    ///
    /// The one place where an archive signs, so that no size has two checkpoints: what is stored decides, whoever signed
    /// in between. If the process dies before it is stored, nobody has seen it, and the same text is signed again.
    func signedCheckpoint(
        of head: LogHead, origin name: String? = nil, by signers: () throws -> [any CheckpointSigner]
    ) throws -> String {
        let store = log.store
        if let kept = try store.checkpoint(size: head.size) { return kept }
        let checkpoint = try Checkpoint(origin: name ?? origin.origin, size: head.size, root: head.root)
        let note = String(decoding: try checkpoint.signed(by: signers()).bytes, as: UTF8.self)
        do {
            try store.save(checkpoint: note, size: head.size)
        } catch let error as EventLogError where error.code == .checkpointExists {
            // Somebody else was faster, with a key whose signatures differ each time.
            return try store.checkpoint(size: head.size) ?? note
        }
        return note
    }
}
