import ArchiveTesting
import Assessment
import CreditArchive
import CreditModel
import Foundation
import Projections
import Testing

/// The pages: well-formed, alone, without scripts, accessible, and deaf to hostile texts.
@Suite struct ReportPageTests {
    private static let hostile = #"<script>alert("x")</script>'&]]>--> \u{202E}反\u{200B}"#
        .replacingOccurrences(of: "\\u{202E}", with: "\u{202E}").replacingOccurrences(of: "\\u{200B}", with: "\u{200B}")

    private func checkAlone(_ page: StrictPage, _ label: String = "") {
        #expect(page.fault == nil, "\(label) \(page.fault ?? "")")
        for word in [
            "<script", "<link", "<img", "<iframe", "<object", " src=", "url(", "@import", "http://", "https://",
            "javascript:", " on",
        ] {
            let found = page.source.lowercased().range(
                of: word == " on" ? #"<[^>]*\son[a-z]+="# : NSRegularExpression.escapedPattern(for: word),
                options: .regularExpression)
            #expect(found == nil, "\(label) \(word)")
        }
        #expect(page.source.contains("default-src 'none'") && page.source.contains("Noto Sans CJK SC"))
        #expect(Set(page.ids).count == page.ids.count, "\(label) each id once")
        for link in page.links {
            #expect(link.hasPrefix("#") && page.ids.contains(String(link.dropFirst())), "\(label) \(link)")
        }
        #expect(page.elements.first?.attributes["lang"] == "zh-CN")
        // Every table tells what it is, every drawing too.
        #expect(page.all("caption").count == page.all("table").count)
        for drawing in page.all("svg") {
            #expect(drawing.attributes["role"] == "img")
            let labels = (drawing.attributes["aria-labelledby"] ?? "").split(separator: " ").map(String.init)
            #expect(labels.count == 2 && labels.allSatisfy(page.ids.contains))
        }
        #expect(page.all("th").allSatisfy { $0.attributes["scope"] != nil })
    }

    @Test func pagesStandAloneAndAreWellFormed() async throws {
        let (archive, _) = try await County.imported()
        for scheme in ["tongbai-2023-township", "tongbai-2023-department", "openness-assessment"] {
            let compilation = try await Reports.compilation(archive, scheme)
            checkAlone(StrictPage(compilation.page), scheme)
            for report in compilation.reports.prefix(3) { checkAlone(StrictPage(report.page), report.body.name) }
        }
    }

