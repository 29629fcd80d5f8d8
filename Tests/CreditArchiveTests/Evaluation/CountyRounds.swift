import ArchiveTesting
import Assessment
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// Steps of rounds, and why they are refused.
extension EvaluatedCounty {
    private static let bureau = "云岭县信用办"

    static func step(
        _ type: EventType, _ day: String, _ role: ActorRole = .creditAuthority, _ name: String = EvaluatedCounty.bureau,
        document: String? = nil, note: String? = nil, _ fill: (inout EvaluationStep.Content) -> Void = { _ in }
    ) -> EvaluationStep {
        EvaluationStep(
            type,
            EvaluationStep.Details(
                StepActor(role, name: name), on: CalendarDay(day)!, document: document.flatMap { DocumentNumber($0) },
                note: note.map { .plain($0) }), EvaluationStep.Content(fill))
    }

    /// Records steps of the departments' round.
    @discardableResult
    func record(_ steps: EvaluationStep...) async -> ArchiveError? { await record(EvaluatedCounty.round, steps) }

    /// Records steps of a round, and returns why the first that is refused is.
    @discardableResult
    func record(_ round: RoundID, _ steps: EvaluationStep...) async -> ArchiveError? { await record(round, steps) }

    private func record(_ round: RoundID, _ steps: [EvaluationStep]) async -> ArchiveError? {
        await thrown {
            let stream = try #require(StreamID(round.stream))
            try await archive.writing { archive in
                let recorder = try Recorder(archive, recordedBy: "operator/test")
                for step in steps {
                    _ = try await recorder.append([
                        Submission(
                            identity: EventIdentity(source: "urn:test", id: UUID().uuidString), subject: stream,
                            event: .evaluation(step))
                    ])
                }
            }
        }
    }

    static func commissioned(_ day: String = "2023-12-20") -> EvaluationStep {
        step(.evaluationCommissioned, day, document: "云信办〔2023〕9号") {
            $0.evaluator = NamedOffice(name: EvaluatedCounty.evaluator)
        }
    }

    static func opened(_ numbers: [Int: BodyKind], _ day: String = "2024-01-08") -> EvaluationStep {
        step(.evaluationOpened, day) { content in
            content.bodies = numbers.sorted { $0.key < $1.key }.map {
                AssessedBody(EvaluatedCounty.body($0.key), $0.value)
            }
        }
    }
}
