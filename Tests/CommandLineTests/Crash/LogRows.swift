import Foundation
import GRDB
import Testing
import TransparencyLog

/// The entries of a log as SQLite alone reads them: what others find there, whatever the program says.
struct LogRows {
    struct Entry: Hashable {
        var position: Int64
        var source: String
        var id: String
        /// RFC 6962 hash of the exact bytes, in Base64.
        var leaf: String
    }

    let entries: [Entry]

    init(archive: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        configuration.busyMode = .timeout(10)
        let queue = try DatabaseQueue(path: archive + "/log.sqlite", configuration: configuration)
        defer { try? queue.close() }
        entries = try queue.inDatabase { db in
            try Row.fetchAll(db, sql: "SELECT position, blob FROM entry ORDER BY position").map { row in
                let bytes = row[1] as Data
                let envelope = try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
                return Entry(
                    position: row[0], source: try #require(envelope["source"] as? String),
                    id: try #require(envelope["id"] as? String),
                    leaf: bytes.withUnsafeBytes { MerkleHash.leaf($0) }.base64)
            }
        }
    }

    /// The ids of a source, in order.
    func ids(of source: String) -> [String] { entries.filter { $0.source == source }.map(\.id) }
}
