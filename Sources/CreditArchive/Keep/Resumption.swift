internal import CreditModel
internal import EventLog
internal import EventLogSQLite
internal import Foundation
internal import TransparencyLog

/// Lets an archive that was restored from a backup take records again, so that one origin and key never sign two
/// histories (design.md, Processes).
///
/// Either the log reaches the largest checkpoint that is known to have been published, and goes on under its name
/// (``resume(against:)``); or it goes on under another name and key, and says so
/// (``resume(under:against:recordedBy:)``). That no checkpoint is known is no reason to go on: nobody can prove that
/// none was published.
public struct Resumption: Sendable {
    public struct Report: Sendable, Hashable {
        public var origin: LogOrigin
        public var size: UInt64
        /// The largest checkpoint of the former history that is known to have been published.
        public var publishedSize: UInt64?
    }

    private let folder: ArchiveFolder
    private let passphrase: PassphraseSource
    private let clock: Archive.Clock

    /// - Parameter passphrase: of the signing key, where it is encrypted; the key of another name is kept under it, too.
    public init(
        _ folder: ArchiveFolder, passphrase: PassphraseSource = .none,
        clock: @escaping Archive.Clock = Archive.systemClock
    ) {
        self.folder = folder
        self.passphrase = passphrase
        self.clock = clock
    }

    /// Goes on under the log's name, given the largest published checkpoint of it (a signed note, witnesses' signatures
    /// included).
    ///
    /// Throws ``ArchiveError``: `restored-behind` where more was published than restored (which is kept in mind: a
    /// smaller checkpoint does not help afterwards), `checkpoint-of-another-history`, `checkpoint-foreign` where it is
    /// not signed for the origin in force, `not-restored`.
    public func resume(against note: [UInt8]) throws -> Report {
        let lock = try WriterLock(folder: folder.path, holder: Archive.holder(clock))
        defer { withExtendedLifetime(lock) {} }
        var mark = try requireMark()
        let archive = try Archive(opening: folder, for: .reading, clock: clock)
        let head = try archive.log.head()
        guard head.size == mark.size else { throw interrupted(archive) }
        let published = try remember(note, archive, in: &mark)
        if published.size <= head.size {
            let root = try StoreTiles(store: archive.log.store, size: head.size).root(at: published.size)
            guard root == published.root else {
                throw ArchiveError(
                    .conflict, "checkpoint-of-another-history",
                    chinese: "已公布的检查点（\(published.size) 条）与恢复的日志不是同一段历史；请查明哪一份是真的，不得以原名称续写",
                    english:
                        "the published checkpoint of \(published.size) entries is of another history than the restored "
                        + "log: find out which is the true one; it must not go on under its name")
            }
        }
        guard !mark.isBehind else { throw mark.refusal }
        if FileManager.default.fileExists(atPath: folder.dataKeys) {
            try DataKeys(
                path: folder.dataKeys, archiveID: archive.created.archive,
                highestUsed: archive.log.index.highestKeyID(), canWrite: true, random: RandomPool()
            ).skipUnused()
        }
        try RestoredMark.remove(in: folder.path)
        return Report(origin: archive.origin, size: head.size, publishedSize: mark.publishedSize)
    }

    /// Goes on under another name with a key of its own: records the change as `origin.changed` and signs it.
    ///
    /// Each step can be repeated: the new key is on disk before the log names it, and the archive takes no other record
    /// before its checkpoint under the new name is kept. The former key stays under another name and signs nothing.
    ///
    /// - Parameter note: the largest published checkpoint of the former name, where one is known: the record tells its
    ///   size.
    /// - Throws: ``ArchiveError``: `origin-malformed`, `origin-used`, `checkpoint-foreign`, `not-restored`;
    ///   ``EventLogError`` `keys-unusable` where the data keys are missing.
    public func resume(under name: String, against note: [UInt8]? = nil, recordedBy: String) throws -> Report {
        try Archive.requireOrigin(name)
        guard folder.exists, try RestoredMark.read(in: folder.path) != nil else { throw notRestored }
        let archive = try Archive(
            opening: folder, for: .writing, resuming: true, passphrase: passphrase, clock: clock)
        var mark = try requireMark()
        let key: SigningKeyFile
        if try archive.log.head().size == mark.size {
            if let note { _ = try remember(note, archive, in: &mark) }
            key = try nextKey(name, archive)
            try archive.keys?.skipUnused()
            try record(key.verifier, mark, archive, recordedBy)
        } else {
            key = try keyUnderWay(name, mark, archive)
        }
        guard let change = try LogOrigin.change(in: archive.log.store, at: mark.size), change.origin == name else {
            throw interrupted(archive)
        }
        let head = LogHead(size: mark.size + 1, root: try archive.log.head().root)
        _ = try archive.signedCheckpoint(of: head, origin: name) { [try key.signer(passphrase)] }
        try SigningKey.putInPlace(key.verifier, in: folder, destroyingFormer: false)
        try archive.close()
        try RestoredMark.remove(in: folder.path)
        return Report(
            origin: LogOrigin(origin: name, verifierKey: change.verifierKey, position: mark.size), size: head.size,
            publishedSize: mark.publishedSize)
    }

