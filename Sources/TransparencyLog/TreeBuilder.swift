/// The right edge of a Merkle tree: takes leaf hashes in order, gives out full tiles and, at any time, the root.
///
/// Holds the partial tile of each level (C2SP tlog-tiles: tiles of height 8, a partial one is never hashed upward) and
/// one hash for each bit of the size. Appending a leaf hashes one node on average; the root hashes at most 62. A value
/// type: keep a copy to return to after a failed transaction.
public struct TreeBuilder: Sendable {
    /// The greatest number of leaves, 2^63 − 1: positions are signed 64-bit numbers in the tables and in Go's clients.
    public static let maximumSize = UInt64(Int64.max)

    /// The number of leaves.
    public private(set) var size: UInt64 = 0
    // The bytes of each level's partial tile, so that a full one is given out without being copied.
    private var levels: [[UInt8]] = []
    // At each height whose bit is set in `size`, the root of that perfect subtree; elsewhere stale.
    private var edge: [Digest32] = []

    /// The tree without leaves.
    public init() {}

    /// Takes up a tree of `size` leaves from its partial tiles, lowest level first.
    ///
    /// - Parameter partialTiles: at each level the hashes of the partial tile, `floor(size / 256^level) mod 256` of
    ///   them; empty lists above the highest level may be left out. Nothing proves that they are right: compare the
    ///   root.
    /// - Throws: `edge-invalid` if the widths cannot belong to `size`; rebuild the edge from the leaves.
    public init(size: UInt64, partialTiles: [[Digest32]]) throws(TransparencyError) {
        guard size <= TreeBuilder.maximumSize else {
            throw TransparencyError(.edgeInvalid, "size \(size) exceeds 2^63 - 1")
        }
        for level in 0..<max(partialTiles.count, 8) {
            let width = TileCoordinate.partialWidth(size: size, level: level)
            let given = level < partialTiles.count ? partialTiles[level].count : 0
            guard given == width else {
                throw TransparencyError(
                    .edgeInvalid, "size \(size) needs \(width) hashes at level \(level), not \(given)")
            }
        }
        self.size = size
        edge = [Digest32](repeating: MerkleHash.empty, count: size.bitLength)
        for level in 0..<(size.bitLength + 7) / 8 {
            let hashes = level < partialTiles.count ? partialTiles[level] : []
            levels.append(TreeBuilder.emptyTile())
            for hash in hashes { hash.append(to: &levels[level]) }
            var start = 0
            for bit in (0..<8).reversed() where hashes.count & (1 << bit) != 0 {
                edge[8 * level + bit] = MerkleHash.root(of: hashes[start..<start + (1 << bit)])
                start += 1 << bit
            }
        }
    }

    /// Appends a leaf hash; `onFullTile` receives each tile that becomes full by it, lowest level first.
    ///
    /// If `onFullTile` throws, the builder stands between two sizes: go back to a copy made before.
    ///
    /// - Precondition: the size stays within ``maximumSize``.
    public mutating func append(_ leaf: Digest32, onFullTile: (FullTile) throws -> Void) rethrows {
        precondition(size < TreeBuilder.maximumSize, "the tree is full")
        var hash = leaf
        var height = 0
        add(hash, toLevel: 0)
        while size & (1 << UInt64(height)) != 0 {
            hash = MerkleHash.node(edge[height], hash)
            height += 1
            if height.isMultiple(of: 8) {
                let level = height / 8 - 1
                // The new tile is the last of its level: the subtree it covers ends with this leaf.
                let index = size >> UInt64(height)
                var full = TreeBuilder.emptyTile()
                swap(&full, &levels[level])
                try onFullTile(FullTile(level: level, index: index, hashes: full, root: hash))
                add(hash, toLevel: level + 1)
            }
        }
        if height == edge.count { edge.append(hash) } else { edge[height] = hash }
        size += 1
    }

    /// The root of the tree: ``MerkleHash/empty`` without leaves.
    public func root() -> Digest32 {
        guard size > 0 else { return MerkleHash.empty }
        var height = size.trailingZeroBitCount
        var hash = edge[height]
        height += 1
        while height < edge.count {
            if size & (1 << UInt64(height)) != 0 { hash = MerkleHash.node(edge[height], hash) }
            height += 1
        }
        return hash
    }

    /// The hashes of the partial tile of `level`, fewer than 256 and possibly none.
    public func partialTile(level: Int) -> [Digest32] {
        guard levels.indices.contains(level) else { return [] }
        return levels[level].withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: Digest32.byteCount).map { offset in
                Digest32(unsafe: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + Digest32.byteCount]))
            }
        }
    }

    /// The partial tiles of all levels, lowest first: what ``init(size:partialTiles:)`` takes.
    public var partialTiles: [[Digest32]] { levels.indices.map(partialTile(level:)) }

    private mutating func add(_ hash: Digest32, toLevel level: Int) {
        if level == levels.count { levels.append(TreeBuilder.emptyTile()) }
        hash.append(to: &levels[level])
    }

    private static func emptyTile() -> [UInt8] {
        var tile: [UInt8] = []
        tile.reserveCapacity(FullTile.byteCount)
        return tile
    }
}

/// A tile with all of its 256 hashes, which never changes again (C2SP tlog-tiles).
public struct FullTile: Sendable, Hashable {
    /// The number of hashes in a full tile.
    public static let width = 256
    /// The length of the hashes of a full tile in bytes.
    public static let byteCount = width * Digest32.byteCount

    /// The level from 0; a hash of level l covers 256^l leaves.
    public let level: Int
    /// Which tile of its level it is, from 0.
    public let index: UInt64
    /// The 256 hashes, 8,192 bytes.
    public let hashes: [UInt8]
    /// The Merkle root over the 256 hashes: the item of the next level.
    public let root: Digest32
}

extension UInt64 {
    /// The number of bits up to the highest that is set.
    var bitLength: Int { UInt64.bitWidth - leadingZeroBitCount }
}
