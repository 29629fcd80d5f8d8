import ArchiveTesting
import Assessment
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// A round of two departments with everything that a result needs, made through the library.
struct IssuedRound {
    static let scheme = "tongbai-2023-department"
    static let path = "/v1/results/\(scheme)/2023"
    let test: TestArchive
    let scheme: String
    let round: RoundID

    /// - Parameter isPublished: by an overlay that chooses publication (Q19).
    init(_ test: TestArchive, _ scheme: String = IssuedRound.scheme, isPublished: Bool) async throws {
        self.test = test
        self.scheme = scheme
        let region = try #require(RegionCode("419801"))
        round = try #require(RoundID(scheme: scheme, year: 2023, region: region))
        var overlay: String?
        if isPublished {
            overlay = try test.file(
                "published.yaml",
                """
                overlay: published
                version: "1"
                dated: 2024-01-02
                scheme: \(scheme)
                reason: 依法逐步公开
                options: {publication: published}
                """)
        }
        let (path, events) = (overlay, steps())
        let bodies = [Sample.body(1), Sample.body(2)]
        let observations = try reports()
        try await test.writing { archive in
            let recorder = try Recorder(archive, recordedBy: "operator/test")
            let day = try #require(CalendarDay("2024-01-05"))
            _ = try await recorder.append(cloudEvents: Array("[\(bodies.joined(separator: ","))]".utf8))
            _ = try SchemeAdoption(archive, recordedBy: "operator/test").adopt(
                .init(scheme, overlayPath: path, year: nil, office: "云岭县信用办", on: day))
            _ = try await recorder.append(cloudEvents: Array("[\(events.joined(separator: ","))]".utf8))
            _ = try await recorder.append(observations)
        }
    }

    private func steps() -> [String] {
        let office = #""actor":{"name":"云岭县信用办","role":"信用主管部门"}"#
        let bodies = [1, 2].map { #"{"body":"\#(Sample.code($0))","kind":"工作部门"}"# }.joined(separator: ",")
        let number = #""document":{"number":"云信办〔2024〕1号"}"#
        var steps = [
            (
                "evaluation.commissioned",
                #"{\#(office),\#(number),"evaluator":{"name":"某评价公司"},"occurredOn":"2024-01-10"}"#
            ),
            ("evaluation.opened", #"{\#(office),"bodies":[\#(bodies)],"occurredOn":"2024-01-11"}"#),
            (
                "evaluation.collected",
                #"{"actor":{"name":"某评价公司","role":"评价机构"},"methods":["大数据监测"],"occurredOn":"2024-01-12"}"#
            ),
        ]
        if scheme == "province-integrity" {
            steps += [1, 2].map { number in
                (
                    "report.filed",
                    #"{"actor":{"name":"云岭县第\#(number)局","role":"受评单位"},"body":"\#(Sample.code(number))","#
                        + #""occurredOn":"2024-01-12"}"#
                )
            }
            steps += [1, 2].map { number in
                (
                    "evaluation.verified",
                    #"{"actor":{"name":"某评价公司","role":"评价机构"},"body":"\#(Sample.code(number))","#
                        + #""methods":["实地走访","书面核实"],"occurredOn":"2024-01-13"}"#
                )
            }
        }
        return steps.enumerated().map { Sample.event("\($0)", $1.0, round.stream, $1.1) }
    }

    /// Every input of the table, as harmless as can be.
    private func reports() throws -> [Submission] {
        let scheme = try SchemeLibrary.published.scheme(scheme)
        return [1, 2].flatMap { number in
            scheme.indicators.flatMap { row in
                row.inputs.filter { $0.records == nil && !$0.isOptional }.map { input in
                    observation(number, row.id, input.name, input.form.words?.first ?? "0")
                }
            }
        }
    }

    private func observation(_ number: Int, _ indicator: String, _ input: String, _ value: String) -> Submission {
        Submission(
            identity: EventIdentity(source: "urn:test", id: "\(number)/\(indicator)/\(input)/\(value)"),
            subject: .observations(body: Sample.code(number), year: 2023),
            event: .observationRecorded(
                ObservationRecorded(
                    scheme: scheme, indicator: indicator, input: input, value: value,
                    reportedOn: CalendarDay(ordinal: 19_730), note: nil)))
    }

    static func details(_ day: String) throws -> EvaluationStep.Details {
        EvaluationStep.Details(StepActor(.evaluator, name: "某评价公司"), on: try #require(CalendarDay(day)))
    }

    /// Records something that lowers the first department's score.
    func reportLater() async throws {
        let later =
            scheme == Self.scheme
            ? observation(1, "XB09", "problems", "3") : observation(1, "SJ01", "manual_score", "1")
        try await test.writing { archive in
            _ = try await Recorder(archive, recordedBy: "operator/test").append([later])
        }
    }

    func issue(_ stage: ResultIssue.Stage) async throws {
        try await test.writing { archive in
            _ = try await ResultIssuing(archive, recordedBy: "operator/test")
                .issue(stage, of: round, try Self.details("2024-02-20"))
        }
    }
}
