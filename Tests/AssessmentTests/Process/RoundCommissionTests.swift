import CreditModel
import Testing

/// Who evaluates, and who is evaluated: what a round's first steps are held to.
@Suite struct RoundCommissionTests {
    private static let second = "云岭诚信评估中心"

    private func recommissioned(
        _ date: String, to evaluator: String = second, reason: String? = "投诉成立，程序不规范", document: String? = "云发改〔2024〕7号"
    ) -> EvaluationStep {
        .step(
            .evaluationCommissioned, date, .creditAuthority, EvaluationStep.bureau, document: document, note: reason
        ) { $0.evaluator = NamedOffice(name: evaluator) }
    }

    @Test func theEvaluatorIsAThirdPartyAndNotTheOffice() throws {
        let own = try RoundStory().refusal(of: .commissioned(to: EvaluationStep.bureau))
        #expect(own?.code == "evaluator-is-office" && own?.chinese.contains("第四条") == true)
        let county = try RoundStory("tongbai-2023-department").refusal(of: .commissioned(to: EvaluationStep.bureau))
        #expect(county?.code == "evaluator-is-office" && county?.chinese.contains("第五部分") == true)
        // 考核小组 is the authority's own group (第八条第一项), no third party.
        let group = EvaluationStep.step(.evaluationCommissioned, "2023-12-20", .opennessAuthority, "云岭县政府办公室") {
            $0.evaluator = NamedOffice(name: "云岭县政府办公室")
        }
        #expect(try RoundStory("openness-assessment").refusal(of: group) == nil)
    }

    @Test func anEvaluatorIsReplacedAfterAComplaintWithReasonAndDocument() throws {
        var story = try RoundStory.delivered()
        try story.given(
            .step(.evaluationComplained, "2024-02-08", .assessed, "云岭县财政局") {
                $0.body = RoundStory.department
                $0.ground = .irregular
                $0.receiver = StepActor(.creditAuthority, name: EvaluationStep.bureau)
            },
            .step(.evaluationAnswered, "2024-02-19", .creditAuthority, EvaluationStep.bureau) {
                $0.body = RoundStory.department
                $0.outcome = .justified
            })
        #expect(story.refusal(of: recommissioned("2024-02-19", reason: nil))?.code == "reason-required")
        #expect(story.refusal(of: recommissioned("2024-02-19", document: nil))?.code == "document-required")
        let same = story.refusal(of: recommissioned("2024-02-19", to: EvaluationStep.company))
        #expect(same?.code == "step-twice")
        let own = story.refusal(of: recommissioned("2024-02-19", to: EvaluationStep.bureau))
        #expect(own?.code == "evaluator-is-office")
        try story.given(recommissioned("2024-02-19"), .requested("2024-02-20"))
        // What the former evaluator did stands; from that day on the steps are the new one's.
        #expect(story.refusal(of: .decided("2024-02-23", .scoreUpheld))?.code == "step-other-office")
        let decided = EvaluationStep.step(.reviewDecided, "2024-02-23", .evaluator, Self.second) {
            $0.body = RoundStory.department
            $0.outcome = .scoreUpheld
        }
        #expect(story.refusal(of: decided) == nil)
        let former = try #require(story.state.formerEvaluators.first)
        #expect(former.office.name == EvaluationStep.company && former.successor.name == Self.second)
        #expect(
            story.derived(on: "2024-02-23").contains { $0.kind == .evaluatorReplaced && $0.day == day("2024-02-19") })
        #expect(!story.derived(on: "2024-02-10").contains { $0.kind == .evaluatorReplaced })
        // A replacement registered late cannot take away what the former one has done since.
        let late = story.refusal(of: recommissioned("2024-02-04", to: "第三家评价公司"))
        #expect(late?.code == "step-other-office" && late?.chinese.contains("已登记") == true)
    }

    @Test func nobodyComesIntoARoundThatIsBoundOrSent() throws {
        var story = try RoundStory.delivered()
        try story.given(.final("88", "2024-02-21"), .audited("2024-02-26"), .uploaded("2024-02-27"))
        func relisted(_ date: String) -> EvaluationStep {
            .step(.evaluationRelisted, date, .creditAuthority, EvaluationStep.bureau) {
                $0.added = [AssessedBody(RoundStory.other, .department)]
            }
        }
        #expect(story.refusal(of: relisted("2024-03-01")) == nil)
        try story.given(.step(.evaluationCompiled, "2024-05-06", .provincialCreditAuthority, "省发展和改革委员会"))
        let closed = story.refusal(of: relisted("2024-05-07"))
        #expect(closed?.code == "list-closed" && closed?.chinese.contains("第十三条") == true)
        // Registered late for a day before, it would make the 汇编 impossible.
        #expect(story.refusal(of: relisted("2024-03-01")) != nil)
    }

    @Test func aRoundIsNotBegunBeforeItsYearNorWithBodiesOutsideIt() throws {
        var story = try RoundStory()
        story.around.period = day("2023-01-01")...day("2023-12-31")
        #expect(story.refusal(of: .commissioned("2022-12-31"))?.code == "year-not-begun")
        #expect(story.refusal(of: .commissioned("2023-01-01")) == nil)
        try story.given(.commissioned())
        story.around.strangers = [.init(body: RoundStory.other, chinese: "云岭镇（乡镇街道）不属于本轮次", english: "not of it")]
        let refused = story.refusal(of: .opened([AssessedBody(RoundStory.other, .department)]))
        #expect(refused?.code == "body-outside-scheme" && refused?.chinese.contains("云岭镇（乡镇街道）") == true)
    }
}

/// Limits in a year whose notice of holidays is not there.
@Suite struct MissingNoticeTests {
    @Test func aRequestWhoseLimitCannotBeCountedIsOpenForWhoeverHasTheNextStep() throws {
        var story = try RoundStory.delivered(calendar: WorkingCalendar([]))
        let waiting = try #require(story.open(on: "2024-02-08").first { $0.missing != nil })
        #expect(waiting.type == .reviewRequested && waiting.missing?.year == 2024)
        // The right is not a duty, and a day that cannot be counted is not overdue.
        #expect(waiting.nature == .right && !waiting.isOverdue(on: day("2026-01-01")))
        try story.given(.requested("2024-02-08"))
        let decided = try #require(story.open(on: "2024-02-09").first { $0.missing != nil })
        #expect(decided.type == .reviewDecided && decided.nature == .limit)
        #expect(story.refusal(of: .decided("2024-02-20", .scoreUpheld))?.code == "calendar-missing")
        // The rest goes on: the day of the upload needs no notice.
        #expect(story.open(on: "2024-02-09").contains { $0.type == .evaluationUploaded && $0.dueOn != nil })
    }
}
