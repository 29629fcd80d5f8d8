import ArchiveTesting
import Assessment
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// What a round's scheme says at the door: whom it assesses, for which year, and which results it gives.
@Suite struct RoundDoorTests {
    /// Departments 1 to 3 of county 419801, 11 of county 419802, and bodies of other kinds or times.
    private func county() async throws -> EvaluatedCounty {
        let county = try await EvaluatedCounty.make(second: 1)
        try await county.archive.load(
            .bodies,
            rows: [
                Rows.body(21, ["名称": "云岭镇", "主体类型": "乡镇街道", "层级": "乡"]),
                Rows.body(22, ["名称": "新设局", "成立日期": "2024-01-08"]),
                Rows.body(23, ["名称": EvaluatedCounty.evaluator, "主体类型": "工作部门"]),
            ])
        return county
    }

    @Test func onlyBodiesOfTheSchemesKindsAndRegionComeOntoTheList() async throws {
        let county = try await county()
        await county.record(EvaluatedCounty.commissioned())
        let kind = await county.record(EvaluatedCounty.opened([1: .department, 21: .township]))
        #expect(kind?.code == "body-outside-scheme")
        for word in ["云岭镇（乡镇街道", "县直单位（工作部门、直属机构）", "《", Rows.code(21)] {
            #expect(kind?.chinese.contains(word) == true, "\(word): \(kind?.chinese ?? "")")
        }
        let region = await county.record(EvaluatedCounty.opened([11: .department]))
        #expect(region?.code == "body-outside-scheme" && region?.chinese.contains("区划 419802") == true)
        let young = await county.record(EvaluatedCounty.opened([22: .department]))
        #expect(young?.code == "body-outside-scheme" && young?.chinese.contains("2024-01-08 成立") == true)
        let evaluator = await county.record(EvaluatedCounty.opened([23: .department]))
        #expect(evaluator?.code == "body-outside-scheme" && evaluator?.chinese.contains("不能同时受评") == true)
        #expect(await county.record(EvaluatedCounty.opened([1: .department, 2: .department])) == nil)
        // The county's scheme has no 调整受评名单; the openness assessment has one.
        let openness = try #require(RoundID(scheme: "openness-assessment", year: 2023, region: EvaluatedCounty.region))
        let office = "云岭县政府办公室"
        let before = await county.record(
            openness,
            EvaluatedCounty.step(.evaluationCommissioned, "2023-12-20", .opennessAuthority, office) {
                $0.evaluator = NamedOffice(name: "考核小组")
            }, EvaluatedCounty.step(.evaluationPlanned, "2024-01-05", .opennessAuthority, office),
            EvaluatedCounty.step(.evaluationOpened, "2024-01-08", .opennessAuthority, office) {
                $0.bodies = [AssessedBody(EvaluatedCounty.body(1), .department)]
            })
        #expect(before == nil)
        let added = await county.record(
            openness,
            EvaluatedCounty.step(.evaluationRelisted, "2024-01-10", .opennessAuthority, office) {
                $0.added = [AssessedBody(EvaluatedCounty.body(11), .department)]
            })
        #expect(added?.code == "body-outside-scheme")
        let township = await county.record(
            openness,
            EvaluatedCounty.step(.evaluationRelisted, "2024-01-10", .opennessAuthority, office) {
                $0.added = [AssessedBody(EvaluatedCounty.body(21), .township)]
            })
        #expect(township == nil)
    }

    @Test func aSchemeOfOneYearHasNoOtherRoundsAndNoYearIsBegunAhead() async throws {
        let county = try await county()
        let next = try #require(RoundID(scheme: EvaluatedCounty.department, year: 2024, region: EvaluatedCounty.region))
        let other = await county.record(next, EvaluatedCounty.commissioned("2024-12-20"))
        #expect(other?.code == "scheme-other-year" && other?.chinese.contains("2023-12-30") == true)
        let far = try #require(RoundID(scheme: "province-integrity", year: 2150, region: EvaluatedCounty.region))
        #expect(await county.record(far, EvaluatedCounty.commissioned())?.code == "year-not-begun")
        let issue = await thrown {
            try await county.archive.writing { archive in
                try await ResultIssuing(archive, recordedBy: "operator/test")
                    .issue(.final, of: next, EvaluatedCounty.step(.evaluationFinal, "2024-12-20").details)
            }
        }
        #expect(issue?.code == "scheme-other-year")
    }

    /// Everything reported of three departments, and a round that waits for its results.
    private func scored() async throws -> EvaluatedCounty {
        let county = try await EvaluatedCounty.make()
        try await county.adopt()
        try await county.open(EvaluatedCounty.round, 1...3)
        try await county.completeDepartments(1...3)
        return county
    }

    private func final(_ results: EvaluationResults) -> EvaluationStep {
        EvaluatedCounty.step(.evaluationFinal, "2024-02-20", .evaluator, EvaluatedCounty.evaluator) {
            $0.results = results
        }
    }

    @Test func resultsThatTheirSnapshotDoesNotGiveAreRefused() async throws {
        let county = try await scored()
        let size = try await county.archive.size
        let scheme = try county.query().scheme.digest
        let query = try county.query()
        let computed = try await county.archive.reading { try Auditor($0).evaluate(query) }.bodies
        #expect(computed.count == 3)
        func results(_ change: (inout EvaluationResults) -> Void) -> EvaluationStep {
            var results = EvaluationResults(
                snapshot: size - 1, scheme: scheme,
                results: computed.map { item in
                    EvaluationResults.BodyResult(
                        body: item.profile.id, total: item.score.total.map { Points(hundredths: $0.hundredths) },
                        rank: item.score.rank,
                        indicators: item.score.indicators.map {
                            .init(
                                id: $0.id, score: $0.score.map { Points(hundredths: $0.hundredths) },
                                flags: $0.flags.map(\.rawValue))
                        })
                })
            change(&results)
            return final(results)
        }
        let bytes = county.archive.logBytes
        let total = await county.record(results { $0.results[1].total = Points(hundredths: 9_999) })
        #expect(total?.code == "results-not-computed" && total?.chinese.contains("99.99") == true)
        let indicator = await county.record(results { $0.results[0].indicators[3].score = Points(hundredths: 1) })
        #expect(indicator?.code == "results-not-computed" && indicator?.chinese.contains("XB04") == true)
        let ahead = await county.record(results { $0.snapshot = size + 5 })
        #expect(ahead?.code == "snapshot-unknown")
        let unknown = await county.record(results { $0.scheme = "sha256:" + String(repeating: "0", count: 64) })
        #expect(unknown?.code == "results-not-computed")
        #expect(county.archive.logBytes == bytes)
        // What the snapshot gives is taken, whoever has computed it.
        #expect(await county.record(results { _ in }) == nil)
    }
}
