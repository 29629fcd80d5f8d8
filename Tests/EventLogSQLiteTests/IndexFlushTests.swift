import ArchiveTesting
import EventLog
import EventLogSQLite
import Foundation
import GRDB
import Testing

@Suite("SQLite index: keeping")
struct IndexFlushTests {
    let files: LogFolder

    init() throws { files = try LogFolder() }

    @Test("what is kept is found as it was in memory, over many streams and several flushes")
    func flushes() async throws {
        let log = try OpenLog(files)
        for round in 0..<3 {
            try await log.append(SampleEvent.drafts(round * 3_000..<round * 3_000 + 3_000, streams: 1_001))
            let before = try (log.answers(), log.index.pendingCount)
            #expect(before.1 == 3_000)
            try log.flush()
            #expect(log.index.pendingCount == 0)
            #expect(try log.index.cursor() == log.store.head())
            #expect(try log.answers() == before.0)
        }
        try log.flush()
        #expect(try log.index.streams(withPrefix: "case/").count == 1_001)
        #expect(
            try log.index.stream(.case("1000")).positions
                == stride(from: 1_000, to: 9_000, by: 1_001).map { UInt64($0) })
        #expect(try log.index.position(of: SampleEvent.drafts(8_999..<9_000)[0].identity) == 8_999)
        let kept = try SQLiteLogIndex(path: files.index, writable: false)
        #expect(try kept.stream(.case("7")) == log.index.stream(.case("7")))
    }

    @Test("the index is kept by itself after so many entries")
    func threshold() async throws {
        let log = try OpenLog(files)
        let count = LogWriter.indexFlushThreshold
        try await log.append(SampleEvent.drafts(0..<count - 1, streams: 50))
        try await log.append(SampleEvent.drafts(0..<1, streams: 50))
        #expect(try log.index.cursor() == .empty)
        try await log.append(SampleEvent.drafts(count - 1..<count, streams: 50))
        // Set aside at once, kept while others go on.
        #expect(log.index.pendingCount == 0)
        let deadline = ContinuousClock.now + .seconds(60)
        while try log.index.cursor() == .empty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(try log.index.cursor() == log.store.head())
    }

    @Test("while the index is kept in the background everything is found, and streams go on where they stood")
    func background() async throws {
        let log = try OpenLog(files)
        for round in 0..<6 {
            try await log.append(SampleEvent.drafts(round * 4_000..<round * 4_000 + 4_000, streams: 997))
            let answers = try log.answers()
            log.index.flushInBackground(head: try log.store.head())
            #expect(try log.answers() == answers)
            // Retries and new events while the file is being written; the version is checked against what is set aside.
            try await log.append(SampleEvent.drafts(round * 4_000..<round * 4_000 + 1, streams: 997))
            #expect(try log.answers() == answers)
        }
        try log.flush()
        let kept = try SQLiteLogIndex(path: files.index, writable: false)
        #expect(try kept.cursor() == log.store.head())
        for stream in try log.index.streams(withPrefix: "") {
            #expect(try kept.stream(stream) == log.index.stream(stream))
        }
        #expect(try kept.stream(.case("5")).positions == stride(from: 5, to: 24_000, by: 997).map { UInt64($0) })
    }

    @Test("what cannot be kept in the background stays in memory and is kept with the next flush")
    func failedBackgroundFlush() async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<50, streams: 7))
        try files.sqlite(files.index) {
            try $0.execute(sql: "CREATE TRIGGER x BEFORE INSERT ON stream BEGIN SELECT RAISE(ABORT, 'no'); END")
        }
        log.index.flushInBackground(head: try log.store.head())
        try await log.append(SampleEvent.drafts(50..<80, streams: 7))
        let answers = try log.answers()
        #expect(await refusal { try log.flush() }?.code == .storage)
        #expect(try log.index.cursor() == .empty)
        #expect(try log.answers() == answers)
        try files.sqlite(files.index) { try $0.execute(sql: "DROP TRIGGER x") }
        try log.flush()
        #expect(try log.index.cursor().size == 80)
        #expect(try log.answers() == answers)
    }

    @Test("a flush that fails changes nothing and can be repeated")
    func failedFlush() async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<50, streams: 7))
        let answers = try log.answers()
        try files.sqlite(files.index) {
            try $0.execute(sql: "CREATE TRIGGER x BEFORE INSERT ON stream BEGIN SELECT RAISE(ABORT, 'no'); END")
        }
        #expect(await refusal { try log.flush() }?.code == .storage)
        #expect(try log.index.cursor() == .empty)
        #expect(try log.answers() == answers)
        try files.sqlite(files.index) { try $0.execute(sql: "DROP TRIGGER x") }
        try log.flush()
        #expect(try log.answers() == answers)
        // Found by another process too: the file itself is whole.
        let kept = try SQLiteLogIndex(path: files.index, writable: false)
        #expect(try kept.cursor().size == 50)
        #expect(try kept.position(of: SampleEvent.drafts(49..<50)[0].identity) == 49)
    }

    @Test("a reader that catches up while the writer keeps the index counts nothing twice")
    func movedUnderReader() async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<20, streams: 3))
        try log.flush()
        try await log.append(SampleEvent.drafts(20..<40, streams: 3))
        let index = try SQLiteLogIndex(path: files.index, writable: false)
        #expect(try index.cursor().size == 20)
        // Between the reader's look at the cursor and its reading of the streams the writer moves the file on.
        try log.flush()
        var entries: [IndexedEntry] = []
        try log.reader.forEachEntry(in: 20..<40) { entries.append(try IndexedEntry($0)) }
        try index.add(entries)
        for stream in try log.index.streams(withPrefix: "") {
            #expect(try index.stream(stream) == log.index.stream(stream))
        }
    }

    @Test("a reader catches up again and again, wherever the kept part has moved")
    func followingReader() async throws {
        let log = try OpenLog(files)
        let reader = try OpenLog(files, writable: false)
        var size = 0
        var generator = SeededGenerator(stream: 3)
        for _ in 0..<40 {
            let next = size + Int.random(in: 0...8, using: &generator)
            try await log.append(SampleEvent.drafts(size..<next, streams: 5))
            size = next
            if Int.random(in: 0..<3, using: &generator) == 0 { try log.flush() }
            if Int.random(in: 0..<2, using: &generator) == 0 {
                try IndexCatchUp.run(store: reader.store, index: reader.index, keep: false)
                #expect(try reader.answers() == log.answers(), "at \(size)")
            }
        }
    }

    @Test("a reader writes nothing")
    func readerWritesNothing() async throws {
        do { try await OpenLog(files).append(SampleEvent.drafts(0..<3)) }
        try? FileManager.default.removeItem(atPath: files.index)
        let reader = try OpenLog(files, writable: false)
        #expect(try reader.reader.stream(.case("0")).count == 3)
        try reader.index.flush(head: reader.store.head())
        #expect(!FileManager.default.fileExists(atPath: files.index))
        #expect(try reader.reader.stream(.case("0")).count == 3)
    }
}
