import ArchiveTesting
import Foundation
import Testing

/// Reports, compilations and themes through the program (contract §3, `report`).
@Suite struct ReportCommandTests {
    private static let finance = "云岭县财政局"

    @Test func theSchemeOfTheYearIsFoundAndTheReportIsData() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let report = try archive("report", ReportCommandTests.finance, "--year", "2023").object()
        // The openness assessment is of the same year; 第十二条 is about 政务诚信.
        #expect(report["scheme"] as? String == "tongbai-2023-department" && report["isTrial"] as? Bool == true)
        for part in ["overview", "indicators", "problems", "basis", "remarks"] {
            #expect(report[part] != nil, "\(part)")
        }
        let scores = try archive(
            "evaluate", "--scheme", "tongbai-2023-department", "--year", "2023", "--body", ReportCommandTests.finance
        ).list()
        let overview = try #require(report["overview"] as? [String: Any])
        #expect(overview["total"] as? String == scores.first?["total"] as? String)
        #expect(overview["rank"] as? Int == scores.first?["rank"] as? Int)
        let page = try archive(
            "--format", "table", "--lang", "zh", "report", ReportCommandTests.finance, "--year", "2023")
        #expect(page.status == 0 && page.text.contains("（试算）") && page.text.contains("五、其他需要载明的内容"))
        let csv = try archive("--format", "csv", "report", ReportCommandTests.finance, "--year", "2023")
        #expect(csv.text.split(separator: "\r\n").count == 15)
    }

    @Test func filesAreWrittenForTheirOwnerAloneAndNothingIsAppended() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let before = archive.logBytes
        let path = archive.folder.file("财政局.html")
        let written = try archive("report", ReportCommandTests.finance, "--year", "2023", "--out", path).object()
        #expect(
            written["page"] as? String == path && written["files"] as? Int == 1 && written["isTrial"] as? Bool == true)
        let text = try String(contentsOfFile: path, encoding: .utf8)
        #expect(text.contains("〔已密封〕") && text.hasPrefix("<!DOCTYPE html>"))
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
        let folder = archive.folder.file("汇编")
        let bound = try archive("compile", "--scheme", "tongbai-2023-township", "--year", "2023", "--out", folder)
            .object()
        #expect(bound["reports"] as? Int == 16 && bound["files"] as? Int == 17)
        #expect(archive.logBytes == before)
    }

    @Test func openedTextsAreWarnedOf() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let path = archive.folder.file("open.html")
        let opened = try archive("report", ReportCommandTests.finance, "--year", "2023", "--open-texts", "--out", path)
        #expect(opened.status == 0 && opened.errors.contains("密封文本的原文"))
        #expect(try !String(contentsOfFile: path, encoding: .utf8).contains("〔已密封〕"))
    }

    @Test func whatCannotBeReportedIsRefusedWithWhatToDo() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let body = ReportCommandTests.finance
        try archive("report", body).expectError(2, "year-needed")
        try archive("report", body, "--year", "2019").expectError(2, "scheme-needed")
        try archive("report", "没有的局", "--year", "2023").expectError(3, "body-not-found")
        try archive("report", body, "--year", "2023", "--scheme", "tongbai-2023-township")
            .expectError(3, "body-outside-cohort")
        try archive("report", body, "--year", "2022", "--scheme", "tongbai-2023-department")
            .expectError(3, "scheme-other-year")
        try archive("compile", "--scheme", "jiangsu-2020", "--year", "2020").expectError(3, "scheme-not-computable")
        try archive("compile", "--year", "2023").expectError(2, "scheme-needed")
        try archive("report", body, "--year", "2023", "--pdf").expectError(2, "out-needed")
        let out = archive.folder.file("x.html")
        try archive(
            "report", body, "--year", "2023", "--pdf", "--out", out, environment: ["PATH": archive.folder.path]
        ).expectError(5, "chromium-missing")
        #expect(!FileManager.default.fileExists(atPath: out))
    }

    @Test func `Q26: the trend by themes marks scheme and version and compares nothing but shares`() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let rows = try archive("trend", ReportCommandTests.finance, "--themes").list()
        #expect(rows.map { $0["scheme"] as? String } == ["openness-assessment", "tongbai-2023-department"])
        #expect(rows.allSatisfy { $0["schemeVersion"] as? String == "1" && $0["schemeDigest"] != nil })
        let themes = try #require(rows.last?["themes"] as? [[String: Any]])
        #expect(
            themes.map { $0["theme"] as? String } == ["依法行政", "政务公开", "勤政高效", "守信践诺", "政务失信治理", "诚信教育宣传"])
        #expect((rows.first?["themes"] as? [[String: Any]])?.isEmpty == true)
        #expect(
            try archive("trend", "--all", "--themes", "--from", "2023", "--to", "2023").list().count == 16 + 28 + 44)
        #expect(try archive("trend", ReportCommandTests.finance, "--themes", "--to", "2022").list().isEmpty)
        try archive("trend", "--all", "--themes", "--as-of", "2023-12-31").expectError(2, "flags-contradict")
        let table = try archive("--format", "table", "--lang", "zh", "trend", ReportCommandTests.finance, "--themes")
        #expect(table.text.contains("不同方案的总分不可比较") && table.text.contains("守信践诺"))
    }
}
