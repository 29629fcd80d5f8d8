internal import EventLog
internal import EventLogSQLite
internal import Foundation
internal import TransparencyLog

/// How the signing key is kept: plain, under a passphrase, or by a program. The key itself stays the same.
public struct KeyKeeping: Sendable {
    public struct Report: Sendable, Hashable {
        public var form: SigningKeyForm
        public var verifierKey: String
    }

    private let folder: ArchiveFolder
    private let clock: Archive.Clock

    public init(_ folder: ArchiveFolder, clock: @escaping Archive.Clock = Archive.systemClock) {
        self.folder = folder
        self.clock = clock
    }

    /// How it is kept now. Throws as of an archive that signs, but for what a passphrase would be needed for.
    public static func report(of archive: Archive) throws -> Report {
        let key = try archive.signingKeyFile().key
        return Report(form: key.form, verifierKey: key.verifier.string)
    }

    /// Puts the key under a passphrase, or under another one.
    ///
    /// - Parameters:
    ///   - new: the passphrase from now on.
    ///   - old: opens a key that is encrypted already.
    /// - Throws: ``ArchiveError`` `key-elsewhere` for a key that a program signs with; `passphrase-needed`,
    ///   `passphrase-wrong`; ``EventLogError`` `archive-locked`.
    public func encrypt(by new: PassphraseSource, opening old: PassphraseSource = .none) throws -> Report {
        try change { archive, key in
            SigningKeyFile.encrypted(
                try EncryptedKey(opened(key, old), by: new.passphrase(for: .setting)))
        }
    }

    /// Takes the passphrase off. Throws as ``encrypt(by:opening:)``; `key-not-encrypted`.
    public func decrypt(_ passphrase: PassphraseSource) throws -> Report {
        try change { archive, key in
            guard key.form == .encrypted else {
                throw ArchiveError(
                    .conflict, "key-not-encrypted", chinese: "签名密钥没有加密，无须解密",
                    english: "the signing key is not encrypted")
            }
            return .plain(try opened(key, passphrase))
        }
    }

    /// Leaves signing to a program, which has the same key in a device; what was kept here is overwritten.
    ///
    /// The program is run once to sign a text that is no checkpoint, and has to give a signature of this key. To go over
    /// to a key that was made in the device, use ``KeyRotation``.
    ///
    /// - Parameters:
    ///   - arguments: the program's absolute path and its arguments; no shell reads them.
    ///   - verifierKey: the key, as the log names it.
    /// - Throws: ``ArchiveError`` `signing-command-malformed`, `signing-command-failed`, `signing-command-timeout`,
    ///   `signing-command-wrong`, `signing-key-foreign`.
    public func useCommand(
        _ arguments: [String], verifierKey: String, timeLimitSeconds: Int = 30
    ) throws -> Report {
        let command = try CommandKey(
            verifierKey: verifierKey, arguments: arguments, timeLimitSeconds: timeLimitSeconds)
        let lock = try WriterLock(folder: folder.path, holder: Archive.holder(clock))
        defer { withExtendedLifetime(lock) {} }
        let archive = try ready()
        guard verifierKey == archive.origin.verifierKey else {
            throw ArchiveError(
                .conflict, "signing-key-foreign", field: "--verifier",
                chinese: "\(verifierKey) 不是日志现用的密钥 \(archive.origin.verifierKey)；若要换用设备中的新密钥，请用 keys rotate --verifier",
                english: "\(verifierKey) is not the log's key in force, \(archive.origin.verifierKey); to go over to a "
                    + "new key in a device, use keys rotate --verifier")
        }
        try CommandSigner(command).rehearse()
        if FileManager.default.fileExists(atPath: folder.signingKey) {
            try SigningKey.replace(in: folder, with: .command(command))
        } else {
            try Files.makeFolder(folder.keys, mode: 0o700)
            try SigningKey.write(.command(command), to: folder.signingKey)
        }
        return Report(form: .command, verifierKey: verifierKey)
    }

    /// The name of a key is the log's.
    static func requireName(_ verifier: NoteVerifier, _ archive: Archive) throws(ArchiveError) {
        guard verifier.name.utf8.elementsEqual(archive.origin.origin.utf8) else {
            throw ArchiveError(
                .badInput, "key-name-foreign", field: "--verifier",
                chinese: "密钥的名称“\(verifier.name)”不是日志名称“\(archive.origin.origin)”",
                english: "the key's name '\(verifier.name)' is not the log's, '\(archive.origin.origin)'")
        }
    }

    private func change(_ body: (Archive, SigningKeyFile) throws -> SigningKeyFile) throws -> Report {
        let lock = try WriterLock(folder: folder.path, holder: Archive.holder(clock))
        defer { withExtendedLifetime(lock) {} }
        let archive = try ready()
        let key = try body(archive, archive.signingKeyFile().key)
        try SigningKey.replace(in: folder, with: key)
        return Report(form: key.form, verifierKey: key.verifier.string)
    }

    /// The archive, in which no change of key is under way.
    private func ready() throws -> Archive {
        let archive = try Archive(opening: folder, for: .reading, clock: clock)
        try SigningKey.forgetReplaced(in: folder)
        if let pending = try archive.pendingRotation() { throw pending.underWay }
        if let inForce = try? archive.signingKeyFile(), inForce.path == folder.nextSigningKey {
            throw ArchiveError(
                .conflict, "rotation-under-way", chinese: "换钥已经生效而新密钥尚未就位；请再次运行 keys rotate",
                english: "a change of key is in force and the new key has not come to its place; run keys rotate again")
        }
        return archive
    }

    private func opened(_ key: SigningKeyFile, _ passphrase: PassphraseSource) throws -> NoteSigner {
        switch key {
        case .plain(let signer): return signer
        case .encrypted(let key): return try key.signer(passphrase.passphrase(for: .opening))
        case .command:
            throw ArchiveError(
                .conflict, "key-elsewhere", chinese: "签名密钥不在本机（由签名命令使用），无从加密或解密",
                english: "the signing key is not here (a program signs with it): there is nothing to encrypt or decrypt"
            )
        }
    }
}
