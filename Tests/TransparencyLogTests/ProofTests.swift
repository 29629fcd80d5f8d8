import ArchiveTesting
import Testing
import TransparencyLog

@Suite("Proofs")
struct ProofTests {
    static func tiles(_ size: Int) -> MemoryTiles {
        var tiles = MemoryTiles()
        for number in 0..<size { tiles.append(cheapLeaf(number)) }
        return tiles
    }

    /// RFC 6962 section 2.1.1 as it is written.
    static func naivePath(_ index: Int, _ leaves: ArraySlice<Digest32>) -> [Digest32] {
        guard leaves.count > 1 else { return [] }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return index < split
            ? naivePath(index, leaves[..<middle]) + [NaiveTree.root(leaves[middle...])]
            : naivePath(index - split, leaves[middle...]) + [NaiveTree.root(leaves[..<middle])]
    }

    @Test("every inclusion proof up to 70 leaves is that of the definition, and holds for its leaf alone")
    func allInclusions() throws {
        for size in 1...70 {
            let tiles = Self.tiles(size)
            let root = tiles.builder.root()
            for index in 0..<size {
                let proof = try InclusionProof(index: UInt64(index), size: UInt64(size), tiles: tiles)
                #expect(proof.hashes == Self.naivePath(index, cheapLeaves(size)[...]))
                #expect(proof.verify(leaf: cheapLeaf(index), root: root))
                #expect(!proof.verify(leaf: cheapLeaf(index + 1), root: root))
                #expect(!proof.verify(leaf: cheapLeaf(index), root: cheapLeaf(index)) || size == 1)
            }
        }
    }

    @Test("every consistency proof up to 70 leaves holds, and for no other root")
    func allConsistencies() throws {
        let roots = (0...70).map { NaiveTree.root(cheapLeaves($0)) }
        for newSize in 1...70 {
            let tiles = Self.tiles(newSize)
            for oldSize in 1...newSize {
                let proof = try ConsistencyProof(oldSize: UInt64(oldSize), newSize: UInt64(newSize), tiles: tiles)
                #expect(proof.verify(oldRoot: roots[oldSize], newRoot: roots[newSize]), "\(oldSize) to \(newSize)")
                #expect(!proof.verify(oldRoot: roots[oldSize - 1], newRoot: roots[newSize]))
                #expect(!proof.verify(oldRoot: roots[oldSize], newRoot: roots[newSize - 1]))
                #expect(proof.hashes.isEmpty == (oldSize == newSize))
            }
        }
    }

    @Test("proofs from a tree with tiles of two levels, at its size and at earlier ones")
    func acrossTiles() throws {
        let tiles = Self.tiles(66_000)
        let leaves = cheapLeaves(66_000)
        for size in [256, 257, 600, 65_535, 65_536, 65_537, 66_000] {
            let root = NaiveTree.root(leaves[..<size])
            for index in [0, 1, 255, 256, size / 2, size - 2, size - 1] where index < size {
                let proof = try InclusionProof(index: UInt64(index), size: UInt64(size), tiles: tiles)
                #expect(proof.hashes == Self.naivePath(index, leaves[..<size]))
                #expect(proof.verify(leaf: leaves[index], root: root))
            }
            for oldSize in [1, 2, 255, 256, 257, 511, 65_535, 65_536] where oldSize <= size {
                let proof = try ConsistencyProof(oldSize: UInt64(oldSize), newSize: UInt64(size), tiles: tiles)
                #expect(proof.verify(oldRoot: NaiveTree.root(leaves[..<oldSize]), newRoot: root))
            }
        }
    }

