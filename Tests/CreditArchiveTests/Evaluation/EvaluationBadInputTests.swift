import ArchiveTesting
import Assessment
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Testing

/// What is wrong in the inputs of an evaluation is a clear error, or listed beside the result: never dropped.
@Suite struct EvaluationBadInputTests {
    private typealias County = EvaluatedCounty

    /// A township, and its score for an indicator.
    private func township(_ inputs: [(String, String, String)], note: String? = "台账") async throws -> EvaluatedBody {
        let county = County(archive: try TestArchive())
        try await county.archive.load(
            .bodies, rows: [Rows.body(1, ["主体类型": "乡镇街道", "层级": "乡"])])
        for (indicator, input, value) in inputs {
            try await county.report(1, indicator, input, value, scheme: County.township, note: note)
        }
        let query = try county.query(County.township)
        return try #require(try await county.archive.reading { try Auditor($0).evaluate(query).bodies.first })
    }

    @Test func aCountAboveItsMaximumCountsAsTheMaximumAndIsListed() async throws {
        let row = try #require(
            try await township([("XZ02", "reposted", "7"), ("XZ02", "localised", "2")]).score[indicator: "XZ02"])
        #expect(row.score?.description == "2.80")
        #expect(row.notices.map(\.kind) == [.aboveMaximum] && row.notices.map(\.subject) == ["reposted"])
    }

    @Test func aRateAboveOneCountsAsOneAndIsListed() async throws {
        let body = try await township([
            ("XZ04", "lost", "5"), ("XZ04", "concluded", "4"), ("XZ08", "report_rate", "1.2"),
            ("XZ08", "compliance_rate", "1"), ("XZ08", "timeliness_rate", "0.5"),
        ])
        let ratio = try #require(body.score[indicator: "XZ04"])
        #expect(ratio.score?.description == "0.00" && ratio.notices.map(\.kind) == [.rateAboveOne])
        let given = try #require(body.score[indicator: "XZ08"])
        #expect(given.score?.description == "5.00" && given.notices.map(\.kind) == [.aboveMaximum])
    }

    @Test func aManualScoreAboveItsMaximumIsNoScore() async throws {
        let row = try #require(try await township([("XZ10", "manual_score", "6.5")]).score[indicator: "XZ10"])
        #expect(row.score == nil && row.flags == [.missing] && row.notices.map(\.kind) == [.aboveMaximum])
    }

    @Test func q01ACaseOfTheThirtyFirstIsListedAndCountsInNoPeriod() async throws {
        let county = try await County.make()
        for (id, day) in [("a", "2023-12-30"), ("b", "2023-12-31")] {
            try await county.archive.load(.incidents, rows: [Rows.incident(id, ["失信类别": "R07", "认定日期": day])])
        }
        let query = try county.query()
        let body = try #require(try await county.archive.reading { try Auditor($0).evaluate(query).bodies.first })
        #expect(body.uncovered.map(\.text) == ["b"])
        let row = try #require(body.score[indicator: "XB12"])
        #expect(row.inputs.first?.value.text == "1" && row.score?.description == "0.00")
        let determined = try await county.archive.entries().first { $0.subject == .case("a") }?.position
        let without = try county.query(without: [try #require(determined)])
        #expect(try await county.scores("XB12", without)[County.body(1)] == "8.00")
    }

    @Test func missingEvidenceIsListedForEachInput() async throws {
        let row = try #require(
            try await township([("XZ01", "list_published", "是")], note: nil).score[indicator: "XZ01"])
        #expect(row.score?.description == "2.00" && row.notices.map(\.kind) == [.withoutEvidence])
    }

    @Test func ofTwoReportsTheLaterRecordedCountsAndBothAreShown() async throws {
        let county = try await County.make()
        let first = try await county.report(1, "XB09", "problems", "3")
        let second = try await county.report(1, "XB09", "problems", "1", note: nil)
        let told = try await county.explain("XB09", 1, county.query())
        #expect(told.explanation.score.score?.description == "6.00")
        #expect(Set(told.explanation.score.notices.map(\.kind)) == [.reportedAgain, .withoutEvidence])
        let entries = try #require(told.inputs.first?.entries)
        #expect(entries.map(\.position) == [second, first] && entries.map(\.value) == ["1", "3"])
        #expect(entries.map(\.counts) == [true, false] && entries.map(\.hasEvidence) == [false, true])
        let object = try JSON.object(told)
        let inputs = try #require(object["inputs"] as? [[String: Any]])
        #expect((inputs.first?["entries"] as? [[String: Any]])?.count == 2)
    }

    @Test(arguments: [
        ("XB99", "problems", "1", "indicator-unknown"), ("XB09", "issues", "1", "input-unknown"),
        ("XB09", "problems", "1.5", "value-malformed"), ("XB11", "arrears", "1", "indicator-unknown"),
    ])
    func whatNoIndicatorTakesIsRefusedWhenItIsReported(
        _ indicator: String, _ input: String, _ value: String, _ code: String
    ) async throws {
        let county = try await County.make(first: 1)
        let error = await thrown { try await county.report(1, indicator, input, value) }
        #expect(error?.code == code && error?.kind == .refused)
    }

    @Test func aBodyOutsideTheCohortIsAnErrorAndWhatItReportsIsListed() async throws {
        let county = try await County.make()
        try await county.archive.load(.bodies, rows: [Rows.body(7, ["主体类型": "村居委会", "层级": "村"])])
        try await county.report(7, "XB09", "problems", "1")
        let query = try county.query()
        let answer = try await county.archive.reading { try Auditor($0).evaluate(query) }
        #expect(answer.outsiders == [County.body(7)] && answer.bodies.count == 3)
        let error = await thrown { try await county.explain("XB09", 7, query) }
        #expect(error?.code == "body-outside-cohort")
        let unknown = await thrown { try await county.explain("XB99", 1, query) }
        #expect(unknown?.code == "indicator-unknown" && unknown?.chinese.contains("XB01") == true)
    }
}
