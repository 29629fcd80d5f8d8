import ArchiveTesting
import Assessment
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// Reports of issued results: by the documents and from the records that they were computed from, whatever came later.
@Suite struct IssuedReportTests {
    private static let round = RoundID(
        scheme: EvaluatedCounty.department, year: 2023, region: RegionCode("419801")!)!
    private let b = (1...3).map { EvaluatedCounty.body($0) }
    private static let linear = """
        overlay: linear
        version: "1"
        dated: 2024-03-01
        scheme: \(EvaluatedCounty.department)
        reason: 县信用办〔2024〕3号
        indicators: {XB01: {options: {rank: linear}}}

        """

    /// Three departments whose rates of XB01 are 0, 5 and 20 %, nothing issued yet.
    private func ready() async throws -> EvaluatedCounty {
        let county = try await EvaluatedCounty.make()
        try await county.adopt()
        try await county.open(Self.round, 1...3)
        try await county.completeDepartments(1...3)
        try await county.corrections([1: 0, 2: 5, 3: 20])
        return county
    }

    @discardableResult
    private func issue(_ county: EvaluatedCounty, _ bodies: [BodyID]? = nil) async throws -> ResultIssue {
        let details = EvaluationStep.Details(
            StepActor(.evaluator, name: EvaluatedCounty.evaluator), on: CalendarDay("2024-02-20")!)
        let issued = try await county.archive.writing { archive in
            try await ResultIssuing(archive, recordedBy: "operator/test")
                .issue(.final, of: Self.round, bodies: bodies, details)
        }
        return try #require(issued.first)
    }

    private func reissue(_ county: EvaluatedCounty) async throws -> ResultIssue {
        let details = EvaluationStep.Details(
            StepActor(.evaluator, name: EvaluatedCounty.evaluator), on: CalendarDay("2024-06-03")!)
        let issued = try await county.archive.writing { archive in
            try await ResultIssuing(archive, recordedBy: "operator/test")
                .reissue(Self.round, reason: "复议机关改变认定", details)
        }
        return try #require(issued.issued.first)
    }

    /// The report by the scheme in force, as the program asks for it.
    private func report(_ county: EvaluatedCounty, _ number: Int) async throws -> BodyReport {
        try await county.archive.reading { archive in
            let auditor = Auditor(archive)
            let scheme = try auditor.scheme(EvaluatedCounty.department, year: 2023)
            return try auditor.report(
                on: EvaluatedCounty.body(number), ReportQuery(EvaluationQuery(scheme, year: 2023)))
        }
    }

    private func compilation(_ county: EvaluatedCounty) async throws -> Compilation {
        try await county.archive.reading { archive in
            let auditor = Auditor(archive)
            let scheme = try auditor.scheme(EvaluatedCounty.department, year: 2023)
            return try auditor.compilation(ReportQuery(EvaluationQuery(scheme, year: 2023)))
        }
    }

    private func rank(_ report: BodyReport) throws -> Explanation {
        try #require(report.indicators.first { $0.score.id == "XB01" })
    }

    @Test func aReportIsByTheDocumentsThatItsResultWasIssuedBy() async throws {
        let county = try await ready()
        let issued = try await issue(county)
        try await county.adopt(
            overlay: county.archive.file("linear.yaml", Self.linear), on: "2024-03-05")
        let report = try await report(county, 2)
        #expect(report.scheme.overlay == nil && report.result.issued?.position == issued.position)
        #expect(try rank(report).score.score?.description == "5.00")
        #expect(try rank(report).options.contains { $0.choice == "dense" })
        let bound = try await compilation(county)
        #expect(bound.scheme.overlay == nil && !bound.hasTrials)
        // A question by other documents has their computation alone: what was issued by others is not reported.
        let other = try await Reports.report(
            county.archive, b[1].text, EvaluatedCounty.department, overlay: Self.linear, settles: false)
        #expect(other.result == .trial && other.scheme.overlay?.id == "linear")
        #expect(try rank(other).score.score?.description == "7.50")
        #expect(other.remarks.proposal == nil && other.remarks.receipt == nil)
    }

