internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

struct Bundle: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "事项证据包：条目、收据、选定的原文、附件和可读的页面 The evidence bundle of one case.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county bundle 419801-2022-00001 --out ./evidence
              credit-archive --archive ./county bundle 419801-2022-00001 --out ./evidence --open 65:/fact
            密封文本只有选定的才写入：--open 位置:字段（可多次），或 --open-all。交给他人之前请看 index.html。
            Only sealed texts that are chosen are written, with what it takes to check them.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var passphrase: PassphraseOptions

    @Argument(help: "事项编号 The case.")
    var subject: String

    @Option(help: "目录，新的或空的 A folder, new or empty.")
    var out: String

    @Option(help: ArgumentHelp("公开这一密封文本 Disclose this sealed text (repeatable).", valueName: "position:pointer"))
    var open: [String] = []

    @Flag(help: "公开全部尚未抹除的密封文本 Disclose every sealed text that was not erased.")
    var openAll = false

    @Flag(help: "不附附件，只列摘要 Leave attachments out; their digests are listed.")
    var withoutAttachments = false

    func run() throws {
        let id = try caseID()
        var options = EvidenceBundle.Options()
        options.opened = Set(try open.map(place))
        options.opensAll = openAll
        options.includesAttachments = !withoutAttachments
        let reading = try global.open(.reading)
        if try !EvidenceBundle(reading).hasCheckpoint(for: id) { _ = try Checkpoints.current(global, passphrase) }
        let report = try EvidenceBundle(global.open(.reading), options).write(case: id, to: out)
        try show(report)
    }

    private func caseID() throws -> CaseID {
        guard let id = CaseID(subject) else {
            throw ArchiveError(
                .badInput, "case-malformed", field: subject, chinese: "“\(subject)”不是事项编号（1–128 个字符，无控制字符）",
                english: "'\(subject)' is no case id (1–128 characters, no control characters)")
        }
        return id
    }

    private func place(_ text: String) throws -> SealedPlace {
        guard let place = SealedPlace(text) else {
            throw ArchiveError(
                .usage, "open-malformed", field: "--open", chinese: "--open 的形式是 位置:字段，如 65:/fact，不是“\(text)”",
                english: "--open takes POSITION:POINTER such as 65:/fact, not '\(text)'")
        }
        return place
    }

    private func show(_ report: EvidenceBundle.Report) throws {
        let say = global.language
        try global.renderer.record([
            (say("目录", "path"), report.path), (say("日志", "origin"), report.origin),
            (say("树的大小", "size"), String(report.size)), (say("条目", "entries"), String(report.entries)),
            (say("已公开的密封文本", "opened"), BundleText.places(report.opened, say)),
            (say("未公开", "sealed"), BundleText.places(report.sealed, say)),
            (say("已依法抹除", "erased"), BundleText.places(report.erased, say)),
            (say("附件", "attachments"), String(report.attachments)),
            (say("未随附的附件", "attachments left out"), String(report.attachmentsLeftOut)),
        ]) { writer in
            writer.beginObject()
            writer.member("path", report.path)
            writer.member("case", subject)
            writer.member("body", report.body)
            writer.member("origin", report.origin)
            writer.member("size", report.size)
            writer.member("entries", report.entries)
            BundleText.write(report.opened, report.sealed, report.erased, to: &writer)
            writer.member("attachments", report.attachments)
            writer.member("attachmentsLeftOut", report.attachmentsLeftOut)
            writer.endObject()
        }
        guard !report.opened.isEmpty else { return }
        Terminal.note(
            say(
                "注意：\(report.path) 中有 \(report.opened.count) 处密封文本的原文，可能涉及个人信息，请只交给有权知悉的人",
                "note: \(report.path) holds \(report.opened.count) sealed texts in the clear, maybe of persons: hand it only "
                    + "to those who may know them"))
    }
}

