internal import CreditModel
internal import Foundation

/// Writes reports as files: HTML that stands alone, and PDF where a Chromium is at hand.
///
/// Files are for their owner alone (0600): results may be withheld, and texts may have been opened.
public struct ReportFiles: Sendable {
    /// What was written.
    public struct Written: Sendable, Hashable {
        /// The page to begin with.
        public var page: String
        public var pdf: String?
        public var files: Int
    }

    private let printer: PDFPrinter?

    /// - Parameter printer: nil: no PDF is made.
    public init(printer: PDFPrinter? = nil) { self.printer = printer }

    /// Writes a report to a file, and its PDF beside it. Throws ``ArchiveError``.
    public func write(_ report: BodyReport, to path: String) throws -> Written {
        try write(ReportPage(report).document, to: path)
    }

    /// Writes a compilation: bound in one file where the path ends with `.html`, else as a folder of `index.html` and a
    /// file for each body. Its PDF is always the bound one. Throws ``ArchiveError``.
    public func write(_ compilation: Compilation, to path: String) throws -> Written {
        guard !ReportFiles.isPage(path) else { return try write(CompilationPage(compilation).document, to: path) }
        try Files.makeFolder(path, mode: 0o700)
        for report in compilation.reports {
            try Files.write(
                ReportPage(report).document.bytes, to: "\(path)/\(ReportFiles.name(of: report))", mode: 0o600)
        }
        let page = "\(path)/index.html"
        try Files.write(CompilationPage(compilation, isBound: false).document.bytes, to: page, mode: 0o600)
        var written = Written(page: page, pdf: nil, files: compilation.reports.count + 1)
        if let printer {
            let pdf = "\(path)/compilation.pdf"
            try printer.print(CompilationPage(compilation).document.bytes, to: pdf)
            written.pdf = pdf
            written.files += 1
        }
        return written
    }

    private func write(_ document: ReportDocument, to path: String) throws -> Written {
        let bytes = document.bytes
        try Files.write(bytes, to: path, mode: 0o600)
        guard let printer else { return Written(page: path, pdf: nil, files: 1) }
        let pdf = (ReportFiles.isPage(path) ? String(path.dropLast(5)) : path) + ".pdf"
        try printer.print(bytes, to: pdf)
        return Written(page: path, pdf: pdf, files: 2)
    }

    private static func isPage(_ path: String) -> Bool { path.hasSuffix(".html") }

    /// The file of a body's report in a folder; a body's id has letters, digits and hyphens only.
    static func name(of report: BodyReport) -> String { "\(report.body.id.text).html" }
}

extension BodyReport {
    /// The report as a file of HTML that stands alone.
    public var page: [UInt8] { ReportPage(self).document.bytes }

    /// 总体评价 in sentences.
    public var statement: String { ReportPage(self).statement }
}

extension Compilation {
    /// The compilation, bound in one file of HTML that stands alone.
    public var page: [UInt8] { CompilationPage(self).document.bytes }
}
