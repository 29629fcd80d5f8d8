internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import EventLog
internal import Foundation
internal import LogAudit
internal import TransparencyLog

struct Verify: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "核验日志 Re-hash every entry and check tiles, root and signatures.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county verify --key "$VKEY"
              credit-archive --archive ./county verify --deep --against old-checkpoint.txt
              credit-archive --archive ./export verify --deep --key "$VKEY"
            档案库、备份、导出目录均可。An archive, a backup or an export folder alike.
            发现任何不符时退出码为 1。Exit code 1 on any finding.
            """)

    @OptionGroup var global: GlobalOptions

    @Flag(help: "连同规范形式、版本、事实与读模型 Also canonical form, versions, facts and read models.")
    var deep = false

    @Option(help: "你信任的验证密钥 A verifier key that you trust (repeatable).")
    var key: [String] = []

    @Option(help: "见证策略文件（C2SP tlog-policy）A policy of logs and witnesses, whose quorum is enforced.")
    var policy: String?

    @Option(help: "以前的检查点文件 A file with an earlier checkpoint that the log must hold (repeatable).")
    var against: [String] = []

    @Option(help: "并行数 Parallel workers.")
    var workers: Int?

    func validate() throws {
        guard workers.map({ (1...256).contains($0) }) ?? true else { throw ValidationError("--workers takes 1…256") }
    }

    func run() throws {
        var options = Verification.Options()
        options.deep = deep
        options.verifierKeys = key
        options.policy = try policy.map(Input.policy)
        options.against = try against.map { String(decoding: try Input.read($0, limit: 1 << 20), as: UTF8.self) }
        options.workers = workers
        let line = ProgressLine(global.language("核验", "verify"))
        let outcome = try Verification(global.folder(), options).run { line.show(Int($0), Int($1)) }
        line.finish()
        try show(outcome)
        if outcome.findingCount > 0 { throw ExitCode(1) }
    }

    private func show(_ outcome: Verification.Outcome) throws {
        let say = global.language
        let report = outcome.report
        guard global.effectiveFormat == .table else {
            var writer = JSONWriter()
            writer.beginObject()
            writer.member("entries", report.entries)
            writer.key("findings")
            writer.beginArray()
            for finding in outcome.findings {
                writer.beginObject()
                writer.member("code", finding.code.rawValue)
                writer.key("position")
                if let position = finding.position { writer.value(position) } else { writer.null() }
                writer.member("detail", say(finding.chinese, finding.english))
                writer.endObject()
            }
            writer.endArray()
            writer.member("findingCount", outcome.findingCount)
            writer.member("root", report.root.base64)
            writer.key("checkpoint")
            if let note = report.checkpoint { writer.string(note) } else { writer.null() }
            writer.key("signedSize")
            if let size = outcome.signedSize { writer.value(size) } else { writer.null() }
            writer.member("keyPinned", outcome.isPinned)
            outcome.evaluation.map { WitnessWords.write($0, to: &writer) }
            writer.member("subject", outcome.subject.rawValue)
            writer.member("entriesChecked", report.holdsEntries)
            writer.key("keys")
            if let keys = outcome.keys {
                writer.beginObject()
                writer.member("used", keys.used)
                writer.member("destroyed", keys.destroyed)
                writer.member("withheld", keys.withheld)
                writer.member("lost", keys.lost)
                writer.endObject()
            } else {
                writer.null()
            }
            writer.endObject()
            Terminal.write(writer.bytes + [0x0A])
            return
        }
        let rate = report.seconds > 0 ? Double(report.entries) / report.seconds : 0
        Terminal.write(
            say(
                "核验 \(report.entries) 条，用时 \(String(format: "%.2f", report.seconds)) 秒（每秒 \(String(format: "%.0f", rate)) 条）\n",
                "\(report.entries) entries in \(String(format: "%.2f", report.seconds)) s (\(String(format: "%.0f", rate))/s)\n"
            ))
        Terminal.write(say("树根 ", "root ") + report.root.base64 + "\n")
        let signed = outcome.signedSize ?? 0
        Terminal.write(
            say(
                "签名覆盖前 \(signed) 条，共 \(report.entries) 条\n",
                "signed: the first \(signed) of \(report.entries) entries\n"))
        if !report.holdsEntries {
            Terminal.write(
                say(
                    "条目不在此目录中：只核验了哈希、签名与收据\n",
                    "entries are not part of this folder: only hashes, signatures and receipts were checked\n"))
        }
        if let keys = outcome.keys {
            Terminal.write(
                say(
                    "密封文本的密钥：已用 \(keys.used) 个，依法销毁 \(keys.destroyed) 个，停止展示 \(keys.withheld) 个，丢失 \(keys.lost) 个\n",
                    "keys of sealed texts: \(keys.used) in use, \(keys.destroyed) lawfully destroyed, \(keys.withheld) withheld, "
                        + "\(keys.lost) lost\n"
                ))
        } else if deep, outcome.subject == .export {
            Terminal.write(
                say(
                    "导出目录没有派生文件和密钥：逐条解读了事件，事项的时序规则请用档案库或备份核验\n",
                    "an export has no derived files and no keys: each entry was decoded; the rules of cases are checked "
                        + "in an archive or a backup\n"))
        } else if deep, report.isSound {
            Terminal.write(
                say("密钥不在此处：密封文本未核验\n", "the keys are not here: sealed texts were not looked at\n"))
        } else if deep {
            Terminal.write(
                say(
                    "日志本身有问题：派生文件与密封文本未核验\n",
                    "the log itself has findings: derived files and sealed texts were not looked at\n"))
        }
        if !outcome.isPinned {
            Terminal.write(
                say(
                    "未用 --key 或 --policy 指定验证密钥：只证明日志自洽\n",
                    "no --key or --policy was given: this proves only that the log agrees with itself\n"))
        }
        if let evaluation = outcome.evaluation { Terminal.write(WitnessWords.text(evaluation, say)) }
        for finding in outcome.findings {
            let place = finding.position.map { say(" 位置 \($0)", " at \($0)") } ?? ""
            Terminal.write("✗ [\(finding.code)]\(place) \(say(finding.chinese, finding.english))\n")
        }
        Terminal.write(
            outcome.findingCount == 0
                ? say("✓ 没有发现问题\n", "✓ nothing found\n")
                : say("✗ 共 \(outcome.findingCount) 处\n", "✗ \(outcome.findingCount) findings\n"))
    }
}

/// The checkpoint of the log as it is, with the cosignatures that are kept for it: the one that is there, or a new one,
/// for which the archive is opened for writing.
enum Checkpoints {
    static func current(_ global: GlobalOptions, _ passphrase: PassphraseOptions? = nil) throws -> String {
        let reading = try global.open(.reading)
        if let (size, note) = try Auditor(reading).latestCheckpoint(), try size == reading.log.head().size {
            return try CosignatureStore(reading.folder).note(of: note)
        }
        return try Administrator(global.open(.writing, passphrase)).checkpoint()
    }

    /// As ``current(_:)``; where nothing can be signed now (another process writes, the key is elsewhere, the archive is
    /// a backup) the latest that is kept, which is said on stderr.
    static func currentOrLatest(_ global: GlobalOptions, _ passphrase: PassphraseOptions? = nil) throws -> String {
        do { return try current(global, passphrase) } catch {
            let reading = try global.open(.reading)
            guard let (size, note) = try Auditor(reading).latestCheckpoint() else { throw error }
            let all = try reading.log.head().size
            let reason = ArchiveError(error)
            Terminal.note(
                global.language(
                    "现在不能签发检查点（\(reason.chinese)），改用已签发的：前 \(size) 条，共 \(all) 条",
                    "no checkpoint can be signed now (\(reason.english)); the latest one is used: the first \(size) of "
                        + "\(all) entries"))
            return try CosignatureStore(reading.folder).note(of: note)
        }
    }
}

struct Prove: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "收据（.tlog-proof）A receipt: proof that an entry is in the signed tree.",
        discussion: """
            例 Example: credit-archive --archive ./county prove 42 > receipt.tlog-proof
            收据自带条目，凭文件和验证密钥即可核验。The receipt carries the entry: it verifies with the file and the key alone.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var passphrase: PassphraseOptions

    @Argument(help: "位置 The position.")
    var position: UInt64

    @Flag(help: "收据中不含条目 Leave the entry out of the receipt.")
    var withoutEntry = false

    func run() throws {
        _ = try global.open(.reading).log.entry(at: position)
        let checkpoint = try Checkpoints.current(global, passphrase)
        let auditor = Auditor(try global.open(.reading))
        let receipt = try auditor.receipt(for: position, checkpoint: checkpoint, includingEntry: !withoutEntry)
        Terminal.write(receipt.bytes)
    }
}

