import Assessment
import CreditModel
import Testing

@Suite struct EvaluatorTests {
    private func province(_ scores: [(String, String?)]) throws -> [BodyScore] {
        let scheme = try Schemes.scheme("province-integrity")
        return try Evaluator(scheme, year: 2022).evaluate(
            scores.map { name, first in
                var inputs = Dictionary(
                    uniqueKeysWithValues: scheme.indicators.map { ($0.id, ["manual_score": InputValue("1")]) })
                inputs["SJ05"] = first.map { ["manual_score": InputValue($0)] } ?? [:]
                return CohortMember(BodyID(name)!, inputs: inputs)
            })
    }

    @Test func equalTotalsShareARankAndTheNextAreSkipped() throws {
        let results = try province([("a", "3"), ("b", "4"), ("c", "3"), ("d", "1"), ("e", nil)])
        #expect(results.map(\.rank) == [2, 1, 2, 4, nil])
        #expect(results.map { $0.total?.description } == ["14.00", "15.00", "14.00", "12.00", nil])
        #expect(results.map(\.body.text) == ["a", "b", "c", "d", "e"])
    }

    @Test func theTotalIsTheSumOfTheRoundedScores() throws {
        // Three times 0.005 is 0.015 exactly; each row rounds to 0.01 first.
        let scheme = try Schemes.scheme("province-integrity")
        let inputs = Dictionary(
            uniqueKeysWithValues: scheme.indicators.enumerated().map {
                ($0.element.id, ["manual_score": InputValue($0.offset < 3 ? "0.005" : "0")])
            })
        let result = try Evaluator(scheme, year: 2022).evaluate([CohortMember(BodyID("a")!, inputs: inputs)])[0]
        #expect(result.total?.description == "0.03")
    }

    @Test func theFourAspectsAddUpToTheTotal() throws {
        let results = try province([("a", "3"), ("b", nil)])
        #expect(results[0].groups.map(\.name) == ["依法行政", "勤政高效", "守信践诺", "信用建设"])
        #expect(results[0].groups.map { $0.score?.description } == ["3.00", "4.00", "3.00", "4.00"])
        #expect(results[0].groups.map { $0.maximum?.description } == ["25", "25", "25", "25"])
        #expect(results[0].groups.compactMap(\.score).reduce(0) { $0 + $1.hundredths } == results[0].total?.hundredths)
        #expect(results[1].groups.map { $0.score?.description } == ["3.00", nil, "3.00", "4.00"])
    }

    @Test func opennessTiesAreBrokenByTheUncappedTotal() throws {
        let scheme = try Schemes.scheme(Schemes.openness)
        func member(_ name: String, _ special: String, _ commended: String) -> CohortMember {
            var inputs = ["ZW00": ["special": InputValue(special), "routine": InputValue("30")]]
            for id in ["ZW10", "ZW11"] {
                for input in scheme[indicator: id]?.inputs ?? [] {
                    inputs[id, default: [:]][input.name] = InputValue(input.name == "commended" ? commended : "0")
                }
            }
            return CohortMember(BodyID(name)!, inputs: inputs)
        }
        let results = try Evaluator(scheme, year: 2023).evaluate([
            member("a", "70", "0"), member("b", "70", "3"), member("c", "69", "4"), member("d", "60", "0"),
        ])
        #expect(results.map { $0.total?.description } == ["100.00", "100.00", "100.00", "90.00"])
        #expect(results.map(\.rank) == [3, 1, 1, 4])
        #expect(results.map(\.grade) == ["优秀", "优秀", "优秀", "优秀"])
    }

