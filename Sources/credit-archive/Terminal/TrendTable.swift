internal import CreditArchive
internal import CreditModel
internal import Projections
internal import TabularText

/// A trend as a table with bars, as a flat CSV, or as the JSON of contract §3.
struct TrendTable {
    private typealias Row = (year: TrendYear, change: TrendChange?)
    private typealias Column = Renderer.Column<Row>

    private let answer: TrendAnswer
    private let isMomentSaid: Bool
    private let scores: [Int: [IssuedScore]]
    private let global: GlobalOptions

    /// - Parameters:
    ///   - isMomentSaid: the question names a day, a position or a time; the JSON then says the position.
    ///   - scores: the final results by year, where one body was asked about and has some.
    init(_ answer: TrendAnswer, isMomentSaid: Bool, scores: [Int: [IssuedScore]], _ global: GlobalOptions) {
        self.answer = answer
        self.scores = scores
        self.isMomentSaid = isMomentSaid
        self.global = global
    }

    func show() throws {
        let rows = answer.compared
        let columns = global.effectiveFormat == .csv ? flat : withBar(told, rows)
        let none = global.language("没有失信事项", "no cases")
        try global.renderer.list(rows, columns, empty: none) { row, writer in
            row.year.write(
                to: &writer, position: isMomentSaid ? answer.position : nil,
                scores: scores[row.year.year])
        }
    }

    private func count(_ chinese: String, _ english: String, _ value: @escaping (TrendYear) -> Int) -> Column {
        Column(global.language(chinese, english), number: true) { String(value($0.year)) }
    }

    private func change(_ chinese: String, _ english: String, _ value: @escaping (TrendChange) -> String?) -> Column {
        Column(global.language(chinese, english), number: true) { $0.change.flatMap(value) ?? "" }
    }

    private var amount: Column {
        Column(global.language("金额(万元)", "amount"), number: true) { $0.year.amount.twoDecimals }
    }

    private var counts: [Column] {
        [count("撤销", "revoked") { $0.revoked }, count("修复", "repaired") { $0.repaired }]
    }

    private var severities: [Column] {
        [
            count("轻微", "minor") { $0.bySeverity[.minor] ?? 0 },
            count("一般", "ordinary") { $0.bySeverity[.ordinary] ?? 0 },
            count("严重", "serious") { $0.bySeverity[.serious] ?? 0 },
        ]
    }

    private var year: Column { Column(global.language("年度", "year")) { String($0.year.year) } }

    /// Final results, scheme by scheme: nothing where none was issued.
    private var results: [Column] {
        guard !scores.isEmpty else { return [] }
        return [
            Column(global.language("评价结果", "results")) { row in
                (scores[row.year.year] ?? []).map { item in
                    let rank = item.rank.map { global.language("（第 \($0) 名）", " (rank \($0))") } ?? ""
                    return "\(item.scheme) \(item.score?.shown ?? "—")\(item.grade.map { " " + $0 } ?? "")\(rank)"
                }.joined(separator: global.language("；", "; "))
            }
        ]
    }

    // MARK: For the eye

    private var told: [Column] {
        [
            year, count("认定", "determined") { $0.determined },
            change("同比", "on year") { change in
                let percent = change.determinedPercent.map { " (\($0)%)" } ?? ""
                return TrendTable.signed(change.determined) + percent
            },
        ] + counts + [count("年末在册", "at year end") { $0.inEffectAtYearEnd }] + severities + [amount] + results
    }

    /// A bar of the determined on a terminal with room for it; what is no terminal gets figures alone.
    private func withBar(_ columns: [Column], _ rows: [Row]) -> [Column] {
        guard let width = Terminal.width else { return columns }
        let used = columns.reduce(0) { used, column in
            let values = rows.map { DisplayWidth.columns(of: column.value($0)) }
            return used + max(DisplayWidth.columns(of: column.title), values.max() ?? 0) + 2
        }
        let room = min(24, width - used)
        guard room >= 6 else { return columns }
        let most = rows.map(\.year.determined).max() ?? 0
        return columns + [Column("") { Bar.text($0.year.determined, of: most, columns: room) }]
    }

    // MARK: For spreadsheets

    private var flat: [Column] {
        let changes: [Column] = [
            change("同比增减", "on year") { TrendTable.signed($0.determined) },
            change("同比(%)", "on year (%)") { $0.determinedPercent },
        ]
        let atYearEnd: [Column] = [
            count("年末在册", "at year end") { $0.inEffectAtYearEnd },
            change("年末在册同比增减", "at year end, on year") { TrendTable.signed($0.inEffectAtYearEnd) },
        ]
        let amounts: [Column] = [
            amount, change("金额同比增减(万元)", "amount, on year") { $0.amount },
            change("金额同比(%)", "amount, on year (%)") { $0.amountPercent },
        ]
        let position = Column(global.language("反映至位置", "reflects position"), number: true) { _ in
            answer.position.map(String.init) ?? ""
        }
        return [year, count("认定", "determined") { $0.determined }] + changes + counts + atYearEnd + severities + amounts
            + codes(Category.self) { $0.byCategory } + codes(KeyArea.self) { $0.byArea } + results + [position]
    }

    /// One column for each code of a list, so that a spreadsheet can sum and chart them.
    private func codes<List: CodeList>(_: List.Type, _ counts: @escaping (TrendYear) -> [List: Int]) -> [Column] {
        List.allCases.map { code in
            Column("\(code.rawValue) \(code.name)", number: true) { String(counts($0.year)[code] ?? 0) }
        }
    }

    private static func signed(_ value: Int) -> String { value < 0 ? String(value) : "+\(value)" }
}
