/// The tables of a log, and those of them that can be read.
enum LogTable: String, Sendable, CaseIterable {
    case entry, tile, head, checkpoint

    /// The columns that the audit reads.
    var probe: String {
        switch self {
        case .entry: "SELECT position, blob FROM entry LIMIT 0"
        case .tile: "SELECT level, \"index\", hashes, root FROM tile LIMIT 0"
        case .head: "SELECT size, root FROM head LIMIT 0"
        case .checkpoint: "SELECT size, note FROM checkpoint LIMIT 0"
        }
    }

    /// The columns by which rows are found, always two.
    var keys: String {
        switch self {
        case .entry: "position, 0"
        case .tile: "level, \"index\""
        case .head, .checkpoint: "size, 0"
        }
    }

    /// Finds out which tables are there, as plain tables: a view in their place could answer anything, for ever.
    ///
    /// - Throws: `not-a-log` if the schema can be read and has no table of entries.
    static func readable(
        in reader: SQLiteReader, _ findings: inout FindingList
    ) throws(AuditError) -> Set<LogTable> {
        var found: Set<LogTable> = []
        do throws(StorageFault) {
            let query = try reader.prepare("SELECT name, type, sql, tbl_name FROM sqlite_schema")
            while try query.step() {
                if query.text(1) == "index", LogTable(rawValue: query.text(3)) != nil {
                    // SQLite may answer from an index, which may hold other bytes than the table.
                    findings.add(.indexExtra, "\(query.text(0)) over \(query.text(3))")
                }
                guard let table = LogTable(rawValue: query.text(0)) else { continue }
                let isPlain = query.text(1) == "table" && query.text(2).uppercased().hasPrefix("CREATE TABLE")
                if isPlain { found.insert(table) }
            }
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            findings.add(.storageDamaged, "the schema: \(error.message)")
            return []
        }
        guard found.contains(.entry) else { throw AuditError(.notALog, "no table named entry") }
        for table in LogTable.allCases {
            do throws(StorageFault) {
                if found.contains(table) {
                    _ = try reader.prepare(table.probe)
                } else {
                    findings.add(.tableMissing, table.rawValue)
                }
            } catch {
                if let obstacle = error.obstacle { throw obstacle }
                findings.add(.tableMissing, "\(table.rawValue): \(error.message)")
                found.remove(table)
            }
        }
        return found
    }
}
