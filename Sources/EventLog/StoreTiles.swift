public import TransparencyLog

/// The tiles of a log as of its size: full ones from the store, partial ones at the right edge derived.
public struct StoreTiles: TileReader {
    private let store: any LogStore
    public let size: UInt64
    public let kept: KeptTiles?

    /// - Parameter kept: where the tiles that proofs share are kept for the next one; nil: each is read anew.
    public init(store: any LogStore, size: UInt64, keeping kept: KeptTiles? = nil) {
        (self.store, self.size, self.kept) = (store, size, kept)
    }

    /// The first `width` hashes of a tile. Throws ``EventLogError`` where the log does not reach so far.
    public func hashes(level: Int, index: UInt64, width: Int) throws -> [Digest32] {
        if let full = try store.fullTile(level: level, index: index) {
            guard full.count == FullTile.byteCount else {
                throw EventLogError.damaged("第 \(level) 层第 \(index) 块已损坏", "tile \(index) of level \(level) is damaged")
            }
            return full.withUnsafeBytes { bytes in
                (0..<width).map { Digest32(unsafe: UnsafeRawBufferPointer(rebasing: bytes[$0 * 32..<$0 * 32 + 32])) }
            }
        }
        let first = index * 256
        let range = first..<first + UInt64(width)
        var hashes: [Digest32] = []
        if level == 0 {
            try store.forEachEntry(in: range) { _, bytes in hashes.append(MerkleHash.leaf(bytes)) }
        } else {
            hashes = try store.tileRoots(level: level - 1, in: range)
        }
        guard hashes.count == width else {
            throw EventLogError.damaged(
                "第 \(level) 层第 \(index) 块不完整", "tile \(index) of level \(level) is not complete")
        }
        return hashes
    }

    /// The root of the tree when it had `size` leaves.
    public func root(at size: UInt64) throws -> Digest32 {
        var levels: [[Digest32]] = []
        var count = size
        while count > 0 {
            let width = Int(count % 256)
            levels.append(width == 0 ? [] : try hashes(level: levels.count, index: count / 256, width: width))
            count /= 256
        }
        return try TreeBuilder(size: size, partialTiles: levels).root()
    }
}
