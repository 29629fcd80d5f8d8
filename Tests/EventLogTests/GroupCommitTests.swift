import ArchiveTesting
import Dispatch
import EventLog
import EventLogSQLite
import Synchronization
import Testing
import TransparencyLog

@Suite("Group commit")
struct GroupCommitTests {
    @Test("among 64 concurrent appends the bad ones fail alone", arguments: StoreKind.allCases)
    func badOnesAlone(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.draft("taken", data: "{\"a\":1}"))
        let outcomes = await withTaskGroup(of: (Int, [AppendOutcome]?, EventLogError?).self) { group in
            for number in 0..<64 {
                group.addTask {
                    let stream = StreamID.case("s\(number)")
                    let id = number % 8 == 5 ? "taken" : "n\(number)"
                    let version = number % 8 == 3 ? ExpectedVersion.exact(7) : .none
                    var outcome: [AppendOutcome]?
                    let error = await refusal {
                        outcome = try await log.append(
                            SampleEvent.draft(id, on: stream), SampleEvent.draft("\(id)+", on: stream),
                            expecting: [(stream, version)])
                    }
                    return (number, outcome, error)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        var positions: Set<UInt64> = []
        for (number, outcome, error) in outcomes {
            switch number % 8 {
            case 3: #expect(error?.code == .versionConflict)
            case 5: #expect(error?.code == .identityConflict)
            default:
                let added = try #require(outcome, "\(String(describing: error))")
                #expect(added[1].position == added[0].position + 1)
                positions.formUnion(added.map(\.position))
                #expect(try log.reader.stream(.case("s\(number)")).positions == added.map(\.position))
            }
        }
        #expect(positions == Set(1...96))
        #expect(try log.store.head().size == 97)
    }

    @Test("what waits while a transaction runs is committed together, first come, first served")
    func together() async throws {
        let gate = DispatchSemaphore(value: 0)
        let started = DispatchSemaphore(value: 0)
        let store = HookedStore(InMemoryLogStore()) { number in
            guard number == 1 else { return }
            started.signal()
            gate.wait()
        }
        let log = try TestLog(TemporaryFolder(), store, InMemoryLogIndex(), ManualClock())
        let answered = DispatchSemaphore(value: 0)
        let positions = Mutex<[UInt64]>([])
        let submit: @Sendable (Int) -> Void = { id in
            log.writer.submit(AppendRequest([SampleEvent.draft("e\(id)")])) { result in
                positions.withLock { $0 += (try? result.get().map(\.position)) ?? [] }
                answered.signal()
            }
        }
        try await blocking {
            submit(0)
            started.wait()
            for id in 1...64 { submit(id) }
            gate.signal()
            for _ in 0...64 { answered.wait() }
        }
        #expect(positions.withLock { $0 } == Array(0...64))
        #expect(try log.ids() == (0...64).map { "e\($0)" })
        #expect(store.commits == 2)
    }

    @Test("a transaction that fails is answered as failed and leaves no trace", arguments: StoreKind.allCases)
    func failedCommit(kind: StoreKind) async throws {
        let plain = try TestLog(kind)
        let store = HookedStore(plain.store) { number in
            if number == 2 { throw EventLogError.storage(("写入", "writing"), "disk full") }
        }
        let log = try TestLog(plain.folder, store, InMemoryLogIndex(), plain.clock)
        try await log.append(SampleEvent.drafts(0..<255))
        let before = log.writer.head
        // Fills a tile, and moves the clock: both have to be taken back.
        log.clock.advance(milliseconds: 5_000)
        #expect(await refusal { try await log.append(SampleEvent.drafts(255..<260)) }?.code == .storage)
        #expect(log.writer.head == before)
        #expect(try log.index.position(of: SampleEvent.draft("e255").identity) == nil)
        log.clock.advance(milliseconds: -4_000)
        #expect(try await log.append(SampleEvent.drafts(257..<259)) == [.added(255), .added(256)])
        #expect(try log.store.head().root == NaiveTree.root(ofEntries: log.blobs()))
        #expect(try log.reader.entry(at: 255).recordedMilliseconds == log.clock.milliseconds)
        #expect(try plain.store.fullTile(level: 0, index: 0)?.count == 8_192)
    }

    @Test("an index that cannot follow stops the writer; what was committed stays acknowledged")
    func failedIndex() async throws {
        let store = InMemoryLogStore()
        let index = FailingIndex(InMemoryLogIndex())
        let log = try TestLog(TemporaryFolder(), store, index, ManualClock())
        try await log.append(SampleEvent.drafts(0..<2))
        index.fails = true
        #expect(try await log.append(SampleEvent.drafts(2..<4)) == [.added(2), .added(3)])
        index.fails = false
        // The index does not know of positions 2 and 3: it could take a retry for something new.
        let error = await refusal { try await log.append(SampleEvent.drafts(2..<3)) }
        #expect(error?.code == .storage)
        #expect(error?.english.contains("open the archive again") == true)
        #expect(await refusal { try log.writer.flushIndex() }?.code == .storage)
        let again = try log.reopened()
        #expect(try await again.append(SampleEvent.drafts(2..<5)) == [.known(2), .known(3), .added(4)])
        #expect(try again.store.head().root == NaiveTree.root(ofEntries: again.blobs()))
    }

    @Test("more waiting requests than the queue holds are refused as busy")
    func fullQueue() async throws {
        let gate = DispatchSemaphore(value: 0)
        let started = DispatchSemaphore(value: 0)
        let store = HookedStore(InMemoryLogStore()) { number in
            guard number == 1 else { return }
            started.signal()
            gate.wait()
        }
        let log = try TestLog(TemporaryFolder(), store, InMemoryLogIndex(), ManualClock())
        let counts = Mutex((added: 0, busy: 0))
        let answered = DispatchSemaphore(value: 0)
        let request = AppendRequest([SampleEvent.draft("a")])
        let reply: @Sendable (Result<[AppendOutcome], any Error>) -> Void = { result in
            switch result {
            case .success: counts.withLock { $0.added += 1 }
            case .failure(let error):
                if (error as? EventLogError)?.code == .busy { counts.withLock { $0.busy += 1 } }
            }
            answered.signal()
        }
        try await blocking {
            log.writer.submit(request, reply: reply)
            started.wait()
            for _ in 0..<LogWriter.maximumWaiting + 3 { log.writer.submit(request, reply: reply) }
            gate.signal()
            for _ in 0..<LogWriter.maximumWaiting + 4 { answered.wait() }
        }
        #expect(counts.withLock { $0.busy } == 3)
        #expect(counts.withLock { $0.added } == LogWriter.maximumWaiting + 1)
        #expect(try log.store.head().size == 1)
    }
}
