import ArchiveTesting
import Assessment
import CanonicalJSON
import CreditArchive
import CreditModel
import Testing

/// The province's scheme: governments are scored by hand, with what their departments reached beside it.
@Suite struct DepartmentMeanTests {
    @Test func q18ADepartmentMeanIsAHintAndChangesNoScore() async throws {
        let county = EvaluatedCounty(archive: try TestArchive())
        let government = Rows.body(1, ["名称": "云岭县人民政府", "主体类型": "人民政府"])
        let departments = (2...4).map { Rows.body($0, ["上级统一社会信用代码": Rows.code(1)]) }
        try await county.archive.load(.bodies, rows: [government] + departments)
        let scheme = try SchemeLibrary.published.scheme("province-integrity")
        // The government 60 by hand; two departments 50 and 25.01, the third has a gap.
        for (number, percent) in [(1, 60), (2, 50), (3, 25), (4, 100)] {
            for row in scheme.indicators where number != 4 || row.id != "SJ12" {
                let hundredths = try #require(Int(row.points?.description ?? "")) * percent
                var text = "\(hundredths / 100)"
                if hundredths % 100 > 0 {
                    text += hundredths % 10 > 0 ? ".\(hundredths % 100)" : ".\(hundredths % 100 / 10)"
                }
                if number == 3, row.id == "SJ01" { text = "2.01" }
                try await county.report(number, row.id, "manual_score", text, scheme: "province-integrity")
            }
        }
        let query = EvaluationQuery(scheme, year: 2023)
        let answer = try await county.archive.reading { try Auditor($0).evaluate(query) }
        let item = try #require(answer.bodies.first { $0.profile.id == EvaluatedCounty.body(1) })
        #expect(item.score.total?.description == "60.00")
        #expect(item.departments?.bodies == 2 && item.departments?.mean.description == "37.51")
        #expect(answer.bodies.filter { $0.departments != nil }.count == 1)
        // Without the departments' scores the government's is the same.
        var writer = JSONWriter()
        answer.write(item, to: &writer)
        let object = try JSON.object(bytes: writer.bytes)
        #expect((object["departmentMean"] as? [String: Any])?["mean"] as? String == "37.51")
        #expect((object["groups"] as? [[String: Any]])?.count == 4)
    }
}
