import ArchiveTesting
import Foundation
import GRDB
import Testing

/// `log.sqlite` as bytes and as SQLite reads it, past the program: to damage it and to see what the damage means.
struct LogFile {
    let path: String

    init(_ archive: ProgramArchive) { path = archive.path + "/log.sqlite" }

    func bytes() throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(fileURLWithPath: path))) }

    func write(_ bytes: [UInt8]) throws {
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        try Data(bytes).write(to: URL(fileURLWithPath: path))
    }

    private func open<Result>(readonly: Bool, _ body: (Database) throws -> Result) throws -> Result {
        var configuration = Configuration()
        configuration.readonly = readonly
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        defer { try? queue.close() }
        return try queue.inDatabase(body)
    }

    /// Everything that the tables say; nil where SQLite cannot read it.
    func contents() -> [String]? {
        try? open(readonly: true) { db in
            try ["entry", "tile", "head", "checkpoint"].map { table in
                try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { row in
                    row.databaseValues.map { value in
                        // A description has a blob's length alone.
                        if case .blob(let data) = value.storage { data.base64EncodedString() } else { "\(value)" }
                    }.joined(separator: " ")
                }.sorted().joined(separator: "\n")
            }
        }
    }

    func pageMap() throws -> SQLitePageMap {
        let roots = try open(readonly: true) { db in
            try Row.fetchAll(db, sql: "SELECT name, rootpage FROM sqlite_schema WHERE type = 'table'")
                .map { (name: $0[0] as String, page: $0[1] as Int) }
        }
        return SQLitePageMap(try bytes(), roots: roots)
    }

    /// Runs SQL past the triggers, which are as they were afterwards.
    func alter(_ sql: String) throws {
        try open(readonly: false) { db in
            let triggers = try Row.fetchAll(db, sql: "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
            for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger[0] as String)") }
            try db.execute(sql: sql)
            for trigger in triggers { try db.execute(sql: trigger[1] as String) }
        }
    }

    func number(_ sql: String) throws -> Int { try open(readonly: true) { try Int.fetchOne($0, sql: sql) } ?? 0 }
}

/// A small archive with a full tile, heads and checkpoints, closed cleanly: made once, copied for each test.
enum SmallArchive {
    static let base = Result { () throws -> ProgramArchive in
        let archive = try ProgramArchive(inMemory: true)
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        _ = try archive.file("early.txt", archive("checkpoint").text)
        let appender = try Appender(archive, first: 0, count: 4, batch: 60)
        #expect(try appender.running.finish().status == 0)
        _ = try archive.file("late.txt", archive("checkpoint").text)
        return archive
    }

    static func copy() throws -> ProgramArchive { try ProgramArchive(copying: base.get(), inMemory: true) }

    static let derived = ["facts.sqlite", "read-1.sqlite", "index.sqlite", "CURRENT"]
}
