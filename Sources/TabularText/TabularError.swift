/// What went wrong with a table: what, where, why, and what to do about it, in Chinese and in English.
///
/// `row`, `line` and `byteOffset` are three ways to say where, and at most the ones that help are set: a row as a
/// spreadsheet counts (the header is 1), a physical line of the file (from 1), a byte of the file (from 0).
public struct TabularError: Error, Sendable, Equatable {
    /// The kind of error; compare with the static members of ``Code``.
    public var code: Code
    /// The row as a spreadsheet shows it: the header is row 1, and an empty line is a row too.
    public var row: Int?
    /// The physical line of the file, from 1.
    public var line: Int?
    /// The byte of the file, from 0.
    public var byteOffset: Int?
    /// The column's name as the template has it, or as the file has it when the template does not know it.
    public var column: String?
    /// The offending thing itself, the same in every language: a value, a path, a limit; may be empty.
    public var detail: String
    /// The name that was probably meant.
    public var suggestion: String?

    /// Makes an error; leave out what does not apply.
    public init(
        _ code: Code,
        row: Int? = nil,
        line: Int? = nil,
        byteOffset: Int? = nil,
        column: String? = nil,
        detail: String = "",
        suggestion: String? = nil
    ) {
        self.code = code
        self.row = row
        self.line = line
        self.byteOffset = byteOffset
        self.column = column
        self.detail = detail
        self.suggestion = suggestion
    }

    /// The whole message in Chinese, one paragraph without a line break of its own.
    public var chinese: String {
        var place: [String] = []
        if let row { place.append("第 \(row) 行") }
        if let line { place.append("文件第 \(line) 行文本") }
        if let byteOffset { place.append("第 \(byteOffset) 字节") }
        if let column { place.append("「\(column)」列") }
        var message = place.isEmpty ? "" : place.joined(separator: "，") + "："
        message += code.chinese.what
        if !detail.isEmpty { message += "（\(detail)）" }
        if let suggestion { message += "，是否为「\(suggestion)」？" } else { message += "。" }
        return message + code.chinese.remedy
    }

    /// The whole message in English, one paragraph without a line break of its own.
    public var english: String {
        var place: [String] = []
        if let row { place.append("row \(row)") }
        if let line { place.append("line \(line) of the file") }
        if let byteOffset { place.append("byte \(byteOffset)") }
        if let column { place.append("column \"\(column)\"") }
        var message = place.isEmpty ? "" : place.joined(separator: ", ") + ": "
        message += code.english.what
        if !detail.isEmpty { message += " (\(detail))" }
        if let suggestion { message += "; did you mean \"\(suggestion)\"?" } else { message += "." }
        return code.english.remedy.isEmpty ? message : message + " " + code.english.remedy
    }
}

extension TabularError: CustomStringConvertible {
    /// The code and the English message.
    public var description: String { "\(code.rawValue): \(english)" }
}
