import Assessment
import CreditModel
import Testing

/// What a round of 《政务诚信评价办法》 takes and refuses: given / when / then.
@Suite struct RoundDecisionTests {
    private let department = RoundStory.department

    @Test func aWholeRoundIsTakenInItsOrder() throws {
        var story = try RoundStory.delivered()
        try story.given(
            .final("88", "2024-02-21"), .audited("2024-02-26"), .uploaded("2024-03-01"),
            .step(.evaluationCompiled, "2024-05-06", .provincialCreditAuthority, "省发展和改革委员会"),
            .step(.evaluationSent, "2024-05-08", .provincialCreditAuthority, "省发展和改革委员会") {
                $0.recipients = [.party, .congress, .government, .consultative, .otherOrgans]
            })
        #expect(story.open(on: "2024-05-09").isEmpty)
        #expect(story.state.bodies[department]?.final?.total == Points("88"))
    }

    private let life: [EvaluationStep] = [
        .commissioned(), .opened([AssessedBody(RoundStory.department, .department)]), .filed("2024-01-20"),
        .collected(),
        .verified(), .preliminary("88"), .delivered(), .final("88", "2024-02-21"), .audited("2024-02-26"),
        .uploaded("2024-03-01"),
        .step(.evaluationCompiled, "2024-05-06", .provincialCreditAuthority, "省发展和改革委员会"),
    ]

    @Test(arguments: 0..<10)
    func whereAStepIsLeftOutALaterOneIsRefused(_ missing: Int) throws {
        var story = try RoundStory()
        var refusals: [Refusal] = []
        for (number, step) in life.enumerated() where number != missing {
            do { try story.when(step) } catch { refusals.append(error) }
        }
        let first = try #require(refusals.first, "without \(life[missing].type.rawValue)")
        let codes = ["step-out-of-turn", "body-not-in-round", "report-not-urged"]
        #expect(codes.contains(first.code), "without \(life[missing].type.rawValue): \(first.english)")
    }

    @Test func noStepIsTakenTwice() throws {
        var story = try RoundStory()
        for step in life {
            try story.when(step)
            guard ![.evaluationCollected, .evaluationVerified].contains(step.type) else { continue }
            #expect(story.refusal(of: step) != nil, "\(step.type.rawValue) twice")
        }
    }

    @Test func aStepDatedBeforeItsPrerequisiteOrAfterTodayIsRefused() throws {
        let story = try RoundStory.delivered()
        let early = try #require(story.refusal(of: .final("88", "2024-02-06")))
        #expect(early.code == "step-out-of-turn" && early.chinese.contains("初评结果反馈"))
        #expect(early.chinese.contains("《政务诚信评价办法》第十一条第四项") && early.english.contains("第十一条"))
        #expect(story.refusal(of: .final("88", "2026-01-02"))?.code == "day-in-the-future")
    }

    @Test func aLateRegistrationMayNotMakeALaterStepImpossible() throws {
        var story = try RoundStory.delivered()
        try story.given(.final("88", "2024-02-21"))
        // A request dated inside the window would leave the final result without a decision on it.
        let refusal = try #require(story.refusal(of: .requested("2024-02-08")))
        #expect(refusal.code == "review-pending" && refusal.chinese.contains("最终评价"))
    }

    @Test(arguments: [
        (
            EvaluationStep.step(.evaluationCommissioned, "2023-12-20", .evaluator, "甲", document: "1号") {
                $0.evaluator = NamedOffice(name: "乙")
            }, "step-wrong-actor"
        ),
        (
            .step(.evaluationDelivered, "2024-02-08", .creditAuthority, EvaluationStep.bureau) {
                $0.body = RoundStory.other
            }, "step-wrong-actor"
        ),
        (.step(.evaluationCollected, "2024-02-08", .evaluator, "另一家公司"), "step-other-office"),
        (
            .step(.evaluationUrged, "2024-02-08", .creditAuthority, "另一县发改局") { $0.body = RoundStory.department },
            "step-other-office"
        ),
        (
            .step(.evaluationAudited, "2024-02-21", .evaluator, EvaluationStep.company) { $0.outcome = .passed },
            "step-wrong-actor"
        ),
        (.step(.evaluationCompiled, "2024-05-06", .creditAuthority, EvaluationStep.bureau), "step-wrong-actor"),
        (.step(.evaluationApproved, "2024-02-21", .leadingGroup, "县政府") { $0.outcome = .agreed }, "step-not-in-scheme"),
    ])
    func theWrongOfficeIsToldWhoseStepItIs(_ step: EvaluationStep, _ code: String) throws {
        let refusal = try #require(try RoundStory.delivered().refusal(of: step))
        #expect(refusal.code == code)
        #expect(!refusal.chinese.isEmpty && !refusal.english.isEmpty && refusal.field != nil)
    }

