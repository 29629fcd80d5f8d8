internal import CreditModel
internal import TabularText

/// The cells of one row, read by column: cleaned of what real exports carry, every error noted with its column.
struct RowCells {
    let row: Int
    private let columns: [String: Int]
    private let values: [String]
    private(set) var problems: [RowProblem] = []

    init(row: Int, columns: [String: Int], values: [String]) {
        self.row = row
        self.columns = columns
        self.values = values
    }

    /// Notes an error of this row.
    mutating func note(_ column: String, _ code: String, _ chinese: String, _ english: String) {
        problems.append(RowProblem(row, column, code, chinese, english))
    }

    mutating func note(_ refusal: Refusal, column: String) {
        note(refusal.field ?? column, refusal.code, refusal.chinese, refusal.english)
    }

    /// The cell, trimmed; nil for a null mark or an absent column.
    func raw(_ column: String) -> String? {
        guard let index = columns[column], index < values.count else { return nil }
        let text = Cell.trimmed(values[index])
        return Cell.isNullMark(text) ? nil : text
    }

    /// The cell with full-width letters and digits folded.
    func folded(_ column: String) -> String? { raw(column).map(Cell.foldWidth) }

    private mutating func missing(_ column: String) {
        note(column, "missing-value", "\(column)必填，请补填", "\(column) is required; fill it in")
    }

    mutating func required(_ column: String) -> String? {
        if let text = raw(column) { return text }
        missing(column)
        return nil
    }

    /// A single-line name of at most `limit` characters.
    mutating func name(_ column: String, limit: Int = 200) -> String? {
        guard let text = raw(column) else { return nil }
        guard PlainText.isName(text, limit: limit) else {
            note(
                column, "text-malformed", "\(column)应为一行文字，至多 \(limit) 字",
                "\(column) is one line of at most \(limit) characters")
            return nil
        }
        return text
    }

    mutating func requiredName(_ column: String, limit: Int = 200) -> String? {
        required(column).flatMap { _ in name(column, limit: limit) }
    }

    /// A free text of at most `limit` characters; line breaks are kept.
    mutating func text(_ column: String, limit: Int) -> String? {
        guard let raw = raw(column) else { return nil }
        var text = String.UnicodeScalarView()
        for scalar in raw.unicodeScalars where scalar != "\r" { text.append(scalar == "\t" ? " " : scalar) }
        guard text.count <= limit else {
            note(
                column, "text-too-long", "\(column)至多 \(limit) 字，现为 \(text.count) 字",
                "\(column) has at most \(limit) characters, not \(text.count)")
            return nil
        }
        guard text.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F || $0 == "\n" }) else {
            note(column, "control-character", "\(column)含控制字符，请删除", "\(column) has control characters; remove them")
            return nil
        }
        return String(text)
    }

    mutating func day(_ column: String) -> CalendarDay? {
        guard let text = raw(column) else { return nil }
        do {
            let (year, month, day) = try Cell.date(text)
            if let found = CalendarDay(year: year, month: month, day: day) { return found }
            note(column, "no-such-day", "\(column)“\(text)”不是存在的日期", "\(column) '\(text)' is no day of the calendar")
        } catch {
            switch error {
            case .noSuchDay:
                note(
                    column, "no-such-day", "\(column)“\(text)”不是存在的日期，请核对",
                    "\(column) '\(text)' is no day of the calendar")
            default:
                note(
                    column, "day-malformed", "\(column)“\(text)”无法识别为日期，请写成 2023-03-05",
                    "\(column) '\(text)' cannot be read as a day; write 2023-03-05")
            }
        }
        return nil
    }

    mutating func requiredDay(_ column: String) -> CalendarDay? { required(column).flatMap { _ in day(column) } }

    mutating func amount(_ column: String) -> Amount? {
        guard let text = raw(column) else { return nil }
        if let canonical = try? Cell.amount(text), let amount = Amount(canonical) { return amount }
        note(
            column, "amount-malformed", "\(column)“\(text)”应为不小于 0 的数（至多 6 位小数），可带千分位",
            "\(column) '\(text)' should be a number not below 0 with at most 6 decimals")
        return nil
    }

    mutating func code<List: CodeList>(_ column: String, _ list: List.Type) -> List? {
        guard let text = folded(column) else { return nil }
        if let value = List(codeOrName: text) ?? List(codeOrName: text.uppercased()) ?? raw(column).flatMap(List.init) {
            return value
        }
        let known = List.allCases.map { $0.rawValue == $0.name ? $0.rawValue : "\($0.rawValue) \($0.name)" }
        note(
            column, "not-in-list", "\(column)“\(text)”不在\(List.listName)之列：\(known.joined(separator: "、"))",
            "\(column) '\(text)' is not in its list: \(known.joined(separator: ", "))")
        return nil
    }

    mutating func requiredCode<List: CodeList>(_ column: String, _ list: List.Type) -> List? {
        required(column).flatMap { _ in code(column, list) }
    }

    mutating func uscc(_ column: String) -> USCC? {
        guard let text = folded(column)?.uppercased().filter({ $0 != " " }) else { return nil }
        do {
            return try USCC(checking: text)
        } catch {
            note(column, error.code, error.chinese, error.english)
            return nil
        }
    }

    mutating func requiredUSCC(_ column: String) -> USCC? { required(column).flatMap { _ in uscc(column) } }

    mutating func documentNumber(_ column: String) -> DocumentNumber? {
        guard let text = raw(column) else { return nil }
        if let number = DocumentNumber(text) { return number }
        note(
            column, "document-number-malformed", "\(column)应为一行文字，至多 100 字",
            "\(column) is one line of at most 100 characters")
        return nil
    }

    mutating func year(_ column: String) -> Int? {
        guard let text = folded(column) else { return nil }
        let digits = text.hasSuffix("年") ? String(text.dropLast()) : text
        if digits.utf8.count == 4, let year = Int(digits), CalendarDay.years.contains(year) { return year }
        note(
            column, "year-malformed", "\(column)“\(text)”应为 4 位年份",
            "\(column) '\(text)' should be a year of four digits")
        return nil
    }

    mutating func caseID(_ column: String) -> CaseID? {
        guard required(column) != nil, let text = folded(column) else { return nil }
        if let id = CaseID(text) { return id }
        note(column, "case-id-malformed", "\(column)应为一行文字，至多 128 字", "\(column) is one line of at most 128 characters")
        return nil
    }
}
