import ArchiveTesting
import EventLog
import Testing
import TransparencyLog

@Suite("Log store contract: tree, proofs and checkpoints")
struct TreeContractTests {
    @Test("the head is the Merkle root over the stored bytes around tile borders", arguments: StoreKind.allCases)
    func roots(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        #expect(log.writer.head.root == NaiveTree.root(ofEntries: []))
        var size = 0
        for next in [1, 2, 3, 255, 256, 257, 65_535, 65_536, 65_537] {
            try await log.append(SampleEvent.drafts(size..<next, streams: 97))
            size = next
            let head = try log.store.head()
            #expect(head.size == UInt64(size))
            #expect(head.root == NaiveTree.root(ofEntries: try log.blobs()), "size \(size)")
            #expect(log.writer.head == head)
        }
        try expectTiles(log)
        // Reading the right edge back gives the same tree.
        #expect(try log.reopened().writer.head == log.store.head())
    }

    private func expectTiles(_ log: TestLog) throws {
        let leaves = try log.blobs().map(NaiveTree.leaf)
        var roots: [[UInt8]] = []
        for index in 0..<256 {
            let hashes = leaves[index * 256..<index * 256 + 256]
            #expect(try log.store.fullTile(level: 0, index: UInt64(index)) == hashes.flatMap { $0 }, "tile \(index)")
            roots.append(NaiveTree.root(hashes))
        }
        #expect(try log.store.tileRoots(level: 0, in: 0..<256).map(\.bytes) == roots)
        #expect(try log.store.tileRoots(level: 0, in: 254..<300).map(\.bytes) == Array(roots[254...]))
        #expect(try log.store.fullTile(level: 1, index: 0) == roots.flatMap { $0 })
        #expect(try log.store.tileRoots(level: 1, in: 0..<9).map(\.bytes) == [NaiveTree.root(roots[...])])
        #expect(try log.store.fullTile(level: 0, index: 256) == nil)
        #expect(try log.store.fullTile(level: 1, index: 1) == nil)
        #expect(try log.store.fullTile(level: 2, index: 0) == nil)
    }

    @Test("inclusion proofs lead from each stored entry to the root, and from no other", arguments: StoreKind.allCases)
    func inclusion(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.drafts(0..<600, streams: 5))
        let blobs = try log.blobs()
        for size in [1, 2, 7, 256, 257, 511, 600] {
            let root = NaiveTree.root(ofEntries: blobs[..<size])
            for position in Set([0, 1, size / 2, size - 2, size - 1, 255, 256]) where (0..<size).contains(position) {
                let proof = try log.reader.inclusionProof(of: UInt64(position), size: UInt64(size))
                #expect(proof.verify(leaf: MerkleHash.leaf(blobs[position]), root: root), "\(position) of \(size)")
                var altered = blobs[position]
                altered[altered.count / 2] ^= 1
                #expect(!proof.verify(leaf: MerkleHash.leaf(altered), root: root))
            }
        }
        #expect(throws: TransparencyError.self) { try log.reader.inclusionProof(of: 600, size: 600) }
        #expect(await refusal { _ = try log.reader.inclusionProof(of: 0, size: 700) } != nil)
    }

    @Test("consistency proofs join any two sizes", arguments: StoreKind.allCases)
    func consistency(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.drafts(0..<600, streams: 5))
        let blobs = try log.blobs()
        let sizes = [1, 2, 3, 128, 255, 256, 257, 512, 599, 600]
        let roots = sizes.map { NaiveTree.root(ofEntries: blobs[..<$0]) }
        for (old, new) in sizes.indices.flatMap({ old in sizes.indices[old...].map { (old, $0) } }) {
            let proof = try log.reader.consistencyProof(from: UInt64(sizes[old]), to: UInt64(sizes[new]))
            #expect(proof.verify(oldRoot: roots[old], newRoot: roots[new]), "\(sizes[old]) to \(sizes[new])")
            if old > 0 { #expect(!proof.verify(oldRoot: roots[old - 1], newRoot: roots[new])) }
        }
        for (size, root) in zip(sizes, roots) {
            #expect(try StoreTiles(store: log.store, size: 600).root(at: UInt64(size)) == root)
        }
    }

    @Test("a size never gets a second checkpoint", arguments: StoreKind.allCases)
    func oneCheckpoint(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        #expect(try log.store.latestCheckpoint() == nil)
        try log.store.save(checkpoint: "note 3\n", size: 3)
        try log.store.save(checkpoint: "note 3\n", size: 3)
        let error = await refusal { try log.store.save(checkpoint: "other\n", size: 3) }
        #expect(error?.code == .checkpointExists)
        #expect(try log.store.checkpoint(size: 3) == "note 3\n")
        try log.store.save(checkpoint: "note 2\n", size: 2)
        try log.store.save(checkpoint: "— note 10\n", size: 10)
        #expect(try log.store.latestCheckpoint()?.size == 10)
        #expect(try log.store.latestCheckpoint()?.note == "— note 10\n")
        #expect(try log.store.checkpoint(size: 2) == "note 2\n")
        #expect(try log.store.checkpoint(size: 4) == nil)
    }

    @Test("of several checkpoints for one size at one moment one is kept", arguments: StoreKind.allCases)
    func checkpointRace(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        for size in UInt64(1)...10 {
            let codes = await withTaskGroup(of: EventLogError.Code?.self) { group in
                for number in 0..<4 {
                    group.addTask {
                        await refusal { try log.store.save(checkpoint: "\(number)", size: size) }?.code
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(codes.filter { $0 == .checkpointExists }.count == 3)
            #expect(codes.filter { $0 == nil }.count == 1)
        }
    }

    @Test(
        "a batch that does not begin at the end, or whose head is not after it, is refused",
        arguments: StoreKind.allCases)
    func contiguity(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.drafts(0..<2))
        let before = try log.store.head()
        for (first, size) in [(0, 1), (1, 2), (3, 4), (2, 2), (2, 4)] as [(UInt64, UInt64)] {
            let batch = CommitBatch(
                firstPosition: first, entries: [[1]], tiles: [], head: LogHead(size: size, root: before.root))
            #expect(await refusal { try log.store.commit(batch) }?.code == .damaged, "\(first), \(size)")
        }
        #expect(try log.store.head() == before)
        #expect(await refusal { _ = try log.reader.entry(at: 2) }?.code == .notFound)
    }

    @Test("reading past the end is told from damage", arguments: StoreKind.allCases)
    func pastTheEnd(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        try await log.append(SampleEvent.drafts(0..<2))
        #expect(await refusal { _ = try log.reader.entry(at: 2) }?.code == .notFound)
        #expect(await refusal { try log.store.forEachEntry(in: 1..<3) { _, _ in } }?.code == .notFound)
        #expect(await refusal { try log.store.forEachEntry(in: 7..<9) { _, _ in } }?.code == .notFound)
        try log.store.forEachEntry(in: 9..<9) { _, _ in Issue.record("an empty range has no entries") }
    }
}
