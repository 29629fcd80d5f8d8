public import CreditModel
internal import EventLog
internal import Foundation
internal import TransparencyLog

/// Changes the key that signs an archive's checkpoints, under the same name, and says so in the log.
///
/// A scheduled change is vouched for: the checkpoint that ends with the record is signed by both keys, so that whoever
/// trusts the former one can follow. Where the former key is lost or in other hands nobody can vouch, and the new key
/// has to be published as the first one was.
///
/// Each step can be cut off and is taken up by the next call: the new key is on disk before the log names it; nothing is
/// signed between the record and its checkpoint; the new key changes its place last.
public struct KeyRotation: Sendable {
    /// Where the new key comes from.
    public enum NewKey: Sendable {
        /// Made here; kept under a passphrase where the former one was, or where one is given.
        case generated
        /// Kept elsewhere: a program signs (``KeyKeeping/useCommand(_:verifierKey:timeLimitSeconds:)``).
        case command([String], verifierKey: String, timeLimitSeconds: Int)
    }

    public struct Report: Sendable, Hashable {
        public var former: String
        public var origin: LogOrigin
        /// The checkpoint that ends with the record of the change.
        public var checkpoint: String
        /// Whether this call finished an earlier one.
        public var isResumed: Bool
        /// Where the former key is kept now; nil where it is destroyed or was not here.
        public var aside: String?
    }

    private let folder: ArchiveFolder
    private let passphrase: PassphraseSource
    private let clock: Archive.Clock

    public init(
        _ folder: ArchiveFolder, passphrase: PassphraseSource = .none,
        clock: @escaping Archive.Clock = Archive.systemClock
    ) {
        self.folder = folder
        self.passphrase = passphrase
        self.clock = clock
    }

    /// Changes the key, or finishes a change that was cut off.
    ///
    /// - Parameters:
    ///   - basis: by which decision; required where the key is lost or compromised.
    ///   - document: a 文号.
    ///   - destroyFormer: overwrites the former key instead of keeping it aside.
    /// - Throws: ``ArchiveError`` `basis-needed`, `basis-malformed`, `document-malformed`; for a scheduled change whatever
    ///   keeps the former key from signing (`signing-key-missing`, `passphrase-wrong`, …), before anything is changed;
    ///   `rotation-under-way`, `rotation-finished` where another kind of change was cut off; ``EventLogError`` `archive-locked`.
    public func run(
        _ cause: KeyRotated.Cause, basis: String? = nil, document: String? = nil, newKey: NewKey = .generated,
        destroyFormer: Bool = false, recordedBy: String
    ) throws -> Report {
        let number = try KeyRotation.check(cause, basis, document)
        let archive = try Archive(opening: folder, for: .writing, passphrase: passphrase, clock: clock)
        try SigningKey.forgetReplaced(in: folder)
        if let report = try finish(archive, cause, destroyFormer) { return report }
        let former = archive.origin.verifierKey
        var signers = cause == .scheduled ? [try ready(archive.signingKeyFile().key)] : []
        let next = try prepare(newKey, archive)
        signers.append(next)
        let data = KeyRotated(
            cause: cause, former: former, verifierKey: next.verifier.string, basis: basis, document: number)
        let position = try record(data, archive, recordedBy)
        return try complete(archive, data, position, signers, destroyFormer, isResumed: false)
    }

    private static func check(
        _ cause: KeyRotated.Cause, _ basis: String?, _ document: String?
    ) throws(ArchiveError) -> DocumentNumber? {
        guard cause == .scheduled || basis != nil else {
            throw ArchiveError(
                .usage, "basis-needed", field: "--basis", chinese: "密钥丢失或泄露时请用 --basis 写明情况和决定依据",
                english: "where a key is lost or compromised, state what happened and who decided with --basis")
        }
        if let basis, !PlainText.isName(basis, limit: 200) {
            throw ArchiveError(
                .badInput, "basis-malformed", field: "--basis", chinese: "依据应为 1–200 字，不含控制字符",
                english: "a basis has 1–200 characters and no control characters")
        }
        guard let document else { return nil }
        guard let number = DocumentNumber(document) else {
            throw ArchiveError(
                .badInput, "document-malformed", field: "--document", chinese: "文号应为 1–100 字，如 云信办〔2026〕3号",
                english: "a document number has 1–100 characters")
        }
        return number
    }

    /// What signs with a key; a program is tried first, so that nothing is begun that it cannot finish.
    private func ready(_ key: SigningKeyFile) throws -> any CheckpointSigner {
        if case .command(let command) = key { try CommandSigner(command).rehearse() }
        return try key.signer(passphrase)
    }

    /// The new key, on disk before the log names it. One that an earlier call left was never named.
    private func prepare(_ newKey: NewKey, _ archive: Archive) throws -> any CheckpointSigner {
        if FileManager.default.fileExists(atPath: folder.nextSigningKey) { try KeyBackup.shred(folder.nextSigningKey) }
        let key: SigningKeyFile
        let signer: any CheckpointSigner
        switch newKey {
        case .generated:
            let former = try? archive.signingKeyFile().key
            // A person who has just set its passphrase is not asked for it.
            let new = try NoteSigner(name: archive.origin.origin)
            signer = new
            key = try SigningKeyFile(new, passphrase: passphrase.passphrase(forNewKeyAfter: former))
        case .command(let arguments, let verifierKey, let seconds):
            key = .command(
                try CommandKey(verifierKey: verifierKey, arguments: arguments, timeLimitSeconds: seconds))
            try KeyKeeping.requireName(key.verifier, archive)
            signer = try ready(key)
        }
        guard !archive.origins.contains(where: { $0.verifierKey == key.verifier.string }) else {
            throw ArchiveError(
                .badInput, "key-used", field: "--verifier", chinese: "日志已用过这把密钥；请用一把新的",
                english: "the log has had this key before; use a new one")
        }
        try Files.makeFolder(folder.keys, mode: 0o700)
        try SigningKey.write(key, to: folder.nextSigningKey)
        return signer
    }

