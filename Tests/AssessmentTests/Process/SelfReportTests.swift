import Assessment
import CreditModel
import Testing

/// 《政务诚信评价办法》第十六条: late and untrue self-assessments.
@Suite struct SelfReportTests {
    private let department = RoundStory.department

    private func opened() throws -> RoundStory {
        var story = try RoundStory()
        try story.given(.commissioned(), .opened([AssessedBody(department, .department)]), .collected(), .verified())
        return story
    }

    @Test func aLateReportProposesARecordAndNeverEntersOne() throws {
        var story = try opened()
        #expect(story.derived(on: "2024-01-31").isEmpty)
        #expect(story.derived(on: "2024-02-01").contains { $0.kind == .recordProposed && $0.day == day("2024-02-01") })
        #expect(story.open(on: "2024-02-01").contains { $0.type == .reportAdjudged && $0.dueOn == nil })
        #expect(
            story.open(on: "2024-02-01").contains { $0.type == .reportFiled && $0.isOverdue(on: day("2024-02-01")) })
        try story.when(.filed("2024-02-03"))
        // Filed by now, late all the same.
        #expect(
            story.derived(on: "2024-02-04").contains { $0.kind == .reportLate && $0.chinese.contains("2024-02-03") })
        #expect(story.refusal(of: .adjudged("2024-01-31", .late, .notEntered))?.code == "not-late")
        #expect(story.refusal(of: .adjudged("2024-02-05", .late, .entered, case: "R10-1"))?.code == "case-unknown")
        story.around.record = .init(body: department, category: .r05, determinedOn: day("2024-02-05"))
        #expect(story.refusal(of: .adjudged("2024-02-05", .late, .entered, case: "R10-1"))?.code == "case-differs")
        story.around.record = .init(body: department, category: .r10, determinedOn: day("2024-02-05"))
        try story.when(.adjudged("2024-02-05", .late, .entered, case: "R10-1"))
        #expect(story.refusal(of: .adjudged("2024-02-06", .late, .notEntered))?.code == "step-twice")
        #expect(!story.derived(on: "2024-02-06").contains { $0.kind == .recordProposed })
    }

    @Test func aReportInTimeProposesNothing() throws {
        var story = try opened()
        try story.when(.filed("2024-01-31"))
        #expect(!story.derived(on: "2024-03-01").contains { $0.kind == .reportLate || $0.kind == .recordProposed })
        #expect(story.refusal(of: .urged("2024-02-05"))?.code == "not-late")
    }

    @Test func anUntrueReportIsFoundSoBeforeItIsJudged() throws {
        var story = try opened()
        #expect(story.refusal(of: .adjudged("2024-02-05", .untrue, .notEntered))?.code == "not-faulted")
        let fault = EvaluationStep.step(
            .reportFaulted, "2024-02-04", .evaluator, EvaluationStep.company, note: "数据与台账不符"
        ) {
            $0.body = RoundStory.department
        }
        #expect(story.refusal(of: fault)?.code == "no-report")
        try story.given(.filed("2024-01-20"), fault)
        #expect(story.derived(on: "2024-02-05").contains { $0.kind == .recordProposed && $0.day == day("2024-02-04") })
        try story.given(.adjudged("2024-02-06", .untrue, .notEntered), .filed("2024-02-07"))
    }

    @Test func withoutAReportTheBodyIsUrgedBeforeItIsEvaluatedAndTheReportSaysSo() throws {
        var story = try opened()
        let refusal = try #require(story.refusal(of: .preliminary("70", "2024-02-05")))
        #expect(refusal.code == "report-not-urged" && refusal.chinese.contains("第十六条"))
        #expect(story.refusal(of: .urged("2024-01-31"))?.code == "not-late")
        try story.when(.urged("2024-02-02", until: "2024-02-07"))
        #expect(story.refusal(of: .preliminary("70", "2024-02-07"))?.code == "urged-until")
        try story.given(
            .preliminary("70", "2024-02-08"), .delivered("2024-02-08"), .final("70", "2024-02-22"),
            .audited("2024-02-23"))
        #expect(story.derived(on: "2024-02-23").contains { $0.kind == .withoutReport })
        #expect(story.refusal(of: .uploaded("2024-02-26"))?.code == "statement-missing")
        try story.when(.uploaded("2024-02-26", department, [.withoutSelfReport]))
    }

    @Test func aReportDoesNotSayWhatIsNotSo() throws {
        var story = try opened()
        try story.given(
            .filed("2024-01-20"), .preliminary("70", "2024-02-05"), .delivered("2024-02-06"),
            .final("70", "2024-02-21"), .audited("2024-02-23"))
        #expect(
            story.refusal(of: .uploaded("2024-02-26", department, [.withoutSelfReport]))?.code == "statement-untrue")
    }
}
