internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Foundation

extension Keys {
    struct Rotate: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "更换签名密钥，记入日志 Change the signing key; the log says so.",
            discussion: """
                例 Examples:
                  credit-archive --archive ./county keys rotate --basis 年度换钥
                  credit-archive --archive ./county keys rotate --lost --basis 服务器硬盘损坏且无密钥备份 --document 云信办〔2026〕3号
                  credit-archive --archive ./county keys rotate --verifier "$VKEY" -- /usr/local/bin/hsm-sign --slot 1
                定期更换：记录之后的那个检查点由新旧两把密钥签名，信任旧密钥的人可以跟随。丢失或泄露：新密钥须另行公布。
                中途断电或被终止，再运行一次同样的命令即可。
                A scheduled change is vouched for by a checkpoint that both keys sign. After a loss or compromise the new key
                has to be published anew. A change that was cut off is finished by the same command.
                """)

        @OptionGroup var global: GlobalOptions
        @OptionGroup var passphrase: PassphraseOptions

        @Flag(help: "原密钥已丢失，无从作保 The former key is lost: nothing vouches for the new one.")
        var lost = false

        @Flag(help: "原密钥可能已泄露，此后由它签名的一律不算 The former key may be in other hands: what it signs from here on is void.")
        var compromised = false

        @Option(help: "依据；丢失或泄露时必填 The basis; required with --lost and --compromised.")
        var basis: String?

        @Option(help: "批准文书的文号 The number of the approving document.")
        var document: String?

        @Flag(help: "覆写并删除原密钥，不另存 Overwrite the former key instead of keeping it aside.")
        var destroyOld = false

        @Option(help: "新密钥在设备中：其验证密钥 The new key is in a device: its verifier key.")
        var verifier: String?

        @OptionGroup var program: SigningProgramOptions

        @Option(help: "记录人的代号 Pseudonymous principal, such as operator/3.")
        var operatorID = "operator/cli"

        func validate() throws {
            if lost && compromised { throw ValidationError("--lost and --compromised exclude each other") }
            if (verifier == nil) != program.arguments.isEmpty {
                throw ValidationError("--verifier goes with -- PROGRAM ARGUMENTS")
            }
        }

        func run() throws {
            try Operator.check(operatorID)
            let newKey: KeyRotation.NewKey =
                verifier.map {
                    .command(program.arguments, verifierKey: $0, timeLimitSeconds: program.timeLimit)
                } ?? .generated
            let report = try KeyRotation(global.folder(), passphrase: passphrase.source).run(
                lost ? .lost : compromised ? .compromised : .scheduled, basis: basis, document: document,
                newKey: newKey, destroyFormer: destroyOld, recordedBy: operatorID)
            try show(report)
        }

        private func show(_ report: KeyRotation.Report) throws {
            let say = global.language
            let aside = report.aside ?? say("不保留", "not kept")
            try global.renderer.record([
                (say("新验证密钥", "new verifier key"), report.origin.verifierKey),
                (say("原验证密钥", "former"), report.former), (say("原因", "cause"), report.origin.cause?.rawValue ?? ""),
                (say("位置", "position"), String(report.origin.position)), (say("原密钥文件", "former key file"), aside),
                (say("续完上次", "resumed"), report.isResumed ? say("是", "yes") : say("否", "no")),
            ]) { writer in
                writer.beginObject()
                writer.member("origin", report.origin.origin)
                writer.member("verifierKey", report.origin.verifierKey)
                writer.member("former", report.former)
                writer.member("cause", report.origin.cause?.rawValue)
                writer.member("position", report.origin.position)
                writer.member("checkpoint", report.checkpoint)
                writer.member("formerKeyFile", report.aside)
                writer.member("resumed", report.isResumed)
                writer.endObject()
            }
            Terminal.note(
                report.origin.cause == .scheduled
                    ? say(
                        "请公布新验证密钥和位置 \(report.origin.position) 之后的检查点（新旧密钥共同签名），并运行 keys backup",
                        "publish the new verifier key with the checkpoint after position \(report.origin.position), which "
                            + "both keys signed, and run keys backup")
                    : say(
                        "请以原先公布密钥的同样方式（文件、公告）公布新验证密钥、位置和缘由：核验方必须自行改用新密钥；并运行 keys backup",
                        "publish the new verifier key, the position and the reason in the way the first key was published: "
                            + "whoever verifies has to pin the new one; and run keys backup"))
        }
    }

    struct Encrypt: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "以口令加密签名密钥，或更换口令 Put the signing key under a passphrase, or under another one.",
            discussion: """
                例 Examples:
                  credit-archive --archive ./county keys encrypt --passphrase-file secret.txt
                  credit-archive --archive ./county keys encrypt --passphrase-file new.txt --old-passphrase-file secret.txt
                原文件被覆写后删除（以文件系统和磁盘所能为限）；口令丢失即密钥丢失。旧的明文备份请一并销毁。
                The old file is overwritten and removed, as far as file system and disk allow. A lost passphrase is a lost
                key. Destroy older backups that hold the key in plain.
                """)

        @OptionGroup var global: GlobalOptions
        @OptionGroup var passphrase: PassphraseOptions

        @Option(help: "原口令文件，更换口令时用 A file with the passphrase until now, where there is one.")
        var oldPassphraseFile: String?

        func run() throws {
            let old = oldPassphraseFile.map { PassphraseOptions.source($0) } ?? .askingOnly
            try KeyForm.show(KeyKeeping(global.folder()).encrypt(by: passphrase.source, opening: old), global)
        }
    }

    struct Decrypt: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "去掉签名密钥的口令 Take the passphrase off the signing key.",
            discussion: "例 Example: credit-archive --archive ./county keys decrypt --passphrase-file secret.txt")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var passphrase: PassphraseOptions

        func run() throws {
            try KeyForm.show(KeyKeeping(global.folder()).decrypt(passphrase.source), global)
        }
    }

    struct UseCommand: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "use-command", abstract: "由程序（硬件密码模块）签名 Leave signing to a program, for a hardware module.",
            discussion: """
                例 Example: credit-archive --archive ./county keys use-command --verifier "$VKEY" -- /usr/local/bin/hsm-sign --slot 1
                程序从标准输入读取待签文本，把 64 字节 Ed25519 签名以 base64 写到标准输出；不经 shell。密钥须先导入设备，本机的密钥文件随后覆写删除。
                The program reads the text on standard input and writes the 64 bytes of an Ed25519 signature in base64 to
                standard output; no shell is involved. The key has to be in the device before: its file here is overwritten.
                For a key that was made in the device: keys rotate --verifier.
                """)

        @OptionGroup var global: GlobalOptions

        @Option(help: "日志现用的验证密钥 The verifier key, as the log names it.")
        var verifier: String

        @OptionGroup var program: SigningProgramOptions

        func validate() throws {
            if program.arguments.isEmpty { throw ValidationError("Missing expected argument '-- PROGRAM'") }
        }

        func run() throws {
            let report = try KeyKeeping(global.folder()).useCommand(
                program.arguments, verifierKey: verifier, timeLimitSeconds: program.timeLimit)
            try KeyForm.show(report, global)
        }
    }
}

