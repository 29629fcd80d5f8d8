/// That a tree is the beginning of a later one: nothing was altered, removed or put in between (RFC 6962 section
/// 2.1.2).
public struct ConsistencyProof: Sendable, Hashable {
    /// The number of leaves of the earlier tree, at least 1.
    public let oldSize: UInt64
    /// The number of leaves of the later tree.
    public let newSize: UInt64
    /// The hashes in the order of RFC 6962; none where the sizes are equal.
    public let hashes: [Digest32]

    /// A proof as received; nothing is checked before ``verify(oldRoot:newRoot:)``.
    public init(oldSize: UInt64, newSize: UInt64, hashes: [Digest32]) {
        (self.oldSize, self.newSize, self.hashes) = (oldSize, newSize, hashes)
    }

    /// Makes the proof from the tiles of the later tree.
    ///
    /// - Throws: `range-invalid` unless 1 ≤ `oldSize` ≤ `newSize` ≤ 2^63 − 1; `tile-incomplete` if a tile has another
    ///   width than asked for; what `tiles` throws. A proof made from wrong tiles does not verify.
    public init(oldSize: UInt64, newSize: UInt64, tiles: some TileReader) throws {
        guard oldSize >= 1, oldSize <= newSize, newSize <= TreeBuilder.maximumSize else {
            throw TransparencyError(.rangeInvalid, "no consistency proof from \(oldSize) to \(newSize)")
        }
        var subtrees = SubtreeHashes(reader: tiles, size: newSize)
        var hashes: [Digest32] = []
        var (start, end) = (UInt64(0), newSize)
        while end != oldSize {
            let split = start + (end - start).largestPowerOfTwoBelow
            if oldSize <= split {
                hashes.append(try subtrees.root(split, end))
                end = split
            } else {
                hashes.append(try subtrees.root(start, split))
                start = split
            }
        }
        // From the start of the tree the subtree is the old tree itself, whose root the verifier has.
        if start != 0 { hashes.append(try subtrees.root(start, end)) }
        self.init(oldSize: oldSize, newSize: newSize, hashes: hashes.reversed())
    }

    /// Whether the proof leads to both roots (the algorithm of RFC 9162 section 2.1.4.2).
    public func verify(oldRoot: Digest32, newRoot: Digest32) -> Bool {
        guard oldSize >= 1, oldSize <= newSize else { return false }
        if oldSize == newSize { return hashes.isEmpty && oldRoot == newRoot }

        var path = hashes[...]
        let start: Digest32
        if oldSize & (oldSize - 1) == 0 {
            start = oldRoot
        } else {
            guard let given = path.popFirst() else { return false }
            start = given
        }
        var first = oldSize - 1
        var last = newSize - 1
        while first & 1 == 1 {
            first >>= 1
            last >>= 1
        }
        var (oldHash, newHash) = (start, start)
        for hash in path {
            guard last != 0 else { return false }
            if first & 1 == 1 || first == last {
                oldHash = MerkleHash.node(hash, oldHash)
                newHash = MerkleHash.node(hash, newHash)
                while first != 0, first & 1 == 0 {
                    first >>= 1
                    last >>= 1
                }
            } else {
                newHash = MerkleHash.node(newHash, hash)
            }
            first >>= 1
            last >>= 1
        }
        return oldHash == oldRoot && newHash == newRoot && last == 0
    }
}
