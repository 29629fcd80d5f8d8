internal import GRDB
internal import GRDBSQLite

extension Statement {
    /// Binds a position and bytes without copying them, and runs the statement once.
    func step(_ position: Int64, _ bytes: [UInt8]) throws {
        let statement = sqliteStatement
        let code = bytes.withUnsafeBytes { buffer in
            sqlite3_bind_int64(statement, 1, position)
            // No destructor: SQLite reads the bytes in place, and only until the reset below.
            sqlite3_bind_blob(statement, 2, buffer.baseAddress, Int32(buffer.count), nil)
            let code = sqlite3_step(statement)
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
            return code
        }
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message: String(cString: sqlite3_errmsg(sqlite3_db_handle(statement))))
        }
    }

    /// Binds a number, a text and a number without copying them, and runs the statement once.
    func step(_ first: Int64, _ text: String, _ last: Int64) throws {
        let statement = sqliteStatement
        var text = text
        let code = text.withUTF8 { buffer in
            sqlite3_bind_int64(statement, 1, first)
            // No destructor: SQLite reads the bytes in place, and only until the reset below.
            buffer.withMemoryRebound(to: CChar.self) { characters in
                _ = sqlite3_bind_text(statement, 2, characters.baseAddress, Int32(characters.count), nil)
            }
            sqlite3_bind_int64(statement, 3, last)
            let code = sqlite3_step(statement)
            sqlite3_reset(statement)
            sqlite3_clear_bindings(statement)
            return code
        }
        guard code == SQLITE_DONE else {
            throw DatabaseError(
                resultCode: ResultCode(rawValue: code),
                message: String(cString: sqlite3_errmsg(sqlite3_db_handle(statement))))
        }
    }
}
