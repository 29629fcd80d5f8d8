import ArchiveTesting
import Foundation
import Testing

/// The sample county through the program alone, as contract §3 has it.
@Suite struct CountyCommandTests {
    @Test func importAndStandingsAreTheOracles() throws {
        let archive = try ProgramArchive()
        let expected = try County.expected("import")
        for template in ["bodies", "incidents", "dispositions", "observations"] {
            let dry = try archive("import", template, County.path(template), "--dry-run").object()
            let result = try archive("import", template, County.path(template))
            let report = try result.object()
            let rejected = try #require(report["rejected"] as? [[String: Any]])
            #expect(result.status == (rejected.isEmpty ? 0 : 1))
            #expect(report["file"] as? String == "\(template).csv")
            for key in ["rows", "accepted", "duplicates", "rejectedRows", "encoding", "rejected", "notices"] {
                #expect(NSObject.same(dry[key], report[key]), "\(template) \(key)")
            }
            #expect(dry["dryRun"] as? Bool == true && report["dryRun"] == nil)
            #expect(dry["importId"] == nil && (report["importId"] as? String)?.count == 36)
            guard let oracle = expected[template] as? [String: Any] else { continue }
            #expect(report["accepted"] as? Int == oracle["accepted"] as? Int)
            #expect(report["duplicates"] as? Int == oracle["duplicates"] as? Int ?? 0)
            let rows = try #require(oracle["rejected"] as? [[String: Any]]).compactMap { $0["row"] as? Int }
            #expect(Set(rejected.compactMap { $0["row"] as? Int }) == Set(rows))
            for item in rejected {
                #expect(Set(item.keys).isSuperset(of: ["row", "column", "code", "reason", "reasonZh", "reasonEn"]))
                #expect((item["reason"] as? String)?.isEmpty == false)
            }
        }
        for day in ["2022-06-30", "2023-12-31", "2024-12-31", "2026-01-01"] {
            let answer = try archive("standing", "--all", "--as-of", day)
            #expect(answer.status == 0)
            let standings = try answer.list()
            let expected = try County.expected("standing-\(day)")
            #expect(standings.count == expected.count)
            for standing in standings {
                let oracle = try #require(expected[standing["body"] as? String ?? ""] as? [String: Any])
                #expect(
                    NSObject.same(standing.filter { oracle.keys.contains($0.key) }, oracle), "\(standing["body"] ?? "")"
                )
            }
        }
    }

    @Test func importingAgainAddsNothing() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let bytes = archive.logBytes
        #expect(bytes != nil)
        try archive.loadCounty()
        #expect(archive.logBytes == bytes)
        #expect(try archive("import", "bodies", County.path("bodies"), "--dry-run").status == 0)
        #expect(archive.logBytes == bytes)
    }

    @Test func rejectsAreWrittenMendedAndImported() throws {
        let archive = try ProgramArchive()
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        let rejects = archive.folder.file("rejected.csv")
        let first = try archive("import", "incidents", County.path("incidents"), "--rejects", rejects)
        #expect(first.status == 1)
        let text = try String(contentsOfFile: rejects, encoding: .utf8)
        let lines = text.components(separatedBy: "\r\n").filter { !$0.isEmpty }
        #expect(try lines.count - 1 == first.object()["rejectedRows"] as? Int)
        #expect(try archive("import", "incidents", rejects).object()["accepted"] as? Int == 0)
        let mended = lines.enumerated().map { number, line in
            number == 2 ? line.replacingOccurrences(of: "— —", with: "一般") : line
        }
        let result = try archive("import", "incidents", archive.file("mended.csv", mended.joined(separator: "\r\n")))
        #expect(try result.object()["accepted"] as? Int == 1 && result.status == 1)
        // Where nothing is refused the file has its header alone: no older one misleads.
        let none = archive.folder.file("none.csv")
        #expect(try archive("import", "bodies", County.path("bodies"), "--rejects", none).status == 0)
        #expect(try String(contentsOfFile: none, encoding: .utf8).split(whereSeparator: \.isNewline).count == 1)
    }

    @Test func everyAnswerHasTheKeysOfTheContract() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        func keys(_ expected: Set<String>, _ arguments: String...) throws {
            let result = try Program.run(["--archive", archive.path] + arguments)
            #expect(result.status == 0, "\(arguments): \(result.errors)")
            let items = try result.json as? [[String: Any]] ?? [result.object()]
            #expect(!items.isEmpty)
            for item in items { #expect(expected.isSubset(of: item.keys), "\(arguments): \(item.keys.sorted())") }
        }
        try keys(
            [
                "body", "name", "worstInEffect", "inEffect", "inDispute", "repaired", "revoked", "publicised", "cases",
                "position",
            ], "standing", County.body)
        try keys(
            [
                "position", "recordedTime", "recordedBy", "occurredOn", "type", "summary", "document", "changes",
                "leafHash",
            ], "trail", "419801-2022-00001")
        try keys(["position", "recordedBy", "leafHash"], "trail", "云岭县财政局")
        try keys(
            ["events", "seconds", "eventsPerSecond", "generation", "digest", "digestMatchesLive"], "rebuild",
            "--from-log")
        try keys(["entries", "findings", "checkpoint"], "verify", "--deep", "--key", archive.verifierKey)
        try keys(["check", "ok", "detail"], "doctor")
        try keys(["origin", "verifierKey"], "keys", "show")
        let standing = try archive("standing", County.body).list()[0]
        let item = try #require((standing["cases"] as? [[String: Any]])?.first)
        let expected: Set<String> = [
            "case", "category", "area", "severity", "status", "inDispute", "determinedOn", "repairedOn", "amount",
        ]
        #expect(expected.isSubset(of: item.keys))
        let replay = try archive("replay", "--from", "1", "--to", "3").lines()
        #expect(replay.compactMap { $0["position"] as? Int } == [1, 2, 3])
        #expect(replay.allSatisfy { Set($0.keys) == ["position", "recordedTime", "event"] })
        let granted = try archive("replay", "--type", "repair.granted", "--body", County.body).lines()
        #expect(granted.allSatisfy { ($0["event"] as? [String: Any])?["type"] as? String == "repair.granted" })
        #expect(!granted.isEmpty)
    }

    @Test(arguments: ["table", "json", "ndjson", "csv"])
    func everyFormatHasEveryBodyAndCanBeRead(_ format: String) throws {
        let archive = try ProgramArchive()
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        let result = try archive("standing", "--all", "--format", format)
        #expect(result.status == 0 && result.errors.isEmpty)
        let codes = Set(try County.expected("standing-2023-12-31").keys)
        switch format {
        case "json": #expect(Set(try result.list().compactMap { $0["body"] as? String }) == codes)
        case "ndjson": #expect(Set(try result.lines().compactMap { $0["body"] as? String }) == codes)
        case "csv":
            #expect(result.text.hasPrefix("\u{FEFF}"))
            let rows = result.text.components(separatedBy: "\r\n").filter { !$0.isEmpty }
            #expect(Set(rows.dropFirst().compactMap { $0.components(separatedBy: ",").first }) == codes)
        default:
            for code in codes { #expect(result.text.contains(code)) }
            #expect(result.text.split(separator: "\n").count >= codes.count + 1)
        }
        let events = try archive("trail", County.body, "--format", format)
        #expect(events.status == 0 && events.text.contains("云岭县发展和改革局"))
    }
}

extension NSObject {
    /// Whether two values of parsed JSON are the same.
    static func same(_ left: Any?, _ right: Any?) -> Bool {
        switch (left, right) {
        case (nil, nil): true
        case (let left as NSObject, let right as NSObject): left.isEqual(right)
        default:
            (left as? [String: Any]).map { NSDictionary(dictionary: $0) }
                == (right as? [String: Any]).map { NSDictionary(dictionary: $0) }
                && (left as? [Any]).map { NSArray(array: $0) } == (right as? [Any]).map { NSArray(array: $0) }
                && "\(left ?? "")" == "\(right ?? "")"
        }
    }
}
