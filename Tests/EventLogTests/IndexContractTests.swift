import ArchiveTesting
import EventLog
import Testing

@Suite("Log index contract")
struct IndexContractTests {
    static func sealed(_ kid: UInt32) -> String { "{\"sealed\":{\"cm\":\"\",\"ct\":\"\",\"iv\":\"\",\"kid\":\(kid)}}" }

    /// Events with keys as their makers name them.
    static func keyed() -> [EventDraft] {
        var drafts = [
            SampleEvent.draft("plain", on: .case("p")),
            SampleEvent.draft("flat", on: .case("a"), data: "{\"text\":\(sealed(4))}"),
            SampleEvent.draft("again", on: .case("a"), data: "{\"text\":\(sealed(5))}"),
            SampleEvent.draft("nested", on: .case("b"), data: "{\"a\":{\"b\":{\"text\":\(sealed(7))}},\"z\":1}"),
            SampleEvent.draft("listed", on: .case("c"), data: "{\"persons\":[\"x\",{\"name\":\(sealed(6))}]}"),
            SampleEvent.draft("likeness", on: .case("d"), data: "{\"sealed\":{\"day\":\"2026-01-05\"}}"),
            SampleEvent.draft("destroyed", on: .archive, data: "{\"kid\":4}"),
        ]
        for (number, key) in [(1, 4), (2, 5), (3, 7), (4, 6)] { drafts[number].keyID = UInt32(key) }
        drafts[6].type = "subjectkey.destroyed"
        drafts[6].destroyedKeyID = 4
        return drafts
    }

    private func expectKeys(_ index: any LogIndex) throws {
        #expect(try index.highestKeyID() == 7)
        #expect(try index.destroyedKeyIDs() == [4])
        #expect(try index.stream(.case("a")).keyID == 4)
        #expect(try index.stream(.case("b")).keyID == 7)
        #expect(try index.stream(.case("c")).keyID == 6)
        for name in ["p", "d"] { #expect(try index.stream(.case(name)).keyID == nil, "\(name)") }
    }

    @Test(
        "keys of streams, the highest and the destroyed ones are found at once and when kept",
        arguments: StoreKind.allCases)
    func keys(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        #expect(try log.index.highestKeyID() == nil)
        #expect(try log.index.destroyedKeyIDs().isEmpty)
        try await log.append(Self.keyed())
        try expectKeys(log.index)
        try log.writer.flushIndex()
        try expectKeys(log.index)
    }

    @Test("an index derived from the entries alone is the same", arguments: StoreKind.allCases)
    func derived(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(Self.keyed() + SampleEvent.drafts(0..<200, streams: 9))
        let derived = try log.reopened().index
        try expectKeys(derived)
        let streams = try log.index.streams(withPrefix: "")
        #expect(try derived.streams(withPrefix: "") == streams)
        for stream in streams { #expect(try derived.stream(stream) == log.index.stream(stream)) }
        for draft in Self.keyed() + SampleEvent.drafts(0..<201) {
            #expect(try derived.position(of: draft.identity) == log.index.position(of: draft.identity))
        }
    }

    @Test("catching up again adds what is new and nothing twice", arguments: StoreKind.allCases)
    func catchUpAgain(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        let follower = InMemoryLogIndex()
        for count in [1, 2, 40, 41] {
            try await log.append(SampleEvent.drafts(0..<count, streams: 3))
            try IndexCatchUp.run(store: log.store, index: follower, keep: false)
            try IndexCatchUp.run(store: log.store, index: follower, keep: false)
            for stream in try log.index.streams(withPrefix: "") {
                #expect(try follower.stream(stream) == log.index.stream(stream))
            }
        }
    }

    @Test("an entry whose version does not follow its stream is damage", arguments: StoreKind.allCases)
    func wrongSequence(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.drafts(0..<3))
        let entry = IndexedEntry(
            position: 3, identity: EventIdentity(source: "s", id: "i"), stream: .case("0"), sequence: 4, keyID: nil,
            destroyedKeyID: nil)
        let error = await refusal { try log.index.add([entry]) }
        #expect(error?.code == .damaged)
        #expect(error?.english.contains("position 3") == true)
    }

    @Test("forgetting makes an index that is derived again", arguments: StoreKind.allCases)
    func reset(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(Self.keyed())
        try log.writer.flushIndex()
        #expect(try log.index.cursor() == log.store.head())
        try log.index.reset()
        #expect(try log.index.cursor() == .empty)
        #expect(try log.index.streams(withPrefix: "").isEmpty)
        #expect(try log.index.highestKeyID() == nil)
        #expect(try log.index.position(of: Self.keyed()[0].identity) == nil)
        try IndexCatchUp.run(store: log.store, index: log.index)
        try expectKeys(log.index)
    }
}
