import ArchiveTesting
import Assessment
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// Results are frozen to their snapshot; what later facts would make of them is proposed, and re-issued by an event only.
@Suite struct ResultsTests {
    private static let region = RegionCode("419801")!
    private static let round = RoundID(scheme: EvaluatedCounty.department, year: 2023, region: region)!
    private let b = (1...20).map { EvaluatedCounty.body($0) }

    private static func details(_ day: String = "2024-02-20") -> EvaluationStep.Details {
        EvaluationStep.Details(StepActor(.evaluator, name: EvaluatedCounty.evaluator), on: CalendarDay(day)!)
    }

    /// Adopts the scheme, has every input of departments 1… reported, and lets the cohort's rates be 0, 5 and 20 %.
    private func ready(_ count: Int = 3, adopt: Bool = true) async throws -> EvaluatedCounty {
        let county = try await EvaluatedCounty.make(first: count)
        if adopt { try await county.adopt() }
        try await county.open(Self.round, 1...count)
        try await county.completeDepartments(1...count)
        try await county.corrections([1: 0, 2: 5, 3: 20])
        return county
    }

    private func issue(
        _ county: EvaluatedCounty, _ stage: ResultIssue.Stage, bodies: [BodyID]? = nil
    ) async throws
        -> [ResultIssue]
    {
        try await county.archive.writing { archive in
            try await ResultIssuing(archive, recordedBy: "operator/test")
                .issue(stage, of: Self.round, bodies: bodies, Self.details())
        }
    }

    private func reissue(
        _ county: EvaluatedCounty, _ reason: String, bodies: [BodyID]? = nil
    ) async throws
        -> [ResultIssue]
    {
        try await county.archive.writing { archive in
            try await ResultIssuing(archive, recordedBy: "operator/test")
                .reissue(Self.round, bodies: bodies, reason: reason, Self.details("2024-06-03"))
        }
    }

    private func review(_ county: EvaluatedCounty) async throws -> RoundReview {
        let reviews = try await county.archive.reading {
            try Auditor($0).review(scheme: EvaluatedCounty.department, year: 2023)
        }
        return try #require(reviews.first)
    }

    private func rank(_ county: EvaluatedCounty, _ number: Int) async throws -> EvaluationResults.IndicatorResult? {
        let results = try await county.archive.reading { try Auditor($0).results(scheme: EvaluatedCounty.department) }
        return results.first?.standing[b[number - 1]]?.result.indicators.first { $0.id == "XB01" }
    }

