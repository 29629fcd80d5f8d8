internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

/// `exchange`: batch files, receipts, and the reconciliation of both sides.
struct ExchangeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exchange", abstract: "文件交换与对账 Batch files, their receipts, and reconciliation.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county exchange write national --out ./outbox
              credit-archive --archive ./county exchange acknowledge 回执.csv
              credit-archive --archive ./county exchange reconcile national
              credit-archive --archive ./county exchange reconcile national --against 对方清单.csv
            批次文件每行一个 CloudEvents 事件，附摘要（.sha256）和待填的回执（.receipt.csv）；收到回执之前，再写的是同一批次。
            A batch file has a CloudEvent a line, with its digest and the form of the receipt; until the receipt is taken
            in, the same batch is written again.
            """,
        subcommands: [Write.self, Acknowledge.self, Reconcile.self])

    struct Write: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "写出下一批次的文件 Write the next batch as a file, with digest and receipt form.")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var principal: PrincipalOptions

        @Argument(help: "订阅方的代号 The subscriber's name.")
        var name: String

        @Option(help: "目录 The folder.")
        var out: String

        @Option(help: "至多多少个事件 At most so many events.")
        var limit = Exchange.maximumFileBatch

        func run() throws {
            guard (1...Exchange.maximumFileBatch).contains(limit) else {
                throw ArchiveError(
                    .usage, "limit-malformed", field: "--limit", chinese: "--limit 应为 1…\(Exchange.maximumFileBatch)",
                    english: "--limit should be 1…\(Exchange.maximumFileBatch)")
            }
            let written = try global.exchange().writeFile(of: name, to: out, limit: limit, by: principal.checked())
            let say = global.language
            try global.renderer.list(
                written.map { [$0] } ?? [],
                [
                    .init(say("批次", "batch"), number: true) { String($0.batch) },
                    .init(say("编号", "numbers")) { "\($0.first)–\($0.position - 1)" },
                    .init(say("条数", "events"), number: true) { String($0.events) },
                    .init(say("文件", "file"), flexible: true) { $0.path },
                    .init(say("摘要", "digest")) { $0.digest },
                    .init(say("回执", "receipt"), flexible: true) { $0.receiptPath },
                ], empty: say("没有待发的事件", "there is nothing to send")
            ) { $1.value($0) }
        }
    }

    struct Acknowledge: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "登记对方的回执 Take in the receipt of the other side; exit 1 where a row is wrong or refuses its batch."
        )

        @OptionGroup var global: GlobalOptions
        @OptionGroup var principal: PrincipalOptions

        @Argument(help: "回执文件（CSV） The receipt.")
        var file: String

        func run() throws {
            let report = try global.exchange().takeReceipts(file, by: principal.checked())
            let say = global.language
            switch global.effectiveFormat {
            case .json, .ndjson:
                try global.renderer.record([]) { report.write(to: &$0, inChinese: say == .chinese) }
            case .table, .csv:
                try global.renderer.list(
                    report.lines,
                    [
                        .init(say("行", "row"), number: true) { String($0.row) },
                        .init(say("订阅方", "subscriber")) { $0.subscriber },
                        .init(say("批次", "batch"), number: true) { String($0.batch) },
                        .init(say("结果", "result")) { line in
                            if line.refusal != nil { return say("拒收", "refused") }
                            return line.isDuplicate ? say("此前已登记", "known already") : say("已确认", "acknowledged")
                        },
                        .init(say("已确认至", "cursor"), number: true) { String($0.position) },
                        .init(say("说明", "remark"), flexible: true) { $0.refusal ?? "" },
                    ]
                ) { _, _ in }
                for problem in report.problems {
                    Terminal.note(
                        say(
                            "第 \(problem.row) 行「\(problem.column)」[\(problem.code)]：\(problem.chinese)",
                            "row \(problem.row), \(problem.column) [\(problem.code)]: \(problem.english)"))
                }
            }
            guard report.problems.isEmpty, report.lines.allSatisfy({ $0.refusal == nil }) else { throw ExitCode(1) }
        }
    }

    struct Reconcile: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "对账：按日列出已发、已确认、缺失、不一致 By day: sent, acknowledged, missing, differing; exit 1 on any difference.",
            discussion: """
                对方清单：CSV（列 source、id、digest）或 NDJSON（同名字段）；digest 是事件规范形式（JCS）的 SHA-256。日按北京时间。
                The other side's list: CSV (source, id, digest) or NDJSON with these members; digest is the SHA-256 of the
                event in canonical form (JCS). Days are Asia/Shanghai. With --format csv and --against, --differences
                lists what differs instead of the days.
                """)

        @OptionGroup var global: GlobalOptions

        @Argument(help: "订阅方的代号 The subscriber's name.")
        var name: String

        @Option(help: "对方清单：.csv，或 .ndjson、.jsonl The other side's list.")
        var against: String?

        @Option(help: "起始日 From this day.")
        var from: String?

        @Option(help: "截止日（含） Until this day, included.")
        var to: String?

        @Flag(help: "CSV 中列差异而不列日 In CSV: the differences instead of the days.")
        var differences = false

        func run() throws {
            let list = try against.map { path in
                let isLines = [".ndjson", ".jsonl"].contains { path.lowercased().hasSuffix($0) }
                return try ReconciliationList(path: path, format: isLines ? .lines : .csv)
            }
            let told = try global.exchange().reconcile(
                name, against: list, from: day(from, "--from"), to: day(to, "--to"))
            switch global.effectiveFormat {
            case .json, .ndjson: try global.renderer.record([]) { told.write(to: &$0) }
            case .csv: try differences ? showDifferences(told) : showDays(told)
            case .table:
                try showDays(told)
                if !told.differences.isEmpty {
                    Terminal.write("\n")
                    try showDifferences(told)
                }
            }
            guard told.isClean else { throw ExitCode(1) }
        }

        private func showDays(_ told: Reconciliation) throws {
            let say = global.language
            func count(_ number: Int?) -> String { number.map(String.init) ?? "—" }
            try global.renderer.list(
                told.days,
                [
                    .init(say("日期", "day")) { $0.day.description },
                    .init(say("已发", "sent"), number: true) { String($0.sent) },
                    .init(say("已确认", "acknowledged"), number: true) { String($0.acknowledged) },
                    .init(say("待确认", "outstanding"), number: true) { String($0.outstanding) },
                    .init(say("缺失", "missing"), number: true) { count($0.missing) },
                    .init(say("不一致", "differing"), number: true) { count($0.differing) },
                ], empty: say("没有发出过事件", "nothing was sent")
            ) { $1.value($0) }
        }

        private func showDifferences(_ told: Reconciliation) throws {
            let say = global.language
            try global.renderer.list(
                told.differences,
                [
                    .init(say("差异", "difference")) { SubscriberWords.difference($0.kind, say) },
                    .init(say("编号", "number"), number: true) { $0.number.map(String.init) ?? "" },
                    .init(say("日期", "day")) { $0.day?.description ?? "" },
                    .init("source") { $0.source }, .init("id", flexible: true) { $0.id },
                    .init(say("已发摘要", "sent")) { $0.sent ?? "" }, .init(say("清单摘要", "listed")) { $0.listed ?? "" },
                ]
            ) { $1.value($0) }
        }

        private func day(_ text: String?, _ field: String) throws -> CalendarDay? {
            try text.map { text in
                guard let day = CalendarDay(text) else {
                    throw ArchiveError(
                        .usage, "day-malformed", field: field, chinese: "“\(text)”不是日期，请写成 2027-01-01",
                        english: "'\(text)' is no day; write 2027-01-01")
                }
                return day
            }
        }
    }
}
