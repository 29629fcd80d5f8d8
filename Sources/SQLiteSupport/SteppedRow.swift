package import GRDB
internal import GRDBSQLite

/// The row on which a statement stands: values are read in place, by column, without a copy of the row.
///
/// For the hot paths; it must not leave the closure that it was given to.
package struct SteppedRow {
    private let handle: OpaquePointer

    fileprivate init(_ handle: OpaquePointer) { self.handle = handle }

    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// Nil for NULL.
    package func day(_ column: Int32) -> Int32? {
        isNull(column) ? nil : Int32(truncatingIfNeeded: sqlite3_column_int64(handle, column))
    }

    /// Empty for NULL.
    package func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    package func bytes(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }
}

extension Statement {
    /// Runs a query with one text bound to `?1`, and calls `body` with each row.
    package func forEachRow(_ text: String? = nil, _ body: (SteppedRow) throws -> Void) throws {
        let handle = sqliteStatement
        guard var text else { return try step(handle, body) }
        try text.withUTF8 { utf8 in
            try utf8.withMemoryRebound(to: CChar.self) { characters in
                // No destructor: SQLite reads the text in place, and only until the bindings are cleared.
                sqlite3_bind_text(handle, 1, characters.baseAddress, Int32(characters.count), nil)
                defer { sqlite3_clear_bindings(handle) }
                try step(handle, body)
            }
        }
    }

    private func step(_ handle: OpaquePointer, _ body: (SteppedRow) throws -> Void) throws {
        defer { sqlite3_reset(handle) }
        while true {
            switch sqlite3_step(handle) {
            case SQLITE_ROW: try body(SteppedRow(handle))
            case SQLITE_DONE: return
            case let code:
                throw DatabaseError(
                    resultCode: ResultCode(rawValue: code),
                    message: String(cString: sqlite3_errmsg(sqlite3_db_handle(handle))))
            }
        }
    }
}
