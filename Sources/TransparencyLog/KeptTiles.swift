internal import Synchronization

/// The partial tiles that proofs asked for last, with the subtrees over them.
///
/// The right edge of a large log is derived from hundreds of rows and hashed anew for each proof, though all proofs under
/// one checkpoint need the same one; and a partial tile of a width never changes. Whoever makes many proofs keeps one of
/// these beside its tiles (``TileReader/kept``).
public final class KeptTiles: Sendable {
    private struct Key: Hashable {
        let level: Int
        let index: UInt64
        let width: Int
    }

    /// The edges of two checkpoints: eight levels each, at most 16 KiB a level.
    private static let limit = 16

    private let tiles = Mutex<[(key: Key, subtrees: TileSubtrees)]>([])

    /// Nothing kept yet.
    public init() {}

    func subtrees(
        _ level: Int, _ index: UInt64, _ width: Int, orRead read: () throws -> TileSubtrees
    ) rethrows -> TileSubtrees {
        let key = Key(level: level, index: index, width: width)
        if let known = tiles.withLock({ $0.first { $0.key == key }?.subtrees }) { return known }
        let subtrees = try read()
        tiles.withLock { tiles in
            if tiles.count == KeptTiles.limit { tiles.removeFirst() }
            tiles.append((key, subtrees))
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