    @Test(arguments: [
        ("60", "30", "优秀"), ("59.99", "30", "良好"), ("50", "30", "良好"), ("49.99", "30", "合格"),
        ("30", "30", "合格"), ("29.99", "30", "不合格"),
    ])
    func gradesIncludeTheirLowerBound(_ special: String, _ routine: String, _ grade: String) throws {
        let scheme = try Schemes.scheme(Schemes.openness)
        var inputs = ["ZW00": ["special": InputValue(special), "routine": InputValue(routine)]]
        for id in ["ZW10", "ZW11"] {
            for input in scheme[indicator: id]?.inputs ?? [] { inputs[id, default: [:]][input.name] = InputValue("0") }
        }
        let result = try Evaluator(scheme, year: 2023).evaluate([CohortMember(BodyID("a")!, inputs: inputs)])
        #expect(result[0].grade == grade)
    }

    @Test func aSchemeForOneYearIsRefusedForAnother() throws {
        let scheme = try Schemes.scheme(Schemes.township)
        let told = fault { () throws(SchemeFault) in _ = try Evaluator(scheme, year: 2024) }
        #expect(told?.code == .otherYear)
    }

    @Test func whatTheSchemeDoesNotKnowIsListed() throws {
        let scheme = try Schemes.scheme(Schemes.township)
        let member = CohortMember(
            BodyID("a")!,
            inputs: ["XZ01": ["list_published": InputValue("是"), "won": InputValue("1")], "XZ99": [:]])
        let result = try Evaluator(scheme, year: 2023).evaluate([member])[0]
        #expect(result.notices.map(\.subject) == ["XZ99"])
        #expect(result[indicator: "XZ01"]?.notices.map(\.subject) == ["won"])
        #expect(result[indicator: "XZ01"]?.score?.description == "2.00")
    }

    @Test func missingEvidenceIsListedOrRefusedAsTheOptionSays() throws {
        let bare = CohortMember(
            BodyID("a")!, inputs: ["XZ01": ["list_published": InputValue("是", hasEvidence: false)]])
        func result(_ overlay: String?) throws -> IndicatorScore {
            let scheme = try Schemes.scheme(Schemes.township, overlay: overlay)
            return try #require(try Evaluator(scheme, year: 2023).evaluate([bare])[0][indicator: "XZ01"])
        }
        #expect(try result(nil).score?.description == "2.00")
        #expect(try result(nil).notices.map(\.kind) == [.withoutEvidence])
        let refused = try result("options: {evidence: required}")
        #expect(refused.flags == [.missing] && refused.notices.map(\.kind) == [.withoutEvidence])
    }

    @Test func anExplanationHasTheFormulaWithItsNumbers() throws {
        let scheme = try Schemes.scheme(Schemes.department)
        let cohort = ["0", "0", "5", "5", "20"].enumerated().map {
            CohortMember.with("b\($0.offset)", "XB01", ["corrected": $0.element, "concluded": "100"])
        }
        let evaluator = try Evaluator(scheme, year: 2023)
        let told = try #require(evaluator.explain("XB01", of: cohort[2], among: cohort))
        #expect(
            told.working.first?.contains("5/100") == true && told.working.first?.contains("10 × (1 − 0.5) = 5") == true)
        #expect(told.working.last == "四舍五入到两位小数：5.00")
        #expect(told.options.map(\.name) == ["naming", "rank"] && told.options.map(\.choice) == ["distinct", "dense"])
        #expect(told.score.source?.contains("依排序计分") == true)
        #expect(told.document == "桐柏县2023年度政务诚信监测评估工作方案" && told.place == "序号1")
        #expect(evaluator.explain("XB99", of: cohort[0], among: cohort) == nil)
    }

    @Test func everyIndicatorExplainsTheScoreThatEvaluationGives() throws {
        for id in [Schemes.township, Schemes.department] {
            let members = try SampleCounty.members(of: id)
            let evaluator = try Evaluator(Schemes.scheme(id), year: 2023)
            let results = evaluator.evaluate(members)
            for (member, result) in zip(members, results) {
                for score in result.indicators {
                    let told = try #require(evaluator.explain(score.id, of: member, among: members))
                    #expect(told.score == score && !told.working.isEmpty)
                }
            }
        }
    }
}
