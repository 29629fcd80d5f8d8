internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Foundation

struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "密钥 The archive's keys.",
        subcommands: [
            Show.self, Rotate.self, Encrypt.self, Decrypt.self, UseCommand.self, Destroy.self, BackUp.self,
            Restore.self, APIKeyCommand.self,
        ])

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "验证密钥 The verifier key, as the log names it.")

        @OptionGroup var global: GlobalOptions

        func run() throws {
            let archive = try global.open(.reading)
            let say = global.language
            let former = archive.origins.dropLast()
            // Whoever has no key here is told what the log says.
            let form = (try? KeyKeeping.report(of: archive))?.form
            try global.renderer.record(
                [
                    (say("验证密钥", "verifier key"), archive.origin.verifierKey),
                    (say("保存方式", "kept"), form.map { KeyForm.name($0, say) } ?? say("不在此处", "not here")),
                ] + former.map { (say("以前的", "former"), $0.verifierKey) }
            ) { writer in
                writer.beginObject()
                writer.member("origin", archive.origin.origin)
                writer.member("verifierKey", archive.origin.verifierKey)
                writer.member("form", form?.rawValue)
                writer.member("former", former.map(\.verifierKey))
                writer.key("changes")
                writer.beginArray()
                for change in archive.origins.dropFirst() {
                    writer.beginObject()
                    writer.member("position", change.position)
                    writer.member("origin", change.origin)
                    writer.member("verifierKey", change.verifierKey)
                    writer.member("cause", change.cause?.rawValue)
                    writer.endObject()
                }
                writer.endArray()
                writer.endObject()
            }
        }
    }

    struct Destroy: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "依法抹除文本：销毁其数据密钥 Erase the texts of a case for good by destroying their key.",
            discussion: """
                例 Example: credit-archive --archive ./county keys destroy case/419801-2022-00001 --basis 个人信息保护法第四十七条
                结构化事实与全部证明不受影响，抹除本身记入日志；不可恢复。
                Structured facts and all proofs stay; the erasure itself is recorded; nothing brings the texts back.
                """)

        @OptionGroup var global: GlobalOptions

        @Argument(help: "流，如 case/事项编号 The stream, such as case/<id>.")
        var stream: String

        @Option(help: "法律依据 The legal basis.")
        var basis: String

        @Option(help: "批准文书的文号 The number of the approving document.")
        var document: String?

        @Option(help: "记录人的代号 Pseudonymous principal, such as operator/3.")
        var operatorID = "operator/cli"

        @OptionGroup var persons: ProposeOptions

        func run() throws {
            try Operator.check(operatorID)
            guard !persons.propose else {
                return try persons.propose(global, as: operatorID) { desk, _, principal in
                    [try desk.proposeErasure(of: stream, basis: basis, document: document, by: principal)]
                }
            }
            let archive = try global.open(.writing)
            let position = try Administrator(archive).destroyTexts(
                of: stream, basis: basis, document: document, recordedBy: operatorID)
            try archive.close()
            try global.renderer.record([
                (global.language("已抹除", "erased"), stream), (global.language("位置", "position"), String(position)),
            ]) { writer in
                writer.beginObject()
                writer.member("stream", stream)
                writer.member("position", position)
                writer.endObject()
            }
        }
    }
}

struct Doctor: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "体检：哪里不对，怎么办 What is wrong with an archive, and what to do.",
        discussion: "例 Example: credit-archive --archive ./county doctor --backup /mnt/backup/county")

    @OptionGroup var global: GlobalOptions

    @Option(help: "日志或密钥的备份，看是否过时 A backup of the log or of the keys: is it behind? (repeatable)")
    var backup: [String] = []

    func run() throws {
        let checks = try Examination(global.folder(), backups: backup).run()
        let say = global.language
        try global.renderer.list(
            checks,
            [
                .init("") { $0.isWell ? "✓" : "✗" }, .init(say("项目", "check")) { say($0.chinese, $0.english) },
                .init(say("情况", "found"), flexible: true) { say($0.detailChinese, $0.detailEnglish) },
            ]
        ) { check, writer in
            writer.beginObject()
            writer.member("check", check.code)
            writer.member("ok", check.isWell)
            writer.member("detail", say(check.detailChinese, check.detailEnglish))
            writer.endObject()
        }
        if checks.contains(where: { !$0.isWell }) { throw ExitCode(1) }
    }
}

struct Demo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "演示数据：样例县与任意规模的合成省 Demo data: the sample county, and a synthetic province of any size.",
        discussion: """
            例 Example: credit-archive --archive ./demo demo --events 100000 --seed 7
            同一种子内容相同（随机数与密钥除外）。The same seed gives the same content, nonces and keys aside.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "合成事件数 Number of synthetic events besides the sample county's.")
    var events = 10_000

    @Option(help: "种子 Seed.")
    var seed: UInt64 = 1

    func validate() throws {
        guard (0...100_000_000).contains(events) else { throw ValidationError("--events takes 0…100000000") }
    }

    func run() async throws {
        let folder = try global.folder()
        if !folder.exists { _ = try Archive.create(at: folder, origin: DemoProvince.origin) }
        let archive = try Archive(opening: folder, for: .writing)
        try DemoProvince.requireDemo(archive)
        let line = ProgressLine(global.language("演示", "demo"))
        let report = try await DemoProvince(archive, events: events, seed: seed).run { line.show($0, $1) }
        line.finish()
        try archive.close()
        let say = global.language
        try global.renderer.record([
            (say("主体", "bodies"), String(report.bodies)), (say("事件", "events"), String(report.events)),
            (say("重复", "duplicates"), String(report.duplicates)), (say("日志大小", "log size"), String(report.size)),
        ]) { writer in
            writer.beginObject()
            writer.member("bodies", report.bodies)
            writer.member("events", report.events)
            writer.member("duplicates", report.duplicates)
            writer.member("size", report.size)
            writer.endObject()
        }
    }
}
