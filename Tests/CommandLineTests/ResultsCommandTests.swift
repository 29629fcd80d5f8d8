import Foundation
import Testing

/// Adoption, issue, changes and re-issue through the program alone.
@Suite struct ResultsCommandTests {
    private static let scheme = "tongbai-2023-department"
    private static let step = ["--region", "419801", "--actor", "某评价公司", "--on", "2024-02-20"]

    private func ask(_ archive: ProgramArchive, _ arguments: [String]) throws -> Program.Result {
        try Program.run(["--archive", archive.path] + arguments)
    }

    /// A body that has every input, with its area.
    private func complete(_ archive: ProgramArchive) throws -> (body: String, area: String) {
        let rows = try archive("evaluate", "--scheme", Self.scheme, "--year", "2023").list()
        let row = try #require(rows.first { $0["total"] as? String != nil })
        return (try #require(row["body"] as? String), try #require(row["area"] as? String))
    }

    /// Records what comes before the results of a round of one body.
    private func open(_ archive: ProgramArchive, _ body: String, _ region: String) throws {
        let registered = try archive("replay", "--type", "body.registered").lines().compactMap {
            $0["event"] as? [String: Any]
        }
        let event = try #require(registered.first { $0["subject"] as? String == "body/\(body)" })
        let kind = try #require((event["data"] as? [String: Any])?["kind"] as? String)
        let authority = #""actor":{"name":"云岭县信用办","role":"信用主管部门"}"#
        let steps = [
            ("evaluation.commissioned", #"\#(authority),"evaluator":{"name":"某评价公司"},"occurredOn":"2024-01-10""#),
            (
                "evaluation.opened",
                #"\#(authority),"bodies":[{"body":"\#(body)","kind":"\#(kind)"}],"occurredOn":"2024-01-11""#
            ),
            (
                "evaluation.collected",
                #""actor":{"name":"某评价公司","role":"评价机构"},"methods":["大数据监测"],"occurredOn":"2024-01-12""#
            ),
        ]
        let events = steps.map { type, data in
            #"{"specversion":"1.0","id":"\#(type)","source":"urn:test","type":"\#(type)","subject":"round/\#(Self.scheme)/2023/\#(region)","data":{\#(data)}}"#
        }
        let file = try archive.file("round.ndjson", events.joined(separator: "\n"))
        let result = try archive("append", file)
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func resultsAreIssuedComparedAndReissued() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let (body, region) = try complete(archive)
        try open(archive, body, region)
        let step = ["--region", region, "--actor", "某评价公司", "--on", "2024-02-20"]
        let issue = ["results", "issue", Self.scheme, "2023", "--stage", "final", "--body", body] + step
        try ask(archive, issue).expectError(3, "scheme-not-adopted")
        let adopted = try archive(
            "schemes", "adopt", Self.scheme, "--office", "云岭县信用办", "--on", "2024-01-05", "--document", "云信办〔2024〕3号"
        ).object()
        #expect(adopted["scheme"] as? String == Self.scheme)
        let schemes = try archive("schemes").list()
        #expect(schemes.count == 6)
        #expect((schemes.first { $0["scheme"] as? String == Self.scheme }?["adopted"] as? [Any])?.count == 1)
        let issued = try #require(try ask(archive, issue).list().first)
        #expect(issued["bodies"] as? [String] == [body])
        let shown = try archive("results", Self.scheme, "2023").list()
        #expect(shown.compactMap { $0["body"] as? String } == [body])
        for row in shown {
            #expect(row["stage"] as? String == "final" && row["position"] as? Int == issued["position"] as? Int)
            let trial = try #require(row["trial"] as? [String: Any])
            #expect(trial["total"] as? String == row["total"] as? String)
        }
        #expect(try archive("results", "changes", Self.scheme, "2023").list().isEmpty)
        try expectIssued(archive, body, at: issued["position"] as? Int)
        // One more report moves a score.
        let csv = try archive.file(
            "later.csv",
            """
            统一社会信用代码,年度,方案,指标编号,数据项,数值,佐证材料,填报日期
            \(body),2023,\(Self.scheme),XB09,problems,3,台账,2024-03-01

            """)
        #expect(try archive("import", "observations", csv).status == 0)
        let changes = try archive("results", "changes", Self.scheme, "2023").list()
        let change = try #require(changes.first { $0["body"] as? String == body })
        let indicator = try #require((change["indicators"] as? [[String: Any]])?.first)
        #expect(indicator["id"] as? String == "XB09" && (indicator["causes"] as? [Int])?.count == 1)
        #expect((indicator["causedBy"] as? [[String: Any]])?.first?["body"] as? String == body)
        #expect((indicator["before"] as? String)?.split(separator: ".").last?.count == 2)
        let page = try archive("--format", "table", "--lang", "zh", "results", "changes", Self.scheme, "2023")
        #expect(page.text.contains("XB09") && page.text.contains("→") && page.text.contains("本单位"))
        try ask(archive, ["results", "reissue", Self.scheme, "2023", "--reason", "补报", "--body", Self.other] + step)
            .expectError(3, "body-without-result")
        let again = try #require(
            try ask(archive, ["results", "reissue", Self.scheme, "2023", "--reason", "补报数据"] + step).list().first)
        #expect(again["replaces"] as? Int == issued["position"] as? Int && again["reason"] as? String == "补报数据")
        #expect(try archive("results", "changes", Self.scheme, "2023").list().isEmpty)
        let table = try archive("--format", "table", "--lang", "zh", "results", Self.scheme, "2023")
        #expect(table.text.contains("更正"))
        let trail = try archive("replay", "--type", "evaluation.reissued").lines()
        #expect(trail.count == 1)
        #expect(try archive("verify", "--deep").status == 0)
    }

    private static let other = "11419801MB0000043L"

    /// The round's list has one body: its book has one report, and histories say that its score was issued.
    private func expectIssued(_ archive: ProgramArchive, _ body: String, at position: Int?) throws {
        let book = try archive("compile", "--scheme", Self.scheme, "--year", "2023").object()
        let sections = try #require(book["sections"] as? [[String: Any]])
        let ranks = sections.flatMap { $0["ranks"] as? [[String: Any]] ?? [] }
        #expect(
            ranks.compactMap { $0["body"] as? String } == [body] && ranks.allSatisfy { $0["isTrial"] as? Bool == false }
        )
        #expect((sections.first?["unlisted"] as? [Any])?.count == 27)
        let years = try archive("trend", body, "--themes").list()
        let own = try #require(years.first { $0["scheme"] as? String == Self.scheme })
        #expect(own["isTrial"] as? Bool == false && own["position"] as? Int == position)
        #expect(years.filter { $0["scheme"] as? String != Self.scheme }.allSatisfy { $0["isTrial"] as? Bool == true })
        let page = try archive("--format", "table", "--lang", "zh", "trend", body, "--themes")
        #expect(page.text.contains("已签发") && page.text.contains("试算"))
    }