    @Test func theWorkingIsThatOfTheSnapshotAndWhatIsNewIsAProposedReissue() async throws {
        let county = try await ready()
        let issued = try await issue(county)
        let calm = try await report(county, 3)
        #expect(calm.remarks.proposal == nil && calm.remarks.later.isEmpty && calm.remarks.differences.isEmpty)
        let cause = try await county.report(3, "XB01", "corrected", "0")
        let mover = try await report(county, 3)
        #expect(mover.remarks.snapshot == issued.results.snapshot && mover.remarks.differences.isEmpty)
        let told = try rank(mover)
        #expect(told.score.score?.description == "0.00" && told.working.first?.contains("20/100") == true)
        #expect(!told.score.positions.contains(cause) && !mover.basis.positions.contains(cause))
        #expect(
            mover.remarks.later.map(\.position) == [cause] && mover.remarks.later.map(\.subject) == ["XB01 corrected"])
        let proposal = try #require(mover.remarks.proposal)
        #expect(proposal.indicators.map(\.id) == ["XB01"] && !proposal.indicators[0].isThroughOthers)
        #expect(
            proposal.after?.total?.hundredths == mover.overview.total.map { $0.hundredths + 1_000 }
                && proposal.after?.rank == 1 && mover.overview.rank == 3)
        // Another body's place moves with it, and its working does not either.
        let moved = try await report(county, 2)
        #expect(try rank(moved).working.first?.contains("10 × (1 − 0.5) = 5") == true)
        #expect(try rank(moved).score.score?.description == "5.00" && moved.remarks.later.isEmpty)
        #expect(moved.remarks.proposal?.indicators.first?.isThroughOthers == true)
        let page = StrictPage(moved.page)
        #expect(page.fault == nil && page.source.contains("<b>拟更正签发</b>"))
        #expect(page.source.contains("<li>XB01（因同组其他单位的记录）：签发 5.00，现为 0.00</li>"))
        let remarks = try #require(try JSON.object(moved)["remarks"] as? [String: Any])
        let object = try #require(remarks["proposedReissue"] as? [String: Any])
        #expect((object["indicators"] as? [[String: Any]])?.first?["id"] as? String == "XB01")
        // Re-issued, the new working is the report's.
        let again = try await reissue(county)
        let after = try await report(county, 3)
        #expect(after.result.issued?.position == again.position && after.remarks.proposal == nil)
        #expect(try rank(after).score.score?.description == "10.00" && after.remarks.later.isEmpty)
        #expect(try rank(after).score.positions.contains(cause) && after.basis.positions.contains(cause))
    }

    @Test func aRecordRevokedSinceTheResultIsToldBesideIt() async throws {
        let county = try await ready()
        try await county.archive.load(.incidents, rows: [Rows.incident("甲", ["失信类别": "R09"])])
        try await issue(county)
        try await county.archive.load(.dispositions, rows: [Rows.disposition("甲", "撤销", "2024-03-01")])
        let report = try await report(county, 1)
        #expect(report.problems.inEffect.map(\.id.text) == ["甲"])
        #expect(report.remarks.later.map(\.subject) == ["甲"])
        #expect(report.remarks.proposal?.indicators.map(\.id) == ["XB11"])
        #expect(String(decoding: report.page, as: UTF8.self).contains("2024-03-01 撤销（甲）"))
    }

    @Test func aResultThatItsSnapshotDoesNotGiveIsToldAsSuch() async throws {
        let county = try await ready()
        let size = try await county.archive.size
        let made = EvaluationResults(
            snapshot: size - 1, scheme: try county.query().scheme.digest,
            results: [EvaluationResults.BodyResult(body: b[0], total: Points(hundredths: 9_999), rank: 1)])
        try await county.record(.evaluationFinal, in: Self.round, .evaluator, on: "2024-02-20") { $0.results = made }
        let report = try await report(county, 1)
        #expect(report.overview.total?.description == "99.99" && report.remarks.differences.map(\.indicator) == [nil])
        #expect(String(decoding: report.page, as: UTF8.self).contains("与签发的结果不一致，请查明"))
    }

    @Test func theDistributionCountsTheResultsThatThePagesPrint() async throws {
        let county = try await ready()
        try await issue(county)
        try await county.report(3, "XB01", "corrected", "0")
        let bound = try await compilation(county)
        let section = try #require(bound.sections.first)
        let printed = section.reports.compactMap(\.overview.total)
        #expect(section.statistics.totals == printed.sorted(by: >) && Set(printed).count == 3)
        // A computation from the records of now would have two equal totals.
        let now = try await county.archive.reading { archive in
            try Auditor(archive).evaluate(try county.query()).bodies.compactMap(\.score.total)
        }
        #expect(Set(now).count == 2)
        #expect(section.reports.allSatisfy { $0.overview.cohort.totals == section.statistics.totals })
    }

    @Test func aReportListsTheResultStepsOfItsOwnBodyAlone() async throws {
        let county = try await ready()
        let first = try await issue(county, [b[0]])
        let second = try await issue(county, [b[1], b[2]])
        for (number, own) in [(1, first), (2, second), (3, second)] {
            let steps = try #require(try await report(county, number).remarks.round?.steps)
            let results = steps.filter { [first.position, second.position].contains($0.position) }
            #expect(results.map(\.position) == [own.position], "\(number)")
            #expect(steps.count == 4)
        }
    }

    /// 第十六条: urged, scored without a report, and a report that came afterwards.
    @Test func aSelfReportAfterTheScoringDoesNotUnsayThatItWasMissing() async throws {
        let county = try await EvaluatedCounty.make()
        let scheme = "province-integrity"
        let round = try #require(RoundID(scheme: scheme, year: 2023, region: RegionCode("419801")!))
        try await county.openIntegrityRound(round, 1...3)
        try await county.file(1, in: round, on: "2024-01-20")
        for number in [2, 3] {
            try await county.record(.evaluationUrged, in: round, .creditAuthority, on: "2024-02-05") {
                $0.body = EvaluatedCounty.body(number)
            }
        }
        try await county.file(3, in: round, on: "2024-02-07")
        let digest = try SchemeLibrary.published.scheme(scheme).digest
        let snapshot = try await county.archive.size - 1
        try await county.record(.evaluationPreliminary, in: round, .evaluator, on: "2024-02-08") { content in
            content.results = EvaluationResults(
                snapshot: snapshot, scheme: digest,
                results: b.map { EvaluationResults.BodyResult(body: $0, total: Points(hundredths: 8_000), rank: 1) })
        }
        try await county.file(2, in: round, on: "2024-02-10")
        var told: [ReportedRound.SelfReport] = []
        for body in b {
            let report = try await Reports.report(county.archive, body.text, scheme)
            told.append(try #require(report.remarks.round?.selfReport))
            let says = String(decoding: report.page, as: UTF8.self).contains("仍未提供自查自评信息")
            #expect(says == (body == b[1]))
        }
        #expect(told[0] == .filed(on: CalendarDay("2024-01-20")!, position: snapshot - 3))
        #expect(told[1] == .stillLate(urgedOn: CalendarDay("2024-02-05")!, position: snapshot - 2))
        #expect(told[2] == .filed(on: CalendarDay("2024-02-07")!, position: snapshot))
    }
}
