internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import Foundation

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup", abstract: "备份（不含密钥），可在写入时进行 Back up everything but the keys, also while others write.",
        discussion: """
            例 Example: credit-archive --archive ./county backup /mnt/backup/county
            再次运行只补新增的部分；备份可像档案库一样查询和核验（--archive /mnt/backup/county verify）。密钥另行备份：keys backup。
            Run again it adds only what is new; a backup is read and verified like an archive. Keys: keys backup.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var passphrase: PassphraseOptions

    @Argument(help: "备份目录 The folder of the backup: new, empty, or with an earlier one.")
    var out: String

    func run() throws {
        let archive = try global.open(.reading, passphrase)
        let say = global.language
        let line = ProgressLine(say("备份", "backup"))
        let report = try Backup(archive, to: out).run { line.show(Int($0), Int($1)) }
        line.finish()
        try global.renderer.record([
            (say("目录", "path"), report.path), (say("条数", "entries"), String(report.size)),
            (say("新增", "added"), String(report.added)), (say("签名覆盖", "signed"), String(report.signedSize)),
            (say("新增附件", "attachments added"), String(report.attachments)),
            (say("附件缺失", "attachments missing"), String(report.missing.count)),
        ]) { writer in
            writer.beginObject()
            writer.member("path", report.path)
            writer.member("entries", report.size)
            writer.member("added", report.added)
            writer.member("signedSize", report.signedSize)
            writer.member("attachmentsAdded", report.attachments)
            MissingFiles.write(report.missing, to: &writer)
            writer.endObject()
        }
        if report.signedSize < report.size {
            Terminal.note(
                say(
                    "提示：只有前 \(report.signedSize) 条有签名（此处没有签名密钥）",
                    "note: only the first \(report.signedSize) entries are signed (the signing key is not here)"))
        }
        try MissingFiles.tell(report.missing, say)
    }
}

struct Restore: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "从备份恢复：整库核验后才就位 Restore an archive from a backup, audited before it is put in place.",
        discussion: """
            例 Example: credit-archive --archive ./county restore /mnt/county --key "$VKEY" --against published.txt
            恢复的档案库只供查询，直到用 resume 确认可以续写；--against、--new-origin 即随后的 resume。密钥另行恢复：keys restore。
            A restored archive answers questions only, until resume says that it may go on; --against and --new-origin are
            the resume that follows. Keys come back with keys restore.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "备份目录 The folder of the backup.")
    var backup: String

    @Option(help: "你信任的验证密钥 A verifier key that you trust (repeatable).")
    var key: [String] = []

    @OptionGroup var resumption: ResumeOptions

    func run() throws {
        try resumption.check()
        let say = global.language
        let line = ProgressLine(say("核验", "verify"))
        let report = try Restoration(from: backup, to: global.folder(), verifierKeys: key).run {
            line.show(Int($0), Int($1))
        }
        line.finish()
        var resumed: Resumption.Report?
        var refusal: (any Error)?
        if !resumption.isEmpty {
            do { resumed = try resumption.run(global.folder()) } catch { refusal = error }
        }
        try show(report, resumed)
        if !report.isPinned {
            Terminal.note(
                say(
                    "提示：未用 --key 指定验证密钥，只证明备份自洽",
                    "note: no --key was given: this proves only that the backup agrees with itself"))
        }
        if let refusal {
            _ = Failure.report(refusal, say)
            throw ExitCode(1)
        }
        if resumed == nil {
            Terminal.note(
                say("提示：在 resume 之前只供查询，不能写入", "note: it answers questions and takes no records before resume"))
        }
        try MissingFiles.tell(report.missing, say)
    }

    private func show(_ report: Restoration.Report, _ resumed: Resumption.Report?) throws {
        let say = global.language
        try global.renderer.record([
            (say("目录", "path"), report.path), (say("名称", "origin"), resumed?.origin.origin ?? report.origin),
            (say("条数", "entries"), String(report.size)), (say("签名覆盖", "signed"), String(report.signedSize)),
            (say("备份完成于", "backup of"), report.backupTime), (say("附件", "attachments"), String(report.attachments)),
            (say("附件缺失", "attachments missing"), String(report.missing.count)),
            (say("可以写入", "takes records"), resumed == nil ? say("否", "no") : say("是", "yes")),
        ]) { writer in
            writer.beginObject()
            writer.member("path", report.path)
            writer.member("origin", resumed?.origin.origin ?? report.origin)
            writer.member("entries", report.size)
            writer.member("signedSize", report.signedSize)
            writer.member("backupTime", report.backupTime)
            writer.member("attachments", report.attachments)
            MissingFiles.write(report.missing, to: &writer)
            writer.member("keyPinned", report.isPinned)
            writer.member("resumed", resumed != nil)
            writer.endObject()
        }
    }
}

