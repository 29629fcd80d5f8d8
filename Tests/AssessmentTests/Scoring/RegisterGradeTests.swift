import Assessment
import CreditModel
import Testing

/// The register's entries on openness, on grades and on schemes that cannot compute (requirements §7, Q20–Q27).
@Suite struct RegisterGradeTests {
    private func openness(
        _ base: String, _ bonus: [String: String] = [:], _ deductions: [String: String] = [:], overlay: String? = nil
    ) throws -> BodyScore {
        let scheme = try Schemes.scheme(Schemes.openness, overlay: overlay)
        func filled(_ id: String, _ some: [String: String]) -> [String: InputValue] {
            let names = scheme[indicator: id]?.inputs.map(\.name) ?? []
            return Dictionary(uniqueKeysWithValues: names.map { ($0, InputValue(some[$0] ?? "0")) })
        }
        let inputs = [
            "ZW00": ["special": InputValue(base), "routine": InputValue("30")], "ZW10": filled("ZW10", bonus),
            "ZW11": filled("ZW11", deductions),
        ]
        return try Evaluator(scheme, year: 2023).evaluate([CohortMember(BodyID("a")!, inputs: inputs)])[0]
    }

    @Test func q20TheBonusIsCappedAtTenAndCountsEachTime() throws {
        #expect(try openness("40", ["media_national": "3", "media_city": "2"]).total?.description == "73.80")
        #expect(try openness("40", ["media_national": "30"]).total?.description == "80.00")
        let once = "indicators: {ZW10: {options: {repeated: once}}}"
        #expect(try openness("40", ["media_national": "3"], overlay: once).total?.description == "71.00")
        let more = "indicators: {ZW10: {points: 12}}"
        #expect(try openness("40", ["media_national": "30"], overlay: more).total?.description == "82.00")
    }

    @Test func q21TheCapComesBeforeTheDeductions() throws {
        let result = try openness("68", ["commended": "5"], ["fraud": "1"])
        #expect(result.total?.description == "98.00" && result.uncapped?.description == "101.00")
        let alternative = try openness(
            "68", ["commended": "5"], ["fraud": "1"], overlay: "options: {capOrder: deductFirst}")
        #expect(alternative.total?.description == "100.00")
        let sunk = try openness("0", [:], ["fraud": "20"])
        #expect(sunk.total?.description == "0.00" && sunk.uncapped?.description == "-10.00")
        #expect(sunk.grade == "不合格")
    }

    @Test func q22AnIncidentCountsOnceAtItsHighestLevel() throws {
        let scheme = try Schemes.scheme(Schemes.openness)
        #expect(scheme[indicator: "ZW11"]?.options.choices["perIncident"] == "highestOnce")
        let deducted = try openness(
            "40", [:], ["sensitive_national": "1", "sensitive_provincial": "1", "sensitive_city": "1"])
        #expect(deducted[indicator: "ZW11"]?.score?.description == "4.50")
    }

    @Test func q23TheAnnualReportCountsInTheNextYear() throws {
        #expect(try Schemes.scheme(Schemes.openness).options.choices["annualReport"] == "nextYear")
    }

    @Test func q24GradesAreSetByHandAndTheWorseIsAHint() throws {
        let scheme = try Schemes.scheme("openness-appraisal")
        let member = CohortMember(
            BodyID("a")!,
            inputs: [
                "SP01": ["manual_grade": InputValue("满意")], "SP02": ["manual_grade": InputValue("基本满意")],
            ])
        let result = try Evaluator(scheme, year: 2023).evaluate([member])[0]
        #expect(result.indicators.map(\.grade) == ["满意", "基本满意"])
        #expect(result.gradeHint == "基本满意" && result.grade == nil && result.total == nil && result.rank == nil)
    }

    @Test func q25JiangsuRefusesToComputeUntilAnOverlaySuppliesEverything() throws {
        let scheme = try Schemes.scheme("jiangsu-2020")
        #expect(scheme.groups.count == 8 && scheme.indicators.count == 2)
        let told = fault { () throws(SchemeFault) in _ = try Evaluator(scheme, year: 2020) }
        #expect(told?.code == .notComputable && told?.chinese.contains("22项") == true)
        // Weights alone are not enough; all 22 rows with groups, points and rules are.
        var overlay = "points: 100\ngroups:\n"
        for (index, group) in scheme.groups.enumerated() { overlay += "  \(group.name): \(index < 4 ? 13 : 12)\n" }
        let weights = try Schemes.scheme("jiangsu-2020", overlay: overlay)
        #expect(weights.incomplete != nil)
        overlay += "indicators:\n"
        for number in 1...22 {
            let group = scheme.groups[(number - 1) % 8]
            let rows = (1...22).filter { ($0 - 1) % 8 == (number - 1) % 8 }
            let weight = (number - 1) % 8 < 4 ? 13 : 12
            let points = number == rows[0] ? weight - 2 * (rows.count - 1) : 2
            let id = number < 10 ? "JS0\(number)" : "JS\(number)"
            overlay += "  \(id):\n    group: \(group.name)\n    points: \(points)\n    rule: {type: manual_expert}\n"
            if number > 2 { overlay += "    name: 第\(number)项\n    place: 调整文件\n" }
        }
        let whole = try Schemes.scheme("jiangsu-2020", overlay: overlay)
        #expect(whole.incomplete == nil && whole.indicators.count == 22)
        let inputs = Dictionary(
            uniqueKeysWithValues: whole.indicators.map {
                ($0.id, ["manual_score": InputValue($0.points?.description ?? "")])
            })
        let result = try Evaluator(whole, year: 2020).evaluate([CohortMember(BodyID("a")!, inputs: inputs)])
        #expect(result[0].total?.description == "100.00")
    }

