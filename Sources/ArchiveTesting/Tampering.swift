internal import Foundation
internal import GRDB

/// Changes SQLite files past the archive's own code.
public enum Tampering {
    public static func execute(_ path: String, _ statement: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.inDatabase { try $0.execute(sql: statement) }
        try queue.close()
    }

    /// Takes a kept checkpoint away.
    public static func removeCheckpoint(of log: String, size: Int64) throws {
        try without("checkpoint_is_never_deleted", in: log) { db in
            try db.execute(sql: "DELETE FROM checkpoint WHERE size = ?", arguments: [size])
        }
    }

    /// Changes the bytes of an entry past the trigger that refuses it.
    public static func alterEntry(
        of log: String, at position: UInt64, _ change: (inout [UInt8]) -> Void
    ) throws {
        try without("entry_is_never_updated", in: log) { db in
            let number = Int64(position)
            let data = try Data.fetchOne(db, sql: "SELECT blob FROM entry WHERE position = ?", arguments: [number])
            var bytes = Array(data ?? Data())
            change(&bytes)
            try db.execute(sql: "UPDATE entry SET blob = ? WHERE position = ?", arguments: [Data(bytes), number])
        }
    }

    /// Does what a trigger refuses, and puts the trigger back.
    private static func without(_ trigger: String, in log: String, _ body: (Database) throws -> Void) throws {
        let queue = try DatabaseQueue(path: log)
        try queue.inDatabase { db in
            let definition = try String.fetchOne(
                db, sql: "SELECT sql FROM sqlite_schema WHERE name = ?", arguments: [trigger])
            try db.execute(sql: "DROP TRIGGER \(trigger)")
            try body(db)
            try db.execute(sql: definition ?? "")
        }
        try queue.close()
    }

    /// Replaces a text in an entry.
    public static func alterEntry(of log: String, at position: UInt64, _ old: String, _ new: String) throws {
        try alterEntry(of: log, at: position) { bytes in
            bytes = Array(String(decoding: bytes, as: UTF8.self).replacingOccurrences(of: old, with: new).utf8)
        }
    }
}
