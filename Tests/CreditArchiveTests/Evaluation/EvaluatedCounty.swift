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
