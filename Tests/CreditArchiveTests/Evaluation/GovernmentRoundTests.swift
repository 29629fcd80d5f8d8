import ArchiveTesting
import Assessment
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// Two rounds of one year: the departments' by their county, their government's by the city.
@Suite struct GovernmentRoundTests {
    /// 第十条第三项: the government's report only after those of its departments, which are another round.
    @Test func aGovernmentsReportWaitsForTheRoundOfItsDepartments() async throws {
        let county = EvaluatedCounty(archive: try TestArchive())
        try await county.archive.load(
            .bodies,
            rows: [Rows.body(1, ["名称": "云岭县人民政府", "主体类型": "人民政府"])]
                + (2...3).map { Rows.body($0, ["上级统一社会信用代码": Rows.code(1)]) })
        let scheme = "province-integrity"
        try await county.adopt(scheme)
        for number in 1...3 {
            for (index, mark) in [8, 9, 8, 10, 15, 7, 9, 9, 7, 8, 5, 5].enumerated() {
                let id = "SJ\(index < 9 ? "0" : "")\(index + 1)"
                try await county.report(number, id, "manual_score", "\(mark - number)", scheme: scheme)
            }
        }
        let own = try #require(RoundID(scheme: scheme, year: 2023, region: EvaluatedCounty.region))
        let above = try #require(RoundID(scheme: scheme, year: 2023, region: RegionCode("419800")!))
        #expect(try await run(county, above, [1: .government], until: "2024-02-26") == nil)
        // The departments' round is not even there.
        let none = await county.record(above, uploaded(1, "2024-04-10"))
        #expect(none?.code == "departments-first" && none?.chinese.contains("尚未登记") == true)
        #expect(try await run(county, own, [2: .department, 3: .department], until: "2024-02-26") == nil)
        #expect(await county.record(own, uploaded(2, "2024-03-08")) == nil)
        let one = await county.record(above, uploaded(1, "2024-04-10"))
        #expect(one?.code == "departments-first" && one?.chinese.contains(Rows.code(3)) == true)
        #expect(await county.record(own, uploaded(3, "2024-04-09")) == nil)
        // On a day before the last of them it still has to wait.
        #expect(await county.record(above, uploaded(1, "2024-04-08"))?.code == "departments-first")
        #expect(await county.record(above, uploaded(1, "2024-04-10")) == nil)
        // Each body is reported by the round that assesses it.
        let query = try county.query(scheme)
        for (number, round) in [(1, above), (2, own)] {
            let report = try await county.archive.reading {
                try Auditor($0).report(on: EvaluatedCounty.body(number), ReportQuery(query))
            }
            #expect(report.remarks.round?.stream == round.stream)
            #expect(report.result != .trial)
        }
        #expect(try county.archive.deepFindings().isEmpty)
    }

    private func uploaded(_ number: Int, _ day: String) -> EvaluationStep {
        EvaluatedCounty.step(.evaluationUploaded, day, .evaluator, EvaluatedCounty.evaluator) {
            $0.body = EvaluatedCounty.body(number)
        }
    }

    /// A round of the province's scheme up to its audit.
    private func run(
        _ county: EvaluatedCounty, _ round: RoundID, _ bodies: [Int: BodyKind], until audit: String
    ) async throws -> ArchiveError? {
        let numbers = bodies.keys.sorted()
        func each(_ type: EventType, _ day: String, methods: [CollectionMethod] = []) async -> ArchiveError? {
            for number in numbers {
                let refused = await county.record(
                    round,
                    EvaluatedCounty.step(type, day, .evaluator, EvaluatedCounty.evaluator) {
                        $0.body = EvaluatedCounty.body(number)
                        $0.methods = methods
                    })
                if let refused { return refused }
            }
            return nil
        }
        if let refused = await county.record(
            round, EvaluatedCounty.commissioned(), EvaluatedCounty.opened(bodies, "2024-01-02"))
        {
            return refused
        }
        for number in numbers where bodies[number] == .department {
            let filed = EvaluatedCounty.step(.reportFiled, "2024-01-20", .assessed, "云岭县第\(number)局") {
                $0.body = EvaluatedCounty.body(number)
            }
            if let refused = await county.record(round, filed) { return refused }
        }
        let collected = EvaluatedCounty.step(.evaluationCollected, "2024-01-25", .evaluator, EvaluatedCounty.evaluator)
        if let refused = await county.record(round, collected) { return refused }
        let visited: [CollectionMethod] = [.visit, .writtenRequest]
        if let refused = await each(.evaluationVerified, "2024-01-29", methods: visited) { return refused }
        try await issue(county, round, .preliminary, "2024-02-05")
        if let refused = await each(.evaluationDelivered, "2024-02-07") { return refused }
        let issued = try await issue(county, round, .final, "2024-02-21")
        #expect(issued.flatMap { $0.results.results.map(\.body) } == numbers.map(EvaluatedCounty.body).sorted())
        return await county.record(round, EvaluatedCounty.step(.evaluationAudited, audit) { $0.outcome = .passed })
    }

    @discardableResult
    private func issue(
        _ county: EvaluatedCounty, _ round: RoundID, _ stage: ResultIssue.Stage, _ day: String
    ) async throws -> [ResultIssue] {
        let details = EvaluatedCounty.step(stage.eventType, day, .evaluator, EvaluatedCounty.evaluator).details
        return try await county.archive.writing { archive in
            try await ResultIssuing(archive, recordedBy: "operator/test").issue(stage, of: round, details)
        }
    }
}
