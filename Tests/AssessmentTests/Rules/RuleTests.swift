import Assessment
import Testing

/// Tables per rule type, on the rows of the published schemes.
@Suite struct RuleTests {
    private func expect(
        _ scheme: String, _ indicator: String, _ inputs: [String: String], _ score: String?, _ flags: [ScoreFlag] = [],
        year: Int = 2023
    ) throws {
        let result = try Schemes.scheme(scheme).score(indicator, inputs, year: year)
        #expect(result.score?.description == score, "\(indicator) \(inputs)")
        #expect(result.flags == flags, "\(indicator) \(inputs)")
    }

    @Test func presenceAndBinary() throws {
        try expect(Schemes.township, "XZ01", ["list_published": "是"], "2.00")
        try expect(Schemes.township, "XZ01", ["list_published": "否"], "0.00")
        try expect(Schemes.township, "XZ01", [:], nil, [.missing])
        try expect(Schemes.township, "XZ01", ["list_published": "有"], nil, [.missing])
        try expect(Schemes.department, "XB11", ["arrears": "0"], "8.00")
        try expect(Schemes.department, "XB11", ["arrears": "2"], "0.00")
        try expect(Schemes.department, "XB12", ["listed": "1"], "0.00")
    }

    @Test func presenceSumWithItsDeadline() throws {
        for (made, day, score) in [
            ("是", "2023-03-31", "2.00"), ("是", "2023-04-01", "1.00"), ("是", "2022-12-01", "2.00"),
            ("否", "2023-03-01", "0.00"),
        ] {
            try expect(Schemes.township, "XZ03", ["made": made, "published_on": day], score)
        }
        // Nothing made, nothing scored: the day is not even needed.
        try expect(Schemes.township, "XZ03", ["made": "否"], "0.00")
        try expect(Schemes.township, "XZ03", ["made": "是"], nil, [.missing])
    }

    @Test func ratios() throws {
        for (lost, concluded, score) in [
            ("0", "3", "5.00"), ("1", "3", "3.33"), ("3", "3", "0.00"), ("2", "3", "1.67"),
        ] {
            try expect(Schemes.township, "XZ04", ["lost": lost, "concluded": concluded], score)
        }
        try expect(Schemes.township, "XZ04", ["lost": "0", "concluded": "0"], "5.00", [.noBase])
        try expect(Schemes.township, "XZ12", ["satisfaction": "0.745"], "2.98")
        try expect(Schemes.township, "XZ16", ["coverage": "1.2"], "3.00")
        try expect(Schemes.township, "XZ19", ["repaid": "390.39", "due": "777"], "3.01")
        try expect(Schemes.township, "XZ21", ["paid": "12", "payable": "10"], "6.00")
        try expect(Schemes.department, "XB08", ["closed": "7", "assigned": "9"], "7.78")
    }

    @Test func ratioSums() throws {
        try expect(
            Schemes.township, "XZ08", ["report_rate": "0.9", "compliance_rate": "0.8", "timeliness_rate": "0.82"],
            "5.04")
        try expect(
            Schemes.township, "XZ08", ["report_rate": "2", "compliance_rate": "1", "timeliness_rate": "0"], "4.00")
        try expect(Schemes.department, "XB04", ["applications": "8", "timely": "7", "completed": "7"], "4.38")
        try expect(
            Schemes.department, "XB04", ["applications": "0", "timely": "0", "completed": "0"], "5.00", [.noBase])
    }

    @Test func deductionsPerOccurrence() throws {
        for (count, score) in [("0", "3.00"), ("1", "2.50"), ("6", "0.00"), ("7", "0.00"), ("999999", "0.00")] {
            try expect(Schemes.township, "XZ07", ["failed": count], score)
        }
        try expect(Schemes.township, "XZ18", ["complained": "1", "returned": "1", "overdue": "1"], "0.50")
        try expect(Schemes.township, "XZ18", ["complained": "1", "returned": "1"], nil, [.missing])
        try expect(Schemes.department, "XB10", ["judged": "3"], "0.00")
        try expect(Schemes.department, "XB03", ["failed": "1"], "4.00")
    }

