import ArchiveTesting
import EventLog
import Testing

@Suite("Log store contract: identities")
struct IdentityContractTests {
    @Test("the same identity with the same content gets its original position", arguments: StoreKind.allCases)
    func duplicate(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.drafts(0..<3))
        #expect(try await log.append(SampleEvent.drafts(1..<2)) == [.known(1)])
        #expect(try await log.append(SampleEvent.drafts(1..<5)) == [.known(1), .known(2), .added(3), .added(4)])
        #expect(try log.ids() == (0..<5).map { "e\($0)" })
    }

    @Test("the sender's time and who recorded it do not count as content", arguments: StoreKind.allCases)
    func otherTime(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        var draft = SampleEvent.draft("a")
        try await log.append(draft)
        (draft.time, draft.recordedBy, draft.importID) = ("2026-01-05T00:00:00Z", "key/other", "import-2")
        #expect(try await log.append(draft) == [.known(0)])
    }

    @Test("the same identity with other content is a conflict", arguments: StoreKind.allCases)
    func conflict(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.drafts(0..<2))
        var otherType = SampleEvent.draft("e1", on: .case("0"))
        otherType.type = "incident.revoked"
        let others = [
            SampleEvent.draft("e1", on: .case("0"), data: "{\"a\":1}"), SampleEvent.draft("e1", on: .case("2")),
            otherType,
        ]
        for other in others {
            let error = await refusal { try await log.append(other) }
            #expect(error?.code == .identityConflict)
            #expect(error?.english.contains("position 1") == true)
        }
        #expect(try log.store.head().size == 2)
    }

    @Test("the same id from another source is another event", arguments: StoreKind.allCases)
    func otherSource(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.draft("a"))
        #expect(try await log.append(SampleEvent.draft("a", source: "urn:other", data: "[]")) == [.added(1)])
        // The two parts do not run together.
        #expect(try await log.append(SampleEvent.draft("b", source: "urn:test:a")) == [.added(2)])
        #expect(try await log.append(SampleEvent.draft(":ab", source: "urn:test")) == [.added(3)])
    }

    @Test("identities are compared by bytes, not as characters", arguments: StoreKind.allCases)
    func normalisation(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        // U+00E9 and U+0065 U+0301 are one character in two spellings.
        let spellings = ["caf\u{E9}", "cafe\u{301}"]
        for (position, source) in spellings.enumerated() {
            #expect(try await log.append(SampleEvent.draft("a", source: source)) == [.added(UInt64(position))])
        }
        for (position, id) in spellings.enumerated() {
            #expect(try await log.append(SampleEvent.draft(id)) == [.added(UInt64(position + 2))])
        }
        try log.writer.flushIndex()
        for (position, source) in spellings.enumerated() {
            #expect(try await log.append(SampleEvent.draft("a", source: source)) == [.known(UInt64(position))])
        }
        #expect(try await log.append(spellings.map { SampleEvent.draft("b", source: $0) }) == [.added(4), .added(5)])
        try log.writer.flushIndex()
        #expect(try log.index.position(of: EventIdentity(source: spellings[0], id: "b")) == 4)
        #expect(try log.index.position(of: EventIdentity(source: spellings[1], id: "b")) == 5)
    }

    @Test("an identity repeated within a batch is a duplicate of its first", arguments: StoreKind.allCases)
    func repeatedWithin(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        let drafts = ["a", "b", "a", "c", "b"].map { SampleEvent.draft($0) }
        #expect(try await log.append(drafts) == [.added(0), .added(1), .known(0), .added(2), .known(1)])
        #expect(try log.ids() == ["a", "b", "c"])
        #expect(try log.reader.entries(of: .case("1")).map(\.sequence) == [0, 1, 2])
    }

    @Test("an identity repeated within a batch with other content refuses the batch", arguments: StoreKind.allCases)
    func repeatedConflict(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        let error = await refusal {
            try await log.append(SampleEvent.draft("a"), SampleEvent.draft("b"), SampleEvent.draft("a", data: "[]"))
        }
        #expect(error?.code == .identityConflict)
        #expect(try log.store.head() == .empty)
    }

    @Test("a retry is answered even when the stream has moved on", arguments: StoreKind.allCases)
    func lateRetry(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        let first = SampleEvent.draft("first")
        try await log.append(first, expecting: [(.case("1"), .none)])
        try await log.append(SampleEvent.draft("second"), expecting: [(.case("1"), .exact(0))])
        #expect(try await log.append(first, expecting: [(.case("1"), .none)]) == [.known(0)])
        // With anything new in the batch the expectation counts again.
        let mixed = await refusal {
            try await log.append(first, SampleEvent.draft("third"), expecting: [(.case("1"), .none)])
        }
        #expect(mixed?.code == .versionConflict)
        #expect(mixed?.actualVersion == 1)
    }

    @Test("expected versions count new events only", arguments: StoreKind.allCases)
    func newEventsOnly(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.draft("a"), SampleEvent.draft("b"))
        let outcome = try await log.append(
            SampleEvent.draft("a"), SampleEvent.draft("b"), SampleEvent.draft("c"), expecting: [(.case("1"), .exact(1))]
        )
        #expect(outcome == [.known(0), .known(1), .added(2)])
        #expect(try log.reader.entry(at: 2).sequence == 2)
    }

    @Test("the caller's own comparison decides what is the same content", arguments: StoreKind.allCases)
    func ownComparison(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.draft("a"))
        let changed = SampleEvent.draft("a", data: "{\"sealed\":\"anew\"}")
        let request = AppendRequest([SampleEvent.draft("b"), changed]) { number, entry in
            number == 1 && entry.position == 0 && entry.identity.id == "a"
        }
        #expect(try await log.writer.append(request) == [.added(1), .known(0)])
        let unlike = AppendRequest([changed]) { _, _ in false }
        #expect(await refusal { _ = try await log.writer.append(unlike) }?.code == .identityConflict)
    }
}
