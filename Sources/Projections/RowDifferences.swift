internal import GRDB

/// Rows in which the live generation differs from a fresh fold.
public struct RowDifferences: Sendable, Hashable {
    public enum Kind: String, Sendable {
        /// The live generation lacks the row.
        case missing
        /// The live generation has a row that should not be.
        case extra
        /// The live generation has other values in it.
        case different
    }

    public struct Difference: Sendable, Hashable {
        public var projection: String
        public var kind: Kind
        /// The values of the primary key: the body's id, and the case's.
        public var key: [String]
        /// The columns with other values.
        public var columns: [String] = []
    }

    /// The first of them, at most ``limit``.
    public private(set) var listed: [Difference] = []
    /// All of them.
    public private(set) var count = 0
    public static let limit = 100

    public init() {}

    /// Compares the table of a projection in the main database with that of the attached database `live`.
    mutating func compare(_ projection: any Projection, _ db: Database) throws {
        let table = projection.table
        let columns = table.quotedColumns
        let key = columns.prefix(table.keyCount)
        let rest = columns.dropFirst(table.keyCount)
        let join = key.map { "fresh.\($0) = kept.\($0)" }.joined(separator: " AND ")
        let keyList = { (name: String) in key.map { "\(name).\($0)" }.joined(separator: ", ") }
        for (kind, left, right) in [(Kind.missing, "main", "live"), (.extra, "live", "main")] {
            let sql = """
                SELECT \(keyList("fresh")) FROM \(left).\(table.quotedName) AS fresh WHERE NOT EXISTS
                (SELECT 1 FROM \(right).\(table.quotedName) AS kept WHERE \(join)) ORDER BY \(keyList("fresh"))
                """
            let rows = try Row.fetchCursor(db, sql: sql)
            while let row = try rows.next() {
                note(Difference(projection: projection.name, kind: kind, key: RowDifferences.texts(row)))
            }
        }
        guard !rest.isEmpty else { return }
        let differs = rest.map { "fresh.\($0) IS NOT kept.\($0)" }
        let sql = """
            SELECT \(keyList("fresh")), \(differs.joined(separator: ", "))
            FROM main.\(table.quotedName) AS fresh JOIN live.\(table.quotedName) AS kept ON \(join)
            WHERE \(differs.joined(separator: " OR ")) ORDER BY \(keyList("fresh"))
            """
        let rows = try Row.fetchCursor(db, sql: sql)
        while let row = try rows.next() {
            let texts = RowDifferences.texts(row)
            let changed = zip(table.columns.dropFirst(table.keyCount), texts.dropFirst(table.keyCount))
            note(
                Difference(
                    projection: projection.name, kind: .different, key: Array(texts.prefix(table.keyCount)),
                    columns: changed.filter { $0.1 == "1" }.map(\.0)))
        }
    }

    private mutating func note(_ difference: Difference) {
        count += 1
        if listed.count < RowDifferences.limit { listed.append(difference) }
    }

    private static func texts(_ row: Row) -> [String] {
        row.databaseValues.map { value in
            switch value.storage {
            case .int64(let number): String(number)
            case .string(let text): text
            default: "\(value)"
            }
        }
    }
}
