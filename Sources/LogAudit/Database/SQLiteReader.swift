internal import GRDBSQLite

extension StorageFault {
    /// What SQLite answered instead of a row, by its extended result code (sqlite.org/rescode.html).
    init(resultCode: Int32, _ message: String) {
        let obstacle: AuditError? =
            switch resultCode & 0xFF {
            case SQLITE_NOMEM: AuditError(.outOfMemory, message)
            case SQLITE_BUSY, SQLITE_LOCKED: AuditError(.busy, message)
            case SQLITE_CANTOPEN, SQLITE_PERM, SQLITE_AUTH, SQLITE_READONLY: AuditError(.cannotOpen, message)
            case SQLITE_NOTADB: AuditError(.notADatabase, message)
            default: nil
            }
        self.init(.storageDamaged, message, obstacle: obstacle)
    }
}

/// A read-only connection over the plain C API; for one thread.
///
/// No memory mapping: a page that the disk cannot give would end the process (SIGBUS) instead of being a finding.
final class SQLiteReader {
    private let handle: OpaquePointer
    /// How many times SQLite may still call back during one call before it is stopped.
    private let patience: UnsafeMutablePointer<Int>

    /// A value longer than this in a damaged file is not read (SQLITE_TOOBIG); an entry has at most 65,535 bytes.
    private static let maximumValueByteCount: Int32 = 16 << 20
    private static let busyMilliseconds: Int32 = 5000
    /// A damaged schema may lead through the same pages for ever, within one call: after about a hundred million steps
    /// of SQLite's machine the call ends with SQLITE_INTERRUPT. No sound call takes a thousand.
    private static let stepsPerCall: Int32 = 1_000_000
    private static let maximumPatience = 100

    /// Opens a file by its URI (sqlite.org/uri.html).
    init(uri: String) throws(StorageFault) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_URI
        let code = sqlite3_open_v2(uri, &opened, flags, nil)
        guard code == SQLITE_OK, let opened else {
            let fault = SQLiteReader.fault(code, opened)
            sqlite3_close_v2(opened)
            throw fault
        }
        handle = opened
        patience = .allocate(capacity: 1)
        patience.initialize(to: SQLiteReader.maximumPatience)
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, SQLiteReader.busyMilliseconds)
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, SQLiteReader.maximumValueByteCount)
        sqlite3_progress_handler(
            handle, SQLiteReader.stepsPerCall,
            { context in
                guard let patience = context?.assumingMemoryBound(to: Int.self) else { return 1 }
                patience.pointee -= 1
                return patience.pointee > 0 ? 0 : 1
            }, patience)
        // A schema from a hostile file must not run functions; damaged cells are noticed before they are used.
        for pragma in ["PRAGMA trusted_schema = OFF", "PRAGMA query_only = ON", "PRAGMA cell_size_check = ON"] {
            sqlite3_exec(handle, pragma, nil, nil, nil)
        }
    }

    deinit {
        sqlite3_close_v2(handle)
        patience.deallocate()
    }

    /// Gives the next call its full time.
    fileprivate func renewPatience() { patience.pointee = SQLiteReader.maximumPatience }

    func prepare(_ sql: String) throws(StorageFault) -> SQLiteQuery {
        renewPatience()
        var statement: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &statement, nil)
        guard code == SQLITE_OK, let statement else { throw SQLiteReader.fault(code, handle) }
        return SQLiteQuery(statement, of: self)
    }

    /// Runs a statement without rows.
    func execute(_ sql: String) throws(StorageFault) {
        _ = try prepare(sql).step()
    }

    fileprivate func fault(_ code: Int32) -> StorageFault { SQLiteReader.fault(code, handle) }

    private static func fault(_ code: Int32, _ handle: OpaquePointer?) -> StorageFault {
        let message = handle.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) } ?? "out of memory"
        // A successful code without a handle or statement would be memory that SQLite did not get.
        return StorageFault(resultCode: code == SQLITE_OK ? SQLITE_NOMEM : code, message)
    }
}

/// A prepared statement; keeps its connection alive.
final class SQLiteQuery {
    private let statement: OpaquePointer
    private let reader: SQLiteReader

    fileprivate init(_ statement: OpaquePointer, of reader: SQLiteReader) {
        self.statement = statement
        self.reader = reader
    }

    deinit { sqlite3_finalize(statement) }

    /// Starts again with new values.
    func bind(_ values: Int64...) throws(StorageFault) {
        sqlite3_reset(statement)
        for (index, value) in values.enumerated() {
            let code = sqlite3_bind_int64(statement, Int32(index + 1), value)
            guard code == SQLITE_OK else { throw reader.fault(code) }
        }
    }

    /// Ends the statement and with it its read transaction.
    func reset() { sqlite3_reset(statement) }

    /// Whether there is a next row.
    func step() throws(StorageFault) -> Bool {
        reader.renewPatience()
        let code = sqlite3_step(statement)
        if code == SQLITE_ROW { return true }
        guard code == SQLITE_DONE else {
            let fault = reader.fault(code)
            sqlite3_reset(statement)
            throw fault
        }
        // A statement that is done but not reset would hold its read transaction, and the writer's log would grow.
        sqlite3_reset(statement)
        return false
    }

    func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    func int64(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// The bytes of a blob, valid until the next step; nil for a value of another type.
    func blob(_ column: Int32) -> UnsafeRawBufferPointer? {
        guard sqlite3_column_type(statement, column) == SQLITE_BLOB else { return nil }
        let pointer = sqlite3_column_blob(statement, column)
        let count = Int(sqlite3_column_bytes(statement, column))
        guard let pointer else { return count == 0 ? UnsafeRawBufferPointer(start: nil, count: 0) : nil }
        return UnsafeRawBufferPointer(start: pointer, count: count)
    }

    func text(_ column: Int32) -> String {
        sqlite3_column_text(statement, column).map { String(cString: $0) } ?? ""
    }
}
