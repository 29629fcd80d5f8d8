import ArchiveTesting
import EventLog
import Foundation
import Testing
import TransparencyLog

@Suite("Copies of a log")
struct LogCopyTests {
    /// A log of `sizes` committed one after another; entries tell their position and `mark`.
    private func log(
        _ sizes: [Int], mark: String = "", onto store: InMemoryLogStore = InMemoryLogStore()
    ) throws
        -> InMemoryLogStore
    {
        var tree = TreeBuilder()
        try store.forEachEntry(in: 0..<store.head().size) { _, bytes in tree.append(MerkleHash.leaf(bytes)) { _ in } }
        for size in sizes {
            let first = tree.size
            var tiles: [FullTile] = []
            let entries = (0..<size).map { Array("\(first + UInt64($0))\(mark)".utf8) }
            for entry in entries {
                tree.append(entry.withUnsafeBytes { MerkleHash.leaf($0) }) { tiles.append($0) }
            }
            try store.commit(
                CommitBatch(
                    firstPosition: first, entries: entries, tiles: tiles,
                    head: LogHead(size: tree.size, root: tree.root())))
        }
        return store
    }

    @Test("a copy follows by position, whatever the sizes of the steps")
    func follows() throws {
        var random = SeededGenerator(stream: 5)
        for _ in 0..<6 {
            let source = InMemoryLogStore()
            let copy = InMemoryLogStore()
            var size: UInt64 = 0
            for _ in 0..<5 {
                _ = try log([Int.random(in: 0..<1_500, using: &random)], onto: source)
                let head = try source.head()
                #expect(try LogCopy(from: source, to: copy).run(to: head) == size)
                size = head.size
                #expect(try copy.head() == head)
                for index in 0..<size / 256 {
                    #expect(try copy.fullTile(level: 0, index: index) == source.fullTile(level: 0, index: index))
                }
            }
        }
    }

    @Test("a copy that was cut off goes on from where it is", arguments: 1...6)
    func goesOn(_ last: Int) throws {
        struct Cut: Error {}
        let source = try log([5_000])
        let copy = InMemoryLogStore()
        let cut = HookedStore(copy) { if $0 == last { throw Cut() } }
        _ = try? LogCopy(from: source, to: cut).run(to: source.head())
        let size = try copy.head().size
        #expect(size == min(UInt64(last - 1) * 1_024, 5_000))
        #expect(try LogCopy(from: source, to: copy).run(to: source.head()) == size)
        #expect(try copy.head() == source.head())
    }

    @Test("a copy of another history is refused where they part, and stays as it is", arguments: [1, 256, 700, 1_024])
    func parts(_ common: Int) throws {
        let copy = try log([common])
        let source = try log([300], mark: "s", onto: log([common]))
        _ = try log([20], mark: "c", onto: copy)
        let before = try copy.head()
        let error = #expect(throws: EventLogError.self) { try LogCopy(from: source, to: copy).run(to: source.head()) }
        #expect(error?.code == .logsPart)
        #expect(error?.english.contains("position \(common):") == true, "\(error?.english ?? "")")
        #expect(try copy.head() == before)
        let ahead = #expect(throws: EventLogError.self) {
            try LogCopy(from: copy, to: log([20 + 5], mark: "c", onto: log([common]))).run(to: copy.head())
        }
        #expect(ahead?.code == .logsPart && ahead?.english.contains("\(common + 25)") == true)
    }

    @Test("a signed checkpoint must be of the log, and comes with the entry that it ends with")
    func signed() throws {
        let source = try log([700, 700])
        let copy = InMemoryLogStore()
        let right = try StoreTiles(store: source, size: 1_400).root(at: 700)
        let error = #expect(throws: EventLogError.self) {
            try LogCopy(from: source, to: copy).run(
                to: source.head(), with: [LogCheckpoint(head: LogHead(size: 900, root: right), note: "wrong")])
        }
        #expect(error?.code == .damaged && error?.english.contains("900") == true)
        #expect(try copy.head() == .empty)
        let signed = [700, 5_000].map { LogCheckpoint(head: LogHead(size: $0, root: right), note: "note \($0)") }
        _ = try LogCopy(from: source, to: copy).run(to: source.head(), with: signed)
        #expect(try copy.head().size == 1_400)
        #expect(try copy.checkpoint(size: 700) == "note 700" && copy.checkpoint(size: 5_000) == nil)
    }

    @Test("an entry that does not fit its tile is named before anything is written")
    func damage() throws {
        // A store with one entry altered under the tile that was made over it.
        let whole = try log([600])
        let damaged = AlteredStore(whole, position: 300)
        let copy = InMemoryLogStore()
        let error = #expect(throws: EventLogError.self) { try LogCopy(from: damaged, to: copy).run(to: whole.head()) }
        #expect(error?.code == .damaged && error?.english.contains("position 300 ") == true)
        let edge = AlteredStore(whole, position: 599)
        #expect(throws: EventLogError.self) { try LogCopy(from: edge, to: copy).run(to: whole.head()) }
        #expect(try copy.head() == .empty)
    }

    @Test("checkpoints are told page by page, in order")
    func checkpoints() throws {
        let store = try log([2_500])
        for size in stride(from: UInt64(2_400), to: 0, by: -1) { try store.save(checkpoint: "c\(size)", size: size) }
        for above in [nil, 0, 1, 1_024, 2_399, 2_400] as [UInt64?] {
            var found: [UInt64] = []
            try store.forEachCheckpoint(above: above) { size, note in
                #expect(note == "c\(size)")
                found.append(size)
            }
            #expect(found == Array(((above ?? 0) + 1)..<2_401))
        }
    }
}

/// A store in which one entry has another first byte than was written.
private struct AlteredStore: LogStore {
    let base: InMemoryLogStore
    let position: UInt64

    init(_ base: InMemoryLogStore, position: UInt64) { (self.base, self.position) = (base, position) }

    func forEachEntry(in range: Range<UInt64>, _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void) throws {
        try base.forEachEntry(in: range) { position, bytes in
            guard position == self.position else { return try body(position, bytes) }
            var altered = Array(bytes)
            altered[0] ^= 1
            try altered.withUnsafeBytes { try body(position, $0) }
        }
    }

    func head() throws -> LogHead { try base.head() }
    func commit(_ batch: CommitBatch) throws { try base.commit(batch) }
    func fullTile(level: Int, index: UInt64) throws -> [UInt8]? { try base.fullTile(level: level, index: index) }
    func tileRoots(level: Int, in range: Range<UInt64>) throws -> [Digest32] {
        try base.tileRoots(level: level, in: range)
    }
    func settle() throws {}
    func save(checkpoint: String, size: UInt64) throws { try base.save(checkpoint: checkpoint, size: size) }
    func checkpoint(size: UInt64) throws -> String? { try base.checkpoint(size: size) }
    func latestCheckpoint() throws -> (size: UInt64, note: String)? { try base.latestCheckpoint() }
    func checkpoints(above size: UInt64?, limit: Int) throws -> [(size: UInt64, note: String)] {
        try base.checkpoints(above: size, limit: limit)
    }
}
