/// How many rows of a table were found by their keys, against how many its pages hold.
///
/// A key that damage has put out of order leads a search astray, without an error: some rows are never seen. Going
/// through all pages shows that. Entries need no count, since each of their positions is expected.
struct RowTally: Sendable {
    private var rows: [LogTable: UInt64] = [:]

    /// Counts one row that was read.
    mutating func count(_ table: LogTable) { rows[table, default: 0] += 1 }

    mutating func add(_ other: RowTally) {
        rows.merge(other.rows) { $0 + $1 }
    }

    /// Reports tables of which less was read than there is. More may be read: a writer may have added to them.
    func compare(counted: RowTally, _ findings: inout FindingList) {
        for (table, count) in counted.rows.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            let read = rows[table] ?? 0
            guard read < count else { continue }
            findings.add(.storageDamaged, "table \(table.rawValue) holds \(count) rows, of which keys lead to \(read)")
        }
    }
}
