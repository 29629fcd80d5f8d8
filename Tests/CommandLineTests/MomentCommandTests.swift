import ArchiveTesting
import Foundation
import Testing

/// Past moments, trends and differences through the program alone.
@Suite struct MomentCommandTests {
    @Test func theTrendIsTheOraclesWholeAndStandingsToo() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let last = try #require(archive("replay").lines().last?["position"] as? Int)
        for (name, oracle) in try County.expected("trend") {
            let scope = name == "all" ? "--all" : name
            let years = try archive("trend", scope).list()
            var answer: [String: Any] = [:]
            for var year in years {
                let number = try #require(year.removeValue(forKey: "year") as? Int)
                answer[String(number)] = year
            }
            #expect(NSDictionary(dictionary: answer) == oracle as? NSDictionary, "\(name)")
            // Where a moment is asked for the answer says what it reflects.
            let then = try archive("trend", scope, "--at-position", String(last)).list()
            #expect(then.allSatisfy { $0["position"] as? Int == last })
            #expect(
                then.map { NSDictionary(dictionary: $0.filter { $0.key != "position" }) }
                    == years.map { NSDictionary(dictionary: $0) })
        }
        for day in ["2022-06-30", "2023-12-31", "2024-12-31", "2026-01-01"] {
            let expected = try County.expected("standing-\(day)")
            let standings = try archive("standing", "--all", "--as-of", day, "--at-position", String(last)).list()
            #expect(standings.count == expected.count)
            for standing in standings {
                let oracle = try #require(expected[standing["body"] as? String ?? ""] as? [String: Any])
                #expect(standing["position"] as? Int == last)
                #expect(
                    NSObject.same(standing.filter { oracle.keys.contains($0.key) }, oracle), "\(standing["body"] ?? "")"
                )
            }
        }
    }

    @Test func everyTableSaysWhichPositionsItReflects() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        for arguments in [
            ["standing", County.body], ["standing", "--all"], ["trend", "--all"], ["trail", County.body],
            ["diff", County.body],
        ] {
            let more = ["--at-position", "200", "--as-of", "2023-12-31"].map {
                arguments[0] == "diff" ? $0.replacingOccurrences(of: "--", with: "--to-") : $0
            }
            let whole = try Program.run(["--archive", archive.path, "--format", "table"] + arguments)
            #expect(whole.status == 0 && whole.text.contains("反映位置 0–"), "\(arguments): \(whole.errors)")
            let then = try Program.run(["--archive", archive.path, "--format", "table"] + arguments + more)
            #expect(then.text.contains("反映位置 0–200（末条收录于 20"), "\(arguments): \(then.text.suffix(200))")
            #expect(then.text.contains("，事实截至 2023-12-31"), "\(arguments)")
            let english = try Program.run(
                ["--archive", archive.path, "--format", "table", "--lang", "en"] + arguments + more)
            #expect(english.text.contains("reflects positions 0–200 (last recorded 20"), "\(arguments)")
        }
    }

    @Test func theTrendIsFlatInASpreadsheet() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let text = try archive("trend", "--all", "--format", "csv").text
        #expect(text.hasPrefix("\u{FEFF}年度,认定,同比增减,同比(%),"))
        let rows = text.dropFirst().components(separatedBy: "\r\n").filter { !$0.isEmpty }
            .map { $0.components(separatedBy: ",") }
        let oracle = try #require(County.expected("trend")["all"] as? [String: [String: Any]])
        #expect(rows.count == oracle.count + 1 && Set(rows.map(\.count)) == [rows[0].count])
        var previous: Int?
        for row in rows.dropFirst() {
            let year = Dictionary(uniqueKeysWithValues: zip(rows[0], row))
            let expected = try #require(oracle[row[0]])
            let determined = try #require(expected["determined"] as? Int)
            #expect(year["认定"] == String(determined) && year["金额(万元)"] == expected["amount"] as? String)
            #expect(
                year["同比增减"] == previous.map { determined < $0 ? "\(determined - $0)" : "+\(determined - $0)" } ?? "")
            let categories = try #require(expected["byCategory"] as? [String: Int])
            for (code, count) in categories {
                #expect(year.first { $0.key.hasPrefix(code) }?.value == String(count))
            }
            #expect(rows[0].filter { $0.hasPrefix("R") }.count == 18 && rows[0].filter { $0.hasPrefix("K") }.count == 9)
            previous = determined
        }
        // What is no terminal gets figures without bars.
        #expect(try !archive("trend", "--all", "--format", "table").text.contains("█"))
    }

    @Test func aDifferenceNamesTheEntriesBehindIt() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let arguments = ["diff", "云岭县财政局", "--from-as-of", "2023-06-30", "--to-as-of", "2024-06-30"]
        let object = try Program.run(["--archive", archive.path] + arguments).object()
        #expect(
            Set(object.keys) == ["body", "name", "from", "to", "profile", "counts", "cases", "entries", "position"])
        let entries = try #require(object["entries"] as? [[String: Any]])
        let positions = Set(entries.compactMap { $0["position"] as? Int })
        let cases = try #require(object["cases"] as? [[String: Any]])
        let changes = cases.flatMap { $0["changes"] as? [[String: Any]] ?? [] }
        #expect(!entries.isEmpty && changes.count > 5)
        #expect(changes.flatMap { $0["positions"] as? [Int] ?? [] }.allSatisfy(positions.contains))
        #expect(changes.contains { $0["field"] as? String == "status" && $0["new"] as? String == "repaired" })
        for entry in entries {
            #expect(Set(entry.keys) == ["position", "recordedTime", "type", "subject", "day"])
            #expect(try ("2023-07-01"..."2024-06-30").contains(#require(entry["day"] as? String)))
        }
        let table = try Program.run(["--archive", archive.path, "--format", "table"] + arguments).text
        #expect(table.contains("已修复") && table.contains("修复准予") && table.contains("时间推移"))
        let csv = try Program.run(["--archive", archive.path, "--format", "csv"] + arguments).text
        #expect(csv.hasPrefix("\u{FEFF}对象,字段,原值,新值,位置,类型,收录时间\r\n") && csv.contains("repair.granted"))
        let same = try archive("diff", County.body, "--from-at-position", "300", "--to-at-position", "300")
        #expect(try same.object()["entries"] as? [String] == [])
    }

    @Test func theStateAfterAStepIsToldWhateverIsFiltered() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let all = try archive("replay", "--states").lines()
        var states: [Int: Any] = [:]
        for line in all {
            #expect(Set(line.keys) == ["position", "recordedTime", "event", "state"])
            states[try #require(line["position"] as? Int)] = line["state"]
        }
        #expect(states[0] is NSNull)
        for arguments in [
            ["--type", "repair.granted"], ["--body", County.body], ["--from", "400", "--to", "520"],
            ["--from", "400", "--body", County.body, "--type", "repair.applied"],
        ] {
            let lines = try Program.run(["--archive", archive.path, "replay", "--states"] + arguments).lines()
            #expect(!lines.isEmpty, "\(arguments)")
            for line in lines {
                let position = try #require(line["position"] as? Int)
                #expect(NSObject.same(line["state"], states[position]), "\(arguments), position \(position)")
            }
            // A late registration may be followed by what was recorded before it, so not all of them end repaired.
            let fields = lines.compactMap { $0["state"] as? [String: Any] }
            #expect(
                arguments[1] != "repair.granted"
                    || fields.contains { $0["status"] as? String == "repaired" && $0["repairedOn"] is String })
        }
    }
}
