import Assessment
import CreditModel
import Testing

/// Every entry of the register of ambiguities that touches scoring, by its number (requirements §7).
@Suite struct RegisterTests {
    @Test func q01TheThirtyFirstOfDecemberBelongsToNoYearAndIsListed() throws {
        let period = try Schemes.scheme(Schemes.township).period
        #expect(period.days(of: 2023).upperBound == CalendarDay("2023-12-30"))
        #expect(period.uncoveredDays(of: 2023) == [CalendarDay("2023-12-31")])
        let longer = try Schemes.scheme(Schemes.township, overlay: "period: {to: 12-31}").period
        #expect(longer.uncoveredDays(of: 2023).isEmpty)
        #expect(try Schemes.scheme("province-integrity").period.uncoveredDays(of: 2024).isEmpty)
    }

    @Test func q02TheCorruptTextOfXB02IsReadAsTheHighestLossRate() throws {
        let scheme = try Schemes.scheme(Schemes.department)
        let row = try #require(scheme[indicator: "XB02"])
        #expect(row.quote?.contains("诉讼或无败诉率最高得0分") == true && row.options.choices["misprint"] == "lossRate")
        let cohort = [
            ["lost": "0", "concluded": "0"], ["lost": "1", "concluded": "4"], ["lost": "1", "concluded": "2"],
        ]
        #expect(try scheme.scores("XB02", cohort) == ["10.00", "5.00", "0.00"])
    }

    /// The register's example: rates 0, 0, 5 %, 5 %, 20 %.
    static let example = ["0", "0", "5", "5", "20"].map { ["corrected": $0, "concluded": "100"] }

    @Test func q03RanksAreDenseWithZeroAnchoredAtFullMarks() throws {
        let scheme = try Schemes.scheme(Schemes.department)
        #expect(try scheme.scores("XB01", Self.example) == ["10.00", "10.00", "5.00", "5.00", "0.00"])
        // Nobody at zero: the lowest rate is not the full-mark end.
        let worse = ["5", "10"].map { ["corrected": $0, "concluded": "100"] }
        #expect(try scheme.scores("XB01", worse) == ["5.00", "0.00"])
        // A single offender is the highest; nobody offending has full marks.
        #expect(try scheme.scores("XB01", [["corrected": "1", "concluded": "9"]]) == ["0.00"])
        #expect(try scheme.scores("XB01", [["corrected": "0", "concluded": "9"]]) == ["10.00"])
        #expect(try scheme.scores("XB01", []) == [])
        // One who reports nothing has no score and places nobody.
        #expect(try scheme.scores("XB01", Self.example + [[:]]) == ["10.00", "10.00", "5.00", "5.00", "0.00", nil])
    }

    @Test(arguments: [
        ("competition", ["10.00", "10.00", "5.00", "5.00", "0.00"]),
        ("linear", ["10.00", "10.00", "7.50", "7.50", "0.00"]),
    ])
    func q03TheOtherPlacingsAreOptions(_ choice: String, _ expected: [String]) throws {
        let scheme = try Schemes.scheme(
            Schemes.department, overlay: "indicators: {XB01: {options: {rank: \(choice)}}}")
        #expect(try scheme.scores("XB01", Self.example) == expected)
        let single = ["corrected": "1", "concluded": "9"]
        #expect(try scheme.scores("XB01", [single]) == ["0.00"])
    }

    @Test func q03CompetitionAndDenseDifferWhereTiesAreUneven() throws {
        let cohort = ["0", "5", "5", "5", "20"].map { ["corrected": $0, "concluded": "100"] }
        let competition = try Schemes.scheme(
            Schemes.department, overlay: "indicators: {XB01: {options: {rank: competition}}}")
        #expect(try Schemes.scheme(Schemes.department).scores("XB01", cohort)[1] == "5.00")
        #expect(try competition.scores("XB01", cohort) == ["10.00", "7.50", "7.50", "7.50", "0.00"])
    }

