internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

struct RoundCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "round",
        abstract: "评价轮次 A round of evaluation: its steps, its bodies, what follows, and what is open next.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county round province-integrity 2023 --region 419801
              credit-archive --archive ./county round province-integrity 2023 --region 419801 --as-of 2024-02-20 --format json

            步骤用“评价流程”模板导入（import rounds），或以 CloudEvents 收录（append）。
            Steps come by the template rounds (import rounds) or as CloudEvents (append).
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "方案 Scheme, e.g. province-integrity.")
    var scheme: String

    @Argument(help: "评价年度 The evaluated year.")
    var year: Int

    @Option(help: "组织评价的机关所在区划，6 位 The region of the office that runs the round: six digits.")
    var region: String?

    @OptionGroup var moment: MomentOptions

    func run() async throws {
        let question = try moment.question()
        let answer = try await global.answering { source in
            let id = try await id(source)
            return try await source.ask(
                ["v1", "rounds", id.scheme, String(id.year), id.region.text], moment.parameters
            ) { auditor, writer in
                try auditor.round(id, auditor.pinned(auditor.moment(question))).write(to: &writer)
            }
        }
        switch global.effectiveFormat {
        case .json, .ndjson: try global.renderer.record([]) { $0.raw(answer.source) }
        // A table of a spreadsheet is one table: the steps.
        case .csv: try showSteps(answer)
        case .table: try show(answer)
        }
    }

    private func id(_ source: AnswerSource) async throws -> RoundID {
        if let region {
            guard let code = RegionCode(region), let id = RoundID(scheme: scheme, year: year, region: code) else {
                throw ArchiveError(
                    .usage, "round-malformed", field: "--region", chinese: "方案、年度（1900–2999）或区划（6 位）不合规定",
                    english: "the scheme, the year (1900–2999) or the region (six digits) is malformed")
            }
            return id
        }
        let told = try await source.ask(["v1", "rounds"]) { auditor, writer in
            writer.beginObject()
            writer.key("rounds")
            writer.beginArray()
            for round in try auditor.rounds() {
                writer.beginObject()
                writer.member("round", round.stream)
                writer.endObject()
            }
            writer.endArray()
            writer.endObject()
        }
        let known = told[list: "rounds"].compactMap { RoundID(stream: $0.text("round")) }
            .filter { $0.scheme == scheme && $0.year == year }
        if known.count == 1 { return known[0] }
        let list = known.map(\.region.text).joined(separator: " ")
        throw ArchiveError(
            .usage, "region-needed", field: "--region",
            chinese: "请用 --region 指明组织评价的区划（6 位）；已登记：\(list.isEmpty ? "无" : list)",
            english: "say whose round it is with --region (six digits); recorded: \(list.isEmpty ? "none" : list)")
    }

    /// The name of the body that an item is about, as the round has it.
    private func names(_ answer: JSONNode) -> (JSONNode) -> String {
        let names = Dictionary(answer[list: "bodies"].map { ($0.text("body"), $0.text("name")) }) { first, _ in first }
        return { item in names[item.text("body")].flatMap { $0.isEmpty ? nil : $0 } ?? item.text("body") }
    }

    private func showSteps(_ answer: JSONNode) throws {
        let say = global.language
        let name = names(answer)
        try global.renderer.list(
            answer[list: "steps"],
            [
                .init(say("日期", "day")) { $0.text("day") },
                .init(say("步骤", "step")) { step in
                    EventType(rawValue: step.text("type")).map { DutyTable.name(step.text("step"), $0) }
                        ?? step.text("step")
                },
                .init(say("受评单位", "body"), name),
                .init(say("办理单位", "office"), flexible: true) {
                    $0[member: "actor"]?[member: "office"]?.text("name") ?? ""
                },
                .init(say("内容", "detail"), flexible: true) { $0.text("detail") },
                .init(say("文号", "document")) { $0.text("document") },
                .init(say("位置", "position"), number: true) { $0.text("position") },
            ]
        ) { $1.raw($0.source) }
    }

    private func show(_ answer: JSONNode) throws {
        let say = global.language
        let renderer = global.renderer
        let (id, day) = (answer.text("round"), answer.text("asOf"))
        Terminal.write(say("轮次 \(id)，截至 \(day)\n", "round \(id), as of \(day)\n"))
        try showSteps(answer)
        Terminal.write("\n")
        let name = names(answer)
        try renderer.list(
            answer[list: "bodies"],
            [
                .init(say("受评单位", "body"), flexible: true, name),
                .init(say("进度", "stage")) { say($0.text("stage"), $0.text("stageEn")) },
                .init(say("初评", "preliminary"), number: true) { $0.text("preliminary", else: "—") },
                .init(say("终评", "final"), number: true) { $0.text("final", else: "—") },
                .init(say("等次", "grade")) { $0.text("grade") },
            ]
        ) { $1.raw($0.source) }
        let derived = answer[list: "derived"]
        if !derived.isEmpty {
            Terminal.write("\n" + say("由此推定\n", "derived\n"))
            try renderer.list(
                derived,
                [
                    .init(say("自", "since")) { $0.text("day") }, .init(say("受评单位", "body"), name),
                    .init(say("事实", "fact"), flexible: true) { say($0.text("chinese"), $0.text("english")) },
                    .init(say("依据", "source")) { $0.text("source") },
                ]
            ) { $1.raw($0.source) }
        }
        Terminal.write("\n" + say("待办\n", "open\n"))
        let on = try CalendarDay(json: answer[member: "asOf"] ?? answer)
        try DutyTable.show(answer[list: "open"].map { try Duty(json: $0, on: on) }, renderer, say)
    }
}