    @Test func whatStandsOutsideTheRoundIsCheckedOnce() throws {
        var story = try RoundStory()
        story.around.recommended = [NamedOffice(name: "别家")]
        #expect(story.refusal(of: .commissioned())?.code == "evaluator-not-recommended")
        story.around.recommended = nil
        var noDocument = EvaluationStep.commissioned()
        noDocument.details.document = nil
        #expect(story.refusal(of: noDocument)?.code == "document-required")
        try story.given(.commissioned(), .opened([AssessedBody(department, .department)]))
        story.around.actorIsBody = false
        #expect(story.refusal(of: .filed("2024-01-20"))?.code == "step-other-office")
        #expect(story.refusal(of: .filed("2024-01-20", RoundStory.other))?.code == "body-not-in-round")
    }

    @Test func verificationNeedsBothTheVisitAndTheLetter() throws {
        var story = try RoundStory()
        try story.given(.commissioned(), .opened([AssessedBody(department, .department)]), .collected())
        var step = EvaluationStep.verified()
        step.content.methods = [.visit]
        let refusal = try #require(story.refusal(of: step))
        #expect(refusal.code == "methods-missing" && refusal.chinese.contains("书面核实"))
    }

    @Test func auditIsOfFormAndMayBeRepeatedUntilItPasses() throws {
        var story = try RoundStory.delivered()
        try story.given(.final("88", "2024-02-21"), .audited("2024-02-22", .returned))
        #expect(story.refusal(of: .uploaded("2024-02-23"))?.code == "step-out-of-turn")
        try story.given(.audited("2024-02-26"), .uploaded("2024-02-27"))
        #expect(story.refusal(of: .audited("2024-02-28"))?.code == "step-twice")
        // No audit carries a score, and a final result is not replaced but re-issued.
        #expect(story.refusal(of: .final("90", "2024-02-28"))?.code == "step-twice")
        let position = try #require(story.state.bodies[department]?.finalPosition)
        #expect(
            story.refusal(of: .scored(.evaluationReissued, "2024-03-01", "87", replaces: 3))?.code == "replaces-other")
        try story.when(.scored(.evaluationReissued, "2024-03-01", "87", replaces: position))
        #expect(story.state.bodies[department]?.final?.total == Points("87"))
    }

    @Test func aGovernmentComesAfterItsDepartments() throws {
        var story = try RoundStory()
        let government = RoundStory.government
        try story.given(
            .commissioned(), .opened([AssessedBody(government, .government)]), .collected(),
            .verified("2024-02-02", government), .preliminary("80", "2024-02-05", government),
            .delivered("2024-02-07", government), .final("80", "2024-02-21", government), .audited("2024-02-26"))
        story.around.openDepartments = nil
        #expect(story.refusal(of: .uploaded("2024-03-01", government))?.code == "departments-first")
        story.around.openDepartments = [department]
        let refusal = try #require(story.refusal(of: .uploaded("2024-03-01", government)))
        #expect(refusal.code == "departments-first" && refusal.chinese.contains("第十条第二项、第三项"))
        story.around.openDepartments = []
        #expect(
            story.open(on: "2024-03-01").contains { $0.type == .evaluationUploaded && $0.dueOn == day("2024-04-30") })
        try story.when(.uploaded("2024-03-01", government))
    }

    @Test func aComplaintGoesToTheAuthorityAndIsAnsweredByIt() throws {
        var story = try RoundStory.delivered()
        func complaint(_ receiver: StepActor) -> EvaluationStep {
            .step(.evaluationComplained, "2024-02-08", .assessed, "云岭县财政局") {
                $0.body = RoundStory.department
                $0.ground = .unfair
                $0.receiver = receiver
            }
        }
        #expect(story.refusal(of: complaint(StepActor(.evaluator, name: "甲")))?.code == "complaint-receiver")
        try story.when(complaint(StepActor(.creditAuthority, name: "云岭市发展和改革委员会")))
        #expect(story.open(on: "2024-02-09").contains { $0.type == .evaluationAnswered })
        func answer(_ name: String) -> EvaluationStep {
            .step(.evaluationAnswered, "2024-02-20", .creditAuthority, name) {
                $0.body = RoundStory.department
                $0.outcome = .unjustified
            }
        }
        #expect(story.refusal(of: answer("省发展和改革委员会"))?.code == "step-other-office")
        try story.when(answer("云岭市发展和改革委员会"))
        #expect(!story.open(on: "2024-02-21").contains { $0.type == .evaluationAnswered })
    }
}