    @Test func q04WithoutBandsTheScoreIsSetByHand() throws {
        for indicator in ["XZ10", "XZ11"] {
            let scheme = try Schemes.scheme(Schemes.township)
            #expect(scheme[indicator: indicator]?.options.choices["withoutBands"] == "manual")
            #expect(try scheme.score(indicator, ["online": "1", "at_once": "1"]).flags == [.missing])
            #expect(try scheme.score(indicator, ["manual_score": "3.5"]).flags == [.manual])
        }
    }

    @Test(arguments: [
        ("full", "5.00", [ScoreFlag.noBase]), ("zero", "0.00", [.noBase]), ("exclude", nil, [.noBase]),
        ("manual", "4.20", [.manual, .noBase]),
    ])
    func q05AZeroBaseIsTreatedAsTheOptionSays(_ choice: String, _ score: String?, _ flags: [ScoreFlag]) throws {
        let scheme = try Schemes.scheme(
            Schemes.township, overlay: "indicators: {XZ04: {options: {zeroBase: \(choice)}}}")
        let result = try scheme.score("XZ04", ["lost": "0", "concluded": "0", "manual_score": "4.2"])
        #expect(result.score?.description == score && result.flags == flags)
        #expect(result.isExcluded == (choice == "exclude"))
    }

    @Test func q05AnExcludedIndicatorRescalesTheTotalToFullMarks() throws {
        let scheme = try Schemes.scheme(
            "province-integrity",
            overlay: """
                indicators:
                  SJ01:
                    options: {notApplicable: allowed}
                """)
        var inputs = Dictionary(
            uniqueKeysWithValues: scheme.indicators.map {
                ($0.id, ["manual_score": InputValue($0.id == "SJ01" ? "0" : $0.points?.description ?? "")])
            })
        let evaluator = try Evaluator(scheme, year: 2022)
        let a = BodyID("a")!
        #expect(evaluator.evaluate([CohortMember(a, inputs: inputs)])[0].total?.description == "92.00")
        inputs["SJ01"] = ["not_applicable": InputValue("是")]
        let result = evaluator.evaluate([CohortMember(a, inputs: inputs)])[0]
        #expect(result.total?.description == "100.00")
        #expect(result[indicator: "SJ01"]?.flags == [.exempt])
        inputs["SJ02"] = ["manual_score": InputValue("0")]
        // 83 of 92 points: 90.217… of 100.
        #expect(evaluator.evaluate([CohortMember(a, inputs: inputs)])[0].total?.description == "90.22")
    }

    @Test func q06ExplanationsCountOnlyWhereTheTableSaysSo() throws {
        let five = ["compulsion", "reward", "confirmation", "ruling", "inspection"]
        let none = Dictionary(uniqueKeysWithValues: five.map { ($0, "未产生") })
        let department = try Schemes.scheme(Schemes.department)
        #expect(try department.score("XB06", none).score?.description == "5.00")
        let strict = try Schemes.scheme(
            Schemes.department, overlay: "indicators: {XB06: {options: {explained: refused}}}")
        let refused = try strict.score("XB06", none)
        #expect(refused.score?.description == "0.00" && refused.flags.isEmpty)
        #expect(refused.notices.map(\.kind) == Array(repeating: .explanationRefused, count: 5))
        // XZ09's table has no such rule.
        #expect(try Schemes.scheme(Schemes.township)[indicator: "XZ09"]?.options.choices["explained"] == "refused")
    }

    @Test func q06WithoutAuthorityMeansFullMarksOrLeftOut() throws {
        let inputs = ["used": "否", "published": "否", "exempt": "是"]
        #expect(try Schemes.scheme(Schemes.department).score("XB07", inputs).score?.description == "8.00")
        let left = try Schemes.scheme(
            Schemes.department, overlay: "indicators: {XB07: {options: {exempt: exclude}}}")
        let result = try left.score("XB07", inputs)
        #expect(result.score == nil && result.isExcluded && result.flags == [.exempt])
    }