struct Resume: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "恢复后续写：同一名称和密钥不得签出两段历史 Let a restored archive take records again.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county resume --against published-checkpoint.txt
              credit-archive --archive ./county resume --new-origin credit.example/county-2
            --against：已知公布的最大检查点（向见证方、审计方取得）；日志不短于它且一致，即以原名称续写。
            --new-origin：以新名称和新密钥续写，并记入日志；原名称的收据和检查点照旧有效。
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var resumption: ResumeOptions

    func run() throws {
        try resumption.check()
        guard !resumption.isEmpty else {
            throw ArchiveError(
                .usage, "resume-how", chinese: "请用 --against 给出已公布的最大检查点，或用 --new-origin 以新名称续写",
                english: "give the largest published checkpoint with --against, or another name with --new-origin")
        }
        let report = try resumption.run(global.folder())
        let say = global.language
        try global.renderer.record([
            (say("名称", "origin"), report.origin.origin), (say("验证密钥", "verifier key"), report.origin.verifierKey),
            (say("条数", "entries"), String(report.size)),
        ]) { writer in
            writer.beginObject()
            writer.member("origin", report.origin.origin)
            writer.member("verifierKey", report.origin.verifierKey)
            writer.member("since", report.origin.position)
            writer.member("entries", report.size)
            writer.member("publishedSize", report.publishedSize)
            writer.endObject()
        }
    }
}

/// How a restored archive goes on.
struct ResumeOptions: ParsableArguments {
    @Option(help: "已知公布的最大检查点 A file with the largest checkpoint that is known to have been published.")
    var against: String?

    @Option(help: "以此新名称续写 Go on under this name, with a key of its own.")
    var newOrigin: String?

    @Option(help: "记录人的代号 Pseudonymous principal, such as operator/3.")
    var operatorID = "operator/cli"

    @OptionGroup var passphrase: PassphraseOptions

    var isEmpty: Bool { against == nil && newOrigin == nil }

    /// Before anything is done: a file that cannot be read is no reason to stop half way.
    func check() throws {
        try Operator.check(operatorID)
        if let against { _ = try Input.read(against, limit: 1 << 20) }
    }

    /// With both, the checkpoint is kept in mind and named in the record of the change.
    func run(_ folder: ArchiveFolder) throws -> Resumption.Report {
        let resumption = Resumption(folder, passphrase: passphrase.source)
        guard let newOrigin else { return try resumption.resume(against: Input.read(against ?? "", limit: 1 << 20)) }
        return try resumption.resume(
            under: newOrigin, against: against.map { try Input.read($0, limit: 1 << 20) }, recordedBy: operatorID)
    }
}

/// What a log names and a backup does not have.
enum MissingFiles {
    static func write(_ missing: [MissingEvidence], to writer: inout JSONWriter) {
        writer.key("attachmentsMissing")
        writer.beginArray()
        for item in missing.prefix(1_000) {
            writer.beginObject()
            writer.member("position", item.position)
            writer.member("digest", item.digest)
            writer.endObject()
        }
        writer.endArray()
    }

    /// Names the first one and exits with 1: a check failed.
    static func tell(_ missing: [MissingEvidence], _ say: Language) throws {
        guard let first = missing.first else { return }
        Terminal.note(
            say(
                "✗ 缺失或被改动的附件 \(missing.count) 份，首见于位置 \(first.position)：\(first.digest)；日志本身完整",
                "✗ \(missing.count) attachments are missing or altered, the first named at position \(first.position): "
                    + "\(first.digest); the log itself is whole"))
        throw ExitCode(1)
    }
}
