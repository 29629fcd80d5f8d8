/// A column that a template allows.
public struct TableColumn: Sendable, Hashable {
    /// The name as the template has it, without a mark for required columns.
    public let name: String
    /// Whether the header must have it.
    public let isRequired: Bool

    /// A column whose absence is a problem.
    public static func required(_ name: String) -> TableColumn { TableColumn(name: name, isRequired: true) }

    /// A column that may be left out.
    public static func optional(_ name: String) -> TableColumn { TableColumn(name: name, isRequired: false) }

    /// What two spellings of one name have in common: no spaces, no byte order mark, half width, no `*` around it.
    static func key(_ name: String) -> String {
        var scalars = Substring(Cell.foldWidth(name)).unicodeScalars
        scalars.removeAll { Cell.isInvisible($0) }
        while scalars.first == "*" { scalars.removeFirst() }
        while scalars.last == "*" { scalars.removeLast() }
        return String(scalars)
    }
}