    @Test func q07TheWorstTierWinsAndWhatIsNotAMonthOldIsPending() throws {
        let scheme = try Schemes.scheme(Schemes.township)
        let worst = ["new_dishonest": "0", "new_late": "1", "new_timely": "3"]
        #expect(try scheme.score("XZ23", worst).score?.description == "2.00")
        let pending = ["new_dishonest": "0", "new_late": "0", "new_timely": "0", "new_pending": "1"]
        let result = try scheme.score("XZ23", pending)
        #expect(result.score?.description == "6.00" && result.flags == [.pending])
    }

    @Test func q08XZ23CountsNewListingsAndXB12AnyDeterminedInThePeriod() throws {
        let township = try #require(try Schemes.scheme(Schemes.township)[indicator: "XZ23"])
        let department = try #require(try Schemes.scheme(Schemes.department)[indicator: "XB12"])
        #expect(township.options.choices["listing"] == "newOnly")
        #expect(department.options.choices["listing"] == "any")
        #expect(department.options.choices["counted"] == "determined")
        #expect(department.inputs.first?.records?.categories == [.r07])
    }

    @Test(arguments: ["XB09": "problems", "XB10": "judged"])
    func q09DeductionsStopAtZero(_ indicator: String, _ input: String) throws {
        #expect(try Schemes.scheme(Schemes.department).score(indicator, [input: "9"]).score?.description == "0.00")
        let open = try Schemes.scheme(
            Schemes.department, overlay: "indicators: {\(indicator): {options: {floor: none}}}")
        #expect(try open.score(indicator, [input: "9"]).score.map { $0 < .zero } == true)
    }

    @Test(arguments: ["XZ13": "fields_used", "XZ15": "sectors"])
    func q10CityWordingIsKeptAndMayBeReportedAsNotApplicable(_ indicator: String, _ input: String) throws {
        let scheme = try Schemes.scheme(Schemes.township)
        #expect(try scheme.score(indicator, [input: "1"]).flags.isEmpty)
        let out = try scheme.score(indicator, ["not_applicable": "是"])
        #expect(out.isExcluded && out.flags == [.exempt])
        let strict = try Schemes.scheme(
            Schemes.township, overlay: "indicators: {\(indicator): {options: {notApplicable: refused}}}")
        #expect(try strict.score(indicator, ["not_applicable": "是"]).flags == [.missing])
    }

    @Test func q11NamesOfOneThingAreAliasesAndDifferentThingsStayApart() throws {
        #expect(try Schemes.scheme(Schemes.township).aliases["不合格"] == ["不合规"])
        #expect(try Schemes.scheme(Schemes.township)[indicator: "XZ05"]?.options.choices["naming"] == "distinct")
    }

    @Test func q12GradesAreNoneUntilAnOverlayBorrowsThem() throws {
        #expect(try Schemes.scheme(Schemes.township).grades.isEmpty)
        let borrowed = try Schemes.scheme(
            Schemes.township,
            overlay: "options: {gradeBands: borrowed}\ngrades: [{name: 优秀, from: 90}, {name: 其他, from: 0}]")
        #expect(borrowed.grades.map(\.name) == ["优秀", "其他"])
        #expect(borrowed.options.choices["gradeBands"] == "borrowed")
    }

    @Test func q16LostTextsStayEmpty() throws {
        let scheme = try Schemes.scheme("province-integrity")
        for id in ["SJ10", "SJ11", "SJ12"] {
            #expect(scheme[indicator: id]?.content == nil && scheme[indicator: id]?.quote == nil)
        }
    }

    @Test func q18AGovernmentIsScoredByHand() throws {
        #expect(try Schemes.scheme("province-integrity").options.choices["aggregation"] == "manual")
    }
}
