import Assessment
import CanonicalJSON
import CreditModel
import Schema
import Testing

/// One round told as given / when / then: `story.given(step, step)`, then `story.refusal(of: step)` or `story.when(step)`.
struct RoundStory {
    private(set) var timeline: RoundTimeline
    var rules: RoundRules
    var around = StepSurroundings(today: day("2026-01-01"))
    private var position: UInt64 = 100

    static let department = BodyID("D1")!
    static let other = BodyID("D2")!
    static let government = BodyID("G1")!

    init(
        _ scheme: String = "province-integrity", year: Int = 2023, overlay: String? = nil,
        calendar: WorkingCalendar? = nil
    ) throws {
        let read = try Schemes.scheme(scheme, overlay: overlay)
        let process = try #require(read.process(borrowingFrom: Schemes.scheme("province-integrity")))
        let id = try #require(RoundID(scheme: scheme, year: year, region: RegionCode("419801")!))
        timeline = RoundTimeline(id)
        rules = RoundRules(process: process, calendar: try calendar ?? Holidays.published())
    }

    var state: RoundState { timeline.state }

    func state(on date: String) -> RoundState { timeline.state(asOf: day(date)) }

    mutating func when(_ step: EvaluationStep) throws(Refusal) {
        try timeline.accept(RoundFact(step, position: position), under: rules, in: around)
        position += 1
    }

    mutating func given(_ steps: EvaluationStep...) throws(Refusal) { for step in steps { try when(step) } }

    /// Why a step is refused, nil where it would be accepted; the story goes on without it.
    func refusal(of step: EvaluationStep) -> Refusal? {
        var copy = self
        do throws(Refusal) {
            try copy.when(step)
            return nil
        } catch { return error }
    }

    func open(on date: String) -> [OpenStep] { state(on: date).openSteps(on: day(date), under: rules) }
    func derived(on date: String) -> [DerivedFact] { state(on: date).derivedFacts(on: day(date), under: rules) }

    func review(of body: BodyID = department, on date: String) throws -> ReviewStanding {
        try #require(state(on: date).bodies[body])
            .reviewStanding(on: day(date), in: rules.process, by: rules.calendar)
    }

    /// A round of 2023 that has come to the feedback of one department on 2024-02-07.
    static func delivered(calendar: WorkingCalendar? = nil, on date: String = "2024-02-07") throws -> RoundStory {
        var story = try RoundStory(calendar: calendar)
        try story.given(
            .commissioned(), .opened([AssessedBody(department, .department)]), .filed("2024-01-20"),
            .collected(), .verified(), .preliminary("88"), .delivered(date))
        return story
    }
}

enum Holidays {
    static func published() throws -> WorkingCalendar {
        WorkingCalendar([try HolidayNotice(json: JSONDocument(parsing: Schema.holidayCalendar).root)])
    }
}

/// A day that the test's author has looked up in a calendar.
func day(_ text: String) -> CalendarDay { CalendarDay(text)! }

extension EvaluationStep {
    static func step(
        _ type: EventType, _ date: String, _ role: ActorRole, _ name: String, document: String? = nil,
        note: String? = nil, _ fill: (inout Content) -> Void = { _ in }
    ) -> EvaluationStep {
        EvaluationStep(
            type,
            Details(
                StepActor(role, name: name), on: day(date), document: document.flatMap { DocumentNumber($0) },
                note: note.map { .plain($0) }),
            Content(fill))
    }

    static let bureau = "云岭县发展和改革局"
    static let company = "云岭信用评价有限公司"

    static func commissioned(_ date: String = "2023-12-20", to evaluator: String = company) -> EvaluationStep {
        .step(.evaluationCommissioned, date, .creditAuthority, bureau, document: "云发改〔2023〕90号") {
            $0.evaluator = NamedOffice(name: evaluator)
        }
    }

