import Foundation
import GRDBSQLite
import LogAudit
import TransparencyLog

/// A log file made by hand, in a folder of its own that goes with it.
final class LogFixture {
    static let origin = "example.com/log"
    static let schema = """
        CREATE TABLE entry(position INTEGER PRIMARY KEY, blob BLOB NOT NULL) STRICT;
        CREATE TABLE tile(level INTEGER, "index" INTEGER, hashes BLOB NOT NULL, root BLOB NOT NULL,
            PRIMARY KEY(level, "index")) STRICT, WITHOUT ROWID;
        CREATE TABLE head(size INTEGER PRIMARY KEY, root BLOB NOT NULL) STRICT;
        CREATE TABLE checkpoint(size INTEGER PRIMARY KEY, note BLOB NOT NULL) STRICT;
        """

    let folder: URL
    let path: String
    private(set) var builder = TreeBuilder()
    /// The heads that were added.
    private(set) var heads: [(size: UInt64, root: Digest32)] = []
    private var handle: OpaquePointer?

    init(name: String = "log.sqlite") throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("log-audit-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        path = folder.appendingPathComponent(name).path
    }

    /// A new log with the tables of the house.
    static func made(name: String = "log.sqlite", schema: String = schema) throws -> LogFixture {
        let fixture = try LogFixture(name: name)
        try fixture.open()
        try fixture.run("PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF;" + schema)
        return fixture
    }

    /// A log with the entries given, a head after every `batch` of them, and checkpoints at the sizes given.
    static func made(
        _ entries: [[UInt8]], batch: Int = 50, checkpoints: Set<Int> = [], signer: NoteSigner? = nil
    ) throws -> LogFixture {
        let fixture = try made()
        try fixture.run("BEGIN")
        for (number, entry) in entries.enumerated() {
            try fixture.append(entry)
            if (number + 1).isMultiple(of: batch) || number + 1 == entries.count { try fixture.addHead() }
            if checkpoints.contains(number + 1), let signer { try fixture.addCheckpoint(signer: signer) }
        }
        try fixture.run("COMMIT")
        return fixture
    }

    /// A copy of this log's file, closed properly.
    func copy() throws -> LogFixture {
        try run("PRAGMA wal_checkpoint(TRUNCATE)")
        let copy = try LogFixture()
        try FileManager.default.copyItem(atPath: path, toPath: copy.path)
        try copy.open()
        return copy
    }

    deinit {
        sqlite3_close_v2(handle)
        try? FileManager.default.removeItem(at: folder)
    }

    func open() throws {
        guard sqlite3_open(path, &handle) == SQLITE_OK else { throw Failure(handle) }
        sqlite3_extended_result_codes(handle, 1)
    }

    func close() {
        sqlite3_close_v2(handle)
        handle = nil
    }

    func run(_ sql: String) throws {
        guard sqlite3_exec(handle, sql, nil, nil, nil) == SQLITE_OK else { throw Failure(handle) }
    }

    func append(_ entry: [UInt8]) throws {
        try insert("INSERT INTO entry VALUES (?1, ?2)", [Int64(builder.size)], [entry])
        try builder.append(MerkleHash.leaf(entry)) { tile in
            try insert(
                "INSERT INTO tile VALUES (?1, ?2, ?3, ?4)", [Int64(tile.level), Int64(tile.index)],
                [tile.hashes, tile.root.bytes])
        }
    }

    func addHead() throws {
        heads.append((builder.size, builder.root()))
        try insert("INSERT INTO head VALUES (?1, ?2)", [Int64(builder.size)], [builder.root().bytes])
    }

    func checkpoint(signer: NoteSigner, origin: String = origin, root: Digest32? = nil) throws -> Note {
        try Checkpoint(origin: origin, size: builder.size, root: root ?? builder.root()).signed(by: [signer])
    }

    func addCheckpoint(signer: NoteSigner, origin: String = origin, root: Digest32? = nil) throws {
        let note = try checkpoint(signer: signer, origin: origin, root: root)
        try insert("INSERT INTO checkpoint VALUES (?1, ?2)", [Int64(builder.size)], [note.bytes])
    }

    func insert(_ sql: String, _ numbers: [Int64], _ blobs: [[UInt8]]) throws {
        var statement: OpaquePointer?
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw Failure(handle) }
        defer { sqlite3_finalize(statement) }
        // SQLite's own constant for "copy the bytes", which the importer cannot show: a function pointer of all ones.
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (index, number) in numbers.enumerated() { sqlite3_bind_int64(statement, Int32(index + 1), number) }
        for (index, blob) in blobs.enumerated() {
            sqlite3_bind_blob(statement, Int32(numbers.count + index + 1), blob, Int32(blob.count), transient)
        }
        guard sqlite3_step(statement) == SQLITE_DONE else { throw Failure(handle) }
    }

    /// All that an audit derives anything from, row by row; nil if it cannot be read.
    func content() -> [String]? {
        var rows: [String] = []
        for table in ["entry", "tile", "head", "checkpoint"] {
            var statement: OpaquePointer?
            guard sqlite3_prepare_v2(handle, "SELECT * FROM \(table) ORDER BY 1, 2", -1, &statement, nil) == SQLITE_OK
            else { return nil }
            defer { sqlite3_finalize(statement) }
            var code = sqlite3_step(statement)
            while code == SQLITE_ROW {
                let values = (0..<sqlite3_column_count(statement)).map { column in
                    let bytes = sqlite3_column_blob(statement, column)
                    let count = Int(sqlite3_column_bytes(statement, column))
                    let hash = MerkleHash.leaf(UnsafeRawBufferPointer(start: bytes, count: count))
                    return "\(sqlite3_column_type(statement, column)) \(hash)"
                }
                rows.append("\(table) \(values)")
                code = sqlite3_step(statement)
            }
            guard code == SQLITE_DONE else { return nil }
        }
        return rows
    }

    /// The bytes of the write-ahead log.
    func walBytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path + "-wal"))) }

    /// Each table's name and first page.
    func roots() throws -> [(name: String, page: Int)] {
        var statement: OpaquePointer?
        let sql = "SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'"
        guard sqlite3_prepare_v2(handle, sql, -1, &statement, nil) == SQLITE_OK else { throw Failure(handle) }
        defer { sqlite3_finalize(statement) }
        var roots: [(name: String, page: Int)] = []
        while sqlite3_step(statement) == SQLITE_ROW {
            guard let name = sqlite3_column_text(statement, 0) else { throw Failure(handle) }
            roots.append((String(cString: name), Int(sqlite3_column_int64(statement, 1))))
        }
        return roots
    }

    func audit(_ options: LogAuditor.Options = .init()) throws -> LogAuditor.Report {
        try LogAuditor(path: path, options: options).run()
    }

    struct Failure: Error, CustomStringConvertible {
        let description: String

        init(_ handle: OpaquePointer?) { description = String(cString: sqlite3_errmsg(handle)) }
    }
}
