import Foundation
import Testing

/// Scores of the sample county through the program alone (contract §3, §5).
@Suite struct EvaluateCommandTests {
    private func ask(_ archive: ProgramArchive, _ arguments: [String]) throws -> Program.Result {
        try Program.run(["--archive", archive.path] + arguments)
    }

    @Test func scoresAreTheOraclesInEveryFigureFlagAndRank() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        for (scheme, oracle) in try County.expected("scores-2023") {
            let oracle = try #require(oracle as? [String: [String: Any]])
            let rows = try archive("evaluate", "--scheme", scheme, "--year", "2023").list()
            #expect(Set(rows.compactMap { $0["body"] as? String }) == Set(oracle.keys))
            for row in rows {
                let expected = try #require(oracle[row["body"] as? String ?? ""])
                let indicators = try #require(row["indicators"] as? [[String: Any]])
                var answer = row
                answer["indicators"] = Dictionary(
                    uniqueKeysWithValues: indicators.map { ($0["id"] as? String ?? "", $0["score"] ?? NSNull()) })
                answer["flags"] = Dictionary(
                    uniqueKeysWithValues: indicators.filter { ($0["flags"] as? [String])?.isEmpty == false }.map {
                        ($0["id"] as? String ?? "", $0["flags"] ?? [])
                    })
                #expect(
                    NSObject.same(answer.filter { expected.keys.contains($0.key) }, expected), "\(row["body"] ?? "")")
            }
        }
    }

    @Test func everyScoreNamesTheEntriesItRestsOn() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let rows = try archive("evaluate", "--scheme", "tongbai-2023-township", "--year", "2023").list()
        let indicators = try #require(rows.first?["indicators"] as? [[String: Any]])
        for indicator in indicators {
            #expect((indicator["positions"] as? [Int])?.isEmpty == false, "\(indicator)")
            #expect((indicator["source"] as? String)?.isEmpty == false)
            #expect(["id", "score", "max", "rule", "inputs"].allSatisfy(indicator.keys.contains))
        }
        let arrears = try archive("evaluate", "--scheme", "tongbai-2023-department", "--year", "2023").list()
            .compactMap { ($0["indicators"] as? [[String: Any]])?.first { $0["id"] as? String == "XB11" } }
        for item in arrears {
            let count = Int((item["inputs"] as? [String: String])?["arrears"] ?? "")
            #expect((count == 0) == ((item["positions"] as? [Int])?.isEmpty == true))
        }
        #expect(arrears.contains { $0["score"] as? String == "0.00" })
    }

    @Test func oneBodyKeepsItsRankAndIsExplained() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let all = try archive("evaluate", "--scheme", "tongbai-2023-department", "--year", "2023").list()
        let first = try #require(all.first)
        let body = try #require(first["body"] as? String)
        let one = try archive(
            "evaluate", "--scheme", "tongbai-2023-department", "--year", "2023", "--body", body
        ).list()
        #expect(one.count == 1 && NSObject.same(one[0], first))
        let told = try archive("explain", body, "XB01").object()
        let result = try #require(told["result"] as? [String: Any])
        let indicators = try #require(first["indicators"] as? [[String: Any]])
        #expect(NSObject.same(result, try #require(indicators.first { $0["id"] as? String == "XB01" })))
        #expect((told["working"] as? [String])?.isEmpty == false)
        #expect((told["options"] as? [String: String])?["rank"] == "dense")
        let page = try archive("--format", "table", "--lang", "zh", "explain", body, "XB01")
        #expect(page.status == 0 && page.text.contains("依排序计分") && page.text.contains("Q03"))
    }

    @Test func anOverlayIsUsedAndNamedAndNothingIsWritten() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let bytes = archive.logBytes
        let overlay = try archive.file(
            "ours.yaml",
            """
            overlay: linear
            version: "1"
            dated: 2024-01-10
            scheme: tongbai-2023-department
            reason: 试算
            indicators: {XB01: {options: {rank: linear}}}
            """)
        let arguments = ["evaluate", "--scheme", "tongbai-2023-department", "--year", "2023", "--overlay", overlay]
        let row = try #require(try ask(archive, arguments).list().first)
        let named = try #require(row["overlay"] as? [String: Any])
        #expect(named["id"] as? String == "linear" && (named["digest"] as? String)?.hasPrefix("sha256:") == true)
        #expect(archive.logBytes == bytes)
        let broken = try archive.file("broken.yaml", "overlay: a\nversion: \"1\"\n  b")
        try ask(archive, ["evaluate", "--scheme", "tongbai-2023-department", "--overlay", broken])
            .expectError(3, "yaml-malformed")
    }

    @Test func wrongQuestionsAreRefusedWithWhatToDo() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        try ask(archive, ["evaluate", "--year", "2023"]).expectError(2, "scheme-needed")
        try ask(archive, ["evaluate", "--scheme", "tongbai", "--year", "2023"]).expectError(3, "scheme-unknown")
        try ask(archive, ["evaluate", "--scheme", "openness-assessment"]).expectError(2, "year-needed")
        try ask(archive, ["evaluate", "--scheme", "tongbai-2023-township", "--year", "2024"])
            .expectError(3, "scheme-other-year")
        try ask(archive, ["evaluate", "--scheme", "jiangsu-2020"]).expectError(3, "scheme-not-computable")
        try ask(archive, ["evaluate", "--scheme", "tongbai-2023-township", "--region", "320100"])
            .expectError(3, "cohort-empty")
        let township = try archive("evaluate", "--scheme", "tongbai-2023-township").list()[0]["body"] as? String ?? ""
        try ask(archive, ["explain", township, "XB01"]).expectError(3, "body-outside-cohort")
        try ask(archive, ["explain", township, "XX01"]).expectError(3, "indicator-unknown")
    }
}
