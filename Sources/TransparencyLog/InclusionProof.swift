/// That a leaf stands at an index of a tree of a size (RFC 6962 section 2.1.1).
public struct InclusionProof: Sendable, Hashable {
    /// The index of the leaf, from 0.
    public let index: UInt64
    /// The number of leaves of the tree.
    public let size: UInt64
    /// The hashes from the leaf's sibling to the root's child.
    public let hashes: [Digest32]

    /// A proof as received; nothing is checked before ``verify(leaf:root:)``.
    public init(index: UInt64, size: UInt64, hashes: [Digest32]) {
        (self.index, self.size, self.hashes) = (index, size, hashes)
    }

    /// Makes the proof from tiles.
    ///
    /// - Throws: `range-invalid` unless `index < size` and `size` ≤ 2^63 − 1; `tile-incomplete` if a tile has another
    ///   width than asked for; what `tiles` throws. A proof made from wrong tiles does not verify.
    public init(index: UInt64, size: UInt64, tiles: some TileReader) throws {
        guard index < size, size <= TreeBuilder.maximumSize else {
            throw TransparencyError(.rangeInvalid, "index \(index) in a tree of \(size)")
        }
        var subtrees = SubtreeHashes(reader: tiles, size: size)
        var hashes: [Digest32] = []
        var (start, end) = (UInt64(0), size)
        while end - start > 1 {
            let split = start + (end - start).largestPowerOfTwoBelow
            if index < split {
                hashes.append(try subtrees.root(split, end))
                end = split
            } else {
                hashes.append(try subtrees.root(start, split))
                start = split
            }
        }
        self.init(index: index, size: size, hashes: hashes.reversed())
    }

    /// Whether the proof leads from the leaf hash to the root (the algorithm of RFC 9162 section 2.1.3.2).
    public func verify(leaf: Digest32, root: Digest32) -> Bool {
        guard index < size else { return false }
        var first = index
        var last = size - 1
        var hash = leaf
        for sibling in hashes {
            guard last != 0 else { return false }
            if first & 1 == 1 || first == last {
                hash = MerkleHash.node(sibling, hash)
                while first & 1 == 0, first != 0 {
                    first >>= 1
                    last >>= 1
                }
            } else {
                hash = MerkleHash.node(hash, sibling)
            }
            first >>= 1
            last >>= 1
        }
        return last == 0 && hash == root
    }
}

extension UInt64 {
    /// The largest power of two that is smaller than the number, which must be at least 2: where RFC 6962 splits a
    /// tree.
    var largestPowerOfTwoBelow: UInt64 { 1 << UInt64((self - 1).bitLength - 1) }
}
