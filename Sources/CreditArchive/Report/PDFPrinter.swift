internal import Foundation

/// Prints HTML to PDF with a headless Chromium that is installed here; without network, profile or leftovers.
public struct PDFPrinter: Sendable {
    /// Names under which Chromium is looked for, along `PATH`.
    public static let names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"]
    /// A compilation of some hundred reports takes about a minute.
    static let timeLimitSeconds = 300

    public let program: String

    /// The first of ``names`` along `PATH`; nil where none is installed.
    ///
    /// - Parameter path: folders with colons between them; nil: those of the environment.
    public init?(path: String? = nil) {
        let path = path ?? ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders = path.split(separator: ":").filter { $0.hasPrefix("/") }
        let found = PDFPrinter.names.lazy.flatMap { name in folders.lazy.map { "\($0)/\(name)" } }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        guard let found else { return nil }
        program = found
    }

    /// As ``init(path:)``. Throws ``ArchiveError`` `chromium-missing` with what to do.
    public static func required() throws(ArchiveError) -> PDFPrinter {
        guard let printer = PDFPrinter() else {
            let list = names.joined(separator: " ")
            throw ArchiveError(
                .unavailable, "chromium-missing", field: "--pdf",
                chinese: "生成 PDF 需要 Chromium，PATH 中没有找到（\(list)）；请安装，或去掉 --pdf，用浏览器打开 HTML 后打印",
                english:
                    "a PDF needs Chromium, and PATH has none (\(list)); install it, or leave --pdf out and print the HTML "
                    + "from a browser")
        }
        return printer
    }

    /// Prints a page and writes the PDF in one piece.
    ///
    /// Throws ``ArchiveError`` `pdf-failed` where Chromium failed or took longer than five minutes.
    public func print(_ page: [UInt8], to path: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "credit-archive-pdf-\(UUID().uuidString)")
        try Files.makeFolder(folder.path, mode: 0o700)
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = folder.appendingPathComponent("page.html")
        let target = folder.appendingPathComponent("page.pdf").path
        try Files.write(page, to: source.path, mode: 0o600, synced: false)
        var arguments = [
            program, "--headless=new", "--disable-gpu", "--disable-extensions", "--disable-background-networking",
            "--disable-dev-shm-usage", "--no-first-run", "--no-pdf-header-footer", "--generate-pdf-document-outline",
            "--host-resolver-rules=MAP * ~NOTFOUND", "--user-data-dir=\(folder.path)/profile",
            "--print-to-pdf=\(target)",
        ]
        // Chromium's sandbox does not run as root; the page has no script and reaches nothing (its own policy says so).
        if geteuid() == 0 { arguments.append("--no-sandbox") }
        let run: ProgramRun
        do {
            run = try ProgramRun(arguments + [source.absoluteString], input: [], seconds: PDFPrinter.timeLimitSeconds)
        } catch {
            switch error {
            case .notStarted(let reason): throw failed("无法运行：\(reason)", "it cannot be run: \(reason)")
            case .notEnded: throw failed("超过时限，已终止", "it took too long and was killed")
            }
        }
        guard run.status == 0, let pdf = FileManager.default.contents(atPath: target),
            pdf.starts(with: Array("%PDF".utf8))
        else { throw failed("状态 \(run.status) \(run.errors)", "status \(run.status) \(run.errors)") }
        try Files.write(Array(pdf), to: path, mode: 0o600)
    }

    private func failed(_ chinese: String, _ english: String) -> ArchiveError {
        ArchiveError(
            .unavailable, "pdf-failed", field: "--pdf",
            chinese: "\(program) 没有生成 PDF（\(chinese)）；HTML 已写好，可用浏览器打开后打印",
            english: "\(program) made no PDF (\(english)); the HTML is written, print it from a browser")
    }
}
