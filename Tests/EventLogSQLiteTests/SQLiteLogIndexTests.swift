import ArchiveTesting
import EventLog
import EventLogSQLite
import Foundation
import GRDB
import Testing

@Suite("SQLite index: disposable")
struct SQLiteLogIndexTests {
    let files: LogFolder

    init() throws { files = try LogFolder() }

    /// A log of 300 events in 7 streams whose index is kept up to event 200; its answers.
    private func fill() async throws -> IndexAnswers {
        let log = try OpenLog(files)
        var drafts = SampleEvent.drafts(0..<200, streams: 7)
        drafts[10].data = Array("{\"text\":{\"sealed\":{\"kid\":12}}}".utf8)
        drafts[10].keyID = 12
        drafts[11].type = "subjectkey.destroyed"
        drafts[11].data = Array("{\"kid\":9}".utf8)
        drafts[11].destroyedKeyID = 9
        try await log.append(drafts)
        try log.flush()
        try await log.append(SampleEvent.drafts(200..<300, streams: 7))
        #expect(try log.index.cursor().size == 200)
        return try log.answers()
    }

    /// Opened for reading and for writing, the log gives the same answers, and the writer keeps them.
    private func expect(_ answers: IndexAnswers, _ comment: Comment? = nil) throws {
        let isComplete = answers.positions.indices.allSatisfy { answers.positions[$0] == ($0 < 300 ? UInt64($0) : nil) }
        #expect(isComplete)
        #expect(answers.highestKeyID == 12)
        #expect(try OpenLog(files, writable: false).answers() == answers, comment)
        do {
            let log = try OpenLog(files)
            #expect(try log.answers() == answers, comment)
            #expect(try log.index.cursor() == log.store.head(), comment)
        }
        let kept = try SQLiteLogIndex(path: files.index, writable: false)
        #expect(try kept.cursor().size == 300, comment)
    }

    @Test("deleting the file loses nothing", arguments: [["", "-wal", "-shm"], [""], ["-wal", "-shm"]])
    func deleted(suffixes: [String]) async throws {
        let answers = try await fill()
        for suffix in suffixes { try? FileManager.default.removeItem(atPath: files.index + suffix) }
        try expect(answers)
    }

    @Test("an older copy is caught up")
    func stale() async throws {
        let old: [UInt8]
        do {
            let log = try OpenLog(files)
            try await log.append(SampleEvent.drafts(0..<5, streams: 7))
            try log.flush()
        }
        old = try files.bytes(files.index)
        let answers = try await fillRest()
        try files.write(old, to: files.index)
        #expect(try SQLiteLogIndex(path: files.index, writable: false).cursor().size == 5)
        try expectSame(answers)
    }