struct VerifyReceipt: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-receipt", abstract: "核验收据，无需档案库 Verify a receipt without any archive.",
        discussion: "例 Example: credit-archive verify-receipt receipt.tlog-proof --key \"$VKEY\"")

    @OptionGroup var global: GlobalOptions

    @Argument(help: "收据文件 The receipt.")
    var file: String

    @Option(help: "你信任的验证密钥 The verifier key that you trust.")
    var key: String?

    @Option(help: "见证策略文件（C2SP tlog-policy）A policy of logs and witnesses, whose quorum is enforced.")
    var policy: String?

    @Option(help: "条目文件，收据不含条目时用 The entry's bytes, where the receipt does not carry them.")
    var entry: String?

    func run() throws {
        let say = global.language
        let outcome = try OfflineCheck.run(say) { try verified() }
        try global.renderer.record([
            (say("日志", "origin"), outcome.origin), (say("位置", "index"), String(outcome.index)),
            (say("树的大小", "size"), String(outcome.size)), (say("结果", "result"), say("有效", "valid")),
        ]) { writer in
            writer.beginObject()
            writer.member("valid", true)
            writer.member("origin", outcome.origin)
            writer.member("index", outcome.index)
            writer.member("size", outcome.size)
            writer.key("entry")
            if (try? JSONDocument(parsing: outcome.entry)) != nil { writer.raw(outcome.entry) } else { writer.null() }
            writer.endObject()
        }
    }

    private func verified() throws -> ReceiptVerification.Outcome {
        guard key != nil || policy != nil else {
            throw ArchiveError(
                .usage, "key-needed", field: "--key", chinese: "请用 --key 给出你信任的验证密钥，或用 --policy 给出策略文件",
                english: "give the verifier key that you trust with --key, or a policy with --policy")
        }
        let receipt = try Input.read(file, limit: 4 << 20)
        let entry = try entry.map { try Input.read($0, limit: 1 << 20) }
        if let policy {
            let policy = try Input.policy(policy)
            return try ReceiptVerification.verify(receipt, policy: policy, verifierKey: key, entry: entry)
        }
        return try ReceiptVerification.verify(receipt, verifierKey: key ?? "", entry: entry)
    }
}
