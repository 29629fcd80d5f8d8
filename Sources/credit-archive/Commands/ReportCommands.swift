internal import ArgumentParser
internal import Assessment
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

/// How reports are written.
struct ReportOptions: ParsableArguments {
    @Flag(help: "另印 PDF（需要 Chromium） A PDF beside it, with a headless Chromium.")
    var pdf = false

    @Flag(help: "密封文本以原文显示 Show sealed texts in the clear: for who may know them.")
    var openTexts = false

    /// Found before anything is computed. Throws ``ArchiveError`` `chromium-missing`, `out-needed`.
    func files(_ out: String?) throws(ArchiveError) -> ReportFiles {
        guard pdf else { return ReportFiles() }
        guard out != nil else {
            throw ArchiveError(
                .usage, "out-needed", field: "--pdf", chinese: "--pdf 需要用 --out 指明写到哪里",
                english: "--pdf needs --out, the file to write")
        }
        return ReportFiles(printer: try PDFPrinter.required())
    }

    static func show(_ written: ReportFiles.Written, _ reports: [BodyReport], _ global: GlobalOptions) throws {
        let say = global.language
        let isTrial = reports.contains { $0.result == .trial }
        try global.renderer.record([
            (say("页面", "page"), written.page), (say("PDF", "pdf"), written.pdf ?? say("未生成", "none")),
            (say("文件数", "files"), String(written.files)), (say("报告数", "reports"), String(reports.count)),
            (say("结果性质", "result"), isTrial ? say("试算，未经签发", "trial computation, not issued") : say("已签发", "issued")),
            (say("可见范围", "visibility"), reports.first?.remarks.publication.label ?? ""),
        ]) { writer in
            writer.beginObject()
            writer.member("page", written.page)
            writer.member("pdf", written.pdf)
            writer.member("files", written.files)
            writer.member("reports", reports.count)
            writer.member("isTrial", isTrial)
            writer.member("visibility", reports.first?.remarks.publication.label)
            writer.endObject()
        }
        let opened = reports.reduce(0) { $0 + $1.openedTextCount }
        guard opened > 0 else { return }
        Terminal.note(
            say(
                "注意：\(written.page) 中有 \(opened) 处密封文本的原文，可能涉及个人信息，请只交给有权知悉的人",
                "note: \(written.page) holds \(opened) sealed texts in the clear, maybe of persons: hand it only to those who "
                    + "may know them"))
    }
}

struct Report: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "评价报告：第十二条的五个部分 The evaluation report of a body, in its five parts.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county report 云岭县财政局 --year 2023 --out 财政局.html
              credit-archive --archive ./county report 云岭县财政局 --year 2023 --scheme openness-assessment --out o.html --pdf
              credit-archive --archive ./county report 云岭县财政局 --year 2023 --format json
            没有签发的结果时，报告是试算，标题写明。密封文本默认显示为〔已密封〕。
            Where no result was issued the report is a trial computation and its title says so.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "主体：代码或全称 A body by code, id or name.")
    var body: String

    @OptionGroup var scheme: SchemeOptions
    @OptionGroup var report: ReportOptions

    @Option(help: "写到这个 HTML 文件 The file of HTML to write; left out, the content is shown in the output format.")
    var out: String?

    func run() throws {
        let files = try report.files(out)
        let auditor = Auditor(try global.open(.reading))
        let id = try auditor.body(named: body)
        let query = try scheme.query(try scheme.scheme ?? onlyScheme(auditor, id), auditor)
        let made = try auditor.report(
            on: id, ReportQuery(query, opensTexts: report.openTexts, usesIssuedDocuments: scheme.overlay == nil))
        guard let out else { return try ReportText(global).show(made) }
        try ReportOptions.show(files.write(made, to: out), [made], global)
    }

    /// The scheme by which the body was assessed in the year: the only one, or the only one about 政务诚信.
    private func onlyScheme(_ auditor: Auditor, _ id: BodyID) throws -> String {
        guard let year = scheme.year, CalendarDay.years.contains(year) else {
            throw ArchiveError(
                .usage, "year-needed", field: "--year", chinese: "请用 --year 指明年度（1900–2999）",
                english: "say which year with --year (1900–2999)")
        }
        return try auditor.scheme(ofReportOn: id, in: year)
    }
}

struct Compile: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "评价报告汇编成册 All reports of a scheme, year and region, bound together.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county compile --scheme tongbai-2023-department --year 2023 --out 汇编.html
              credit-archive --archive ./county compile --scheme tongbai-2023-township --year 2023 --out ./汇编 --pdf
            --out 以 .html 结尾时合订为一个文件，否则是一个目录，每个单位一个文件。
            With --out ending in .html one file, else a folder with a file for each body.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var scheme: SchemeOptions
    @OptionGroup var report: ReportOptions

    @Option(help: "HTML 文件或目录 A file of HTML or a folder; left out, the content is shown in the output format.")
    var out: String?

    func run() throws {
        let files = try report.files(out)
        guard let id = scheme.scheme else { throw SchemeOptions.schemeNeeded }
        let auditor = Auditor(try global.open(.reading))
        let query = try scheme.query(id, auditor)
        let made = try auditor.compilation(
            ReportQuery(query, opensTexts: report.openTexts, usesIssuedDocuments: scheme.overlay == nil))
        guard let out else { return try ReportText(global).show(made) }
        try ReportOptions.show(files.write(made, to: out), made.reports, global)
    }
}
