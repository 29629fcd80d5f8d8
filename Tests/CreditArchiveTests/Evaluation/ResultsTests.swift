import ArchiveTesting
import Assessment
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// Results are frozen to their snapshot; what later facts would make of them is proposed, and re-issued by an event only.
@Suite struct ResultsTests {
    private let b = (1...20).map { EvaluatedCounty.body($0) }

    private func rank(_ county: EvaluatedCounty, _ number: Int) async throws -> EvaluationResults.IndicatorResult? {
        let results = try await county.archive.reading { try Auditor($0).results(scheme: EvaluatedCounty.department) }
        return results.first?.standing[b[number - 1]]?.result.indicators.first { $0.id == "XB01" }
    }

    @Test func resultsAreWhatTheEngineGivesFromTheirSnapshot() async throws {
        let county = try await EvaluatedCounty.ready()
        let size = try await county.archive.size
        let issued = try #require(try await county.issue(.final).first)
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
        let calm = try await county.review()
        #expect(calm.changes.isEmpty && calm.unreproduced.isEmpty)
        #expect(try county.archive.deepFindings().isEmpty)
    }

    @Test func aLaterObservationChangesNothingUntilAReissueAlsoOfTheOthersItMoves() async throws {
        let county = try await EvaluatedCounty.ready()
        let first = try #require(try await county.issue(.final).first)
        #expect(try await rank(county, 2)?.score?.description == "5")
        let cause = try await county.report(3, "XB01", "corrected", "0")
        // Nothing has changed by itself.
        #expect(try await rank(county, 2)?.score?.description == "5")
        #expect(try await rank(county, 3)?.score?.description == "0")
        let proposed = try await county.review().changes
        #expect(proposed.map(\.body) == [b[1], b[2]].sorted())
        let other = try #require(proposed.first { $0.body == b[1] }?.indicators.first)
        #expect(other.id == "XB01" && other.before.score?.description == "5" && other.after?.score?.description == "0")
        #expect(other.isThroughOthers)
        #expect(other.causes.map(\.body) == [b[2]] && other.causes.map(\.positions) == [[cause]])
        #expect(other.causes.first?.name?.contains("3") == true)
        let own = try #require(proposed.first { $0.body == b[2] })
        #expect(own.indicators.map(\.id) == ["XB01"] && own.indicators[0].causes.flatMap(\.positions) == [cause])
        #expect(
            !own.indicators[0].isThroughOthers
                && own.after?.total?.hundredths == own.standing.result.total.map { $0.hundredths + 1_000 })
        let before = try await county.archive.size
        let again = try #require(try await county.reissue("复议机关改变认定").first)
        #expect(again.position == before && again.replaces == first.position && again.reason == "复议机关改变认定")
        #expect(again.results.results.map(\.body).sorted() == [b[1], b[2]].sorted())
        #expect(try await rank(county, 2)?.score?.description == "0")
        #expect(try await rank(county, 1)?.score?.description == "10")
        let after = try await county.review()
        #expect(after.changes.isEmpty && after.unreproduced.isEmpty && after.results.issues.count == 2)
        // The first issue is there as it was, and as known before the re-issue it still holds.
        #expect(after.results.issues[0] == first)
        let then = try await county.archive.reading {
            try Auditor($0).results(scheme: EvaluatedCounty.department, atPosition: before - 1)
        }
        #expect(then.first?.standing[b[1]]?.issue == first)
        #expect(try await county.reissue("没有变动").isEmpty)
    }

    @Test func aFinalResultNeedsAnAdoptedSchemeAndEveryInputAndIsIssuedOnce() async throws {
        let bare = try await EvaluatedCounty.ready(adopt: false)
        #expect(await thrown { try await bare.issue(.final) }?.code == "scheme-not-adopted")
        let county = try await EvaluatedCounty.make()
        try await county.adopt()
        try await county.open(EvaluatedCounty.round, 1...3)
        try await county.completeDepartments(1...2)
        let gap = await thrown { try await county.issue(.final) }
        #expect(gap?.code == "results-incomplete" && gap?.chinese.contains("云岭县第3局 XB01") == true)
        #expect(try await county.issue(.final, bodies: [b[0], b[1]])[0].results.results.count == 2)
        #expect(await thrown { try await county.issue(.final, bodies: [b[0]]) }?.code == "reissue-needed")
        #expect(await thrown { try await county.issue(.preliminary, bodies: [b[1]]) }?.code == "reissue-needed")
        #expect(await thrown { try await county.issue(.final, bodies: [b[9]]) }?.code == "body-outside-cohort")
        #expect(await thrown { try await county.reissue("") }?.code == "reason-malformed")
    }

    @Test func aPreliminaryResultMayHaveGapsAndAFinalOneFollowsItsSnapshot() async throws {
        let county = try await EvaluatedCounty.borrowing(2)
        try await county.completeDepartments(1...1)
        let first = try #require(try await county.issue(.preliminary).first)
        #expect(first.results.results.map(\.total).contains(nil) && first.results.overlay != nil)
        #expect(try await county.archive.reading { try Auditor($0).scores(of: b[0]) }.isEmpty)
        let calm = try await county.review()
        #expect(calm.changes.isEmpty && calm.unreproduced.isEmpty)
    }

    @Test func aRoundOfManyBodiesGoesIntoSeveralEntriesOfOneAppend() async throws {
        let county = try await EvaluatedCounty.borrowing(130)
        let size = try await county.archive.size
        let issued = try await county.issue(.preliminary)
        #expect(issued.count > 1 && issued.map(\.position) == (size..<size + UInt64(issued.count)).map { $0 })
        #expect(issued.flatMap { $0.results.results.map(\.body) }.count == 130)
        #expect(Set(issued.map(\.results.snapshot)) == [size - 1])
        #expect(try await county.review().results.standing.count == 130)
    }

    @Test func issuedResultsAreTheTrendsScoresAndTrialsAreNot() async throws {
        let county = try await EvaluatedCounty.ready()
        func scores() async throws -> [Int: [IssuedScore]] {
            try await county.archive.reading { try Auditor($0).scores(of: b[0]) }
        }
        #expect(try await scores().isEmpty)
        let final = try #require(try await county.issue(.final).first)
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
        let round = try #require(RoundID(scheme: "openness-appraisal", year: 2023, region: EvaluatedCounty.region))
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
        let needed = await thrown { try await issue([:]) }
        #expect(needed?.code == "grade-needed" && needed?.chinese.contains("提示：基本满意") == true)
        let issued = try #require(try await issue([b[0]: "满意"]).first)
        #expect(issued.results.results.map(\.grade) == ["满意"] && issued.results.results[0].total == nil)
        let review = try #require(
            try await county.archive.reading { try Auditor($0).review(scheme: "openness-appraisal", year: 2023) }.first)
        #expect(review.changes.isEmpty && review.unreproduced.isEmpty)
        // A grade that was set wrongly is corrected by a re-issue.
        let again = try await county.archive.writing { archive in
            try await ResultIssuing(archive, recordedBy: "operator/test")
                .reissue(round, reason: "等次登记有误", grades: [b[0]: "基本满意"], details)
        }
        #expect(again.issued.flatMap { $0.results.results.map(\.grade) } == ["基本满意"])
        #expect(again.issued.first?.replaces == issued.position)
        let scored = try await EvaluatedCounty.ready()
        let refused = await thrown {
            try await scored.archive.writing { archive in
                try await ResultIssuing(archive, recordedBy: "operator/test")
                    .issue(.final, of: EvaluatedCounty.round, grades: [b[0]: "满意"], EvaluatedCounty.stepDetails())
            }
        }
        #expect(refused?.code == "grade-not-by-hand")
    }
}
