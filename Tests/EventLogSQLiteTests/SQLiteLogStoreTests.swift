import ArchiveTesting
import EventLog
import EventLogSQLite
import Foundation
import GRDB
import Testing

@Suite("SQLite log: the file")
struct SQLiteLogStoreTests {
    let files: LogFolder

    init() throws { files = try LogFolder() }

    @Test("the writer syncs every commit: synchronous is FULL, the journal a WAL, a page 8,192 bytes")
    func durability() async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<10))
        #expect(try log.store.synchronousLevel() == 2)
        #expect(try OpenLog(files, writable: false).store.synchronousLevel() == nil)
        let found = try files.sqlite(files.log) { db in
            try ["journal_mode", "page_size", "application_id", "user_version"].map {
                try String.fetchOne(db, sql: "PRAGMA \($0)")
            }
        }
        #expect(found == ["wal", "8192", "1131561330", "1"])
    }

    @Test(
        "what is written stays: triggers refuse UPDATE and DELETE", arguments: ["entry", "tile", "head", "checkpoint"])
    func appendOnly(table: String) async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<256))
        try log.store.save(checkpoint: "note", size: 256)
        let changes = [
            "entry": "blob = x'00'", "tile": "level = 9", "head": "root = zeroblob(32)", "checkpoint": "note = x'00'",
        ]
        let change = try #require(changes[table])
        try files.sqlite(files.log) { db in
            let before = try Row.fetchAll(db, sql: "SELECT * FROM \(table)")
            #expect(!before.isEmpty)
            for sql in ["UPDATE \(table) SET \(change)", "DELETE FROM \(table)"] {
                let error = #expect(throws: DatabaseError.self) { try db.execute(sql: sql) }
                #expect(error?.message == "the log is append-only", "\(sql)")
            }
            #expect(try Row.fetchAll(db, sql: "SELECT * FROM \(table)") == before)
        }
    }

    @Test("an existing file is not made again, a missing one is not made by opening")
    func existence() async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<3))
        #expect(await refusal { try SQLiteLogStore.create(path: files.log) }?.code == .storage)
        #expect(try log.store.head().size == 3)
        let missing = files.path + "/other.sqlite"
        for writable in [true, false] {
            let error = await refusal { _ = try SQLiteLogStore(path: missing, writable: writable) }
            #expect(error?.code == .storage)
            #expect(error?.english.contains(missing) == true)
        }
        #expect(!FileManager.default.fileExists(atPath: missing))
    }

    @Test("a file that is no log is refused and left as it is")
    func foreignFile() async throws {
        let path = files.path + "/foreign.sqlite"
        try files.sqlite(path) { try $0.execute(sql: "CREATE TABLE entry (position INTEGER); PRAGMA user_version = 2") }
        let before = try files.bytes(path)
        let garbage = files.path + "/garbage.sqlite"
        try files.write([UInt8](repeating: 7, count: 20_000), to: garbage)
        for writable in [true, false] {
            #expect(await refusal { _ = try SQLiteLogStore(path: path, writable: writable) }?.code == .damaged)
            #expect(await refusal { _ = try SQLiteLogStore(path: garbage, writable: writable) }?.code == .damaged)
        }
        #expect(try files.bytes(path) == before)
    }

    @Test("altered bytes of an entry are reported with its position")
    func alteredEntry() async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<3))
        try files.sqlite(files.log) { db in
            try db.execute(sql: "DROP TRIGGER entry_is_never_updated")
            try db.execute(sql: "UPDATE entry SET blob = substr(blob, 2) WHERE position = 1")
        }
        let error = await refusal { _ = try log.reader.entry(at: 1) }
        #expect(error?.code == .damaged)
        #expect(error?.english.contains("position 1 ") == true)
        #expect(try log.reader.entry(at: 2).identity.id == "e2")
        #expect(await refusal { try log.reader.forEachEntry(in: 0..<3) { _ in } }?.code == .damaged)
    }

    @Test("a missing entry is damage, not the end of the log")
    func missingEntry() async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<3))
        try files.sqlite(files.log) { db in
            try db.execute(sql: "DROP TRIGGER entry_is_never_deleted; DELETE FROM entry WHERE position = 1")
        }
        var seen: [UInt64] = []
        let error = await refusal { try log.store.forEachEntry(in: 0..<3) { position, _ in seen.append(position) } }
        #expect(error?.code == .damaged)
        #expect(error?.english.contains("position 1") == true)
        #expect(seen == [0])
        #expect(await refusal { try log.store.forEachEntry(in: 2..<4) { _, _ in } }?.code == .notFound)
    }

    @Test(
        "a log whose end does not fit its head is not taken up",
        arguments: [
            "UPDATE head SET root = zeroblob(32) WHERE size = 300", "UPDATE head SET root = x'00' WHERE size = 300",
            "UPDATE head SET size = -1", "DELETE FROM entry WHERE position = 299", "DELETE FROM tile",
            "UPDATE tile SET root = zeroblob(32)", "UPDATE tile SET root = x'00'",
            "UPDATE entry SET blob = x'00' WHERE position = 260",
        ])
    func damagedEnd(sql: String) async throws {
        do { try await OpenLog(files).append(SampleEvent.drafts(0..<300)) }
        let triggers = ["entry", "tile", "head"].flatMap { ["\($0)_is_never_updated", "\($0)_is_never_deleted"] }
        try files.sqlite(files.log) { db in
            for trigger in triggers { try db.execute(sql: "DROP TRIGGER \(trigger)") }
            try db.execute(sql: "PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: sql)
            #expect(db.changesCount > 0)
        }
        #expect(await refusal { _ = try OpenLog(files) }?.code == .damaged)
    }

    @Test("a tile cut short is damage to whoever asks for a proof")
    func damagedTile() async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<300))
        try files.sqlite(files.log) { db in
            try db.execute(sql: "DROP TRIGGER tile_is_never_updated; PRAGMA ignore_check_constraints = ON")
            try db.execute(sql: "UPDATE tile SET hashes = substr(hashes, 1, 100)")
        }
        #expect(await refusal { _ = try log.reader.inclusionProof(of: 3, size: 300) }?.code == .damaged)
    }
}
