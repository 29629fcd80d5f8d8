import Foundation
import GRDB

/// Changes SQLite files past the archive's own code.
enum SQLiteFile {
    static func execute(_ path: String, _ statement: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.inDatabase { try $0.execute(sql: statement) }
        try queue.close()
    }
}
