internal import GRDB
internal import GRDBSQLite

/// Statements of the hot paths: values are bound without copies of them, and the statement is run once.
///
/// No destructor is given with a text or blob: SQLite reads the bytes in place, and only until the reset.
extension Statement {
    func step(_ position: Int64, _ bytes: [UInt8]) throws {
        let statement = sqliteStatement
        try run {
            sqlite3_bind_int64(statement, 1, position)
            return bytes.withUnsafeBytes { buffer in
                sqlite3_bind_blob(statement, 2, buffer.baseAddress, Int32(buffer.count), nil)
                return sqlite3_step(statement)
            }
        }
    }

    func step(_ first: Int64, _ text: String, _ last: Int64) throws {
        let statement = sqliteStatement
        try run {
            sqlite3_bind_int64(statement, 1, first)
            sqlite3_bind_int64(statement, 3, last)
            return text.withBoundBytes { characters, count in
                sqlite3_bind_text(statement, 2, characters, count, nil)
                return sqlite3_step(statement)
            }
        }
    }

    func step(_ text: String, _ number: Int64?, _ count: Int64, _ bytes: [UInt8]) throws {
        let statement = sqliteStatement
        try run {
            if let number { sqlite3_bind_int64(statement, 2, number) }
            sqlite3_bind_int64(statement, 3, count)
            return text.withBoundBytes { characters, length in
                sqlite3_bind_text(statement, 1, characters, length, nil)
                return bytes.withUnsafeBytes { buffer in
                    sqlite3_bind_blob(statement, 4, buffer.baseAddress, Int32(buffer.count), nil)
                    return sqlite3_step(statement)
                }
            }
        }
    }

    /// What `read` makes of the first row; nil without one. The row's pointers must not leave the closure.
    func firstRow<Result>(_ text: String, _ read: (OpaquePointer) throws -> Result) throws -> Result? {
        let statement = sqliteStatement
        return try text.withBoundBytes { characters, count in
            sqlite3_bind_text(statement, 1, characters, count, nil)
            return try first(read)
        }
    }

    func firstRow<Result>(
        _ number: Int64, _ text: String, _ read: (OpaquePointer) throws -> Result
    ) throws -> Result? {
        let statement = sqliteStatement
        sqlite3_bind_int64(statement, 1, number)
        return try text.withBoundBytes { characters, count in
            sqlite3_bind_text(statement, 2, characters, count, nil)
            return try first(read)
        }
    }

    private func first<Result>(_ read: (OpaquePointer) throws -> Result) throws -> Result? {
        let statement = sqliteStatement
        defer {
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
        }
        switch sqlite3_step(statement) {
        case SQLITE_ROW: return try read(statement)
        case SQLITE_DONE: return nil
        case let code: throw failure(code)
        }
    }

    private func failure(_ code: Int32) -> DatabaseError {
        DatabaseError(
            resultCode: ResultCode(rawValue: code),
            message: String(cString: sqlite3_errmsg(sqlite3_db_handle(sqliteStatement))))
    }

    private func run(_ bindAndStep: () -> Int32) throws {
        let statement = sqliteStatement
        let code = bindAndStep()
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
        guard code == SQLITE_DONE else { throw failure(code) }
    }
}

extension String {
    fileprivate func withBoundBytes<Result>(
        _ body: (UnsafePointer<CChar>?, Int32) throws -> Result
    ) rethrows -> Result {
        var text = self
        return try text.withUTF8 { buffer in
            try buffer.withMemoryRebound(to: CChar.self) { try body($0.baseAddress, Int32($0.count)) }
        }
    }
}
