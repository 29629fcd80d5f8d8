/// Which field of a record holds which column of a template.
///
/// Header names are compared without white space, byte order mark, difference of width (`（` and `(`) and a `*` around
/// them. A header field without a name is tolerated while the fields below it are empty.
public struct ColumnMap: Sendable {
    /// The template's columns, in its order.
    public let columns: [TableColumn]
    /// For each of `columns`, the index of its field, or `nil` when the header lacks it.
    public let positions: [Int?]
    /// The header as it was read.
    public let header: [String]
    private let byName: [String: Int]
    private let unnamed: [Int]

    /// Maps `header` to `columns`; names of `columns` are distinct.
    ///
    /// Throws all problems of the header at once: `unknown-column` unless `ignoreExtra`, `missing-column`,
    /// `duplicate-column`, each with the name that was probably meant; alone, `empty-table` and `wrong-separator`.
    public init(header: [String], columns: [TableColumn], ignoreExtra: Bool = false) throws(TabularProblems) {
        let match = Match(header, columns)
        guard match.unnamed.count < header.count else { throw TabularProblems([TabularError(.emptyTable, row: 1)]) }
        if match.positions.allSatisfy({ $0 == nil }), header.count == 1,
            let separator = Self.foreignSeparator(in: header[0])
        {
            throw TabularProblems([TabularError(.wrongSeparator, row: 1, detail: separator)])
        }
        let absent = columns.indices.filter { match.positions[$0] == nil }
        let strangers = match.unknown.map { Self.shown(header[$0]) }
        var problems = match.duplicates
        if !ignoreExtra {
            let names = absent.map { columns[$0].name }
            for name in strangers {
                let suggestion = NearestName.find(name, among: names)
                problems.append(TabularError(.unknownColumn, row: 1, column: name, suggestion: suggestion))
            }
        }
        for name in absent.map({ columns[$0] }).filter(\.isRequired).map(\.name) {
            let suggestion = NearestName.find(name, among: strangers)
            problems.append(TabularError(.missingColumn, row: 1, column: name, suggestion: suggestion))
        }
        if !problems.isEmpty { throw TabularProblems(problems) }
        self.columns = columns
        self.header = header
        positions = match.positions
        unnamed = ignoreExtra ? [] : match.unnamed
        byName = Dictionary(uniqueKeysWithValues: zip(columns.map(\.name), columns.indices))
    }

    /// The index of a column's field, or `nil` when the header lacks it; `name` is one of the template's.
    public func position(of name: String) -> Int? {
        guard let place = byName[name] else { return nil }
        return positions[place]
    }

    /// The current record's value of a column as it stands there; empty when header or record lack it.
    public func value(_ name: String, in reader: borrowing CSVReader) -> String {
        guard let position = position(of: name) else { return "" }
        return reader.field(position)
    }

    /// The current record's values in the order of the template's columns.
    public func values(in reader: borrowing CSVReader) -> [String] {
        var values: [String] = []
        values.reserveCapacity(positions.count)
        for position in positions {
            if let position { values.append(reader.field(position)) } else { values.append("") }
        }
        return values
    }

    /// Checks that the current record has no value beyond the named columns, as an unquoted comma in a text makes one.
    ///
    /// Throws `surplus-field`, also when extra columns are ignored: the values before it may have slipped as well.
    public func check(_ reader: borrowing CSVReader) throws(TabularError) {
        if reader.fieldCount > header.count {
            for index in header.count..<reader.fieldCount { try refuse(index, reader) }
        }
        for index in unnamed { try refuse(index, reader) }
    }

    private func refuse(_ index: Int, _ reader: borrowing CSVReader) throws(TabularError) {
        let value = Cell.trimmed(reader.field(index))
        guard !value.isEmpty else { return }
        throw TabularError(.surplusField, row: reader.row, detail: Self.shown(value))
    }

    /// What of a file's text is fit for a message.
    private static func shown(_ text: String) -> String {
        String(DisplayWidth.printable(Cell.trimmed(text)).prefix(40))
    }

    private static func foreignSeparator(in header: String) -> String? {
        let separators: [(Character, String)] = [
            ("\t", "TAB"), (";", ";"), ("；", "；"), ("，", "，"), ("|", "|"), ("、", "、"),
        ]
        return separators.first { header.contains($0.0) }?.1
    }
}

/// Header and template side by side.
private struct Match {
    var positions: [Int?]
    var unknown: [Int] = []
    var unnamed: [Int] = []
    var duplicates: [TabularError] = []

    init(_ header: [String], _ columns: [TableColumn]) {
        positions = [Int?](repeating: nil, count: columns.count)
        var places: [String: Int] = [:]
        for (place, column) in columns.enumerated() {
            let previous = places.updateValue(place, forKey: TableColumn.key(column.name))
            precondition(previous == nil, "a template's columns are distinct")
        }
        for (index, name) in header.enumerated() {
            let key = TableColumn.key(name)
            if key.isEmpty {
                unnamed.append(index)
            } else if let place = places[key] {
                add(index, to: place, named: columns[place].name)
            } else {
                unknown.append(index)
            }
        }
    }

    private mutating func add(_ index: Int, to place: Int, named name: String) {
        guard let first = positions[place] else {
            positions[place] = index
            return
        }
        let detail = "\(first + 1), \(index + 1)"
        duplicates.append(TabularError(.duplicateColumn, row: 1, column: name, detail: detail))
    }
}