    @Test func questionsOfWhatIsNotThereAreErrors() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        for verb in [["results"], ["results", "changes"]] {
            try ask(archive, verb + ["no-such-scheme", "2023"]).expectError(3, "scheme-unknown")
            try ask(archive, verb + [Self.scheme, "2024"]).expectError(3, "scheme-other-year")
        }
        try ask(archive, ["results", "changes", Self.scheme, "2023"]).expectError(3, "no-results")
        try ask(archive, ["results", "changes", Self.scheme, "2023", "--region", "419802"]).expectError(3, "no-results")
        let reissue = ["results", "reissue", "no-such-scheme", "2023", "--reason", "补报"] + Self.step
        try ask(archive, reissue).expectError(3, "scheme-unknown")
        let issue = ["results", "issue", Self.scheme, "2024", "--stage", "final"] + Self.step
        try ask(archive, issue).expectError(3, "scheme-other-year")
    }

    @Test func whatCannotBeIssuedIsRefusedWithWhatToDo() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        try ask(archive, ["results", Self.scheme, "1800"]).expectError(2, "year-malformed")
        #expect(try archive("results", Self.scheme, "2023").list().isEmpty)
        let issue = ["results", "issue", Self.scheme, "2023", "--stage", "preliminary"]
        try ask(archive, issue + ["--actor", "甲", "--on", "2024-02-20"]).expectError(2, "region-malformed")
        try ask(archive, issue + ["--region", "419801", "--actor", "甲", "--on", "昨天"]).expectError(2, "day-malformed")
        try ask(archive, issue + Self.step + ["--role", "路人"]).expectError(2, "role-unknown")
        try ask(archive, ["results", "issue", Self.scheme, "2023", "--stage", "reissued"] + Self.step)
            .expectError(2)
        try ask(archive, ["results", "reissue", Self.scheme, "2023", "--reason", "补报"] + Self.step)
            .expectError(3, "no-results")
        try ask(archive, ["schemes", "adopt", "tongbai", "--office", "甲", "--on", "2024-01-05"])
            .expectError(3, "scheme-unknown")
    }

    @Test func aWhatIfLeavesAnEntryOutAndCountiesAreChosen() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let bytes = archive.logBytes
        let rows = try archive("evaluate", "--scheme", Self.scheme, "--year", "2023").list()
        let row = try #require(rows.first { ($0["total"] as? String) != nil })
        let indicators = try #require(row["indicators"] as? [[String: Any]])
        let problems = try #require(indicators.first { $0["id"] as? String == "XB09" })
        let position = try #require((problems["positions"] as? [Int])?.first)
        let body = try #require(row["body"] as? String)
        let what = try archive(
            "evaluate", "--scheme", Self.scheme, "--year", "2023", "--body", body, "--without", "\(position)"
        ).list()
        #expect(what.first?["without"] as? [Int] == [position])
        let changed = (what.first?["indicators"] as? [[String: Any]])?.first { $0["id"] as? String == "XB09" }
        #expect((changed?["positions"] as? [Int])?.contains(position) == false)
        let told = try archive("explain", body, "XB09", "--at-position", "\(position)").object()
        let input = try #require((told["inputs"] as? [[String: Any]])?.first)
        #expect((input["entries"] as? [[String: Any]])?.first?["position"] as? Int == position)
        try ask(archive, ["evaluate", "--scheme", Self.scheme, "--without", "999999"]).expectError(3, "entry-not-found")
        #expect(archive.logBytes == bytes)
        // A second county in the same archive is to be chosen, and the first one's scores stay as they were.
        let csv = try archive.file(
            "second.csv",
            """
            统一社会信用代码,名称,主体类型,层级,行政区划代码,上级统一社会信用代码,成立日期
            11419802MB0000001\(Self.check),云海县财政局,工作部门,县,419802,,2010-01-04

            """)
        #expect(try archive("import", "bodies", csv).status == 0)
        try ask(archive, ["evaluate", "--scheme", Self.scheme, "--year", "2023"]).expectError(2, "region-needed")
        let area = try #require(row["area"] as? String)
        let alone = try archive("evaluate", "--scheme", Self.scheme, "--year", "2023", "--region", area).list()
        #expect(alone.count == rows.count)
        for (old, new) in zip(rows, alone) {
            #expect(old["total"] as? String == new["total"] as? String && old["rank"] as? Int == new["rank"] as? Int)
        }
    }

    /// The check character of 11419802MB0000001 (GB 32100—2015).
    private static let check: String = {
        let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")
        var (sum, weight) = (0, 1)
        for character in "11419802MB0000001" {
            sum += (alphabet.firstIndex(of: character) ?? 0) * weight
            weight = weight * 3 % 31
        }
        return String(alphabet[(31 - sum % 31) % 31])
    }()
}
