import ArchiveTesting
import EventLog
import EventLogSQLite
import Testing

@Suite("SQLite log: concurrency")
struct StressTests {
    struct Tally: Sendable {
        var added: [String: UInt64] = [:]
        var conflicts = 0
        var retries = 0
    }

    /// Appends to random streams at the version that was read before, now and then retrying what is recorded.
    private func work(_ number: Int, _ log: OpenLog, appends: Int) async throws -> Tally {
        var generator = SeededGenerator(stream: 100 + UInt64(number))
        var tally = Tally()
        let writer = try #require(log.writer)
        while tally.added.count < appends {
            if Int.random(in: 0..<10, using: &generator) == 0,
                let (id, position) = tally.added.randomElement(using: &generator)
            {
                let entry = try log.reader.entry(at: position)
                let outcome = try await writer.append(
                    AppendRequest([SampleEvent.draft(id, on: entry.subject)], expecting: [(entry.subject, .none)]))
                #expect(outcome == [AppendOutcome(position: position, isDuplicate: true)])
                tally.retries += 1
                continue
            }
            let stream = StreamID.case("\(Int.random(in: 0..<5, using: &generator))")
            let count = try log.reader.stream(stream).count
            let drafts = (0..<Int.random(in: 1...3, using: &generator)).map {
                SampleEvent.draft("t\(number)-\(tally.added.count)-\(tally.conflicts)-\($0)", on: stream)
            }
            do {
                let version: ExpectedVersion = count == 0 ? .none : .exact(count - 1)
                let outcomes = try await writer.append(AppendRequest(drafts, expecting: [(stream, version)]))
                for (draft, outcome) in zip(drafts, outcomes) { tally.added[draft.identity.id] = outcome.position }
            } catch let error as EventLogError where error.code == .versionConflict {
                #expect((error.actualVersion ?? 0) + 1 > count, "a conflict means that the stream has grown")
                tally.conflicts += 1
            }
        }
        return tally
    }

    @Test("eight writers with conflicts lose nothing and leave no gap", .timeLimit(.minutes(10)))
    func eightWriters() async throws {
        let files = try LogFolder()
        var added: [String: UInt64] = [:]
        var (conflicts, retries) = (0, 0)
        do {
            let log = try OpenLog(files)
            let tallies = try await withThrowingTaskGroup(of: Tally.self) { group in
                for number in 0..<8 { group.addTask { try await work(number, log, appends: 300) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for tally in tallies {
                added.merge(tally.added) { _, _ in
                    Issue.record("an id was acknowledged twice")
                    return 0
                }
                conflicts += tally.conflicts
                retries += tally.retries
            }
        }
        #expect(conflicts > 0)
        #expect(retries > 0)

        let log = try OpenLog(files, writable: false)
        var stored: [String: UInt64] = [:]
        var versions: [StreamID: UInt64] = [:]
        var next: UInt64 = 0
        try log.reader.forEachEntry(in: 0..<log.store.head().size) { entry in
            #expect(entry.position == next)
            #expect(entry.sequence == versions[entry.subject, default: 0])
            versions[entry.subject, default: 0] += 1
            stored[entry.identity.id] = entry.position
            next += 1
        }
        #expect(stored == added)
        #expect(next == UInt64(added.count))
        #expect(versions.count == 5)
        for (stream, count) in versions { #expect(try log.reader.stream(stream).count == count) }
    }
}
