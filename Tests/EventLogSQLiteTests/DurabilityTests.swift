import ArchiveTesting
import EventLog
import EventLogSQLite
import Foundation
import Testing

@Suite("SQLite log: reopening")
struct DurabilityTests {
    let files: LogFolder

    init() throws { files = try LogFolder() }

    private func ids(_ log: OpenLog) throws -> [String] {
        var ids: [String] = []
        try log.reader.forEachEntry(in: 0..<log.store.head().size) { ids.append($0.identity.id) }
        return ids
    }

    @Test("every acknowledged append is there after closing")
    func afterClosing() async throws {
        let head: LogHead
        do {
            let log = try OpenLog(files)
            for number in 0..<20 { try await log.append(SampleEvent.drafts(number * 3..<number * 3 + 3, streams: 4)) }
            head = try log.store.head()
        }
        #expect(!FileManager.default.fileExists(atPath: files.log + "-wal"), "closed cleanly")
        let log = try OpenLog(files)
        #expect(try log.store.head() == head)
        #expect(try ids(log) == (0..<60).map { "e\($0)" })
        #expect(try await log.append(SampleEvent.drafts(59..<61, streams: 4)).map(\.isDuplicate) == [true, false])
    }

    @Test("every acknowledged append is there after the process died")
    func afterDeath() async throws {
        let log = try OpenLog(files)
        for number in 0..<20 {
            let outcome = try await log.append(SampleEvent.drafts(number * 20..<number * 20 + 20, streams: 4))
            if number == 7 { try log.flush() }
            let survivor = try OpenLog(LogFolder(copying: files))
            #expect(try survivor.store.head() == log.store.head())
            #expect(outcome.last?.position == UInt64(number * 20 + 19))
            #expect(try survivor.answers() == log.answers())
        }
        let copy = try LogFolder(copying: files)
        #expect(try files.bytes(copy.log + "-wal").count > 0, "the newest entries are in the WAL alone")
        let survivor = try OpenLog(copy)
        #expect(try ids(survivor) == (0..<400).map { "e\($0)" })
        #expect(
            try await survivor.append(SampleEvent.drafts(400..<401)) == [
                AppendOutcome(position: 400, isDuplicate: false)
            ])
    }

    @Test("a transaction that was cut off while it was written is gone as a whole")
    func tornTransaction() async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<10))
        let before = try log.store.head()
        let size = try files.bytes(files.log + "-wal").count
        try await log.append(SampleEvent.drafts(10..<300))
        let copy = try LogFolder(copying: files)
        let wal = try files.bytes(copy.log + "-wal")
        #expect(wal.count > size)
        for length in [wal.count - 1, (size + wal.count) / 2, size + 30] {
            let torn = try LogFolder(copying: copy)
            try Data(wal[..<length]).write(to: URL(fileURLWithPath: torn.log + "-wal"))
            let survivor = try OpenLog(torn)
            #expect(try survivor.store.head() == before, "\(length)")
            #expect(try ids(survivor) == (0..<10).map { "e\($0)" })
            #expect(try await survivor.append(SampleEvent.drafts(10..<11)).first?.position == 10)
        }
    }

    @Test("readers see whole transactions while the writer writes", .timeLimit(.minutes(10)))
    func concurrentReaders() async throws {
        let files = files
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<3))
        let expected: [Int] = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var checks = 0
                    do {
                        let reader = try OpenLog(files, writable: false)
                        var last: UInt64 = 0
                        while last < 303 {
                            let head = try reader.store.head()
                            #expect(head.size >= last)
                            #expect(head.size % 3 == 0, "each transaction adds three")
                            #expect(
                                try StoreTiles(store: reader.store, size: head.size).root(at: head.size) == head.root)
                            last = head.size
                            checks += 1
                            try await Task.sleep(for: .milliseconds(1))
                        }
                        try IndexCatchUp.run(store: reader.store, index: reader.index, keep: false)
                        #expect(try reader.reader.stream(.case("0")).count == 303)
                    } catch {
                        Issue.record(error)
                    }
                    return checks
                }
            }
            for number in 1...100 {
                do {
                    try await log.append(SampleEvent.drafts(number * 3..<number * 3 + 3))
                    if number % 20 == 0 { try log.flush() }
                } catch { Issue.record(error) }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(expected.count == 2)
        #expect(expected.allSatisfy { $0 > 1 })
    }

    /// Puts what SQLite does not open where the -shm file would be, as a read-only folder would refuse it.
    private func refuseSharedMemory(_ files: LogFolder) throws {
        try FileManager.default.createSymbolicLink(
            atPath: files.log + "-shm", withDestinationPath: files.log + "-none")
    }

    @Test("a closed log is read where no WAL can be set up", arguments: ["log", "a b", "50%?x#1", "档案库"])
    func withoutWAL(name: String) async throws {
        let files = try LogFolder(named: name)
        do { try await OpenLog(files).append(SampleEvent.drafts(0..<300)) }
        try refuseSharedMemory(files)
        let log = try OpenLog(files, writable: false)
        #expect(try ids(log) == (0..<300).map { "e\($0)" })
        #expect(try log.reader.stream(.case("0")).count == 300)
    }

    @Test("a log with a WAL that cannot be read is refused, not read without it")
    func pendingWAL() async throws {
        let log = try OpenLog(files)
        try await log.append(SampleEvent.drafts(0..<3))
        let copy = try LogFolder(copying: files)
        try refuseSharedMemory(copy)
        #expect(await refusal { _ = try SQLiteLogStore(path: copy.log, writable: false) }?.code == .storage)
    }
}
