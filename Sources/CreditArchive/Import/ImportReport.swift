public import CreditModel

/// What an import did, or would do (contract §3).
public struct ImportReport: Sendable, Hashable {
    public var file: String
    public var template: ImportCompleted.Template
    public var encoding: ImportCompleted.Encoding
    /// Rows that are not empty.
    public var rows: Int64 = 0
    public var accepted: Int64 = 0
    public var duplicates: Int64 = 0
    /// Rows that were refused; `problems` has their errors.
    public var rejectedRows: Int64 = 0
    /// The errors of the refused rows, by row; the first ``maximumListed``.
    public var problems: [RowProblem] = []
    /// Things worth a look in rows that were accepted; the first ``maximumListed``.
    public var notices: [RowProblem] = []
    /// The import's id in the log; nil where nothing was added.
    public var importID: String?
    public var isDryRun: Bool

    /// Errors and notices beyond this many are counted, not listed.
    public static let maximumListed = 100_000

    init(file: String, template: ImportCompleted.Template, encoding: ImportCompleted.Encoding, isDryRun: Bool) {
        self.file = file
        self.template = template
        self.encoding = encoding
        self.isDryRun = isDryRun
    }

    mutating func reject(_ problems: [RowProblem]) {
        rejectedRows += 1
        self.problems += problems.prefix(ImportReport.maximumListed - self.problems.count)
    }

    mutating func notice(_ notice: RowProblem) {
        if notices.count < ImportReport.maximumListed { notices.append(notice) }
    }
}
