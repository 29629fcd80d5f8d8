import Assessment
import CreditModel
import Schema
import Testing

/// The rounds of the other schemes: S2's eight steps and its consequences, S2's appraisal, S4's four ways.
@Suite struct OtherProcessTests {
    private let body = RoundStory.department
    private let office = "云岭县政务公开办公室"

    private func opened() throws -> RoundStory {
        var story = try RoundStory("openness-assessment")
        try story.given(
            .step(.evaluationCommissioned, "2024-01-02", .opennessAuthority, office) {
                $0.evaluator = NamedOffice(name: "考核小组")
                $0.members = ["县政府网站", "县委网信办"]
            },
            .step(.evaluationPlanned, "2024-01-05", .opennessAuthority, office),
            .step(.evaluationOpened, "2024-01-08", .opennessAuthority, office) {
                $0.bodies = [AssessedBody(RoundStory.department, .department)]
            },
            .filed("2024-01-20"),
            .step(.evaluationCollected, "2024-02-01", .assessmentGroup, "考核小组") { $0.methods = [.websites, .papers] },
            .scored(.evaluationPreliminary, "2024-02-10", "82", body, .assessmentGroup, "考核小组"))
        return story
    }

    private func approved(_ date: String, _ outcome: StepOutcome) -> EvaluationStep {
        .step(.evaluationApproved, date, .leadingGroup, "县政务公开领导小组") { $0.outcome = outcome }
    }

    private func imposed(_ measure: Measure, _ date: String, until: String? = nil) -> EvaluationStep {
        .step(.consequenceImposed, date, .opennessAuthority, office, document: "云政公开〔2024〕3号") {
            $0.body = RoundStory.department
            $0.measure = measure
            $0.dueOn = until.map { day($0) }
        }
    }

    @Test func opennessGoesThroughItsEightSteps() throws {
        var story = try opened()
        #expect(story.refusal(of: approved("2024-02-12", .agreed))?.code == nil)
        let final = EvaluationStep.scored(.evaluationFinal, "2024-02-20", "82", body, .opennessAuthority, office)
        #expect(story.refusal(of: final)?.code == "step-out-of-turn")
        #expect(story.open(on: "2024-02-11").contains { $0.type == .evaluationApproved })
        // 审定 may send the grades back: the proposal is made anew.
        try story.given(approved("2024-02-12", .returned))
        #expect(story.refusal(of: final)?.code == "step-out-of-turn")
        try story.given(
            .scored(.evaluationPreliminary, "2024-02-14", "79", body, .assessmentGroup, "考核小组"),
            approved("2024-02-16", .agreed),
            .scored(.evaluationFinal, "2024-02-20", "79", body, .opennessAuthority, office))
        #expect(Set(story.open(on: "2024-02-21").map(\.type)) == [.evaluationDelivered, .evaluationSent])
        try story.given(
            .step(.evaluationDelivered, "2024-02-22", .opennessAuthority, office) { $0.body = RoundStory.department },
            .step(.evaluationSent, "2024-02-23", .opennessAuthority, office) { $0.recipients = [.assessed] })
        #expect(story.open(on: "2024-02-24").map(\.type) == [.evaluationSent])
        try story.when(
            .step(.evaluationSent, "2024-02-25", .opennessAuthority, office) { $0.recipients = [.personnel] })
        #expect(story.open(on: "2024-02-26").isEmpty)
    }

