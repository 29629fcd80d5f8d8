/// Where proofs take their hashes from: a store, a cache, or a client of another log.
public protocol TileReader {
    /// The first `width` hashes of a tile.
    ///
    /// - Parameters:
    ///   - level: the level, from 0.
    ///   - index: which tile of its level, from 0.
    ///   - width: how many hashes, 1 to 256. A tile that has grown since may be cut to it.
    /// - Returns: exactly `width` hashes. Proofs are refused over any other number.
    func hashes(level: Int, index: UInt64, width: Int) throws -> [Digest32]

    /// Where the tiles that proofs share are kept from proof to proof; nil, the default: each proof reads its own.
    var kept: KeptTiles? { get }
}

extension TileReader {
    /// Nowhere.
    public var kept: KeptTiles? { nil }
}

/// Roots of subtrees out of tiles; keeps the tiles of one proof, of which there are at most a few per level.
struct SubtreeHashes<Reader: TileReader> {
    private struct Key: Hashable {
        let level: Int
        let index: UInt64
    }

    private let reader: Reader
    private let size: UInt64
    private var tiles: [Key: TileSubtrees] = [:]

    /// - Parameter size: the size of the tree; only its tiles are asked for, at their width in it.
    init(reader: Reader, size: UInt64) {
        self.reader = reader
        self.size = size
    }

    /// The root over the leaves `start..<end`, where `start` is a multiple of a power of two that is not less than the
    /// length: every range that a proof needs.
    mutating func root(_ start: UInt64, _ end: UInt64) throws -> Digest32 {
        var perfect: [Digest32] = []
        var start = start
        while start < end {
            let height = (end - start).bitLength - 1
            perfect.append(try perfectRoot(height: height, index: start >> UInt64(height)))
            start += 1 << UInt64(height)
        }
        var hash = perfect.removeLast()
        while let left = perfect.popLast() { hash = MerkleHash.node(left, hash) }
        return hash
    }

    /// The root of the `index`-th perfect subtree of 2^height leaves.
    private mutating func perfectRoot(height: Int, index: UInt64) throws -> Digest32 {
        let inTile = height % 8
        let tile = try tile(level: height / 8, index: index >> UInt64(8 - inTile))
        return tile.root(height: inTile, number: Int(index & ((1 << UInt64(8 - inTile)) - 1)))
    }

    private mutating func tile(level: Int, index: UInt64) throws -> TileSubtrees {
        let key = Key(level: level, index: index)
        if let known = tiles[key] { return known }
        let width = Int(min(UInt64(FullTile.width), (size >> (8 * UInt64(level))) - (index << 8)))
        let subtrees =
            if KeptTiles.isShared(level: level, width: width), let kept = reader.kept {
                try kept.subtrees(level, index, width) { try read(level, index, width) }
            } else {
                try read(level, index, width)
            }
        tiles[key] = subtrees
        return subtrees
    }

    private func read(_ level: Int, _ index: UInt64, _ width: Int) throws -> TileSubtrees {
        let hashes = try reader.hashes(level: level, index: index, width: width)
        guard hashes.count == width else {
            throw TransparencyError(
                .tileIncomplete, "tile \(level)/\(index) has \(hashes.count) hashes, expected \(width)")
        }
        return TileSubtrees(hashes)
    }
}