    private func fillRest() async throws -> IndexAnswers {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(5..<300, streams: 7))
        try log.flush()
        return try log.answers()
    }

    private func expectSame(_ answers: IndexAnswers) throws {
        #expect(answers.positions[299] == 299)
        #expect(try OpenLog(files, writable: false).answers() == answers)
        #expect(try OpenLog(files).answers() == answers)
        #expect(try SQLiteLogIndex(path: files.index, writable: false).cursor().size == 300)
    }

    @Test("another log's file is thrown away, be it longer, as long or shorter", arguments: [100, 300, 350])
    func foreign(count: Int) async throws {
        let answers = try await fill()
        let other = try LogFolder()
        do {
            let log = try OpenLog(other)
            try await log.append(SampleEvent.drafts(0..<count, streams: 3))
            try log.flush()
        }
        try files.write(files.bytes(other.index), to: files.index)
        try expect(answers)
    }

    @Test("an index ahead of a log that was restored to an older state is thrown away")
    func ahead() async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<3))
        let older = try LogFolder(copying: files)
        try await log.append(SampleEvent.drafts(3..<6))
        try log.flush()
        let newer = try LogFolder(copying: files)
        for suffix in ["", "-wal"] {
            try? FileManager.default.removeItem(atPath: older.index + suffix)
            try FileManager.default.copyItem(atPath: newer.index + suffix, toPath: older.index + suffix)
        }
        let restored = try OpenLog(older)
        #expect(try restored.answers().positions.prefix(4) == [0, 1, 2, nil])
        #expect(try await restored.append(SampleEvent.drafts(4..<5)).first?.position == 3)
    }

    enum Damage: String, CaseIterable, Sendable {
        case empty, garbage, halved, headerOnly, noise, olderVersion, noCursor, badRoot, negativeSize, noTables
    }

    @Test("a file of a newer program is neither used nor destroyed")
    func newer() async throws {
        _ = try await fill()
        try files.sqlite(files.index) { try $0.execute(sql: "PRAGMA user_version = 99") }
        let before = try files.bytes(files.index)
        for writable in [true, false] {
            #expect { _ = try OpenLog(files, writable: writable) } throws: {
                ($0 as? EventLogError)?.code.rawValue == "derived-newer"
            }
        }
        #expect(try files.bytes(files.index) == before)
    }

    @Test("a damaged file is derived anew", arguments: Damage.allCases)
    func damaged(damage: Damage) async throws {
        let answers = try await fill()
        let whole = try files.bytes(files.index)
        var generator = SeededGenerator(stream: 2)
        switch damage {
        case .empty: try files.write([], to: files.index)
        case .garbage:
            try files.write((0..<9_000).map { _ in .random(in: 0...255, using: &generator) }, to: files.index)
        case .halved: try files.write(Array(whole[..<(whole.count / 8192 * 4096)]), to: files.index)
        case .headerOnly: try files.write(Array(whole[..<100]), to: files.index)
        case .noise: try files.write(whole.map { $0 ^ 0x55 }, to: files.index)
        case .olderVersion: try files.sqlite(files.index) { try $0.execute(sql: "PRAGMA user_version = 1") }
        case .noCursor: try files.sqlite(files.index) { try $0.execute(sql: "DELETE FROM cursor") }
        case .badRoot: try files.sqlite(files.index) { try $0.execute(sql: "UPDATE cursor SET root = x'01'") }
        case .negativeSize: try files.sqlite(files.index) { try $0.execute(sql: "UPDATE cursor SET size = -1") }
        case .noTables:
            try files.write([], to: files.index)
            try files.sqlite(files.index) { try $0.execute(sql: "CREATE TABLE x (y); PRAGMA user_version = 1") }
        }
        try expect(answers, "\(damage)")
    }

    @Test("damage within the file is noticed when it is opened for writing, and the file is derived anew")
    func damagedPages() async throws {
        let answers = try await fill()
        do { try OpenLog(files).flush() }
        var bytes = try files.bytes(files.index)
        // The first page says that this is the index, where its tables are and, on the second, where it ends.
        for offset in 8_192..<bytes.count { bytes[offset] = 0xA5 }
        try files.write(bytes, to: files.index)
        try expect(answers)
    }

    @Test(
        "a file that lost identities or events of streams is derived anew",
        arguments: [
            "DELETE FROM identity WHERE id = 'e6'", "DELETE FROM stream WHERE name = (SELECT min(name) FROM stream)",
            "UPDATE stream SET count = count - 1 WHERE name = (SELECT min(name) FROM stream)",
        ])
    func incomplete(_ damage: String) async throws {
        let answers = try await fill()
        do { try OpenLog(files).flush() }
        try files.sqlite(files.index) { try $0.execute(sql: damage) }
        try expect(answers, "\(damage)")
    }

    @Test("an identity that the index places wrongly is noticed before anything is appended")
    func wrongPosition() async throws {
        _ = try await fill()
        do { try OpenLog(files).flush() }
        try files.sqlite(files.index) { try $0.execute(sql: "UPDATE identity SET position = 5 WHERE id = 'e6'") }
        let log = try OpenLog(files)
        #expect(await refusal { try await log.append(SampleEvent.drafts(6..<7, streams: 7)) }?.code == .damaged)
        #expect(try log.store.head().size == 300)
    }
}