    @Test func cappedCounts() throws {
        try expect(Schemes.township, "XZ02", ["reposted": "2", "localised": "2"], "1.60")
        try expect(Schemes.township, "XZ02", ["reposted": "5", "localised": "5"], "4.00")
        try expect(Schemes.township, "XZ15", ["sectors": "13"], "2.60")
        try expect(Schemes.township, "XZ15", ["sectors": "31"], "6.00")
        try expect(Schemes.township, "XZ24", ["activities": "7"], "3.00")
        let five = ["compulsion", "reward", "confirmation", "ruling", "inspection"]
        try expect(Schemes.township, "XZ09", Dictionary(uniqueKeysWithValues: five.map { ($0, "是") }), "5.00")
        var mixed = Dictionary(uniqueKeysWithValues: five.map { ($0, "合规") })
        mixed["ruling"] = "缺失"
        try expect(Schemes.department, "XB06", mixed, "4.00")
        mixed["reward"] = "未产生"
        try expect(Schemes.department, "XB06", mixed, "4.00", [.exempt])
    }

    @Test func aCountAboveItsMaximumIsListed() throws {
        let result = try Schemes.scheme(Schemes.township).score("XZ02", ["reposted": "9", "localised": "0"])
        #expect(result.score?.description == "2.00")
        #expect(result.notices.map(\.kind) == [.aboveMaximum])
    }

    @Test func tiers() throws {
        for (cases, handled, score) in [("0", "0", "5.00"), ("2", "2", "3.00"), ("2", "1", "0.00")] {
            try expect(Schemes.township, "XZ22", ["cases": cases, "handled": handled], score)
        }
        for (dishonest, late, timely, score) in [
            ("0", "0", "0", "6.00"), ("0", "0", "1", "4.00"), ("0", "1", "1", "2.00"), ("1", "1", "1", "0.00"),
        ] {
            let inputs = ["new_dishonest": dishonest, "new_late": late, "new_timely": timely]
            try expect(Schemes.township, "XZ23", inputs, score)
        }
        // A missing count is never hidden by a worse tier.
        try expect(Schemes.township, "XZ23", ["new_dishonest": "1", "new_late": "0"], nil, [.missing])
    }

    @Test func tieredSums() throws {
        for (used, published, exempt, score, flags) in [
            ("是", "是", "否", "8.00", []), ("是", "否", "否", "5.00", []), ("否", "是", "否", "0.00", []),
            ("否", "否", "是", "8.00", [.exempt]),
        ] as [(String, String, String, String, [ScoreFlag])] {
            let inputs = ["used": used, "published": published, "exempt": exempt]
            try expect(Schemes.department, "XB07", inputs, score, flags)
        }
        try expect(Schemes.department, "XB07", ["exempt": "是"], "8.00", [.exempt])
    }

    @Test func scoresByHand() throws {
        try expect("province-integrity", "SJ05", ["manual_score": "12.345"], "12.35", [.manual], year: 2022)
        try expect("province-integrity", "SJ05", ["manual_score": "15.01"], nil, [.missing], year: 2022)
        try expect(Schemes.township, "XZ10", ["manual_score": "0.4"], "0.40", [.manual])
        try expect(Schemes.openness, "ZW00", ["special": "64", "routine": "23.8"], "87.80")
        try expect(Schemes.openness, "ZW00", ["special": "71", "routine": "20"], nil, [.missing])
    }

    @Test func bandsOnceAnOverlayGivesThem() throws {
        let scheme = try Schemes.scheme(
            Schemes.township,
            overlay: """
                indicators:
                  XZ11:
                    rule: {bands: [{from: 0.9, points: 1}, {from: 0.6, points: 0.5}, {from: 0, points: 0}]}
                """)
        let rates = ["online": "0.9", "at_once": "0.89", "one_visit": "0.6", "nearby": "0.59"]
        let result = try scheme.score("XZ11", rates)
        #expect(result.score?.description == "2.00" && result.flags.isEmpty)
        #expect(try scheme.score("XZ11", ["manual_score": "3"]).isMissing)
    }

    @Test func absurdNumbersAreToldAndNeverCrash() throws {
        let huge = "999999999999999"
        let rates = ["applications": huge, "timely": "999999999999998", "completed": "1"]
        try expect(Schemes.department, "XB04", rates, "2.00")
        let result = try Schemes.scheme(Schemes.township).score("XZ04", ["lost": "5", "concluded": "3"])
        #expect(result.score?.description == "0.00" && result.notices.map(\.kind) == [.rateAboveOne])
        let contradictory = try Schemes.scheme(Schemes.township).score("XZ04", ["lost": "5", "concluded": "0"])
        #expect(contradictory.flags == [.noBase] && contradictory.notices.map(\.kind) == [.baseZeroWithCount])
    }
}