/// The program that signs.
struct SigningProgramOptions: ParsableArguments {
    @Option(help: "签名命令的时限（秒）How long the program may take, in seconds.")
    var timeLimit = 30

    @Argument(parsing: .postTerminator, help: "程序的绝对路径和参数 The program's absolute path and its arguments.")
    var arguments: [String] = []
}

extension PassphraseSource {
    /// From a person, or not at all: the environment has the new one.
    static let askingOnly = PassphraseSource(
        given: { nil }, ask: PassphraseOptions.ask,
        missing: ArchiveError(
            .usage, "passphrase-needed", field: "--old-passphrase-file",
            chinese: "签名密钥已用口令加密：请用 --old-passphrase-file 给出现在的口令，--passphrase-file 是新的口令",
            english: "the signing key is encrypted already: give its passphrase with --old-passphrase-file; "
                + "--passphrase-file is the new one"))
}

/// How the signing key is kept, in words.
enum KeyForm {
    static func name(_ form: SigningKeyForm, _ say: Language) -> String {
        switch form {
        case .plain: say("未加密", "plain")
        case .encrypted: say("口令加密", "under a passphrase")
        case .command: say("由命令签名", "a program signs")
        }
    }

    static func show(_ report: KeyKeeping.Report, _ global: GlobalOptions) throws {
        let say = global.language
        try global.renderer.record([
            (say("验证密钥", "verifier key"), report.verifierKey), (say("保存方式", "kept"), name(report.form, say)),
        ]) { writer in
            writer.beginObject()
            writer.member("verifierKey", report.verifierKey)
            writer.member("form", report.form.rawValue)
            writer.endObject()
        }
    }
}