struct VerifyBundle: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-bundle", abstract: "核验证据包，无需档案库 Verify an evidence bundle without any archive.",
        discussion: """
            例 Examples:
              credit-archive verify-bundle ./evidence --key "$VKEY"
              credit-archive verify-bundle ./evidence --key "$VKEY" --against published.txt
            密钥请另行取得。发现任何不符时退出码为 1。Get the key elsewhere. Exit code 1 on any finding.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "证据包目录 The folder of the bundle.")
    var folder: String

    @Option(help: "你信任的验证密钥 A verifier key that you trust (repeatable, for a key that was rotated).")
    var key: [String]

    @Option(help: "手中的检查点，须与证据包同属一段历史 A checkpoint that you have: it must be of the same history (repeatable).")
    var against: [String] = []

    @Option(help: "证据包未含时，两者之间的一致性证明 The consistency proof between them, where the bundle has none (repeatable).")
    var consistency: [String] = []

    func run() throws {
        var options = BundleVerification.Options()
        options.verifierKeys = key
        options.against = try against.map { .init(name: $0, bytes: try Input.read($0, limit: 1 << 20)) }
        options.consistency = try consistency.map { .init(name: $0, bytes: try Input.read($0, limit: 4 << 20)) }
        let outcome = try BundleVerification(folder, options).run()
        if global.effectiveFormat == .table { try showTable(outcome) } else { try showRecord(outcome) }
        if !outcome.isSound { throw ExitCode(1) }
    }

    /// What no bundle can prove, in each output.
    private static let limit = Phrases(
        chinese: "单凭证据包不能证明此后没有本事项的新条目；要查全，请核对完整导出",
        english: "a bundle cannot prove that the case has no later entry; for that, check the whole log")

    private struct Phrases {
        var chinese: String
        var english: String
    }

    private func showTable(_ outcome: BundleVerification.Outcome) throws {
        let say = global.language
        if let id = outcome.caseID, let origin = outcome.origin, let size = outcome.size {
            try global.renderer.record([
                (say("事项", "case"), id.text), (say("主体", "body"), outcome.body?.text ?? ""),
                (say("日志", "origin"), origin), (say("树的大小", "size"), String(size)),
                (say("已证明的条目", "entries proven"), String(outcome.entries)),
                (
                    say("本事项版本", "versions"),
                    outcome.caseEntries > 0 ? "0–\(outcome.caseEntries - 1)" : "—"
                ),
                (say("已公开的密封文本", "opened"), BundleText.places(outcome.opened, say)),
                (say("未公开", "sealed"), BundleText.places(outcome.sealed, say)),
                (say("已依法抹除", "erased"), BundleText.places(outcome.erased, say)),
                (say("附件", "attachments"), String(outcome.attachments)),
                (say("未随附的附件", "attachments left out"), String(outcome.attachmentsLeftOut)),
            ]) { _ in }
        }
        for finding in outcome.findings {
            Terminal.write("✗ [\(finding.code.rawValue)] \(finding.file) \(say(finding.chinese, finding.english))\n")
        }
        Terminal.write(
            outcome.isSound
                ? say("✓ 证据包有效\n", "✓ the bundle holds\n")
                : say("✗ 共 \(outcome.findingCount) 处\n", "✗ \(outcome.findingCount) findings\n"))
        Terminal.write(say("· \(Self.limit.chinese)\n", "· \(Self.limit.english)\n"))
    }

    private func showRecord(_ outcome: BundleVerification.Outcome) throws {
        let say = global.language
        let result = outcome.isSound ? say("有效", "valid") : say("不符", "not valid")
        try global.renderer.record([
            (say("事项", "case"), outcome.caseID?.text ?? ""), (say("日志", "origin"), outcome.origin ?? ""),
            (say("结果", "result"), result), (say("发现", "findings"), String(outcome.findingCount)),
        ]) { writer in
            writer.beginObject()
            writer.member("valid", outcome.isSound)
            writer.member("case", outcome.caseID?.text)
            writer.member("body", outcome.body)
            writer.member("origin", outcome.origin)
            writer.member("size", outcome.size)
            writer.member("entries", outcome.entries)
            writer.member("caseEntries", outcome.caseEntries)
            BundleText.write(outcome.opened, outcome.sealed, outcome.erased, to: &writer)
            writer.member("attachments", outcome.attachments)
            writer.member("attachmentsLeftOut", outcome.attachmentsLeftOut)
            writer.key("findings")
            writer.beginArray()
            for finding in outcome.findings {
                writer.beginObject()
                writer.member("code", finding.code.rawValue)
                writer.member("file", finding.file)
                writer.member("detail", say(finding.chinese, finding.english))
                writer.endObject()
            }
            writer.endArray()
            writer.member("findingCount", outcome.findingCount)
            writer.member("notProven", say(Self.limit.chinese, Self.limit.english))
            writer.endObject()
        }
    }
}

/// Sealed texts by their places, in tables and JSON.
enum BundleText {
    static func places(_ places: [SealedPlace], _ say: Language) -> String {
        places.isEmpty ? say("无", "none") : places.map(\.description).joined(separator: " ")
    }

    static func write(
        _ opened: [SealedPlace], _ sealed: [SealedPlace], _ erased: [SealedPlace], to writer: inout JSONWriter
    ) {
        writer.member("opened", opened.map(\.description))
        writer.member("sealed", sealed.map(\.description))
        writer.member("erased", erased.map(\.description))
    }
}
