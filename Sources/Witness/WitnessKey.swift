internal import EventLog
internal import Foundation
public import TransparencyLog

/// The file of a witness's key: one line in Go's form, of type 04, readable by its owner alone.
public enum WitnessKey {
    /// Reads a key file.
    ///
    /// - Throws: ``EventLogError`` `witness-key-missing`, `witness-key-exposed` where others may read it; ``TransparencyError``
    ///   `key-malformed` where it is none, or a log's.
    public static func read(_ path: String) throws -> NoteSigner {
        var status = stat()
        guard stat(path, &status) == 0, let data = FileManager.default.contents(atPath: path) else {
            throw EventLogError(
                .witnessKeyMissing, chinese: "见证密钥 \(path) 不存在或无法读取；请核对路径，或用 witness init 新建",
                english:
                    "the witness's key \(path) is missing or not readable; check the path, or make one with witness init"
            )
        }
        guard status.st_mode & 0o077 == 0 else {
            throw EventLogError(
                .witnessKeyExposed, chinese: "见证密钥 \(path) 可被他人读取；请执行 chmod 600，并考虑更换密钥",
                english: "others may read the witness's key \(path); run chmod 600 on it, and consider a new key")
        }
        let signer = try NoteSigner(
            secretString: String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines))
        guard signer.algorithm == .cosignature else {
            throw TransparencyError(.keyMalformed, "\(signer.name) is a log's key; a witness's is of type 04")
        }
        return signer
    }

    /// Writes a new key file, durably, with mode 0600; one that is there is never overwritten.
    ///
    /// - Throws: ``EventLogError`` `witness-key-exists`, `storage-failed`.
    public static func write(_ signer: NoteSigner, to path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            guard errno == EEXIST else { throw storage(path, errno) }
            throw EventLogError(
                .witnessKeyExists, chinese: "\(path) 已存在，没有改动；见证密钥从不覆盖，请换一个文件名",
                english:
                    "\(path) exists and was left as it is; a witness's key is never overwritten, choose another name")
        }
        var code = DurableFile.write([UInt8]("\(signer.secretString)\n".utf8), to: descriptor)
        if code == 0 { code = DurableFile.sync(descriptor) }
        close(descriptor)
        if code == 0 { code = DurableFile.syncFolder(of: path) }
        guard code == 0 else {
            unlink(path)
            throw storage(path, code)
        }
    }

    static func storage(_ path: String, _ number: Int32) -> EventLogError {
        .storage(("写入 \(path) ", "writing \(path)"), DurableFile.reason(number))
    }
}

extension EventLogError.Code {
    static let witnessKeyMissing = Self(rawValue: "witness-key-missing")
    static let witnessKeyExposed = Self(rawValue: "witness-key-exposed")
    static let witnessKeyExists = Self(rawValue: "witness-key-exists")
    static let witnessStateMissing = Self(rawValue: "witness-state-missing")
    static let witnessStateExists = Self(rawValue: "witness-state-exists")
    static let witnessStateForeign = Self(rawValue: "witness-state-foreign")
}
