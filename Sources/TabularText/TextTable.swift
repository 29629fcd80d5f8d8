/// A table for a terminal, aligned by display width, which cuts its widest columns where the terminal is too narrow.
public struct TextTable: Sendable {
    /// One column.
    public struct Column: Sendable {
        /// What stands above it.
        public var title: String
        /// Where its values stand.
        public var alignment: DisplayWidth.Alignment
        /// Whether it may be cut to fit; codes and numbers had better not.
        public var isFlexible: Bool

        /// A column; flexible unless said otherwise.
        public init(_ title: String, alignment: DisplayWidth.Alignment = .leading, isFlexible: Bool = true) {
            self.title = title
            self.alignment = alignment
            self.isFlexible = isFlexible
        }
    }

    /// How the table is drawn.
    public enum Style: Sendable {
        /// A frame of box-drawing characters.
        case box
        /// Two spaces between the columns and a light rule below the titles.
        case plain
    }

    /// A flexible column is not cut below this many columns of the terminal.
    static let smallestWidth = 6

    /// The columns.
    public let columns: [Column]
    /// How the table is drawn.
    public let style: Style
    private var rows: [[String]] = []

    /// An empty table; it has at least one column.
    public init(_ columns: [Column], style: Style = .plain) {
        precondition(!columns.isEmpty, "a table has a column")
        self.columns = columns
        self.style = style
    }

    /// Adds a row; values that lack are empty, and having more than columns is a programmer's error.
    ///
    /// Line ends become spaces and control characters `U+FFFD`: data cannot steer the terminal.
    public mutating func add(_ values: [String]) {
        precondition(values.count <= columns.count, "a row has no more values than the table columns")
        let missing = [String](repeating: "", count: columns.count - values.count)
        rows.append(values.map(DisplayWidth.printable) + missing)
    }

    /// The table's lines, each at most `width` columns wide if flexible columns can be cut so far; `nil` cuts nothing.
    public func lines(width: Int? = nil) -> [String] {
        let widths = fitted(to: width)
        let titles = columns.map { DisplayWidth.printable($0.title) }
        let body = rows.map { line($0, widths) }
        switch style {
        case .plain:
            let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: "  ")
            return [line(titles, widths), rule] + body
        case .box:
            return [rule("┌", "┬", "┐", widths), line(titles, widths), rule("├", "┼", "┤", widths)] + body
                + [rule("└", "┴", "┘", widths)]
        }
    }

    /// The lines as one text, each with its line end.
    public func text(width: Int? = nil) -> String { lines(width: width).map { $0 + "\n" }.joined() }

    private func line(_ values: [String], _ widths: [Int]) -> String {
        var cells: [String] = []
        for (index, value) in values.enumerated() {
            let cut = DisplayWidth.truncated(value, to: widths[index])
            cells.append(DisplayWidth.padded(cut, to: widths[index], alignment: columns[index].alignment))
        }
        if style == .box { return "│ " + cells.joined(separator: " │ ") + " │" }
        // No spaces at the end of a line, for files and tests.
        var line = cells.joined(separator: "  ")
        while line.hasSuffix(" ") { line.removeLast() }
        return line
    }

    private func rule(_ left: String, _ middle: String, _ right: String, _ widths: [Int]) -> String {
        left + widths.map { String(repeating: "─", count: $0 + 2) }.joined(separator: middle) + right
    }

    /// The columns' widths: what their values need, less what the widest flexible ones give up.
    private func fitted(to width: Int?) -> [Int] {
        var widths = columns.map { max(1, DisplayWidth.columns(of: DisplayWidth.printable($0.title))) }
        for row in rows {
            for (index, value) in row.enumerated() {
                widths[index] = max(widths[index], DisplayWidth.columns(of: value))
            }
        }
        guard let width else { return widths }
        let frame = style == .box ? 3 * columns.count + 1 : 2 * (columns.count - 1)
        var surplus = widths.reduce(frame, +) - width
        while surplus > 0 {
            let candidates = columns.indices.filter { columns[$0].isFlexible && widths[$0] > Self.smallestWidth }
            guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
            // Down to the next widest at once, or by one where they are equal.
            let next = candidates.filter { $0 != widest }.map { widths[$0] }.max() ?? Self.smallestWidth
            let cut = min(surplus, max(1, widths[widest] - max(next, Self.smallestWidth)))
            widths[widest] -= cut
            surplus -= cut
        }
        return widths
    }
}
