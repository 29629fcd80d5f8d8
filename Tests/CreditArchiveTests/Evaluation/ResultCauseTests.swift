import ArchiveTesting
import Assessment
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// Every change of an issued result names the entries, and the body, that it comes from; a re-issue takes what it can.
@Suite struct ResultCauseTests {
    private let b = (1...20).map { EvaluatedCounty.body($0) }

    @Test func aRevocationIsProposedAsAReissue() async throws {
        let county = try await EvaluatedCounty.ready()
        try await county.archive.load(.incidents, rows: [Rows.incident("a", ["失信类别": "R09"])])
        _ = try await county.issue(.final)
        let revocation = try await county.archive.size
        try await county.archive.load(.dispositions, rows: [Rows.disposition("a", "撤销", "2024-03-01")])
        let changes = try await county.review().changes
        let change = try #require(changes.first { $0.body == b[0] })
        #expect(change.indicators.map(\.id) == ["XB11"])
        #expect(change.indicators[0].causes.map(\.positions) == [[revocation]])
        #expect(change.causes.map(\.positions) == [[revocation]] && change.causes[0].body == b[0])
        #expect(
            change.indicators[0].before.score?.description == "0"
                && change.indicators[0].after?.score?.description == "8")
        let object = try JSON.object(change)
        #expect((object["after"] as? [String: Any])?["rank"] as? Int == change.after?.rank)
    }

    /// The total of another body has changed: the place of this one, and nothing else of it.
    @Test func aChangedPlaceNamesTheBodyThatChangedItAndItsEntries() async throws {
        let county = try await EvaluatedCounty.ready()
        _ = try await county.issue(.final)
        let cause = try await county.report(1, "XB09", "problems", "4")
        let changes = try await county.review().changes
        #expect(changes.map(\.body) == b.prefix(2).sorted())
        let passed = try #require(changes.first { $0.body == b[1] })
        #expect(passed.indicators.isEmpty && passed.after?.total == passed.standing.result.total)
        #expect(passed.after?.rank == 1 && passed.standing.result.rank == 2)
        #expect(passed.causes.map(\.body) == [b[0]] && passed.causes.map(\.positions) == [[cause]])
        let object = try JSON.object(passed)
        let told = try #require((object["causes"] as? [[String: Any]])?.first)
        #expect(told["body"] as? String == b[0].text && told["name"] as? String == passed.causes[0].name)
    }

    @Test func everyWayACaseStopsCountingIsNamed() async throws {
        let county = try await EvaluatedCounty.ready()
        let ids = ["revoked", "corrected", "repaired"]
        for (number, id) in ids.enumerated() {
            try await county.archive.load(
                .incidents,
                rows: [Rows.incident(id, ["失信类别": "R09", "统一社会信用代码": Rows.code(number + 1), "认定日期": "2023-12-29"])])
        }
        _ = try await county.issue(.final)
        let before = try await county.archive.size
        try await county.archive.load(
            .dispositions,
            rows: [
                Rows.disposition("revoked", "撤销", "2024-03-01"),
                Rows.disposition("corrected", "更正", "2024-03-01", ["更正字段": "失信类别", "原值": "R09", "新值": "R05"]),
                // What changes nothing of the count is no cause.
                Rows.disposition("repaired", "主体陈述", "2024-03-01", ["说明": "已付清"]),
            ])
        let changes = try await county.review().changes
        for (number, body) in b.prefix(2).enumerated() {
            let change = try #require(changes.first { $0.body == body })
            #expect(change.indicators.map(\.id) == ["XB11"], "\(ids[number])")
            #expect(change.indicators[0].causes.map(\.positions) == [[before + UInt64(number)]], "\(ids[number])")
        }
        #expect(changes.first { $0.body == b[2] }?.indicators.isEmpty ?? true)
    }

    @Test func aReissueTakesWhatItCanAndTellsTheRest() async throws {
        let county = try await EvaluatedCounty.borrowing(2)
        try await county.completeDepartments(1...2)
        _ = try await county.issue(.preliminary)
        let stream = try #require(StreamID(EvaluatedCounty.round.stream))
        func record(_ steps: EvaluationStep...) async throws {
            try await county.archive.writing { archive in
                _ = try await Recorder(archive, recordedBy: "operator/test").append(
                    steps.enumerated().map { number, step in
                        Submission(
                            identity: EventIdentity(source: "urn:test", id: "late/\(step.type.rawValue)/\(number)"),
                            subject: stream, event: .evaluation(step))
                    })
            }
        }
        let evaluator = StepActor(.evaluator, name: EvaluatedCounty.evaluator)
        let delivered = EvaluationStep.Details(evaluator, on: CalendarDay("2024-02-21")!)
        try await record(
            EvaluationStep(.evaluationDelivered, delivered, EvaluationStep.Content { $0.body = b[0] }))
        // Six working days later the preliminary result is the final one.
        let details = EvaluationStep.Details(evaluator, on: CalendarDay("2024-03-04")!)
        let final = try await county.archive.writing { archive in
            try await ResultIssuing(archive, recordedBy: "operator/test")
                .issue(.final, of: EvaluatedCounty.round, bodies: [b[0]], details)
        }
        #expect(final.flatMap { $0.results.results.map(\.body) } == [b[0]])
        try await county.report(1, "XB09", "problems", "1")
        try await county.report(2, "XB09", "problems", "1")
        func reissue(_ bodies: [BodyID]?) async throws -> ResultIssuing.Reissue {
            try await county.archive.writing { archive in
                try await ResultIssuing(archive, recordedBy: "operator/test")
                    .reissue(
                        EvaluatedCounty.round, bodies: bodies, reason: "补报", EvaluatedCounty.stepDetails("2024-06-03"))
            }
        }
        #expect(await thrown { try await reissue([b[1]]) }?.code == "not-final")
        #expect(await thrown { try await reissue([b[9]]) }?.code == "body-without-result")
        let done = try await reissue(nil)
        #expect(done.issued.flatMap { $0.results.results.map(\.body) } == [b[0]])
        #expect(done.left.map(\.body) == [b[1]] && done.left[0].chinese.contains("初评"))
    }
}