struct Duties: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "待办与期限 Open duties with their limits, overdue first.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county duties
              credit-archive --archive ./county duties --on 2024-03-20 --region 4198

            期限按工作日计算的，以已采用的节假日安排为准；没有通知的年份不推算。
            Limits in working days are counted by the notices that are adopted; a year without one is never guessed.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "截至此日（缺省为今天）The day of the question; today where left out.")
    var on: String?

    @Option(help: "只用到此位置为止的记录 Only what was recorded by this position.")
    var atPosition: UInt64?

    @Option(help: "行政区划代码 Only rounds and bodies of this region.")
    var region: String?

    func run() async throws {
        // A day ahead may be asked for: what will be overdue by then, if nothing is done.
        let day = try on.map { text throws in
            guard let day = CalendarDay(text) else {
                throw ArchiveError(
                    .usage, "day-malformed", field: "--on", chinese: "--on 的“\(text)”不是日期，请写成 2024-12-31",
                    english: "'\(text)' of --on is no day; write 2024-12-31")
            }
            return day
        }
        let prefix = try region.map(ScopeOptions.prefix(ofRegion:))
        let duties = try await global.answering { source in
            let told = try await source.ask(
                ["v1", "duties"], [("on", day), ("atPosition", atPosition), ("region", region)]
            ) { auditor, writer in
                let day = day ?? auditor.today
                let duties = try auditor.duties(auditor.duty(on: day, atPosition: atPosition), region: prefix)
                writer.beginObject()
                writer.member("on", day)
                writer.member("duties", duties)
                writer.endObject()
            }
            let on = try CalendarDay(json: told[member: "on"] ?? told)
            return try told[list: "duties"].map { try Duty(json: $0, on: on) }
        }
        guard global.effectiveFormat == .table || global.effectiveFormat == .csv else {
            return try global.renderer.list(duties, []) { $1.value($0) }
        }
        try DutyTable.show(duties, global.renderer, global.language)
    }
}

struct CalendarCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calendar", abstract: "节假日安排 Notices of holidays: those adopted, and the next one.",
        subcommands: [Adopt.self, List.self], defaultSubcommand: List.self)

    struct Adopt: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "采用国务院办公厅的节假日安排 Adopt a notice: limits are counted by it from here on.",
            discussion: """
                例 Example: credit-archive --archive ./county calendar adopt holidays-2027.json --office 云岭县人民政府办公室 \\
                  --document 国办发明电〔2026〕7号

                文件格式 The file:
                  {"id":"state-council-holidays-2027","version":"1","title":"国务院办公厅关于2027年部分节假日安排的通知",
                   "sources":["国办发明电〔2026〕7号"],"years":{"2027":{"off":{"2027-01-01":"元旦"},"work":["2027-02-06"]}}}
                off 写全部放假日（含其中的周末），work 写调休上班的周六、周日。已有安排的年份须加 --amend。
                off has all days off, weekends within them included; work the Saturdays and Sundays that are worked.
                A year that is settled already needs --amend.
                """)

        @OptionGroup var global: GlobalOptions
        @Argument(help: "文件 The calendar file.")
        var file: String
        @Option(help: "采用单位 The office that adopts it.")
        var office: String
        @Option(help: "文号 The notice's number.")
        var document: String?
        @Flag(help: "更改已有安排的年份 It changes a year that is settled already.")
        var amend = false
        @Option(help: "记录人的代号 Pseudonymous principal, such as operator/3.")
        var operatorID = "operator/cli"

        func run() throws {
            try Operator.check(operatorID)
            let bytes = try Input.read(file, limit: 1 << 20)
            let archive = try global.open(.writing)
            let name = file.split(separator: "/").last.map(String.init) ?? "calendar.json"
            let adopted = try Administrator(archive).adoptCalendar(
                bytes, name: name == "-" ? "calendar.json" : name, office: office, document: document, amending: amend,
                recordedBy: operatorID)
            try archive.close()
            let say = global.language
            try global.renderer.record([
                (say("年份", "years"), adopted.years.map(String.init).joined(separator: "、")),
                (say("位置", "position"), String(adopted.position)), (say("摘要", "digest"), adopted.digest),
            ]) { $0.value(adopted) }
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "已采用的节假日安排 The notices adopted, with each year's working days.")
        @OptionGroup var global: GlobalOptions

        func run() throws {
            let say = global.language
            let years = try Auditor(try global.open(.reading)).calendarYears()
            try global.renderer.list(
                years,
                [
                    .init(say("年份", "year")) { String($0.year) },
                    .init(say("工作日", "working days"), number: true) { String($0.workingDays) },
                    .init(say("通知", "notice"), flexible: true) { $0.title },
                    .init(say("位置", "position"), number: true) { String($0.position) },
                ]
            ) { $1.value($0) }
        }
    }
}