    @Test("a proof with a hash altered, removed, added, or moved fails")
    func corrupted() throws {
        let tiles = Self.tiles(70)
        let root = tiles.builder.root()
        for index in 0..<70 {
            let hashes = try InclusionProof(index: UInt64(index), size: 70, tiles: tiles).hashes
            for wrong in Self.corruptions(of: hashes) {
                let proof = InclusionProof(index: UInt64(index), size: 70, hashes: wrong)
                #expect(!proof.verify(leaf: cheapLeaf(index), root: root))
            }
            for other in 0..<70 where other != index {
                let moved = InclusionProof(index: UInt64(other), size: 70, hashes: hashes)
                #expect(!moved.verify(leaf: cheapLeaf(index), root: root))
            }
        }
        for oldSize in 1...69 {
            let oldRoot = NaiveTree.root(cheapLeaves(oldSize))
            let hashes = try ConsistencyProof(oldSize: UInt64(oldSize), newSize: 70, tiles: tiles).hashes
            for wrong in Self.corruptions(of: hashes) {
                let proof = ConsistencyProof(oldSize: UInt64(oldSize), newSize: 70, hashes: wrong)
                #expect(!proof.verify(oldRoot: oldRoot, newRoot: root))
            }
        }
    }

    static func corruptions(of hashes: [Digest32]) -> [[Digest32]] {
        var all = [hashes + [cheapLeaf(0)], [cheapLeaf(0)] + hashes, hashes + hashes]
        for place in hashes.indices {
            var altered = hashes
            var bytes = altered[place].bytes
            bytes[31] ^= 1
            altered[place] = bytes.withUnsafeBytes { Digest32(unsafe: $0) }
            all.append(altered)
            var removed = hashes
            removed.remove(at: place)
            all.append(removed)
        }
        if hashes.count > 1 { all.append(hashes.reversed()) }
        return all
    }

    @Test("impossible sizes are refused without a trap")
    func impossible() {
        let root = cheapLeaf(0)
        for (index, size) in [(0, 0), (1, 1), (5, 4), (.max, .max), (.max, 0)] as [(UInt64, UInt64)] {
            #expect(!InclusionProof(index: index, size: size, hashes: [root]).verify(leaf: root, root: root))
            #expect(refusal { _ = try InclusionProof(index: index, size: size, tiles: Self.tiles(9)) } == .rangeInvalid)
        }
        for (old, new) in [(0, 0), (0, 5), (6, 5), (.max, 1)] as [(UInt64, UInt64)] {
            #expect(!ConsistencyProof(oldSize: old, newSize: new, hashes: []).verify(oldRoot: root, newRoot: root))
            #expect(!ConsistencyProof(oldSize: old, newSize: new, hashes: [root]).verify(oldRoot: root, newRoot: root))
            #expect(
                refusal { _ = try ConsistencyProof(oldSize: old, newSize: new, tiles: Self.tiles(9)) } == .rangeInvalid)
        }
        let many = [Digest32](repeating: root, count: 200)
        #expect(!InclusionProof(index: .max - 1, size: .max, hashes: many).verify(leaf: root, root: root))
        #expect(!ConsistencyProof(oldSize: 3, newSize: .max, hashes: many).verify(oldRoot: root, newRoot: root))
        #expect(!ConsistencyProof(oldSize: 3, newSize: 4, hashes: []).verify(oldRoot: root, newRoot: root))
    }

    @Test("equal sizes want equal roots and no hashes")
    func equalSizes() {
        let root = cheapLeaf(0)
        #expect(ConsistencyProof(oldSize: 5, newSize: 5, hashes: []).verify(oldRoot: root, newRoot: root))
        #expect(!ConsistencyProof(oldSize: 5, newSize: 5, hashes: []).verify(oldRoot: root, newRoot: cheapLeaf(1)))
        #expect(!ConsistencyProof(oldSize: 5, newSize: 5, hashes: [root]).verify(oldRoot: root, newRoot: root))
    }

    @Test("a reader that gives another width than asked for is refused")
    func wrongWidth() {
        struct Short: TileReader {
            func hashes(level: Int, index: UInt64, width: Int) -> [Digest32] { cheapLeaves(width - 1) }
        }
        #expect(refusal { _ = try InclusionProof(index: 0, size: 9, tiles: Short()) } == .tileIncomplete)
        #expect(refusal { _ = try ConsistencyProof(oldSize: 3, newSize: 9, tiles: Short()) } == .tileIncomplete)
    }
}
