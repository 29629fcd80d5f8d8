import Foundation
import GRDB

/// Changes a log past the triggers that refuse it.
enum LogDamage {
    /// Changes the bytes of one entry.
    static func alter(_ log: String, at position: UInt64, _ change: (inout [UInt8]) -> Void) throws {
        let queue = try DatabaseQueue(path: log)
        try queue.inDatabase { db in
            let trigger = try String.fetchOne(
                db, sql: "SELECT sql FROM sqlite_schema WHERE name = 'entry_is_never_updated'")
            try db.execute(sql: "DROP TRIGGER entry_is_never_updated")
            let position = Int64(position)
            let data = try Data.fetchOne(db, sql: "SELECT blob FROM entry WHERE position = ?", arguments: [position])
            var bytes = Array(data ?? Data())
            change(&bytes)
            try db.execute(sql: "UPDATE entry SET blob = ? WHERE position = ?", arguments: [Data(bytes), position])
            try db.execute(sql: trigger ?? "")
        }
        try queue.close()
    }

    /// Takes a kept checkpoint away.
    static func removeCheckpoint(_ log: String, size: Int64) throws {
        let queue = try DatabaseQueue(path: log)
        try queue.inDatabase { db in
            let trigger = try String.fetchOne(
                db, sql: "SELECT sql FROM sqlite_schema WHERE name = 'checkpoint_is_never_deleted'")
            try db.execute(sql: "DROP TRIGGER checkpoint_is_never_deleted")
            try db.execute(sql: "DELETE FROM checkpoint WHERE size = ?", arguments: [size])
            try db.execute(sql: trigger ?? "")
        }
        try queue.close()
    }
}
