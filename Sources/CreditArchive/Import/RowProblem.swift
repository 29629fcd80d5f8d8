internal import CreditModel

/// One error of one row.
public struct RowProblem: Error, Sendable, Hashable {
    /// The header is row 1.
    public var row: Int
    public var column: String
    public var code: String
    public var chinese: String
    public var english: String

    init(_ row: Int, _ column: String, _ code: String, _ chinese: String, _ english: String) {
        self.row = row
        self.column = column
        self.code = code
        self.chinese = chinese
        self.english = english
    }
}

extension RowProblem {
    /// What is to be said of an accepted row.
    init(_ row: Int, _ notice: RecordNotice) {
        self.init(row, notice.field, notice.code, notice.chinese, notice.english)
    }
}

/// The errors of one row, all of them.
struct RowRejected: Error {
    var problems: [RowProblem]
}
