internal import Crypto
internal import Foundation
package import GRDB
internal import GRDBSQLite

/// SHA-256 over rows, each value with its kind and length, so that no two rows look alike.
package struct RowDigest {
    private var hash = SHA256()
    /// What is not hashed yet: values are small, and the hash likes long runs.
    private var buffer: [UInt8] = []

    package init() { buffer.reserveCapacity(RowDigest.run + 4_096) }

    private static let run = 65_536

    /// Adds every row of a query, in its order.
    package mutating func addRows(_ db: Database, _ query: String) throws {
        let statement = try db.cachedStatement(sql: query)
        let columns = Int32(statement.columnCount)
        let handle = statement.sqliteStatement
        defer { sqlite3_reset(handle) }
        while true {
            let code = sqlite3_step(handle)
            guard code == SQLITE_ROW else {
                guard code == SQLITE_DONE else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
                break
            }
            for column in 0..<columns { add(handle, column) }
            if buffer.count >= RowDigest.run { flush() }
        }
        buffer.append(0xFF)
    }

    private mutating func add(_ handle: OpaquePointer, _ column: Int32) {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_NULL: add(0, UnsafeRawBufferPointer(start: nil, count: 0))
        case SQLITE_INTEGER:
            withUnsafeBytes(of: sqlite3_column_int64(handle, column).bigEndian) { add(1, $0) }
        case SQLITE_FLOAT:
            withUnsafeBytes(of: sqlite3_column_double(handle, column).bitPattern.bigEndian) { add(2, $0) }
        case SQLITE_TEXT:
            let text = sqlite3_column_text(handle, column)
            add(3, UnsafeRawBufferPointer(start: text, count: Int(sqlite3_column_bytes(handle, column))))
        default:
            let blob = sqlite3_column_blob(handle, column)
            add(4, UnsafeRawBufferPointer(start: blob, count: Int(sqlite3_column_bytes(handle, column))))
        }
    }

    private mutating func add(_ kind: UInt8, _ bytes: UnsafeRawBufferPointer) {
        buffer.append(kind)
        withUnsafeBytes(of: UInt32(bytes.count).bigEndian) { buffer.append(contentsOf: $0) }
        buffer.append(contentsOf: bytes)
    }

    private mutating func flush() {
        buffer.withUnsafeBytes { hash.update(bufferPointer: $0) }
        buffer.removeAll(keepingCapacity: true)
    }

    /// `sha256:` and 64 digits.
    package mutating func text() -> String {
        flush()
        return "sha256:" + hash.finalize().map { String(format: "%02x", $0) }.joined()
    }
}
