import ArchiveTesting
import Assessment
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// Rounds of a county's departments up to their results.
extension EvaluatedCounty {
    static let region = RegionCode("419801")!
    static let round = RoundID(scheme: EvaluatedCounty.department, year: 2023, region: region)!

    static func stepDetails(_ day: String = "2024-02-20") -> EvaluationStep.Details {
        EvaluationStep.Details(StepActor(.evaluator, name: EvaluatedCounty.evaluator), on: CalendarDay(day)!)
    }

    /// Adopts the scheme, has every input of departments 1… reported, and lets the cohort's rates be 0, 5 and 20 %.
    static func ready(_ count: Int = 3, adopt: Bool = true) async throws -> EvaluatedCounty {
        let county = try await EvaluatedCounty.make(first: count)
        if adopt { try await county.adopt() }
        try await county.open(round, 1...count)
        try await county.completeDepartments(1...count)
        try await county.corrections([1: 0, 2: 5, 3: 20])
        return county
    }

    /// A county whose rounds borrow the 复评 of 《政务诚信评价办法》, and with it its preliminary results (Q12).
    static func borrowing(_ count: Int) async throws -> EvaluatedCounty {
        let county = try await EvaluatedCounty.make(first: count)
        let path = try county.archive.file(
            "borrowed.yaml",
            """
            overlay: borrowed
            version: "1"
            dated: 2024-01-01
            scheme: \(EvaluatedCounty.department)
            reason: 县信用办〔2024〕1号
            options: {appeal: borrowed}

            """)
        let adopted = try await county.adopt(overlay: path)
        try await county.open(round, 1...count, overlay: adopted.data.overlay?.digest)
        return county
    }

    func issue(_ stage: ResultIssue.Stage, bodies: [BodyID]? = nil) async throws -> [ResultIssue] {
        try await archive.writing { archive in
            try await ResultIssuing(archive, recordedBy: "operator/test")
                .issue(stage, of: Self.round, bodies: bodies, Self.stepDetails())
        }
    }

    func reissue(_ reason: String, bodies: [BodyID]? = nil) async throws -> [ResultIssue] {
        try await archive.writing { archive in
            try await ResultIssuing(archive, recordedBy: "operator/test")
                .reissue(Self.round, bodies: bodies, reason: reason, Self.stepDetails("2024-06-03")).issued
        }
    }

    func review() async throws -> RoundReview {
        let reviews = try await archive.reading {
            try Auditor($0).review(scheme: EvaluatedCounty.department, year: 2023)
        }
        return try #require(reviews.first)
    }
}
