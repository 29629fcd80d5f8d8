import Assessment
import CreditModel
import Testing

/// The register's entries on the process (requirements §7, Q12–Q19), each by its number.
@Suite struct RoundRegisterTests {
    private let department = RoundStory.department

    @Test func q12ASchemeWithoutAppealHasNoneUnlessAnOverlayBorrowsIt() throws {
        var own = try RoundStory("tongbai-2023-township")
        try own.given(.commissioned(), .opened([AssessedBody(department, .township)]))
        let refusal = try #require(own.refusal(of: .requested("2024-02-08")))
        #expect(refusal.code == "step-not-in-scheme" && refusal.chinese.contains("借用"))
        var borrowed = try RoundStory("tongbai-2023-township", overlay: "options: {appeal: borrowed}")
        try borrowed.given(
            .commissioned(), .opened([AssessedBody(department, .township)]),
            .step(.evaluationCollected, "2024-02-01", .evaluator, EvaluationStep.company) {
                $0.methods = [.monitoring]
            },
            .preliminary("88"), .delivered(), .requested("2024-02-08"))
        let derived = try #require(borrowed.derived(on: "2024-02-08").first { $0.kind == .borrowed })
        #expect(derived.chinese.contains("《政务诚信评价办法》") && derived.source == "Q12")
        #expect(borrowed.refusal(of: .final("88", "2024-02-21"))?.code == "review-pending")
        try borrowed.given(.decided("2024-02-18", .scoreUpheld), .final("88", "2024-02-21"))
    }

    @Test func q13TheLatestDayForFeedbackIsComputedAndWarnedOf() throws {
        let story = try RoundStory.delivered(on: "2024-03-26")
        // Five working days before 2024-03-31, a Sunday: 29, 28, 27, 26 and 25 March.
        let progress = try #require(story.state.bodies[department])
        #expect(story.state.latestFeedback(progress, story.rules) == day("2024-03-24"))
        var before = try RoundStory()
        try before.given(.commissioned(), .opened([AssessedBody(department, .department)]))
        let open = try #require(before.open(on: "2024-03-25").first { $0.type == .evaluationDelivered })
        #expect(open.nature == .latest && open.dueOn == day("2024-03-24") && open.isOverdue(on: day("2024-03-25")))
        #expect(story.derived(on: "2024-03-27").contains { $0.kind == .feedbackLate && $0.day == day("2024-03-26") })
    }

    @Test func q14TheFiveDaysBeginTheDayAfterDelivery() throws {
        // 2024-02-09 was a working day, 02-10 to 02-17 were off, 02-18, a Sunday, was worked.
        let story = try RoundStory.delivered()
        #expect(try story.review(on: "2024-02-20") == .open(until: day("2024-02-20")))
        #expect(try story.review(on: "2024-02-21") == .final(since: day("2024-02-21"), .notRequested))
        #expect(story.refusal(of: .final("88", "2024-02-20"))?.code == "review-open")
        #expect(story.refusal(of: .final("88", "2024-02-21")) == nil)
    }

    @Test func q14AnyRequestUsesTheOneChance() throws {
        var story = try RoundStory.delivered()
        try story.when(.requested("2024-02-08", reasons: nil, materials: nil))
        let refusal = try #require(story.refusal(of: .requested("2024-02-09")))
        #expect(refusal.code == "step-twice" && refusal.chinese.contains("仅可提出一次"))
    }

    @Test func q14EvidenceMayBeAddedWithinTheWindowOnly() throws {
        var story = try RoundStory.delivered()
        try story.when(.requested("2024-02-08", materials: nil))
        #expect(story.refusal(of: .decided("2024-02-09", .insufficient))?.code == "review-unreasoned")
        #expect(story.refusal(of: .supplemented("2024-02-21"))?.code == "review-closed")
        #expect(try story.review(on: "2024-02-21") == .final(since: day("2024-02-21"), .unreasoned))
        try story.when(.supplemented("2024-02-20"))
        #expect(try story.review(on: "2024-02-21") == .pending(since: day("2024-02-08")))
        try story.given(.decided("2024-02-26", .scoreChanged), .final("90", "2024-02-27"))
    }

    @Test func aLateRequestLeavesThePreliminaryResultFinal() throws {
        var story = try RoundStory.delivered()
        try story.when(.requested("2024-02-21"))
        #expect(try story.review(on: "2024-02-22") == .final(since: day("2024-02-21"), .late))
        let refusal = try #require(story.refusal(of: .decided("2024-02-22", .scoreChanged)))
        #expect(refusal.code == "review-not-possible" && refusal.chinese.contains("2024-02-21"))
        #expect(story.refusal(of: .final("90", "2024-02-22"))?.code == "score-differs")
        try story.when(.final("88", "2024-02-22"))
        let derived = try #require(story.derived(on: "2024-02-22").first { $0.kind == .preliminaryFinal })
        #expect(derived.day == day("2024-02-21") && derived.source.contains("第十一条第四项"))
    }

    @Test func q15TheDocumentThatCallsItselfByTwoNamesIsOne() throws {
        let story = try RoundStory()
        #expect(Set(story.rules.process.steps.map(\.document)) == ["政务诚信评价办法"])
        #expect(try Schemes.scheme("province-integrity").aliases["本规程"] == ["本办法"])
    }

    @Test func q17Article16IsForDepartmentsUnlessAnOverlaySaysOtherwise() throws {
        let government = AssessedBody(RoundStory.government, .government)
        var story = try RoundStory()
        try story.given(.commissioned(), .opened([government]))
        #expect(!story.open(on: "2024-02-05").contains { $0.type == .reportFiled || $0.type == .reportAdjudged })
        #expect(story.refusal(of: .filed("2024-01-20", RoundStory.government))?.code == "step-not-for-kind")
        var wider = try RoundStory(overlay: "options: {selfReport: governmentsToo}")
        try wider.given(.commissioned(), .opened([government]))
        let open = try #require(wider.open(on: "2024-02-05").first { $0.type == .reportFiled })
        #expect(open.dueOn == day("2024-01-31") && open.isOverdue(on: day("2024-02-05")))
        #expect(wider.open(on: "2024-02-05").contains { $0.type == .reportAdjudged })
    }

    @Test func q19NothingIsSentButToThoseTheArticleNames() throws {
        var story = try RoundStory.delivered()
        try story.given(
            .final("88", "2024-02-21"), .audited("2024-02-26"), .uploaded("2024-03-01"),
            .step(.evaluationCompiled, "2024-05-06", .provincialCreditAuthority, "省发展和改革委员会"))
        let refusal = try #require(
            story.refusal(
                of: .step(.evaluationSent, "2024-05-08", .provincialCreditAuthority, "省发展和改革委员会") {
                    $0.recipients = [.personnel]
                }))
        #expect(refusal.code == "recipient-not-named" && refusal.chinese.contains("第十三条"))
        #expect(try Schemes.scheme("province-integrity").options.choices["publication"] == "withheld")
    }
}