    @Test func resultsAreWhatTheEngineGivesFromTheirSnapshot() async throws {
        let county = try await ready()
        let size = try await county.archive.size
        let issued = try #require(try await issue(county, .final).first)
        #expect(issued.position == size && issued.results.snapshot == size - 1 && issued.stage == .final)
        #expect(issued.results.scheme == (try county.query().scheme.digest) && issued.results.overlay == nil)
        let query = try county.query(at: size - 1)
        let answer = try await county.archive.reading { try Auditor($0).evaluate(query) }
        for item in answer.bodies {
            let result = try #require(issued.results.results.first { $0.body == item.profile.id })
            #expect(result.total?.hundredths == item.score.total?.hundredths && result.rank == item.score.rank)
            #expect(result.indicators.map(\.id) == item.score.indicators.map(\.id))
            #expect(
                result.indicators.map { $0.score?.hundredths } == item.score.indicators.map { $0.score?.hundredths })
            #expect(result.indicators.map(\.flags) == item.score.indicators.map { $0.flags.map(\.rawValue) })
        }
        let calm = try await review(county)
        #expect(calm.changes.isEmpty && calm.unreproduced.isEmpty)
        #expect(try county.archive.deepFindings().isEmpty)
    }

    @Test func aLaterObservationChangesNothingUntilAReissueAlsoOfTheOthersItMoves() async throws {
        let county = try await ready()
        let first = try #require(try await issue(county, .final).first)
        #expect(try await rank(county, 2)?.score?.description == "5")
        let cause = try await county.report(3, "XB01", "corrected", "0")
        // Nothing has changed by itself.
        #expect(try await rank(county, 2)?.score?.description == "5")
        #expect(try await rank(county, 3)?.score?.description == "0")
        let proposed = try await review(county).changes
        #expect(proposed.map(\.body) == [b[1], b[2]].sorted())
        let other = try #require(proposed.first { $0.body == b[1] }?.indicators.first)
        #expect(other.id == "XB01" && other.before.score?.description == "5" && other.after?.score?.description == "0")
        #expect(other.isThroughOthers && other.causes == [cause])
        let own = try #require(proposed.first { $0.body == b[2] })
        #expect(own.indicators.map(\.id) == ["XB01"] && own.indicators[0].causes == [cause])
        #expect(
            !own.indicators[0].isThroughOthers
                && own.after?.total?.hundredths == own.standing.result.total.map { $0.hundredths + 1_000 })
        let before = try await county.archive.size
        let again = try #require(try await reissue(county, "复议机关改变认定").first)
        #expect(again.position == before && again.replaces == first.position && again.reason == "复议机关改变认定")
        #expect(again.results.results.map(\.body).sorted() == [b[1], b[2]].sorted())
        #expect(try await rank(county, 2)?.score?.description == "0")
        #expect(try await rank(county, 1)?.score?.description == "10")
        let after = try await review(county)
        #expect(after.changes.isEmpty && after.unreproduced.isEmpty && after.results.issues.count == 2)
        // The first issue is there as it was, and as known before the re-issue it still holds.
        #expect(after.results.issues[0] == first)
        let then = try await county.archive.reading {
            try Auditor($0).results(scheme: EvaluatedCounty.department, atPosition: before - 1)
        }
        #expect(then.first?.standing[b[1]]?.issue == first)
        #expect(try await reissue(county, "没有变动").isEmpty)
    }

    @Test func aRevocationIsProposedAsAReissue() async throws {
        let county = try await ready()
        try await county.archive.load(.incidents, rows: [Rows.incident("a", ["失信类别": "R09"])])
        _ = try await issue(county, .final)
        try await county.archive.load(.dispositions, rows: [Rows.disposition("a", "撤销", "2024-03-01")])
        let changes = try await review(county).changes
        let change = try #require(changes.first { $0.body == b[0] })
        #expect(change.indicators.map(\.id) == ["XB11"] && change.indicators[0].causes.isEmpty)
        #expect(
            change.indicators[0].before.score?.description == "0"
                && change.indicators[0].after?.score?.description == "8")
        let object = try JSON.object(change)
        #expect((object["after"] as? [String: Any])?["rank"] as? Int == change.after?.rank)
    }

    @Test func aFinalResultNeedsAnAdoptedSchemeAndEveryInputAndIsIssuedOnce() async throws {
        let bare = try await ready(adopt: false)
        #expect(await thrown { try await issue(bare, .final) }?.code == "scheme-not-adopted")
        let county = try await EvaluatedCounty.make()
        try await county.adopt()
        try await county.open(Self.round, 1...3)
        try await county.completeDepartments(1...2)
        let gap = await thrown { try await issue(county, .final) }
        #expect(gap?.code == "results-incomplete" && gap?.chinese.contains("云岭县第3局 XB01") == true)
        #expect(try await issue(county, .final, bodies: [b[0], b[1]])[0].results.results.count == 2)
        #expect(await thrown { try await issue(county, .final, bodies: [b[0]]) }?.code == "reissue-needed")
        #expect(await thrown { try await issue(county, .preliminary, bodies: [b[1]]) }?.code == "reissue-needed")
        #expect(await thrown { try await issue(county, .final, bodies: [b[9]]) }?.code == "body-outside-cohort")
        #expect(await thrown { try await reissue(county, "") }?.code == "reason-malformed")
    }

    /// A county whose rounds borrow the 复评 of 《政务诚信评价办法》, and with it its preliminary results (Q12).
    private func borrowing(_ count: Int) async throws -> EvaluatedCounty {
        let county = try await EvaluatedCounty.make(first: count)
        let path = try county.archive.file(
            "borrowed.yaml",
            """
            overlay: borrowed
            version: "1"
            dated: 2024-01-01
            scheme: \(EvaluatedCounty.department)
            reason: 县信用办〔2024〕1号
            options: {appeal: borrowed}

            """)
        let adopted = try await county.adopt(overlay: path)
        try await county.open(Self.round, 1...count, overlay: adopted.data.overlay?.digest)
        return county
    }

    @Test func aPreliminaryResultMayHaveGapsAndAFinalOneFollowsItsSnapshot() async throws {
        let county = try await borrowing(2)
        try await county.completeDepartments(1...1)
        let first = try #require(try await issue(county, .preliminary).first)
        #expect(first.results.results.map(\.total).contains(nil) && first.results.overlay != nil)
        #expect(try await county.archive.reading { try Auditor($0).scores(of: b[0]) }.isEmpty)
        let calm = try await review(county)
        #expect(calm.changes.isEmpty && calm.unreproduced.isEmpty)
    }

    @Test func aRoundOfManyBodiesGoesIntoSeveralEntriesOfOneAppend() async throws {
        let county = try await borrowing(130)
        let size = try await county.archive.size
        let issued = try await issue(county, .preliminary)
        #expect(issued.count > 1 && issued.map(\.position) == (size..<size + UInt64(issued.count)).map { $0 })
        #expect(issued.flatMap { $0.results.results.map(\.body) }.count == 130)
        #expect(Set(issued.map(\.results.snapshot)) == [size - 1])
        #expect(try await review(county).results.standing.count == 130)
    }

    @Test func aResultThatNobodyComputedIsTold() async throws {
        let county = try await ready()
        let scheme = try county.query().scheme.digest
        let size = try await county.archive.size
        let step = EvaluationStep(
            .evaluationFinal, Self.details(),
            EvaluationStep.Content { content in
                content.results = EvaluationResults(
                    snapshot: size - 1, scheme: scheme,
                    results: [EvaluationResults.BodyResult(body: b[0], total: Points(hundredths: 9_999), rank: 1)])
            })
        let stream = try #require(StreamID(Self.round.stream))
        try await county.archive.writing { archive in
            _ = try await Recorder(archive, recordedBy: "operator/test").append([
                Submission(
                    identity: EventIdentity(source: "urn:platform", id: "made-up"), subject: stream,
                    event: .evaluation(step))
            ])
        }
        #expect(try await review(county).unreproduced == [b[0]])
    }

    @Test func issuedResultsAreTheTrendsScoresAndTrialsAreNot() async throws {
        let county = try await ready()
        func scores() async throws -> [Int: [IssuedScore]] {
            try await county.archive.reading { try Auditor($0).scores(of: b[0]) }
        }
        #expect(try await scores().isEmpty)
        let final = try #require(try await issue(county, .final).first)
        let score = try #require(try await scores()[2023]?.first)
        let result = try #require(final.results.results.first { $0.body == b[0] })
        #expect(score.scheme == EvaluatedCounty.department && score.version == "1" && score.score == result.total)
        #expect(score.rank == result.rank && score.position == final.position)
    }

    @Test func q24AnAppraisalsGradeIsSetByHandBesideItsHint() async throws {
        let county = try await EvaluatedCounty.make(first: 1)
        try await county.adopt("openness-appraisal")
        try await county.report(1, "SP01", "manual_grade", "满意", scheme: "openness-appraisal")
        try await county.report(1, "SP02", "manual_grade", "基本满意", scheme: "openness-appraisal")
        let round = try #require(RoundID(scheme: "openness-appraisal", year: 2023, region: Self.region))
        try await county.open(
            round, 1...1, methods: [.publicAppraisal, .delegateAppraisal], by: .opennessAuthority,
            collector: .opennessAuthority, planned: true)
        let details = EvaluationStep.Details(
            StepActor(.opennessAuthority, name: "云岭县信用办"), on: CalendarDay("2024-02-20")!)
        func issue(_ grades: [BodyID: String]) async throws -> [ResultIssue] {
            try await county.archive.writing { archive in
                try await ResultIssuing(archive, recordedBy: "operator/test")
                    .issue(.final, of: round, grades: grades, details)
            }
        }
        #expect(await thrown { try await issue([b[0]: "优秀"]) }?.code == "grade-unknown")
        let issued = try #require(try await issue([b[0]: "满意"]).first)
        #expect(issued.results.results.map(\.grade) == ["满意"] && issued.results.results[0].total == nil)
        let review = try #require(
            try await county.archive.reading { try Auditor($0).review(scheme: "openness-appraisal", year: 2023) }.first)
        #expect(review.changes.isEmpty && review.unreproduced.isEmpty)
        let scored = try await ready()
        let refused = await thrown {
            try await scored.archive.writing { archive in
                try await ResultIssuing(archive, recordedBy: "operator/test")
                    .issue(.final, of: Self.round, grades: [b[0]: "满意"], Self.details())
            }
        }
        #expect(refused?.code == "grade-not-by-hand")
    }
}