    private func requireMark() throws -> RestoredMark {
        guard folder.exists, let mark = try RestoredMark.read(in: folder.path) else { throw notRestored }
        return mark
    }

    private var notRestored: ArchiveError {
        ArchiveError(
            .badInput, "not-restored", chinese: "\(folder.path) 不是待续写的恢复档案库，无须 resume",
            english: "\(folder.path) is no restored archive that waits to be resumed; there is nothing to do")
    }

    /// Verifies a published checkpoint and keeps its size in mind, where it is the largest so far.
    private func remember(_ note: [UInt8], _ archive: Archive, in mark: inout RestoredMark) throws -> Checkpoint {
        let published = try verified(note, archive)
        if published.size > (mark.publishedSize ?? 0) {
            mark.publishedSize = published.size
            try mark.write(in: folder.path)
        }
        return published
    }

    /// Any key that the log had under its name may have signed what was published.
    private func verified(_ bytes: [UInt8], _ archive: Archive) throws -> Checkpoint {
        let origin = archive.origin
        do {
            let keys = archive.origins.filter { $0.origin == origin.origin }
            return try Checkpoint(
                note: bytes, origin: origin.origin, trusting: keys.map { try NoteVerifier($0.verifierKey) })
        } catch let error as TransparencyError {
            throw ArchiveError(
                .badInput, "checkpoint-foreign", field: "--against",
                chinese: "给出的检查点不是 \(origin.origin) 以恢复的日志所载密钥签发的有效检查点：\(error.chinese)；请向见证方或审计方取得原件。"
                    + "若备份之后换过钥，这份备份已经落后：请恢复较新的备份，或用 resume --new-origin 以新名称续写",
                english:
                    "this is no valid checkpoint signed for \(origin.origin) by a key that the restored log names: "
                    + "\(error.english); get the original from a witness or an auditor. If the key was changed after the "
                    + "backup, the backup is behind: restore a newer one, or go on under another name with resume "
                    + "--new-origin")
        }
    }

    /// The log has grown since it was restored: another call of ``resume(under:against:recordedBy:)`` was cut off.
    private func interrupted(_ archive: Archive) -> ArchiveError {
        let mark = try? requireMark()
        let name = mark.flatMap { try? LogOrigin.change(in: archive.log.store, at: $0.size)?.origin } ?? "?"
        return ArchiveError(
            .conflict, "resumption-under-way", chinese: "以新名称 \(name) 续写已经开始而未完成；请运行 resume --new-origin \(name)",
            english: "going on under the name \(name) has begun and was cut off; run resume --new-origin \(name)")
    }
}

// The steps of a change of name.
extension Resumption {
    /// The key of the new name, on disk before the log names it.
    private func nextKey(_ name: String, _ archive: Archive) throws -> SigningKeyFile {
        guard !archive.origins.contains(where: { $0.origin == name }) else {
            throw ArchiveError(
                .badInput, "origin-used", field: "--new-origin", chinese: "日志已用过名称 \(name)；请换一个从未用过的名称",
                english: "the log has had the name \(name) before; choose one that it never had")
        }
        if let kept = try? SigningKeyFile(path: folder.nextSigningKey), kept.verifier.name == name { return kept }
        let former = try? SigningKeyFile(path: folder.signingKey)
        let key = try SigningKeyFile(
            NoteSigner(name: name), passphrase: passphrase.passphrase(forNewKeyAfter: former))
        try SigningKey.write(key, to: folder.nextSigningKey)
        return key
    }

    /// The key that the log names already.
    private func keyUnderWay(_ name: String, _ mark: RestoredMark, _ archive: Archive) throws -> SigningKeyFile {
        guard let change = try LogOrigin.change(in: archive.log.store, at: mark.size), change.origin == name else {
            throw interrupted(archive)
        }
        for path in [folder.nextSigningKey, folder.signingKey] {
            if let key = try? SigningKeyFile(path: path), key.verifier.string == change.verifierKey { return key }
        }
        return try SigningKeyFile(path: folder.nextSigningKey)
    }

    private func record(
        _ verifier: NoteVerifier, _ mark: RestoredMark, _ archive: Archive, _ recordedBy: String
    ) throws {
        guard let writer = archive.writer else { preconditionFailure("opened for writing") }
        let change = OriginChanged(
            cause: .restored, former: archive.origin.origin, origin: verifier.name, verifierKey: verifier.string,
            restoredSize: Int64(mark.size), publishedSize: mark.publishedSize.map { Int64($0) })
        let draft = EventDraft(
            .originChanged(change),
            identity: EventIdentity(source: "urn:credit-archive:origin", id: "changed/\(verifier.name)"),
            subject: .archive, recordedBy: recordedBy)
        _ = try writer.appendNow(AppendRequest([draft]))
    }
}