    @Test func q25WhatJiangsuStillLacksIsNamedItemByItem() throws {
        let bare = try #require(try Schemes.scheme("jiangsu-2020").incomplete)
        for part in ["总分 points", "依法行政、政务公开", "二级指标 22 项，现有 2 项", "JS01 的 group points rule", "JS02 的"] {
            #expect(bare.chinese.contains(part), "\(part)")
        }
        let half = try Schemes.scheme(
            "jiangsu-2020",
            overlay: "points: 100\nindicators: {JS01: {group: 依法行政, points: 5, rule: {type: manual_expert}}}")
        let rest = try #require(half.incomplete)
        #expect(!rest.chinese.contains("总分 points") && !rest.chinese.contains("JS01"))
        #expect(rest.english.contains("group points rule of JS02"))
    }

    /// A Jiangsu scheme whose rows combine four assessors' scores, by the weights given.
    private func jiangsu(_ weights: String) throws(SchemeFault) -> Scheme {
        let groups = try Schemes.scheme("jiangsu-2020").groups.map(\.name)
        var overlay = "points: 88\ngroups:\n"
        for group in groups { overlay += "  \(group): 11\n" }
        overlay += "indicators:\n"
        for number in 1...22 {
            let group = groups[(number - 1) % 8]
            let rows = (1...22).filter { ($0 - 1) % 8 == (number - 1) % 8 }
            let points = number == rows[0] ? 11 - 2 * (rows.count - 1) : 2
            overlay += """
                  JS\(number < 10 ? "0" : "")\(number):
                    group: \(group)
                    points: \(points)
                    inputs:
                      self_score: {zh: 自评, form: decimal}
                      third_party_score: {zh: 第三方测评, form: decimal}
                      expert_score: {zh: 专家评审, form: decimal}
                      existing_score: {zh: 既有考评结果, form: decimal}
                    rule: {type: combined_scores, scale: 100, weights: {\(weights)}}

                """
            if number > 2 { overlay += "    name: 第\(number)项\n    place: 调整文件\n" }
        }
        return try Schemes.scheme("jiangsu-2020", overlay: overlay)
    }

    private static let weights = "self_score: 0.1, third_party_score: 0.5, expert_score: 0.25, existing_score: 0.15"

    @Test func q25SeparateScoresOfSeveralAssessorsAreCombinedByTheOverlaysWeights() throws {
        let scheme = try jiangsu(Self.weights)
        #expect(scheme.incomplete == nil && scheme.options.choices["assessors"] == "weighted")
        let scores = ["self_score": "100", "third_party_score": "80", "expert_score": "70.5", "existing_score": "60"]
        // 2 × (10 + 40 + 17.625 + 9) ÷ 100 = 1.5325
        let row = try scheme.score("JS22", scores, year: 2020)
        #expect(row.score?.description == "1.53" && row.flags == [.manual])
        #expect(row.inputs.map(\.name) == ["self_score", "third_party_score", "expert_score", "existing_score"])
        for name in scores.keys {
            var less = scores
            less[name] = nil
            #expect(try scheme.score("JS22", less, year: 2020).flags == [.missing])
            less[name] = "100.5"
            let above = try scheme.score("JS22", less, year: 2020)
            #expect(above.flags == [.missing] && above.notices.map(\.kind) == [.aboveMaximum])
        }
        let told = fault { () throws(SchemeFault) in _ = try jiangsu(Self.weights.replacing("0.15", with: "0.2")) }
        #expect(told?.code == .wrongSum)
    }

    @Test func q27WhatIsCountedFromTheArchiveRollsUp() throws {
        for id in ["XB11", "XB12"] {
            let row = try #require(try Schemes.scheme(Schemes.department)[indicator: id])
            #expect(row.options.choices["rollUp"] == "subordinates")
        }
        let own = try Schemes.scheme(Schemes.department, overlay: "indicators: {XB11: {options: {rollUp: own}}}")
        #expect(own[indicator: "XB11"]?.options.choices["rollUp"] == "own")
    }
}
