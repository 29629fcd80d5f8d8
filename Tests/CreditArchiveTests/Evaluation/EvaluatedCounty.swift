import ArchiveTesting
import Assessment
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// Townships and departments of one or two counties, and what is reported of them.
struct EvaluatedCounty {
    let archive: TestArchive
    static let township = "tongbai-2023-township"
    static let department = "tongbai-2023-department"

    /// Departments 1… of county 419801, and 11… of county 419802.
    static func make(first: Int = 3, second: Int = 0) async throws -> EvaluatedCounty {
        let county = EvaluatedCounty(archive: try TestArchive())
        var bodies = (1...first).map { Cloud.body($0) }
        if second > 0 { bodies += (11..<11 + second).map { Cloud.body($0, region: "419802") } }
        try await county.archive.append(bodies)
        return county
    }

    static func body(_ number: Int) -> BodyID {
        guard let id = BodyID(Rows.code(number)) else { preconditionFailure("a made-up code") }
        return id
    }

    /// Records an observation of 2023 and returns its position.
    @discardableResult
    func report(
        _ number: Int, _ indicator: String, _ input: String, _ value: String,
        scheme: String = EvaluatedCounty.department, note: String? = "台账"
    ) async throws -> UInt64 {
        let data = ObservationRecorded(
            scheme: scheme, indicator: indicator, input: input, value: value,
            reportedOn: CalendarDay(ordinal: 19_730), note: note.map { .plain($0) })
        return try await archive.writing { open in
            try await Recorder(open, recordedBy: "operator/test").append([
                Submission(
                    identity: EventIdentity(source: "urn:test", id: UUID().uuidString),
                    subject: .observations(body: Rows.code(number), year: 2023), event: .observationRecorded(data))
            ])[0].position
        }
    }

    /// Reports corrected/concluded of XB01, by number of the department.
    func corrections(_ rates: [Int: Int]) async throws {
        for (number, corrected) in rates.sorted(by: { $0.key < $1.key }) {
            try await report(number, "XB01", "corrected", "\(corrected)")
            try await report(number, "XB01", "concluded", "100")
        }
    }

    func query(
        _ scheme: String = EvaluatedCounty.department, region: String? = nil, at position: UInt64? = nil,
        without: Set<UInt64> = []
    ) throws -> EvaluationQuery {
        EvaluationQuery(
            try SchemeLibrary.published.scheme(scheme), year: 2023, region: region, atPosition: position,
            without: without)
    }

    /// The scores of one indicator, by number of the department.
    func scores(_ indicator: String, _ query: EvaluationQuery) async throws -> [BodyID: String] {
        let answer = try await archive.reading { try Auditor($0).evaluate(query) }
        return answer.bodies.reduce(into: [:]) { scores, item in
            scores[item.profile.id] = item.score[indicator: indicator]?.score?.description ?? "—"
        }
    }

    func explain(_ indicator: String, _ number: Int, _ query: EvaluationQuery) async throws -> BodyExplanation {
        try await archive.reading { try Auditor($0).explain(indicator, of: Self.body(number), query) }
    }
}

extension EvaluatedCounty {
    /// Adopts a scheme as it stands, or with an overlay.
    @discardableResult
    func adopt(
        _ scheme: String = EvaluatedCounty.department, overlay: String? = nil, year: Int? = nil,
        on day: String = "2024-01-05"
    ) async throws -> AdoptedScheme {
        let day = try #require(CalendarDay(day))
        return try await archive.writing { open in
            try SchemeAdoption(open, recordedBy: "operator/test").adopt(
                .init(scheme, overlayPath: overlay, year: year, office: "云岭县信用办", on: day))
        }
    }

    /// Has every input of the departments' table reported, as harmless as can be.
    func completeDepartments(_ numbers: ClosedRange<Int>) async throws {
        let scheme = try SchemeLibrary.published.scheme(Self.department)
        var submissions: [Submission] = []
        for number in numbers {
            for row in scheme.indicators {
                for input in row.inputs where input.records == nil && !input.isOptional {
                    let value = input.form.words?.first ?? "0"
                    let data = ObservationRecorded(
                        scheme: scheme.id, indicator: row.id, input: input.name, value: value,
                        reportedOn: CalendarDay(ordinal: 19_730), note: nil)
                    submissions.append(
                        Submission(
                            identity: EventIdentity(source: "urn:test", id: "\(number)/\(row.id)/\(input.name)"),
                            subject: .observations(body: Rows.code(number), year: 2023),
                            event: .observationRecorded(data)))
                }
            }
        }
        let all = submissions
        try await archive.writing { open in
            _ = try await Recorder(open, recordedBy: "operator/test").append(all)
        }
    }
}

extension EvaluatedCounty {
    /// Records the steps of a round that come before its results, on consecutive days from 2024-01-10 on.
    func open(
        _ round: RoundID, _ bodies: ClosedRange<Int>, overlay: String? = nil,
        methods: [CollectionMethod] = [.monitoring],
        by authority: ActorRole = .creditAuthority, collector: ActorRole = .evaluator, planned: Bool = false
    ) async throws {
        var steps: [(EventType, ActorRole, EvaluationStep.Content)] = []
        let scheme = try SchemeLibrary.published.scheme(round.scheme)
        if planned {
            steps.append((.evaluationPlanned, authority, EvaluationStep.Content()))
        } else {
            steps.append(
                (
                    .evaluationCommissioned, authority,
                    EvaluationStep.Content { $0.evaluator = NamedOffice(name: EvaluatedCounty.evaluator) }
                ))
        }
        steps.append(
            (
                .evaluationOpened, authority,
                EvaluationStep.Content { content in
                    content.bodies = bodies.map { AssessedBody(EvaluatedCounty.body($0), .department) }
                    content.choice = EvaluationStep.SchemeChoice(scheme: scheme.digest, overlay: overlay)
                }
            ))
        steps.append((.evaluationCollected, collector, EvaluationStep.Content { $0.methods = methods }))
        guard let stream = StreamID(round.stream) else { preconditionFailure("a round's stream has a name") }
        let submissions = steps.enumerated().map { number, step in
            let name = step.1 == .evaluator ? EvaluatedCounty.evaluator : "云岭县信用办"
            let details = EvaluationStep.Details(
                StepActor(step.1, name: name), on: CalendarDay(ordinal: 19_732 + Int32(number)))
            return Submission(
                identity: EventIdentity(source: "urn:test", id: "\(round.stream)/\(number)"), subject: stream,
                event: .evaluation(EvaluationStep(step.0, details, step.2)))
        }
        try await archive.writing { open in
            _ = try await Recorder(open, recordedBy: "operator/test").append(submissions)
        }
    }

    static let evaluator = "某评价公司"
}
