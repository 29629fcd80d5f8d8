import Testing

/// A rule that finds nothing might be a rule that looks at nothing: each one is shown what it must and must not find.
@Suite struct HouseRulesTests {
    private func lines(_ rule: (SourceFile) -> [Violation], _ path: String, _ text: String) -> [Int] {
        rule(SourceFile(path: path, text: text)).map(\.line)
    }

    @Test(arguments: [
        ("Sources/CreditModel/A.swift", "import CanonicalJSON\nimport Foundation\n", [2]),
        ("Sources/CreditModel/A.swift", "internal import Synchronization\n", [1]),
        ("Sources/CreditModel/A.swift", "public import FoundationEssentials\n", []),
        ("Sources/CanonicalJSON/Deep/A.swift", "#if canImport(Glibc)\nimport Glibc\n#endif\n", [2]),
        ("Sources/TabularText/A.swift", "import Darwin\nimport Glibc\nimport Foundation\n", [3]),
        ("Sources/LogAudit/A.swift", "import GRDBSQLite\n@preconcurrency import GRDB\n", [2]),
        ("Sources/LogAudit/A.swift", "private import struct EventLog.Position\n", [1]),
        (
            "Sources/EventLog/A.swift",
            "@testable import CreditModel\n// import GRDB\nlet a = \"\"\"\nimport GRDB\n\"\"\"\n", [1]
        ),
        ("Sources/CreditArchive/A.swift", "import GRDB\nimport HummingbirdCore\nimport ArgumentParser\n", [2, 3]),
        ("Sources/CreditArchive/A.swift", "import ArchiveTesting\n", [1]),
        ("Sources/ArchiveTesting/A.swift", "import CreditArchive\nimport Foundation\n", []),
        ("Sources/credit-archive/A.swift", "import GRDB\n", [1]),
        ("Sources/SomethingNew/A.swift", "let a = 1\n", [1]),
        ("Schema/Schema.swift", "import Foundation\n", [1]),
        ("Tests/CreditModelTests/A.swift", "import Foundation\nimport GRDB\n", []),
    ])
    func `imports are held against the table`(path: String, text: String, expected: [Int]) {
        #expect(lines(HouseRules.imports, path, text) == expected)
    }

    @Test(arguments: [
        ("let a = try! b()", 1), ("let a = b as! C", 1), ("let now = Date()", 1), ("let now = Date.now", 1),
        ("let id = UUID()", 1), ("let n = Int.random(in: 0..<3)", 1), ("let c = ContinuousClock()", 1),
        ("let day = Date(timeIntervalSince1970: 0)", 0), ("// Date() is forbidden here", 0), ("let a = \"UUID()\"", 0),
        ("let a = \"\\(UUID())\"", 1), ("let a = #\"\\(UUID())\"#", 0), ("let a = #\"\\#(UUID())\"#", 1),
        ("/* a /* nested */ Date() */ let b = 1", 0), ("let a = \"\\\"\"; let d = Date()", 1),
        ("let a = \"(\\(f(\")\")))\"; let d = \"Date()\"", 0),
    ])
    func `pure targets are pure`(code: String, count: Int) {
        #expect(lines(HouseRules.purity, "Sources/Assessment/A.swift", code).count == count)
        #expect(lines(HouseRules.purity, "Sources/EventLogSQLite/A.swift", code).isEmpty)
    }

    @Test(arguments: [
        ("let a = b!", 1), ("let a = b()!.c", 1), ("f(a[0]!)", 1), ("let a = try! b()", 1), ("let a = b as! C", 1),
        ("final class A: @unchecked Sendable {}", 1), ("nonisolated(unsafe) var a = 1", 1), ("var a: Int!", 1),
        ("let a = b!  // The key was checked above.", 0), ("// The key was checked above.\nlet a = b!", 0),
        ("// Far away.\n\nlet a = b!", 1), ("if a != b, !c {}", 0), ("let a = \"what a day!\"", 0), ("a !== b", 0),
    ])
    func `risks need their reason`(code: String, count: Int) {
        #expect(lines(HouseRules.reasons, "Sources/EventLog/A.swift", code).count == count)
    }

    @Test func `tests may unwrap by force but not try by force`() {
        #expect(lines(HouseRules.reasons, "Tests/EventLogTests/A.swift", "a!\ntry! b()") == [2])
    }

    @Test func `unfinished work is found in code, scripts and documents`() {
        let marker = "TO" + "DO"
        #expect(lines(HouseRules.unfinished, "Sources/EventLog/A.swift", "// \(marker): more") == [1])
        #expect(lines(HouseRules.unfinished, "Tools/start", "# \(marker)\n# \(marker)S") == [1])
        let stub = "fatalError(\"un" + "implemented\")"
        #expect(lines(HouseRules.unfinished, "Sources/EventLog/A.swift", stub) == [1])
        #expect(lines(HouseRules.unfinished, "Sources/EventLog/A.swift", "// \(stub)").isEmpty)
    }

    @Test func `the JSON of Foundation stays out of the codec`() {
        let code = "let a = JSONDecoder()"
        #expect(lines(HouseRules.codecs, "Sources/EventLog/A.swift", code) == [1])
        #expect(lines(HouseRules.codecs, "Sources/credit-archive/A.swift", code).isEmpty)
    }

    @Test func `a file of 400 lines is the longest`() {
        let text = String(repeating: "let a = 1\n", count: HouseRules.longestFile)
        #expect(lines(HouseRules.length, "Sources/EventLog/A.swift", text).isEmpty)
        #expect(lines(HouseRules.length, "Sources/EventLog/A.swift", text + "let b = 1") == [401])
        #expect(lines(HouseRules.length, "Tools/RawSQLite/a.c", text + "let b = 1") == [401])
    }

    @Test func `a target without tests is named`() {
        let files = [SourceFile(path: "Tests/EventLogTests/A.swift", text: "")]
        let found = HouseRules.missingTests(targets: ["EventLog", "LogAudit", "ArchiveTesting"], files: files)
        #expect(found.map(\.path) == ["Tests/LogAuditTests"])
    }
}
