import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Testing

private let python = "/usr/bin/python3"

/// The page of a bundle: what it tells, that no text of a record is more than text in it, and the check that it prints.
@Suite struct BundlePageTests {
    private func page(_ path: String) throws -> String {
        String(decoding: try Files.bytes(path + "/index.html"), as: UTF8.self)
    }

    @Test func thePageTellsTheHistoryInTheOrderOfItsDays() async throws {
        let fixture = try await BundleFixture()
        let page = try page(await fixture.bundle { $0.opensAll = true }.path)
        var rest = page[...]
        for text in [
            "失信事项证据包", "云岭县第1局", "先核对密钥", "事情经过", "失信认定", "甲的旧文", "异议提出", "异议不成立", "理由不足", "主体陈述", "甲的陈述",
            "计划.txt", "更正 失信事实", "甲的旧文", "甲的新文", "主体登记", "密封的文本", "附件", "证明材料", "怎样核验", "本包不能证明什么",
        ] {
            let found = try #require(rest.range(of: text), "\(text)")
            rest = rest[found.upperBound...]
        }
        #expect(page.contains("不能证明此后没有第 5 版"))
        // The key itself is not on the page, where it would be taken from: its fingerprint is.
        let key = try #require(fixture.archive.verifierKey.split(separator: "+").last)
        #expect(!page.contains(key))
        #expect(page.contains(try #require(fixture.archive.verifierKey.split(separator: "+").dropFirst().first)))
    }

    @Test func thePageStandsAloneAndRunsNothing() async throws {
        let fixture = try await BundleFixture()
        let whole = try page(await fixture.bundle { $0.opensAll = true }.path)
        // The script that it prints is text.
        let start = try #require(whole.range(of: "<pre id=\"script\">")).lowerBound
        let page = String(whole[..<start])
        #expect(!whole[start...].contains("<script"))
        for word in [
            "<script", "<link", "<img", "<iframe", "<object", "<a ", "href=", "src=", "url(", "@import", "http://",
            "https://", "javascript:",
        ] {
            #expect(!page.lowercased().contains(word), "\(word)")
        }
        #expect(page.contains("default-src 'none'") && page.contains("Noto Sans CJK SC"))
    }

    @Test func aTextOfARecordIsNeverMarkupAndNeverTurnsWhatIsBesideIt() async throws {
        let archive = try TestArchive()
        let hostile =
            #"<script>alert('x')</script><img src=x onerror=\"y\">&lt;&amp;]]>--> \u202E反\u2066向\u2069\u200B零\u00AD宽\uFEFF\uD83D\uDE00"#
        let office = "云岭县<b>局</b>&\\u202e\\\"'"
        let events = [
            Cloud.body(1), Cloud.incident("a", fact: hostile),
            Cloud.event(
                "s", "statement.attached", "case/a",
                #"{"occurredOn":"2023-04-01","office":"\#(office)","text":"\#(hostile)\n第二行"}"#),
        ]
        try await archive.writing { open in
            _ = try await Recorder(open, recordedBy: "operator/test").append(
                cloudEvents: Array(Cloud.batch(events).utf8))
            _ = try Administrator(open).checkpoint()
        }
        var options = EvidenceBundle.Options()
        options.opensAll = true
        let path = archive.temporary.file("bundle")
        let id = try #require(CaseID("a"))
        _ = try await archive.reading { try EvidenceBundle($0, options).write(case: id, to: path) }
        let page = try page(path)
        #expect(!page.contains("<script") && !page.contains("<img") && !page.contains("<b>局"))
        #expect(page.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;") && page.contains("&amp;lt;&amp;amp;"))
        for number in ["202E", "2066", "2069", "200B", "AD", "FEFF"] {
            #expect(page.contains("U+\(number.count == 2 ? "00" : "")\(number)"))
        }
        #expect(!page.unicodeScalars.contains { $0.properties.generalCategory == .format })
        #expect(page.contains("\u{1F600}"), "what can be seen stays")
        // The manifest has the very text.
        let manifest = try JSON.object(file: path + "/bundle.json")
        let opened = try #require((manifest["opened"] as? [[String: Any]])?.first?["value"] as? String)
        #expect(opened.unicodeScalars.contains("\u{202E}") && opened.hasPrefix("<script>"))
        var verification = BundleVerification.Options()
        verification.verifierKeys = [archive.verifierKey]
        #expect(try BundleVerification(path, verification).run().isSound)
    }

    @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: python), "needs python3"))
    func theCheckThatThePagePrintsFindsWhatOursFinds() async throws {
        let fixture = try await BundleFixture()
        let (whole, _) = try await fixture.bundle("whole") { $0.opensAll = true }
        let page = try page(whole)
        let start = try #require(page.range(of: "<pre id=\"script\">")).upperBound
        let end = try #require(page.range(of: "</pre>", range: start..<page.endIndex)).lowerBound
        var script = String(page[start..<end])
        for (escape, text) in [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")] {
            script = script.replacingOccurrences(of: escape, with: text)
        }
        let path = try fixture.archive.file("check_bundle.py", script)
        let first = try run(path, whole, fixture.archive.verifierKey)
        #expect(first.status == 0 && first.output.contains("VALID: 6 entries, 5 opened texts"), "\(first.output)")
        let hasSignatures = !first.output.contains("NOTE")
        // What only our own program compares: canonical bytes, the page, files that do not belong, words of errors.
        let beyond = [
            "page", "white space", "unknown member", "time of making", "form", "version", "leaf hash", "size of the",
            "erasure", "nobody names", "left out", "does not list", "beside", "consistency",
        ]
        for (number, damage) in BundleDamageTests.damages.enumerated()
        where !beyond.contains(where: { damage.testDescription.contains($0) }) {
            let copy = fixture.archive.temporary.file("damaged-\(number)")
            try FileManager.default.copyItem(atPath: whole, toPath: copy)
            try damage.apply(copy)
            if damage.testDescription == "the checkpoint", !hasSignatures { continue }
            #expect(try run(path, copy, fixture.archive.verifierKey).status != 0, "\(damage.testDescription)")
        }
    }

    private func run(_ script: String, _ folder: String, _ key: String) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [script, folder, key]
        (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
