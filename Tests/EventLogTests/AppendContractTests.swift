import ArchiveTesting
import EventLog
import Testing

@Suite("Log store contract: appending")
struct AppendContractTests {
    static let caseStream = StreamID.case("1")
    static let bodyStream = StreamID.body("b")

    @Test("positions count from 0 without gaps, over batches and streams", arguments: StoreKind.allCases)
    func positions(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        #expect(try log.store.head() == .empty)
        #expect(try await log.append(SampleEvent.drafts(0..<1)) == [.added(0)])
        #expect(try await log.append(SampleEvent.drafts(1..<4, streams: 2)) == (1...3).map { .added($0) })
        #expect(try await log.append([]).isEmpty)
        #expect(try await log.append(SampleEvent.drafts(4..<5)) == [.added(4)])
        #expect(try log.ids() == (0..<5).map { "e\($0)" })
        #expect(try log.store.head().size == 5)
        #expect(log.writer.head == (try log.store.head()))
    }

    @Test("each stream counts its own versions from 0", arguments: StoreKind.allCases)
    func versions(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.drafts(0..<5, streams: 2))
        try await log.append(SampleEvent.drafts(5..<9, streams: 2))
        #expect(try log.reader.stream(.case("0")).positions == [0, 2, 4, 6, 8])
        #expect(try log.reader.stream(.case("1")).positions == [1, 3, 5, 7])
        #expect(try log.reader.entries(of: .case("1")).map(\.sequence) == [0, 1, 2, 3])
        #expect(try log.reader.entries(of: .case("1")).map(\.position) == [1, 3, 5, 7])
        #expect(try log.reader.stream(.case("2")).count == 0)
    }

    @Test("streams are listed by prefix, sorted by bytes", arguments: StoreKind.allCases)
    func streamNames(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        let names = ["case/b", "case/a", "body/甲", "body/\u{1F600}", "body/\u{FF21}", "casework", "archive"]
        try await log.append(names.map { SampleEvent.draft($0, on: StreamID($0)!) })
        let expected = ["archive", "body/甲", "body/\u{FF21}", "body/\u{1F600}", "case/a", "case/b", "casework"]
        #expect(try log.index.streams(withPrefix: "").map(\.text) == expected)
        #expect(try log.index.streams(withPrefix: "case/").map(\.text) == ["case/a", "case/b"])
        #expect(try log.index.streams(withPrefix: "round/").isEmpty)
    }

    @Test("an expected version that holds lets the event in", arguments: StoreKind.allCases)
    func rightVersion(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        let expectations: [ExpectedVersion] = [.none, .exact(0), .any, .exact(2)]
        for (number, version) in expectations.enumerated() {
            let outcome = try await log.append(
                SampleEvent.draft("e\(number)"), expecting: [(Self.caseStream, version)])
            #expect(outcome == [.added(UInt64(number))])
        }
    }

    @Test("an expected version that does not hold is refused with the actual one", arguments: StoreKind.allCases)
    func wrongVersion(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        let draft = SampleEvent.draft("new")
        let early = await refusal { try await log.append(draft, expecting: [(Self.caseStream, .exact(0))]) }
        #expect(early?.code == .versionConflict)
        #expect(early?.actualVersion == .some(nil))

        try await log.append(SampleEvent.drafts(0..<2).map { SampleEvent.draft($0.identity.id) })
        for version in [ExpectedVersion.none, .exact(0), .exact(2), .exact(.max)] {
            let error = await refusal { try await log.append(draft, expecting: [(Self.caseStream, version)]) }
            #expect(error?.code == .versionConflict, "\(version)")
            #expect(error?.actualVersion == 1, "\(version)")
        }
        #expect(try log.store.head().size == 2)
        #expect(try log.index.position(of: draft.identity) == nil)
    }

    @Test("expectations over several streams hold together or refuse together", arguments: StoreKind.allCases)
    func severalStreams(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.draft("body", on: Self.bodyStream))
        let error = await refusal {
            try await log.append(
                SampleEvent.draft("case"), expecting: [(Self.caseStream, .none), (Self.bodyStream, .none)])
        }
        #expect(error?.code == .versionConflict)
        #expect(error?.actualVersion == 0)
        #expect(error?.english.contains("body/b") == true)
        let outcome = try await log.append(
            SampleEvent.draft("case"), expecting: [(Self.caseStream, .none), (Self.bodyStream, .exact(0))])
        #expect(outcome == [.added(1)])
    }

    @Test("a batch counts versions over its own events", arguments: StoreKind.allCases)
    func versionsWithinBatch(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        let drafts = (0..<3).map { SampleEvent.draft("e\($0)") }
        try await log.append(drafts, expecting: [(Self.caseStream, .none)])
        #expect(try log.reader.entries(of: Self.caseStream).map(\.sequence) == [0, 1, 2])
        let error = await refusal {
            try await log.append(SampleEvent.draft("e3"), expecting: [(Self.caseStream, .none)])
        }
        #expect(error?.actualVersion == 2)
    }

    @Test("a batch is appended whole or not at all", arguments: StoreKind.allCases)
    func wholeOrNothing(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.draft("kept", data: "{\"a\":1}"))
        let before = try log.store.head()
        let conflicting = SampleEvent.drafts(0..<5) + [SampleEvent.draft("kept", data: "{\"a\":2}")]
        #expect(await refusal { try await log.append(conflicting) }?.code == .identityConflict)
        #expect(try log.store.head() == before)
        #expect(try log.index.position(of: conflicting[0].identity) == nil)
        #expect(try await log.append(SampleEvent.drafts(0..<5)) == (1...5).map { .added($0) })
        #expect(try log.reader.stream(.case("0")).count == 5)
    }

    @Test("an entry of 65,535 bytes is taken, one of 65,536 is refused with its batch", arguments: StoreKind.allCases)
    func largestEntry(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        let padded = { (id: String, count: Int) in
            SampleEvent.draft(id, data: "\"" + String(repeating: "x", count: count) + "\"")
        }
        try await log.append(padded("a", 100))
        let overhead = try #require(try log.blobs().first).count - 100
        let tooLarge = padded("b", 65_536 - overhead)
        let error = await refusal { try await log.append(padded("c", 1), tooLarge, padded("d", 1)) }
        #expect(error?.code == .entryTooLarge)
        #expect(error?.english.contains("65536") == true)
        #expect(try log.store.head().size == 1)
        #expect(try await log.append(padded("b", 65_535 - overhead)) == [.added(1)])
        #expect(try log.blobs().map(\.count) == [overhead + 100, 65_535])
    }

    @Test("a log that is taken up again goes on where it ended", arguments: StoreKind.allCases)
    func reopening(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.drafts(0..<300, streams: 7))
        let again = try log.reopened()
        #expect(again.writer.head == log.writer.head)
        #expect(
            try await again.append(SampleEvent.drafts(299..<302, streams: 7)) == [
                .known(299), .added(300), .added(301),
            ])
        #expect(try again.reader.stream(.case("6")).count == 43)
        #expect(try again.store.head().root == NaiveTree.root(ofEntries: again.blobs()))
    }
}
