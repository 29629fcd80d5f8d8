internal import CanonicalJSON
internal import Crypto
internal import EventLog
internal import Foundation
internal import TransparencyLog

/// A signing key under a passphrase: AES-256-GCM with a key that scrypt makes of the passphrase (Schema/README, Keys).
///
/// Everything but the ciphertext is associated data: whoever alters the costs, the salt or the name of the key makes
/// the file unreadable, never readable as something else.
struct EncryptedKey: Sendable {
    let verifier: NoteVerifier
    private let kdf: ScryptParameters
    private let nonce: [UInt8]
    /// The key in Go's form, encrypted, then the tag of 16 bytes.
    private let ciphertext: [UInt8]

    /// Encrypts a key.
    init(_ signer: NoteSigner, by passphrase: Passphrase, random: RandomPool = RandomPool()) throws {
        verifier = signer.verifier
        kdf = ScryptParameters { random.bytes(16) }
        nonce = random.bytes(12)
        let sealed = try AES.GCM.seal(
            Array(signer.secretString.utf8), using: kdf.key(of: passphrase), nonce: AES.GCM.Nonce(data: nonce),
            authenticating: EncryptedKey.header(verifier, kdf, nonce, nil))
        ciphertext = Array(sealed.ciphertext) + Array(sealed.tag)
    }

    /// Opens the key. Throws ``ArchiveError`` `passphrase-wrong`.
    func signer(_ passphrase: Passphrase) throws -> NoteSigner {
        let opened: Data
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: nonce), ciphertext: ciphertext.dropLast(16), tag: ciphertext.suffix(16))
            opened = try AES.GCM.open(
                box, using: kdf.key(of: passphrase), authenticating: EncryptedKey.header(verifier, kdf, nonce, nil))
        } catch {
            throw ArchiveError(
                .badInput, "passphrase-wrong", chinese: "口令打不开签名密钥（口令不对，或密钥文件被改动）；请核对口令，或从密钥备份恢复",
                english:
                    "the passphrase does not open the signing key: it is wrong, or the file was altered; check it, "
                    + "or bring the key back from its backup")
        }
        let signer = try NoteSigner(secretString: String(decoding: opened, as: UTF8.self))
        guard signer.verifier == verifier else {
            throw ArchiveError(
                .unavailable, "signing-key-damaged", chinese: "签名密钥文件所载的验证密钥与其中的密钥不符；请从密钥备份恢复",
                english: "the file of the signing key holds another key than it says; bring it back from its backup")
        }
        return signer
    }

    /// The members after `form` was read.
    init(reading fields: inout JSONFields) throws {
        let cipher = try fields.required("cipher")
        guard cipher.isString("AES-256-GCM") else { throw cipher.fault(.badValue, "AES-256-GCM") }
        ciphertext = try fields.required("ciphertext").bytes(in: 17...4_096)
        kdf = try ScryptParameters(json: fields.required("kdf"))
        nonce = try fields.required("nonce").bytes(in: 12...12)
        verifier = try NoteVerifier(fields.required("verifierKey").string())
    }

    var bytes: [UInt8] { EncryptedKey.header(verifier, kdf, nonce, ciphertext) }

    /// The file in canonical JSON; without the ciphertext it is the associated data.
    private static func header(
        _ verifier: NoteVerifier, _ kdf: ScryptParameters, _ nonce: [UInt8], _ ciphertext: [UInt8]?
    ) -> [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("cipher", "AES-256-GCM")
        if let ciphertext {
            writer.key("ciphertext")
            writer.base64URL(ciphertext)
        }
        writer.member("form", SigningKeyForm.encrypted.rawValue)
        writer.member("formatVersion", 1)
        writer.key("kdf")
        kdf.write(to: &writer)
        writer.key("nonce")
        writer.base64URL(nonce)
        writer.member("verifierKey", verifier.string)
        writer.endObject()
        return writer.bytes
    }
}
