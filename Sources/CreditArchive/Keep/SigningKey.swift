internal import Foundation
internal import TransparencyLog

/// The file of the key that signs checkpoints.
enum SigningKey {
    /// Reads a key file. Throws ``ArchiveError`` where it is missing, ``TransparencyError`` where it is none.
    static func read(_ path: String) throws -> NoteSigner {
        guard FileManager.default.isReadableFile(atPath: path) else {
            throw ArchiveError(
                .unavailable, "signing-key-missing", chinese: "缺少签名密钥 \(path)，请从密钥备份恢复（keys restore）",
                english: "the signing key \(path) is missing; restore it from the backup of the keys (keys restore)")
        }
        let text = String(decoding: try Files.read(path), as: UTF8.self)
        return try NoteSigner(secretString: text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    static func write(_ signer: NoteSigner, to path: String) throws(ArchiveError) {
        try Files.write(Array((signer.secretString + "\n").utf8), to: path, mode: 0o600)
    }

    /// Where the key of a former origin is kept: it signs nothing any more.
    static func aside(_ verifier: NoteVerifier, in folder: ArchiveFolder) -> String {
        folder.keys + "/signing-" + String(format: "%08x", verifier.keyID) + ".key"
    }
}

extension Archive {
    /// The key that signs for the log's origin in force. Throws ``ArchiveError`` where it is missing or another one.
    func signer() throws -> NoteSigner {
        let signer = try SigningKey.read(folder.signingKey)
        guard signer.verifier.string == origin.verifierKey else {
            throw ArchiveError(
                .unavailable, "signing-key-foreign", chinese: "签名密钥 \(folder.signingKey) 不是本档案库的密钥",
                english: "the signing key \(folder.signingKey) is not this archive's")
        }
        return signer
    }
}
