import ArchiveTesting
import Assessment
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// Schemes and overlays in force are events of the archive: an answer as known at a position follows from the log alone.
@Suite struct SchemeAdoptionTests {
    private let b = (1...3).map { EvaluatedCounty.body($0) }

    private func overlay(
        _ archive: TestArchive, _ change: String, scheme: String = EvaluatedCounty.department
    ) throws -> String {
        try archive.file(
            "overlay-\(UUID().uuidString).yaml",
            "overlay: ours\nversion: \"1\"\ndated: 2024-01-01\nscheme: \(scheme)\nreason: 县信用办〔2024〕1号\n" + change)
    }

    @Test func theAdoptedOverlayIsUsedFromItsPositionOn() async throws {
        let county = try await EvaluatedCounty.make()
        try await county.corrections([1: 0, 2: 5, 3: 20])
        let before = try await county.archive.size - 1
        let path = try overlay(county.archive, "indicators: {XB01: {options: {rank: linear}}}")
        let adopted = try await county.adopt(overlay: path)
        #expect(adopted.position == before + 1 && adopted.data.overlay?.id == "ours")
        try await county.archive.reading { (archive) throws in
            let auditor = Auditor(archive)
            func score(_ position: UInt64?) throws -> String? {
                let scheme = try auditor.scheme(EvaluatedCounty.department, year: 2023, atPosition: position)
                let query = EvaluationQuery(scheme, year: 2023, atPosition: position)
                return try auditor.explain("XB01", of: b[1], query).explanation.score.score?.description
            }
            #expect(try score(before) == "5.00")
            #expect(try score(nil) == "7.50")
            #expect(try auditor.adoptedSchemes(atPosition: before).isEmpty)
            #expect(try !archive.evidence.bytes(adopted.data.scheme.digest).isEmpty)
        }
        #expect(try county.archive.deepFindings().isEmpty)
        // The overlay's file may go: the archive keeps the document.
        try FileManager.default.removeItem(atPath: path)
        let scheme = try await county.archive.reading { try Auditor($0).scheme(EvaluatedCounty.department, year: 2023) }
        #expect(scheme.overlay?.id == "ours")
    }

    @Test func whatCannotBeAdoptedIsRefused() async throws {
        let county = try await EvaluatedCounty.make(first: 1)
        try await county.adopt()
        #expect(await thrown { try await county.adopt() }?.code == "scheme-in-force")
        #expect(await thrown { try await county.adopt("nothing") }?.code == "scheme-unknown")
        #expect(await thrown { try await county.adopt(year: 2024) }?.code == "scheme-other-year")
        #expect(await thrown { try await county.adopt(on: "2030-01-01") }?.code == "day-in-the-future")
        let other = try overlay(county.archive, "", scheme: EvaluatedCounty.township)
        #expect(await thrown { try await county.adopt(overlay: other) }?.code == "overlay-other-scheme")
        let broken = try overlay(county.archive, "indicators: {XB01: {points: 11}}")
        #expect(await thrown { try await county.adopt(overlay: broken) }?.code == "scheme-wrong-sum")
        let odd = try county.archive.file(
            "odd.yaml",
            "overlay: 本县\nversion: 第一版\ndated: 2024-01-01\nscheme: \(EvaluatedCounty.department)\nreason: 试\n")
        #expect(await thrown { try await county.adopt(overlay: odd) }?.code == "scheme-not-adoptable")
        #expect(try await county.archive.size == 3)
        // An archive may hold several, for different years.
        try await county.adopt(year: 2023)
        #expect(try await county.archive.reading { try Auditor($0).adoptedSchemes().count } == 2)
    }

    @Test func q25WhatAnOverlayAddsToJiangsuCanBeReportedOnceItIsAdopted() async throws {
        let archive = try TestArchive()
        try await archive.load(.bodies, rows: [Rows.body(1, ["主体类型": "人民政府", "名称": "云岭县人民政府"])])
        let scheme = try SchemeLibrary.published.scheme("jiangsu-2020")
        var change = "points: 88\ngroups:\n" + scheme.groups.map { "  \($0.name): 11\n" }.joined() + "indicators:\n"
        for number in 1...22 {
            let rows = (1...22).filter { ($0 - 1) % 8 == (number - 1) % 8 }
            let points = number == rows[0] ? 11 - 2 * (rows.count - 1) : 2
            change +=
                "  JS\(number < 10 ? "0" : "")\(number): {group: \(scheme.groups[(number - 1) % 8].name), points: \(points), "
            change += number > 2 ? "name: 第\(number)项, place: 调整文件, " : ""
            change += "inputs: {self_score: {zh: 自评, form: decimal}, expert_score: {zh: 专家评审, form: decimal}}, "
            change += "rule: {type: combined_scores, scale: 100, weights: {self_score: 0.25, expert_score: 0.75}}}\n"
        }
        let path = try overlay(archive, change, scheme: "jiangsu-2020")
        let county = EvaluatedCounty(archive: archive)
        let before = await thrown { try await county.report(1, "JS22", "self_score", "80", scheme: "jiangsu-2020") }
        #expect(before?.code == "indicator-unknown")
        try await county.adopt("jiangsu-2020", overlay: path)
        try await county.report(1, "JS22", "self_score", "80", scheme: "jiangsu-2020")
        try await county.report(1, "JS22", "expert_score", "60", scheme: "jiangsu-2020")
        try await archive.reading { archive in
            let auditor = Auditor(archive)
            let query = EvaluationQuery(try auditor.scheme("jiangsu-2020", year: 2020), year: 2020)
            // What was reported for 2023 is no input of 2020.
            let told = try auditor.explain("JS22", of: b[0], query)
            #expect(told.explanation.score.flags == [.missing])
        }
    }
}
