internal import EventLog
internal import GRDB
internal import GRDBSQLite

/// Rows on their way into the tables; SQLite reads their texts in place.
extension Database {
    /// Inserts packed rows in their order. Throws where a key is there already.
    func insert(_ rows: ReadRows, into table: ReadTable) throws {
        guard !rows.bytes.isEmpty else { return }
        let statement = try cachedStatement(sql: table.insert).sqliteStatement
        let columns = Int32(table.columns.count)
        defer { sqlite3_clear_bindings(statement) }
        try rows.bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                for column in 1...columns { offset = Database.bind(statement, column, buffer, offset) }
                let code = sqlite3_step(statement)
                sqlite3_reset(statement)
                guard code == SQLITE_DONE else {
                    throw DatabaseError(
                        resultCode: ResultCode(rawValue: code),
                        message: String(cString: sqlite3_errmsg(sqlite3_db_handle(statement))))
                }
            }
        }
    }

    /// Binds the value at an offset and returns where the next one begins. No destructors: the bytes outlive the step.
    private static func bind(
        _ statement: OpaquePointer, _ column: Int32, _ buffer: UnsafeRawBufferPointer, _ offset: Int
    ) -> Int {
        switch buffer[offset] {
        case ReadRows.Kind.integer:
            let value = buffer.loadUnaligned(fromByteOffset: offset + 1, as: Int64.self)
            sqlite3_bind_int64(statement, column, Int64(littleEndian: value))
            return offset + 9
        case ReadRows.Kind.text:
            let count = UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: offset + 1, as: UInt32.self))
            let text = buffer[(offset + 5)..<(offset + 5 + Int(count))]
            UnsafeRawBufferPointer(rebasing: text).withMemoryRebound(to: CChar.self) { characters in
                _ = sqlite3_bind_text(statement, column, characters.baseAddress, Int32(count), nil)
            }
            return offset + 5 + Int(count)
        default:
            sqlite3_bind_null(statement, column)
            return offset + 1
        }
    }
}