    @Test func hostileNamesAreTextEverywhereAlsoInDrawingsAndMargins() async throws {
        let archive = try TestArchive()
        let long = String(repeating: "很长的单位名称", count: 28)
        try await archive.append([
            Cloud.event("b1", "body.registered", "body/\(Rows.code(1))", body(1, ReportPageTests.hostile)),
            Cloud.event("b2", "body.registered", "body/\(Rows.code(2))", body(2, long)),
        ])
        let overlay =
            "overlay: ours\nversion: \"<b>1</b>\"\ndated: 2024-01-01\nscheme: province-integrity\nreason: \"<i>'&</i>\"\n"
        var rows: [[String: String]] = []
        for (id, points) in [
            ("SJ01", "8"), ("SJ02", "9"), ("SJ03", "8"), ("SJ04", "10"), ("SJ05", "15"), ("SJ06", "7"), ("SJ07", "9"),
            ("SJ08", "9"), ("SJ09", "7"), ("SJ10", "8"), ("SJ11", "5"), ("SJ12", "4.5"),
        ] {
            for number in 1...2 {
                rows.append(
                    Rows.observation(
                        "manual_score", points,
                        [
                            "方案": "province-integrity", "指标编号": id, "统一社会信用代码": Rows.code(number),
                            "佐证材料": ReportPageTests.hostile,
                        ]))
            }
        }
        try await archive.load(.observations, rows: rows)
        for number in 1...2 {
            let report = try await Reports.report(
                archive, Rows.code(number), "province-integrity", opens: true, overlay: overlay)
            let page = StrictPage(report.page)
            checkAlone(page)
            #expect(
                !page.source.contains("<script") && !page.source.contains("<b>1</b>") && !page.source.contains("<i>'"))
            #expect(!page.source.unicodeScalars.contains { $0.properties.generalCategory == .format })
            if number == 1 {
                #expect(page.source.contains("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&#39;&amp;]]&gt;--&gt;"))
                #expect(page.all("h1").first?.text.contains("U+202E") == true)
                // In a style sheet nothing but numbers: no quotation mark ends the string early.
                let style = try #require(page.all("style").first?.text)
                #expect(!style.contains("alert(") && style.contains("\\3c script\\3e "))
            }
        }
        let query = ReportQuery(try Reports.query("province-integrity", 2023, overlay: overlay))
        let compilation = try await archive.reading { try Auditor($0).compilation(query) }
        checkAlone(StrictPage(compilation.page))
    }

    private func body(_ number: Int, _ name: String) -> String {
        let quoted = name.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
        return
            "{\"code\":\"\(Rows.code(number))\",\"kind\":\"工作部门\",\"level\":\"县\",\"name\":\"\(quoted)\",\"region\":\"419801\"}"
    }

    @Test func barsAreAsLongAsTheirShares() async throws {
        let (archive, _) = try await County.imported()
        for report in try await Reports.compilation(archive, "tongbai-2023-township").reports {
            let page = StrictPage(report.page)
            let bars = page.all("rect", class: "bar")
            let tracks = page.all("rect", class: "track")
            #expect(bars.count == report.overview.aspects.count && tracks.count == bars.count)
            for ((bar, track), aspect) in zip(zip(bars, tracks), report.overview.aspects) {
                let share = try #require(aspect.percent)
                #expect(abs(bar.number("width") / track.number("width") - Double(share.hundredths) / 10_000) < 0.0002)
                #expect(bar.number("x") == track.number("x"))
            }
            // In the cohort, heights are as totals, and one bar is the body's own.
            let peers = page.elements.filter { $0.name == "rect" && ($0.classes == ["peer"] || $0.classes == ["own"]) }
            let totals = report.overview.cohort.totals
            #expect(peers.count == totals.count && peers.count { $0.classes == ["own"] } == 1)
            let unit = peers[0].number("height") / Double(totals[0].hundredths)
            for (bar, total) in zip(peers, totals) {
                #expect(abs(bar.number("height") - unit * Double(total.hundredths)) < 0.02)
                #expect(abs(bar.number("y") + bar.number("height") - 170) < 0.02)
            }
            let own = try #require(peers.firstIndex { $0.classes == ["own"] })
            #expect(totals[own] == report.overview.total)
            // Nothing is drawn outside.
            for rectangle in page.all("rect") {
                #expect(rectangle.number("x") >= 0 && rectangle.number("x") + rectangle.number("width") <= 640)
                #expect(rectangle.number("height") >= 0 && rectangle.number("y") >= 0)
            }
        }
    }

    @Test func `Q26: a line joins years of one scheme and never two schemes`() async throws {
        let archive = try TestArchive()
        try await archive.load(.bodies, rows: [Rows.body(1), Rows.body(2)])
        var rows: [[String: String]] = []
        let scheme = try SchemeLibrary.published.scheme("province-integrity")
        for (year, share) in [("2021", 2), ("2022", 3), ("2024", 4)] {
            for indicator in scheme.indicators {
                let points = try #require(indicator.points.map { Double($0.numerator) * Double(share) / 4 })
                rows.append(
                    Rows.observation(
                        "manual_score", "\(points)",
                        ["方案": scheme.id, "指标编号": indicator.id, "年度": year, "填报日期": "2025-01-10"]))
            }
        }
        for (input, value) in [("special", "50"), ("routine", "20")] {
            rows.append(
                Rows.observation(
                    input, value, ["方案": "openness-assessment", "指标编号": "ZW00", "年度": "2022", "填报日期": "2025-01-10"]))
        }
        for (id, inputs) in [
            ("ZW10", ["commended", "spoke", "innovated", "media_national", "media_provincial", "media_city"]),
            (
                "ZW11",
                [
                    "overturned", "sensitive_national", "sensitive_provincial", "sensitive_city", "security", "opinion",
                    "fraud",
                ]
            ),
        ] {
            for input in inputs {
                rows.append(
                    Rows.observation(
                        input, "0", ["方案": "openness-assessment", "指标编号": id, "年度": "2022", "填报日期": "2025-01-10"]))
            }
        }
        let loaded = try await archive.load(.observations, rows: rows)
        #expect(loaded.problems.isEmpty)
        let report = try await Reports.report(archive, Rows.code(1), "province-integrity", 2022)
        #expect(
            report.overview.history.map { "\($0.year) \($0.scheme.id) \($0.score.total?.description ?? "—")" } == [
                "2021 province-integrity 50.00", "2022 openness-assessment 70.00", "2022 province-integrity 75.00",
                "2024 province-integrity 100.00",
            ])
        let page = StrictPage(report.page)
        let marks = page.elements.filter { $0.classes.first == "mark" && $0.path.contains("svg") }
        // Four results and two lines of the legend.
        #expect(marks.count == 6)
        // No two figures stand on each other.
        let figures = page.elements.filter { $0.name == "text" && $0.classes == ["count"] }
        for (index, one) in figures.enumerated() {
            for other in figures[(index + 1)...] {
                let (across, down) = (one.number("x") - other.number("x"), one.number("y") - other.number("y"))
                #expect(abs(across) >= 44 || abs(down) >= 11, "\(one.text) \(other.text)")
            }
        }
        // 2021 and 2022 of one scheme are joined; 2022 and 2024 are not, nor is anything with the other scheme.
        let joins = page.all("line", class: "join")
        #expect(joins.count == 1)
        let compilation = try await Reports.compilation(archive, "province-integrity", 2022)
        let first = try #require(compilation.reports.first { $0.body.id.text == Rows.code(1) })
        guard case .same(let before, let difference) = first.yearOnYear else {
            Issue.record("\(first.yearOnYear)")
            return
        }
        #expect(before.description == "50.00" && difference.description == "25.00")
        #expect(try await Reports.report(archive, Rows.code(1), "province-integrity", 2024).yearOnYear == .none)
        let scores = try await archive.reading { try Auditor($0).yearScores(.all) }
        #expect(scores.filter { $0.scheme.id == "province-integrity" }.allSatisfy { $0.themes.count == 4 })
        #expect(scores.filter { $0.scheme.id == "openness-assessment" }.allSatisfy { $0.themes.isEmpty })
        #expect(scores.first?.themes.map { $0.percent?.description } == ["50.00", "50.00", "50.00", "50.00"])
    }

    @Test func aCompilationHasContentsThatLeadSomewhereRanksAndDistribution() async throws {
        let (archive, _) = try await County.imported()
        let compilation = try await Reports.compilation(archive, "tongbai-2023-department")
        let page = StrictPage(compilation.page)
        #expect(page.headings.filter { $0.level == 1 }.map(\.text) == ["2023 年度政务诚信评价报告汇编"])
        let contents = try #require(page.all("nav").first)
        for report in compilation.reports { #expect(contents.text.contains(report.body.name)) }
        #expect(page.all("article").count == compilation.reports.count)
        let ranks = compilation.reports.map { $0.overview.rank ?? .max }
        #expect(ranks == ranks.sorted())
        // The steps of the distribution hold everybody.
        let reports = try #require(page.elements.firstIndex { $0.name == "article" })
        let counts = page.elements[..<reports].filter { $0.classes == ["count"] }.compactMap { Int($0.text) }
        #expect(counts.reduce(0, +) == compilation.sections[0].statistics.totals.count)
        #expect(compilation.governments == ["云岭县人民政府"] && page.source.contains("云岭县人民政府（419801）"))
        // In parts: a page of contents, and a file for each.
        let folder = archive.temporary.file("bound")
        let written = try ReportFiles().write(compilation, to: folder)
        #expect(written.files == compilation.reports.count + 1 && written.page == folder + "/index.html")
        let index = StrictPage([UInt8](try Files.bytes(written.page)))
        #expect(index.fault == nil && index.all("article").isEmpty)
        for link in index.links where !link.hasPrefix("#") {
            #expect(FileManager.default.fileExists(atPath: "\(folder)/\(link)"), "\(link)")
        }
        #expect(index.links.filter { !$0.hasPrefix("#") }.count == 2 * compilation.reports.count)
    }

    @Test(.enabled(if: PDFPrinter() != nil, "needs Chromium on PATH"))
    func aPDFIsPrintedWhereThereIsAChromium() async throws {
        let (archive, _) = try await County.imported()
        let report = try await Reports.report(archive, "11419801MB0000035R", "tongbai-2023-department")
        let path = archive.temporary.file("report.html")
        let written = try ReportFiles(printer: PDFPrinter.required()).write(report, to: path)
        #expect(written.pdf == archive.temporary.file("report.pdf"))
        let pdf = try Files.bytes(try #require(written.pdf))
        #expect(pdf.starts(with: Data("%PDF".utf8)) && pdf.count > 20_000)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
    }

    @Test func chromiumIsLookedForAlongThePathAlone() throws {
        let folder = try TemporaryFolder()
        #expect(PDFPrinter(path: folder.path) == nil && PDFPrinter(path: "") == nil && PDFPrinter(path: ".") == nil)
        let program = folder.file("google-chrome")
        try Data("#!/bin/sh\nexit 3\n".utf8).write(to: URL(fileURLWithPath: program))
        #expect(PDFPrinter(path: "/nonexistent:\(folder.path)") == nil, "not executable")
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program)
        let printer = try #require(PDFPrinter(path: "/nonexistent:\(folder.path)"))
        #expect(printer.program == program)
        let target = folder.file("out.pdf")
        #expect { try printer.print(Array("<p/>".utf8), to: target) } throws: { error in
            (error as? ArchiveError)?.code == "pdf-failed"
        }
        #expect(!FileManager.default.fileExists(atPath: target))
    }
}
