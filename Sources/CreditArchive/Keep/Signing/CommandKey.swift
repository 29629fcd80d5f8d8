internal import CanonicalJSON
internal import Foundation
internal import TransparencyLog

/// A signing key that is kept elsewhere, such as in a hardware module: which program signs with it, and its public half.
struct CommandKey: Sendable {
    static let timeLimitsSeconds = 1...600

    let verifier: NoteVerifier
    /// The program's absolute path and its arguments, as they are passed: no shell reads them.
    let arguments: [String]
    /// After so long the program is ended.
    let timeLimitSeconds: Int

    /// Throws ``ArchiveError`` `signing-command-malformed`; ``TransparencyError`` `key-malformed`.
    init(verifierKey: String, arguments: [String], timeLimitSeconds: Int) throws {
        verifier = try NoteVerifier(verifierKey)
        self.arguments = arguments
        self.timeLimitSeconds = timeLimitSeconds
        guard verifier.algorithm == .ed25519, CommandKey.timeLimitsSeconds.contains(timeLimitSeconds),
            (1...64).contains(arguments.count), arguments[0].hasPrefix("/"),
            arguments.allSatisfy({ $0.utf8.count <= 4_096 && !$0.utf8.contains(0) })
        else {
            throw ArchiveError(
                .usage, "signing-command-malformed",
                chinese: "签名命令应为程序的绝对路径和至多 63 个参数（各不超过 4096 字节），时限 1–600 秒，验证密钥为 Ed25519",
                english: "a signing command is the absolute path of a program and at most 63 arguments of 4,096 bytes, "
                    + "with a time limit of 1 to 600 seconds and an Ed25519 verifier key")
        }
    }

    /// The members after `form` was read.
    init(reading fields: inout JSONFields) throws {
        let arguments: [String] = try fields.required("arguments")
        let seconds = try fields.required("timeLimitSeconds").number(in: CommandKey.timeLimitsSeconds)
        try self.init(
            verifierKey: fields.required("verifierKey").string(), arguments: arguments, timeLimitSeconds: seconds)
    }

    var bytes: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("arguments", arguments)
        writer.member("form", SigningKeyForm.command.rawValue)
        writer.member("formatVersion", 1)
        writer.member("timeLimitSeconds", timeLimitSeconds)
        writer.member("verifierKey", verifier.string)
        writer.endObject()
        return writer.bytes
    }
}

/// Signs with a program: the text on its standard input, 64 bytes of Ed25519 in base64 on its standard output.
///
/// A signature is verified before it is used; the environment is passed on, but for the passphrase.
struct CommandSigner: CheckpointSigner {
    private let key: CommandKey

    init(_ key: CommandKey) { self.key = key }

    var verifier: NoteVerifier { key.verifier }

    /// Throws ``ArchiveError`` `signing-command-failed`, `signing-command-timeout`, `signing-command-wrong`.
    func signature(of text: String) throws -> NoteSignature {
        let run = try answer(to: text)
        guard run.status == 0 else {
            let said = run.errors.isEmpty ? "" : "：\(run.errors)"
            throw ArchiveError(
                .unavailable, "signing-command-failed",
                chinese: "签名命令 \(key.arguments[0]) 失败（状态 \(run.status)）\(said)；请检查设备后重试，日志未受影响",
                english: "the signing command \(key.arguments[0]) failed with status \(run.status)"
                    + (run.errors.isEmpty ? "" : ": \(run.errors)")
                    + "; check the device and try again, the log is as it was")
        }
        let answer = String(decoding: run.output, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let bytes = Data(base64Encoded: answer), bytes.count == 64 else {
            throw wrong("输出不是 64 字节签名的 base64", "its output is not the base64 of 64 bytes")
        }
        let signature = NoteSignature(name: verifier.name, keyID: verifier.keyID, signature: Array(bytes))
        guard verifier.verify(signature, text: text) else {
            throw wrong(
                "签名与验证密钥 \(verifier.string) 不符", "the signature does not verify with \(verifier.string)")
        }
        return signature
    }

    private func answer(to text: String) throws -> ProgramRun {
        let program = key.arguments[0]
        do throws(ProgramRun.Fault) {
            return try ProgramRun(key.arguments, input: Array(text.utf8), seconds: key.timeLimitSeconds)
        } catch {
            switch error {
            case .notStarted(let reason):
                throw ArchiveError(
                    .unavailable, "signing-command-failed", chinese: "签名命令 \(program) 无法运行：\(reason)；请核对路径和权限",
                    english: "the signing command \(program) cannot be run: \(reason); check its path and permissions")
            case .notEnded(let seconds):
                throw ArchiveError(
                    .unavailable, "signing-command-timeout",
                    chinese: "签名命令 \(program) 在 \(seconds) 秒内没有结束（或输出过多），已被终止；没有签发任何内容，请检查设备后重试",
                    english:
                        "the signing command \(program) did not end within \(seconds) seconds (or wrote too much) and "
                        + "was killed; nothing was signed, check the device and try again")
            }
        }
    }

    /// Has something signed that is no checkpoint: to learn that the program works before anything rests on it.
    func rehearse() throws { _ = try signature(of: "credit-archive signing rehearsal\n") }

    private func wrong(_ chinese: String, _ english: String) -> ArchiveError {
        ArchiveError(
            .unavailable, "signing-command-wrong",
            chinese: "签名命令 \(key.arguments[0]) 的结果不可用：\(chinese)；没有签发任何内容，请检查命令和密钥",
            english: "what the signing command \(key.arguments[0]) answered is of no use: \(english); nothing was "
                + "signed, check the command and its key")
    }
}
