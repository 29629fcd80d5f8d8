import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

extension EvaluatedCounty {
    /// Records one step of a round, by the office that a role has here.
    func record(
        _ type: EventType, in round: RoundID, _ role: ActorRole, on day: String, named name: String? = nil,
        _ fill: (inout EvaluationStep.Content) -> Void
    ) async throws {
        let office = name ?? (role == .evaluator ? EvaluatedCounty.evaluator : "云岭县信用办")
        let details = EvaluationStep.Details(
            StepActor(role, name: office), on: try #require(CalendarDay(day)),
            document: DocumentNumber("云信办〔2024〕1号"))
        let step = EvaluationStep(type, details, EvaluationStep.Content(fill))
        let stream = try #require(StreamID(round.stream))
        var submission = Submission(
            identity: EventIdentity(source: "urn:test", id: UUID().uuidString), subject: stream,
            event: .evaluation(step))
        // Results that nobody has computed get in here: the door is shut to them elsewhere.
        submission.isComputedHere = true
        let made = submission
        try await archive.writing { open in
            _ = try await Recorder(open, recordedBy: "operator/test").append([made])
        }
    }

    /// A department's own report.
    func file(_ number: Int, in round: RoundID, on day: String) async throws {
        try await record(.reportFiled, in: round, .assessed, on: day, named: "云岭县第\(number)局") {
            $0.body = Self.body(number)
        }
    }

    /// A round of 《政务诚信评价办法》 up to the verification of what was collected.
    func openIntegrityRound(_ round: RoundID, _ bodies: ClosedRange<Int>) async throws {
        try await archive.append([
            Cloud.event(
                "list-1", "evaluators.recommended", "evaluators/410000",
                "{\"actor\":{\"name\":\"省发展和改革委员会\",\"role\":\"省信用主管部门\"},"
                    + "\"evaluators\":[{\"name\":\"\(EvaluatedCounty.evaluator)\"}],\"occurredOn\":\"2023-06-01\"}")
        ])
        try await record(.evaluationCommissioned, in: round, .creditAuthority, on: "2023-12-20") {
            $0.evaluator = NamedOffice(name: EvaluatedCounty.evaluator)
        }
        try await record(.evaluationOpened, in: round, .creditAuthority, on: "2024-01-02") { content in
            content.bodies = bodies.map { AssessedBody(EvaluatedCounty.body($0), .department) }
        }
        try await record(.evaluationCollected, in: round, .evaluator, on: "2024-01-12") {
            $0.channels = [.c01, .c02]
        }
        for number in bodies {
            try await record(.evaluationVerified, in: round, .evaluator, on: "2024-01-15") {
                $0.body = EvaluatedCounty.body(number)
                $0.methods = [.visit, .writtenRequest]
            }
        }
    }
}
