internal import Synchronization

/// The tiles that many proofs share, with the subtrees over them: the partial ones of the right edge, and those above
/// the lowest level.
///
/// The right edge of a large log is derived from hundreds of rows and hashed anew for each proof, though all proofs under
/// one checkpoint need the same one; a tile above the lowest level serves 65,536 entries or more; and neither a full tile
/// nor a partial one of a width ever changes. Whoever makes many proofs keeps one of these beside its tiles
/// (``TileReader/kept``).
public final class KeptTiles: Sendable {
    private struct Key: Hashable {
        let level: Int
        let index: UInt64
        let width: Int
    }

    private struct Shelf {
        var tiles: [Key: TileSubtrees] = [:]
        /// The keys in the order they came; the one to go next stands at `oldest` once the shelf is full.
        var order: [Key] = []
        var oldest = 0
    }

    /// At most 4 MiB: 16 KiB a tile. The level above the entries of 16,000,000 fits.
    private static let limit = 256

    private let shelf = Mutex(Shelf())

    /// Nothing kept yet.
    public init() {}

    /// Whether proofs of other entries will ask for the tile again.
    static func isShared(level: Int, width: Int) -> Bool { level > 0 || width < FullTile.width }

    func subtrees(
        _ level: Int, _ index: UInt64, _ width: Int, orRead read: () throws -> TileSubtrees
    ) rethrows -> TileSubtrees {
        let key = Key(level: level, index: index, width: width)
        if let known = shelf.withLock({ $0.tiles[key] }) { return known }
        let subtrees = try read()
        shelf.withLock { shelf in
            guard shelf.tiles.updateValue(subtrees, forKey: key) == nil else { return }
            guard shelf.order.count == KeptTiles.limit else { return shelf.order.append(key) }
            shelf.tiles[shelf.order[shelf.oldest]] = nil
            shelf.order[shelf.oldest] = key
            shelf.oldest = (shelf.oldest + 1) % KeptTiles.limit
        }
        return subtrees
    }
}

/// The hashes of a tile and the roots of the perfect subtrees over them, by height.
struct TileSubtrees: Sendable {
    private let rows: [[Digest32]]

    /// Hashes one node fewer than the tile has hashes, at most.
    init(_ hashes: [Digest32]) {
        var rows = [hashes]
        while let row = rows.last, row.count > 1 {
            rows.append((0..<row.count / 2).map { MerkleHash.node(row[2 * $0], row[2 * $0 + 1]) })
        }
        self.rows = rows
    }

    /// The root over the 2^`height` hashes that end with the `number`-th such run.
    func root(height: Int, number: Int) -> Digest32 { rows[height][number] }
}
