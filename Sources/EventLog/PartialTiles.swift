internal import Synchronization
internal import TransparencyLog

/// The partial tiles that proofs asked for last. The right edge is derived from hundreds of rows, and all proofs under
/// one checkpoint need the same one; a partial tile of a width never changes.
final class PartialTiles: Sendable {
    private struct Key: Hashable {
        let level: Int
        let index: UInt64
        let width: Int
    }

    /// The edges of two checkpoints: eight levels each, a few kilobytes a level.
    private static let limit = 16

    private let tiles = Mutex<[(key: Key, hashes: [Digest32])]>([])

    /// The hashes as kept, or as `read` finds them.
    func hashes(
        _ level: Int, _ index: UInt64, _ width: Int, orRead read: () throws -> [Digest32]
    ) throws -> [Digest32] {
        let key = Key(level: level, index: index, width: width)
        if let known = tiles.withLock({ $0.first { $0.key == key }?.hashes }) { return known }
        let hashes = try read()
        tiles.withLock { tiles in
            if tiles.count == PartialTiles.limit { tiles.removeFirst() }
            tiles.append((key, hashes))
        }
        return hashes
    }
}
