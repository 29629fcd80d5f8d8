internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog

/// `access`: the record of what was read.
struct AccessCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "access", abstract: "查阅记录 The record of what was read that is not public.",
        subcommands: [AccessList.self, AccessPrune.self], defaultSubcommand: AccessList.self)

    /// A day begins at midnight in Asia/Shanghai.
    static func milliseconds(_ text: String, _ field: String) throws -> Int64 {
        if let day = CalendarDay(text) { return Int64(day.ordinal) * 86_400_000 - 8 * 3_600_000 }
        guard let time = RecordedTime.milliseconds(rfc3339: text) else {
            throw ArchiveError(
                .usage, "time-malformed", field: field,
                chinese: "“\(text)”应为日期，或带时区的时刻，如 2026-01-01T08:00:00+08:00",
                english: "'\(text)' should be a day, or a time with its zone, such as 2026-01-01T08:00:00+08:00")
        }
        return time
    }
}

struct AccessList: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "查阅记录：谁在何时为何读了什么 Who read what that is not public, when and why.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county access --subject 11419801MB0000027Y
              credit-archive --archive ./county access --by key/k3x9m2qa --from 2026-01-01 --to 2026-02-01 --format csv
            经服务（serve）查阅非公示记录时记入 access.sqlite，一秒之内落盘；断电可能丢失最后一秒的查阅记录。
            Readings through the service are in access.sqlite within a second; a power cut may take the last second of them.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "查阅者 The reader, such as key/k3x9m2qa.")
    var by: String?

    @Option(help: "主体或事项 The body or case that was read.")
    var subject: String?

    @Option(help: "起始：日期，或带时区的时刻 From this day or time (RFC 3339 with its zone).")
    var from: String?

    @Option(help: "结束（不含）：日期，或带时区的时刻 Until this day or time, not included.")
    var to: String?

    @Option(help: "至多多少条，最近的在前 At most so many, the newest first.")
    var limit = 1_000

    func run() throws {
        var query = AccessQuery()
        query.principal = by
        query.subject = subject
        query.from = try from.map { try AccessCommand.milliseconds($0, "--from") }
        query.to = try to.map { try AccessCommand.milliseconds($0, "--to") }
        query.limit = limit
        let say = global.language
        try global.renderer.list(
            AccessLog.read(global.folder(), query),
            [
                .init(say("时间", "time")) { $0.time }, .init(say("查阅者", "who")) { $0.principal },
                .init(say("请求", "request"), flexible: true) { $0.request },
                .init(say("对象", "subject")) { $0.subject ?? "" }, .init(say("用途", "why")) { $0.purpose ?? "" },
                .init(say("状态", "status"), number: true) { String($0.status) },
            ], empty: say("没有查阅记录", "nothing was read")
        ) { $0.write(to: &$1) }
    }
}

struct AccessPrune: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "删除期满的查阅记录 Deletes readings older than a day; the deletion itself stays recorded.",
        discussion: """
            例 Example:
              credit-archive --archive ./county access prune --before 2025-01-01 --operator-id operator/3
            没有哪份来源规定查阅记录保留多久：缺省一直保留。要按期删除，可用服务的设置 access-days。
            No source says how long readings are to be kept: by default for ever. The service's setting access-days deletes
            them after so many days.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "此日（或时刻）之前的 Those before this day or time.")
    var before: String

    @Option(help: "办理人的代号 Pseudonymous principal, such as operator/3.")
    var operatorID = "operator/cli"

    func run() throws {
        try Operator.check(operatorID)
        let limit = try AccessCommand.milliseconds(before, "--before")
        let count = try AccessLog.prune(global.folder(), before: limit, by: operatorID)
        let say = global.language
        try global.renderer.record([
            (say("已删除", "deleted"), String(count)), (say("此前", "before"), RecordedTime.text(milliseconds: limit)),
        ]) { writer in
            writer.beginObject()
            writer.member("deleted", count)
            writer.member("before", RecordedTime.text(milliseconds: limit))
            writer.endObject()
        }
    }
}
