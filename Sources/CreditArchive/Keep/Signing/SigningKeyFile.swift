internal import CanonicalJSON
internal import Foundation
internal import TransparencyLog

/// How the signing key is kept.
public enum SigningKeyForm: String, Sendable, Hashable, CaseIterable {
    /// Go's signer key string, readable by whoever can read the file.
    case plain
    /// Under a passphrase.
    case encrypted
    /// Elsewhere: a program signs, and the file has the public half only.
    case command
}

/// What `keys/signing.key` holds: the log's key in one of three forms, told apart by their first byte and `form`.
///
/// One file under one name, whatever its form: a rename goes from one form to another, and there are never two.
enum SigningKeyFile: Sendable {
    case plain(NoteSigner)
    case encrypted(EncryptedKey)
    case command(CommandKey)

    /// Longer files are refused unread.
    static let maximumByteCount = 512 << 10

    /// A key under its passphrase, or as it is.
    init(_ signer: NoteSigner, passphrase: Passphrase?) throws {
        self = try passphrase.map { .encrypted(try EncryptedKey(signer, by: $0)) } ?? .plain(signer)
    }

    /// Reads a key file. Throws ``ArchiveError`` `signing-key-missing`, `signing-key-damaged`.
    init(path: String) throws {
        var status = stat()
        guard stat(path, &status) == 0, FileManager.default.isReadableFile(atPath: path) else {
            throw ArchiveError(
                .unavailable, "signing-key-missing",
                chinese: "缺少签名密钥 \(path)，请从密钥备份恢复（keys restore）；若确已丢失，运行 keys rotate --lost",
                english:
                    "the signing key \(path) is missing; restore it from the backup of the keys (keys restore), or, "
                    + "if it is lost for good, run keys rotate --lost")
        }
        guard status.st_size <= SigningKeyFile.maximumByteCount else {
            throw SigningKeyFile.damaged(path, "\(status.st_size) 字节", "\(status.st_size) bytes")
        }
        let bytes = try Files.read(path)
        guard bytes.first == UInt8(ascii: "{") else {
            let text = String(decoding: bytes, as: UTF8.self)
            do {
                self = .plain(try NoteSigner(secretString: text.trimmingCharacters(in: .whitespacesAndNewlines)))
                return
            } catch {
                throw SigningKeyFile.damaged(path, "不是签名密钥", "it holds no signing key")
            }
        }
        do {
            self = try SigningKeyFile(json: JSONDocument(parsing: bytes).root)
        } catch {
            let known = ArchiveError(error)
            let place = known.field.map { "\($0) " } ?? ""
            throw SigningKeyFile.damaged(path, place + known.chinese, place + known.english)
        }
    }

    private init(json: JSONNode) throws {
        var fields = try json.fields()
        let form = try fields.required("form")
        let version = try fields.required("formatVersion")
        guard try version.integer() == 1 else { throw version.fault(.badValue, "1: a newer program wrote this key") }
        switch SigningKeyForm(rawValue: try form.string()) {
        case .encrypted: self = .encrypted(try EncryptedKey(reading: &fields))
        case .command: self = .command(try CommandKey(reading: &fields))
        case .plain, nil: throw form.fault(.badValue, "encrypted | command")
        }
        try fields.finish()
    }

    private static func damaged(_ path: String, _ chinese: String, _ english: String) -> ArchiveError {
        ArchiveError(
            .unavailable, "signing-key-damaged", chinese: "签名密钥文件 \(path) 已损坏：\(chinese)；请从密钥备份恢复（keys restore）",
            english: "the file of the signing key \(path) is damaged: \(english); bring it back with keys restore")
    }

    var form: SigningKeyForm {
        switch self {
        case .plain: .plain
        case .encrypted: .encrypted
        case .command: .command
        }
    }

    /// The public half, which every form tells without a passphrase.
    var verifier: NoteVerifier {
        switch self {
        case .plain(let signer): signer.verifier
        case .encrypted(let key): key.verifier
        case .command(let key): key.verifier
        }
    }

    var bytes: [UInt8] {
        switch self {
        case .plain(let signer): Array((signer.secretString + "\n").utf8)
        case .encrypted(let key): key.bytes + [0x0A]
        case .command(let key): key.bytes + [0x0A]
        }
    }

    /// What signs with it. Throws `passphrase-needed`, `passphrase-wrong`.
    func signer(_ passphrase: PassphraseSource) throws -> any CheckpointSigner {
        switch self {
        case .plain(let signer): signer
        case .encrypted(let key): try key.signer(passphrase.passphrase(for: .opening))
        case .command(let key): CommandSigner(key)
        }
    }
}