    static func opened(_ bodies: [AssessedBody], _ date: String = "2024-01-02") -> EvaluationStep {
        .step(.evaluationOpened, date, .creditAuthority, bureau) { $0.bodies = bodies }
    }

    static func filed(_ date: String, _ body: BodyID = RoundStory.department) -> EvaluationStep {
        .step(.reportFiled, date, .assessed, "云岭县财政局") { $0.body = body }
    }

    static func collected(_ date: String = "2024-02-01") -> EvaluationStep {
        .step(.evaluationCollected, date, .evaluator, company) { $0.channels = [.c01, .c02] }
    }

    static func verified(_ date: String = "2024-02-02", _ body: BodyID = RoundStory.department) -> EvaluationStep {
        .step(.evaluationVerified, date, .evaluator, company) {
            $0.body = body
            $0.methods = [.visit, .writtenRequest]
        }
    }

    static func scored(
        _ type: EventType, _ date: String, _ total: String, _ body: BodyID = RoundStory.department,
        _ role: ActorRole = .evaluator, _ name: String = company, replaces: UInt64? = nil
    ) -> EvaluationStep {
        .step(type, date, role, name) {
            $0.results = EvaluationResults(
                snapshot: 7, scheme: "sha256:" + String(repeating: "0", count: 64),
                results: [.init(body: body, total: Points(total))])
            $0.replaces = replaces
            $0.reason = replaces == nil ? nil : "更正"
        }
    }

    static func preliminary(
        _ total: String, _ date: String = "2024-02-05", _ body: BodyID = RoundStory.department
    ) -> EvaluationStep {
        .scored(.evaluationPreliminary, date, total, body)
    }

    static func final(_ total: String, _ date: String, _ body: BodyID = RoundStory.department) -> EvaluationStep {
        .scored(.evaluationFinal, date, total, body)
    }

    static func delivered(_ date: String = "2024-02-07", _ body: BodyID = RoundStory.department) -> EvaluationStep {
        .step(.evaluationDelivered, date, .evaluator, company) { $0.body = body }
    }

    static func requested(_ date: String, reasons: String? = "计分有误", materials: String? = "会议纪要") -> EvaluationStep {
        .step(.reviewRequested, date, .assessed, "云岭县财政局", note: reasons) {
            $0.body = RoundStory.department
            $0.materials = materials.map { .plain($0) }
        }
    }

    static func supplemented(_ date: String) -> EvaluationStep {
        .step(.reviewSupplemented, date, .assessed, "云岭县财政局", note: "补充说明") {
            $0.body = RoundStory.department
            $0.materials = .plain("会议纪要")
        }
    }

    static func decided(_ date: String, _ outcome: StepOutcome) -> EvaluationStep {
        .step(.reviewDecided, date, .evaluator, company) {
            $0.body = RoundStory.department
            $0.outcome = outcome
        }
    }

    static func audited(_ date: String, _ outcome: StepOutcome = .passed) -> EvaluationStep {
        .step(.evaluationAudited, date, .creditAuthority, bureau) { $0.outcome = outcome }
    }

    static func uploaded(
        _ date: String, _ body: BodyID = RoundStory.department, _ statements: [ReportStatement] = []
    ) -> EvaluationStep {
        .step(.evaluationUploaded, date, .evaluator, company) {
            $0.body = body
            $0.statements = statements
        }
    }

    static func urged(_ date: String, until: String? = nil) -> EvaluationStep {
        .step(.evaluationUrged, date, .creditAuthority, bureau) {
            $0.body = RoundStory.department
            $0.dueOn = until.map { day($0) }
        }
    }

    static func adjudged(
        _ date: String, _ ground: StepGround, _ outcome: StepOutcome, case id: String? = nil
    ) -> EvaluationStep {
        .step(.reportAdjudged, date, .creditAuthority, bureau, document: "云发改〔2024〕5号") {
            $0.body = RoundStory.department
            $0.ground = ground
            $0.outcome = outcome
            $0.caseID = id.flatMap { CaseID($0) }
        }
    }
}
