internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Projections

struct Trend: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "年度趋势 Trend by 归属年度 of a body, of a region, or of all.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county trend --all
              credit-archive --archive ./county trend 云岭县人民政府 --with-subordinates --from 2022 --to 2024
              credit-archive --archive ./county trend --region 419801 --format csv
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var moment: MomentOptions

    @Flag(help: "连同其下级 Together with the bodies below it.")
    var withSubordinates = false

    @Option(help: "起始年度 First year.")
    var from: Int?

    @Option(help: "结束年度 Last year.")
    var to: Int?

    func run() throws {
        try scope.check()
        guard !withSubordinates || scope.body != nil else {
            throw ArchiveError(
                .usage, "flags-contradict", chinese: "--with-subordinates 只用于一个主体",
                english: "--with-subordinates goes with one body")
        }
        for year in [from, to].compactMap({ $0 }) where !CalendarDay.years.contains(year) {
            throw ArchiveError(
                .usage, "year-malformed", chinese: "年度 \(year) 不在 1900–2999 之内",
                english: "the year \(year) is not within 1900–2999")
        }
        if let from, let to, from > to {
            throw ArchiveError(
                .usage, "range-empty", chinese: "起始年度 \(from) 晚于结束年度 \(to)",
                english: "the years begin at \(from), after their end at \(to)")
        }
        let day = try moment.day()
        let auditor = Auditor(try global.open(.reading))
        let years = try auditor.trend(
            TrendQuery(
                trendScope(auditor), from: from, to: to, asOf: day, atPosition: moment.position(auditor)))
        try show(years)
    }

    private func trendScope(_ auditor: Auditor) throws -> TrendQuery.Scope {
        switch try scope.resolve(auditor) {
        case .body(let id): .body(id, withSubordinates: withSubordinates)
        case .all: .all
        case .region(let prefix): .region(prefix: prefix)
        }
    }

    private func show(_ years: [TrendYear]) throws {
        let say = global.language
        let most = years.map(\.determined).max() ?? 0
        typealias Column = Renderer.Column<TrendYear>
        let counts: [Column] = [
            .init(say("年度", "year")) { String($0.year) },
            .init(say("认定", "determined"), number: true) { String($0.determined) },
            .init(say("撤销", "revoked"), number: true) { String($0.revoked) },
            .init(say("修复", "repaired"), number: true) { String($0.repaired) },
            .init(say("年末在册", "in effect at year end"), number: true) { String($0.inEffectAtYearEnd) },
        ]
        let values: [Column] = [
            .init(say("轻微", "minor"), number: true) { String($0.bySeverity[.minor] ?? 0) },
            .init(say("一般", "ordinary"), number: true) { String($0.bySeverity[.ordinary] ?? 0) },
            .init(say("严重", "serious"), number: true) { String($0.bySeverity[.serious] ?? 0) },
            .init(say("金额(万元)", "amount"), number: true) { $0.amount.twoDecimals },
        ]
        // A bar is for the eye; in a CSV the lists by category and area take its place.
        let last: [Column] =
            global.effectiveFormat == .csv
            ? [
                .init(say("按类别", "by category")) { Self.list($0.byCategory) },
                .init(say("按领域", "by area")) { Self.list($0.byArea) },
            ] : [.init("") { Self.bar($0.determined, of: most) }]
        try global.renderer.list(years, counts + values + last, empty: say("没有失信事项", "no cases")) { $0.write(to: &$1) }
    }

    private static func list<List: CodeList>(_ counts: [List: Int]) -> String {
        List.allCases.compactMap { value in counts[value].map { "\(value.rawValue):\($0)" } }.joined(separator: " ")
    }

    /// A bar of at most 24 columns, in eighths.
    private static func bar(_ value: Int, of most: Int) -> String {
        guard most > 0 else { return "" }
        let eighths = value * 24 * 8 / most
        let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
        return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
    }
}
