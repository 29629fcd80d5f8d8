internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive

struct Diff: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "两个时刻之间的变化 What changed of a body between two moments, and by which entries.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county diff 云岭县财政局 --from-as-of 2023-12-31 --to-as-of 2024-12-31
              credit-archive --archive ./county diff 云岭县财政局 --from-known-at 2024-06-30
              credit-archive --archive ./county diff 云岭县财政局 --from-at-position 500 --to-at-position 800
              credit-archive --archive ./county diff 云岭县财政局 --from-known-at 2024-06-30 --to-as-of 2023-12-31

            第二例：2024-06-30 以后收录的一切改变了什么。第四例：对 2023-12-31 当日的认识此后有何改变（补录、更正）。
            --to 省略为现在；--from 未说的一维同 --to；--from 全部省略为一切记录之前。
            The second: what all that was recorded since has changed. The fourth: how what is known of 2023-12-31 has
            changed since (late registrations). --to defaults to now; what --from does not say is as in --to; without any
            --from it is before everything.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "主体：代码或全称 A body by code, id or name.")
    var body: String

    @Option(help: "较早时刻：截至此日的事实 The earlier moment: facts dated on or before this day.")
    var fromAsOf: String?

    @Option(help: "较早时刻：此位置及以前的记录 What was recorded up to this position.")
    var fromAtPosition: UInt64?

    @Option(help: "较早时刻：此刻及以前的记录 What was recorded by this time (RFC 3339 with its zone, or a day).")
    var fromKnownAt: String?

    @Option(help: "较晚时刻：截至此日的事实 The later moment: facts dated on or before this day.")
    var toAsOf: String?

    @Option(help: "较晚时刻：此位置及以前的记录 What was recorded up to this position.")
    var toAtPosition: UInt64?

    @Option(help: "较晚时刻：此刻及以前的记录 What was recorded by this time (RFC 3339 with its zone, or a day).")
    var toKnownAt: String?

    func run() async throws {
        let from = try MomentQuestion(
            asOf: fromAsOf, atPosition: fromAtPosition, knownAt: fromKnownAt, prefix: "--from-")
        let to = try MomentQuestion(asOf: toAsOf, atPosition: toAtPosition, knownAt: toKnownAt, prefix: "--to-")
        try await global.answering { source in
            let difference = try await source.ask(
                ["v1", "bodies", body, "diff"],
                [
                    ("fromAsOf", fromAsOf), ("fromAtPosition", fromAtPosition), ("fromKnownAt", fromKnownAt),
                    ("toAsOf", toAsOf), ("toAtPosition", toAtPosition), ("toKnownAt", toKnownAt),
                ]
            ) { auditor, writer in
                let earlier = try from.isEmpty ? nil : auditor.moment(from)
                let later = try auditor.moment(to)
                try auditor.difference(of: auditor.body(named: body), from: earlier, to: later).write(to: &writer)
            }
            switch global.effectiveFormat {
            case .json, .ndjson: try global.renderer.record([]) { $0.raw(difference.source) }
            case .table, .csv: try DifferenceTable(difference, global).show()
            }
            try await global.footer(position: difference[number: "position"], asOf: toAsOf, source)
        }
    }
}