    private func record(_ data: KeyRotated, _ archive: Archive, _ recordedBy: String) throws -> UInt64 {
        guard let writer = archive.writer else { preconditionFailure("opened for writing") }
        let size = try archive.log.head().size
        let draft = EventDraft(
            .keyRotated(data),
            identity: EventIdentity(source: "urn:credit-archive:key", id: "rotated/\(size)/\(data.verifierKey)"),
            subject: .archive, recordedBy: recordedBy)
        return try writer.appendNow(AppendRequest([draft]))[0].position
    }

    private func complete(
        _ archive: Archive, _ data: KeyRotated, _ position: UInt64, _ signers: [any CheckpointSigner],
        _ destroyFormer: Bool, isResumed: Bool
    ) throws -> Report {
        // Others may have been recorded since: the checkpoint is that of the log as it ended with the record.
        let size = position + 1
        let root = try StoreTiles(store: archive.log.store, size: archive.log.head().size).root(at: size)
        let note = try archive.signedCheckpoint(of: LogHead(size: size, root: root)) { signers }
        let origin = LogOrigin(
            origin: archive.origin.origin, verifierKey: data.verifierKey, position: position, cause: data.cause)
        return try settle(archive, origin, former: data.former, note, destroyFormer, isResumed)
    }

    /// The last step: the new key takes its place.
    private func settle(
        _ archive: Archive, _ origin: LogOrigin, former: String, _ note: String, _ destroyFormer: Bool,
        _ isResumed: Bool
    ) throws -> Report {
        try SigningKey.putInPlace(NoteVerifier(origin.verifierKey), in: folder, destroyingFormer: destroyFormer)
        try archive.close()
        let aside = try SigningKey.aside(NoteVerifier(former), in: folder)
        return Report(
            former: former, origin: origin, checkpoint: note, isResumed: isResumed,
            aside: FileManager.default.fileExists(atPath: aside) ? aside : nil)
    }
}

// What an earlier call has left.
extension KeyRotation {
    /// Finishes a change that was cut off; nil where there is none, or the caller gives it up for another one.
    private func finish(
        _ archive: Archive, _ cause: KeyRotated.Cause, _ destroyFormer: Bool
    ) throws -> Report? {
        guard let pending = try archive.pendingRotation() else {
            guard let report = try finishPlacing(archive, destroyFormer) else { return nil }
            guard report.origin.cause == cause else { throw KeyRotation.finished(report.origin) }
            return report
        }
        guard pending.data.cause == cause else {
            // A key that is lost or compromised meanwhile is so, whatever had been begun.
            guard cause == .scheduled else { return nil }
            throw pending.underWay
        }
        let kept = [folder.nextSigningKey, folder.signingKey].lazy.compactMap { try? SigningKeyFile(path: $0) }
        guard let next = kept.first(where: { $0.verifier.string == pending.data.verifierKey }) else {
            guard cause == .scheduled else { return nil }
            throw ArchiveError(
                .unavailable, "rotation-key-missing",
                chinese: "换钥（位置 \(pending.position)）所记的新密钥已不在 \(folder.keys) 中；请恢复密钥，或运行 keys rotate --lost",
                english:
                    "the new key that the log names at position \(pending.position) is no longer in \(folder.keys); "
                    + "bring it back, or run keys rotate --lost")
        }
        var signers: [any CheckpointSigner] = []
        if cause == .scheduled {
            guard let former = kept.first(where: { $0.verifier.string == pending.data.former }) else {
                throw ArchiveError(
                    .unavailable, "signing-key-missing",
                    chinese: "原签名密钥已不在 \(folder.keys) 中，不能为新密钥作保；请恢复（keys restore），或运行 keys rotate --lost",
                    english:
                        "the former signing key is no longer in \(folder.keys) to vouch for the new one; bring it back "
                        + "with keys restore, or run keys rotate --lost")
            }
            signers.append(try former.signer(passphrase))
        }
        signers.append(try next.signer(passphrase))
        return try complete(archive, pending.data, pending.position, signers, destroyFormer, isResumed: true)
    }

    /// That a change of another kind was finished, and what was asked for was not done.
    private static func finished(_ origin: LogOrigin) -> ArchiveError {
        let cause = origin.cause ?? .scheduled
        return ArchiveError(
            .conflict, "rotation-finished",
            chinese: "先前中断的换钥（\(cause.rawValue)，位置 \(origin.position)）刚刚完成，你要求的另一种换钥尚未记录；若现用或原先的密钥已丢失或泄露，请再次运行同一条命令",
            english:
                "a change of key that was cut off (\(cause.english), position \(origin.position)) has just been finished, "
                + "and the other kind that you asked for is not recorded; if a key is lost or compromised, run the same "
                + "command again")
    }

    /// The log speaks under the new key, which only has not come to its place.
    private func finishPlacing(_ archive: Archive, _ destroyFormer: Bool) throws -> Report? {
        let origin = archive.origin
        guard origin.cause != nil, archive.origins.count > 1,
            let next = try? SigningKeyFile(path: folder.nextSigningKey), next.verifier.string == origin.verifierKey,
            let note = try archive.log.store.checkpoint(size: origin.position + 1)
        else { return nil }
        let former = archive.origins[archive.origins.count - 2].verifierKey
        return try settle(archive, origin, former: former, note, destroyFormer, true)
    }
}
