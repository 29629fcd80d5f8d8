internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Projections

struct Trend: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "年度趋势 Trend by 归属年度 of a body, of a region, or of all.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county trend --all
              credit-archive --archive ./county trend 云岭县人民政府 --with-subordinates --from 2022 --to 2024
              credit-archive --archive ./county trend --region 419801 --format csv
              credit-archive --archive ./county trend --all --known-at 2024-06-30
              credit-archive --archive ./county trend 云岭县财政局 --themes

            同比 是与上一年之差；CSV 另有年末在册与金额的同比，每个类别、领域一列。
            Year on year is the difference from the year before; a CSV has it for the year end and the amount too, and a
            column for each category and area.

            --themes 给出各年各方案的总分，和按主题对照表（Q26）占主题满分的比例；不同方案只能按主题比较。
            --themes gives the totals by year and scheme, and each theme as a share of its maximum: all that may be compared
            across schemes.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var scope: ScopeOptions
    @OptionGroup var moment: MomentOptions

    @Flag(help: "连同其下级 Together with the bodies below it.")
    var withSubordinates = false

    @Flag(
        help: """
            评价结果按主题，用现有的全部记录（不与 --as-of、--at-position、--known-at、--with-subordinates 同用） \
            Scores by year and scheme, and by theme, of all records there are: without those options.
            """)
    var themes = false

    @Option(help: "起始年度 First year.")
    var from: Int?

    @Option(help: "结束年度 Last year.")
    var to: Int?

    func run() async throws {
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
        let question = try moment.question()
        if let region = scope.region { _ = try ScopeOptions.prefix(ofRegion: region) }
        try global.requireFolder(for: "--themes", themes)
        if themes { return try showThemes(question) }
        try await global.answering { source in
            let whole: [(String, (any CustomStringConvertible)?)] = [("withSubordinates", withSubordinates ? "1" : nil)]
            let told = try await source.ask(
                scope.path("trend", ofAll: "trend"),
                [("from", from), ("to", to), ("region", scope.region)] + whole + moment.parameters
            ) { auditor, writer in
                let moment = try auditor.moment(question)
                let scope = try trendScope(auditor)
                try auditor.trend(TrendQuery(scope, from: from, to: to, at: moment)).write(
                    to: &writer, scores: auditor.scores(of: scope, atPosition: moment.atPosition))
            }
            let answer = try TrendAnswer(json: told)
            let scores = try told[list: "years"].map { year throws in
                (Int(year[number: "year"] ?? 0), try year[list: "scores"].map { try IssuedScore(json: $0) })
            }.filter { !$0.1.isEmpty }
            try TrendTable(
                answer, isMomentSaid: !question.isEmpty, scores: Dictionary(scores) { first, _ in first }, global
            ).show()
            try await global.footer(position: answer.position, asOf: moment.asOf, source)
        }
    }

    private func showThemes(_ question: MomentQuestion) throws {
        guard question.isEmpty, !withSubordinates else {
            throw ArchiveError(
                .usage, "flags-contradict",
                chinese: "--themes 用现有的全部记录，不与 --as-of、--at-position、--known-at、--with-subordinates 同用",
                english:
                    "--themes uses all records there are: no --as-of, --at-position, --known-at or --with-subordinates")
        }
        let auditor = Auditor(try global.open(.reading))
        let latest = to ?? auditor.today.year
        guard (from ?? latest) <= latest else { return try ThemeTable(global).show([]) }
        let years = from.map { $0...latest } ?? min(2000, latest)...latest
        try ThemeTable(global).show(auditor.yearScores(scope.resolve(auditor), years: years))
    }

    private func trendScope(_ auditor: Auditor) throws -> TrendQuery.Scope {
        switch try scope.resolve(auditor) {
        case .body(let id): .body(id, withSubordinates: withSubordinates)
        case .all: .all
        case .region(let prefix): .region(prefix: prefix)
        }
    }
}