    @Test func consequencesAreDecisionsWithAnOfficeAndAnEnd() throws {
        var story = try opened()
        #expect(story.refusal(of: imposed(.talk, "2024-02-11"))?.code == "step-out-of-turn")
        try story.given(
            approved("2024-02-12", .agreed),
            .scored(.evaluationFinal, "2024-02-20", "55", body, .opennessAuthority, office))
        let endless = try #require(story.refusal(of: imposed(.rectification, "2024-02-21")))
        #expect(endless.code == "due-required" && endless.chinese.contains("第十三条"))
        #expect(
            story.refusal(of: imposed(.rectification, "2024-02-21", until: "2024-02-20"))?.code == "due-before-step")
        #expect(story.refusal(of: imposed(.honours, "2024-02-21"))?.code == "measure-not-provided")
        try story.given(
            imposed(.rectification, "2024-02-21", until: "2024-03-21"), imposed(.talk, "2024-02-22"),
            imposed(.criticism, "2024-02-23"))
        #expect(story.refusal(of: imposed(.talk, "2024-02-24"))?.code == "step-twice")
        let open = try #require(story.open(on: "2024-03-25").first { $0.name == "限期整改" })
        #expect(open.isOverdue(on: day("2024-03-25")) && open.source.contains("第十三条"))
        func ended(_ measure: Measure) -> EvaluationStep {
            .step(.consequenceEnded, "2024-03-26", .opennessAuthority, office) {
                $0.body = RoundStory.department
                $0.measure = measure
            }
        }
        try story.when(ended(.rectification))
        #expect(story.refusal(of: ended(.performance))?.code == "consequence-not-imposed")
        #expect(!story.open(on: "2024-03-27").contains { $0.name == "限期整改" })
        var unnamed = imposed(.performance, "2024-02-24")
        unnamed.details.document = nil
        #expect(story.refusal(of: unnamed)?.code == "document-required")
    }

    @Test func anAppraisalNeedsBothItsWays() throws {
        var story = try RoundStory("openness-appraisal")
        try story.given(
            .step(.evaluationPlanned, "2024-01-05", .opennessAuthority, office),
            .step(.evaluationOpened, "2024-01-08", .opennessAuthority, office) {
                $0.bodies = [AssessedBody(RoundStory.department, .department)]
            })
        func held(_ method: CollectionMethod) -> EvaluationStep {
            .step(.evaluationCollected, "2024-02-01", .opennessAuthority, office) { $0.methods = [method] }
        }
        let final = EvaluationStep.scored(.evaluationFinal, "2024-02-20", "0", body, .opennessAuthority, office)
        try story.when(held(.publicAppraisal))
        #expect(story.refusal(of: final)?.code == "step-out-of-turn")
        try story.given(held(.delegateAppraisal), final)
    }

    @Test func jiangsuCollectsInFourWaysBeforeItEvaluates() throws {
        var story = try RoundStory("jiangsu-2020", year: 2020)
        let city = RoundStory.government
        try story.given(
            .step(.evaluationCommissioned, "2020-09-20", .provincialCreditAuthority, "省信用办") {
                $0.evaluator = NamedOffice(name: "中国经济信息社")
            },
            .step(.evaluationOpened, "2020-09-29", .provincialCreditAuthority, "省信用办") {
                $0.bodies = [AssessedBody(RoundStory.government, .government)]
            })
        func collected(_ role: ActorRole, _ name: String, _ methods: [CollectionMethod]) -> EvaluationStep {
            .step(.evaluationCollected, "2020-11-01", role, name) {
                $0.body = RoundStory.government
                $0.methods = methods
            }
        }
        try story.given(
            collected(.assessed, "某市", [.selfAssessment]),
            collected(.evaluator, "中国经济信息社", [.thirdParty, .experts]))
        let final = EvaluationStep.scored(.evaluationFinal, "2020-12-20", "0", city, .evaluator, "中国经济信息社")
        #expect(story.refusal(of: final)?.code == "step-out-of-turn")
        try story.given(collected(.provincialCreditAuthority, "省信用办", [.existingResults]), final)
        #expect(Set(story.state.bodies[city]?.methods ?? []).count == 4)
    }

    @Test(arguments: Schema.schemes.map(\.id))
    func everySchemeSaysHowItsRoundsGo(_ id: String) throws {
        let process = try #require(Schemes.scheme(id).process(borrowingFrom: nil))
        #expect(process.scheme == id && !process.steps.isEmpty)
        #expect(process.steps.allSatisfy { !$0.roles.isEmpty && $0.citation.hasPrefix("《") && !$0.article.isEmpty })
        #expect(process[.evaluationFinal] != nil && process[.evaluationReissued] != nil)
    }

    @Test(arguments: [
        ("  委托评价: ", "  委托: "),
        ("by: [受评单位]", "by: [财政部门]"), ("after: [评价结果反馈]", "after: [等次审定]"),
        ("workingDays: 5", "workingDays: 0"), ("by: 01-31", "by: 01-32"), ("departmentsFirst: true", "first: true"),
    ])
    func aProcessThatDoesNotFitIsToldWithItsLine(_ old: String, _ new: String) {
        var source = Schemes.source("province-integrity")
        if let range = source.firstRange(of: old) { source.replaceSubrange(range, with: new) }
        let found = fault { () throws(SchemeFault) in _ = try Schemes.read(source) }
        #expect(found != nil && (found?.line ?? 0) > 0, "\(new)")
    }
}
