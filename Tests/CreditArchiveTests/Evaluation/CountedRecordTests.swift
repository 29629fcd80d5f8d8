import ArchiveTesting
import CreditArchive
import CreditModel
import Testing

/// What indicators count from the archive (contract §5): XB11 cases of R09 in effect on any day of the period, XB12 cases
/// of R07 determined in it; neither revoked; of the body and of those below it.
@Suite struct CountedRecordTests {
    private struct Story: Sendable {
        var category: String
        var determined: String
        var repaired: String?
        var revoked: String?
        var arrears: String
        var listed: String
    }

    private static let stories: [Story] = [
        // In effect before, on and after the period.
        Story(category: "R09", determined: "2022-11-01", arrears: "0.00", listed: "8.00"),
        // On its repair day a record no longer is in effect: one repaired on the first day counts on none.
        Story(category: "R09", determined: "2022-05-02", repaired: "2023-01-01", arrears: "8.00", listed: "8.00"),
        Story(category: "R09", determined: "2022-05-02", repaired: "2023-01-02", arrears: "0.00", listed: "8.00"),
        // Some days in the middle are enough.
        Story(category: "R09", determined: "2023-03-01", repaired: "2023-09-01", arrears: "0.00", listed: "8.00"),
        Story(category: "R09", determined: "2023-12-30", arrears: "0.00", listed: "8.00"),
        // Q01: the day after the last belongs to no year.
        Story(category: "R09", determined: "2023-12-31", arrears: "8.00", listed: "8.00"),
        Story(category: "R09", determined: "2023-03-01", revoked: "2024-03-01", arrears: "8.00", listed: "8.00"),
        Story(category: "R07", determined: "2022-12-31", arrears: "8.00", listed: "8.00"),
        Story(category: "R07", determined: "2023-01-01", arrears: "8.00", listed: "0.00"),
        Story(category: "R07", determined: "2023-03-01", repaired: "2023-06-01", arrears: "8.00", listed: "0.00"),
        Story(category: "R07", determined: "2023-03-01", revoked: "2023-06-01", arrears: "8.00", listed: "8.00"),
        Story(category: "R05", determined: "2023-03-01", arrears: "8.00", listed: "8.00"),
    ]

    @Test func casesCountByCategoryDayAndState() async throws {
        let county = try await EvaluatedCounty.make(first: Self.stories.count)
        var incidents: [[String: String]] = []
        var dispositions: [[String: String]] = []
        for (index, story) in Self.stories.enumerated() {
            let id = "事-\(index)"
            incidents.append(
                Rows.incident(
                    id,
                    [
                        "统一社会信用代码": Rows.code(index + 1), "失信类别": story.category, "发生日期": "2022-01-10",
                        "认定日期": story.determined,
                    ]))
            if let day = story.revoked { dispositions.append(Rows.disposition(id, "撤销", day)) }
            if let day = story.repaired {
                for kind in ["整改责令", "整改报告", "整改验收", "修复申请", "修复受理", "修复准予"] {
                    dispositions.append(Rows.disposition(id, kind, day))
                }
            }
        }
        for (template, rows) in [(ImportCompleted.Template.incidents, incidents), (.dispositions, dispositions)] {
            #expect(try await county.archive.load(template, rows: rows).problems.isEmpty)
        }
        let arrears = try await county.scores("XB11", county.query())
        let listed = try await county.scores("XB12", county.query())
        for (index, story) in Self.stories.enumerated() {
            let body = EvaluatedCounty.body(index + 1)
            #expect(arrears[body] == story.arrears && listed[body] == story.listed, "\(index): \(story)")
        }
    }

    @Test func casesOfTheBodiesBelowCountAndThoseBesideDoNot() async throws {
        let archive = try TestArchive()
        try await archive.append([
            Cloud.body(1), Cloud.body(2, parent: 1), Cloud.body(3, parent: 2), Cloud.body(4),
        ])
        let county = EvaluatedCounty(archive: archive)
        try await archive.load(
            .incidents, rows: [Rows.incident("甲", ["统一社会信用代码": Rows.code(3), "失信类别": "R09"])])
        let scores = try await county.scores("XB11", county.query())
        #expect((1...4).map { scores[EvaluatedCounty.body($0)] } == ["0.00", "0.00", "0.00", "8.00"])
        let told = try await county.explain("XB11", 1, county.query())
        #expect(told.inputs.first?.entries.map(\.subject) == ["case/甲"])
    }
}
