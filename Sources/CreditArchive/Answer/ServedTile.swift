internal import EventLog
public import TransparencyLog

extension Auditor {
    /// A tile of hashes or a bundle of entries, as C2SP tlog-tiles serves it; nil where the log does not reach so far.
    ///
    /// A partial tile is served at any width up to what the log has: a client under any published checkpoint finds its own.
    /// Throws ``EventLogError`` on damage.
    public func tile(_ tile: TileCoordinate) throws -> [UInt8]? {
        let size = try archive.log.head().size
        let width = UInt64(tile.width)
        // How many items of the level there are; an item of level l stands for 256^l leaves.
        let items = tile.level < 8 ? size >> (8 * UInt64(tile.level)) : 0
        let (first, overflow) = tile.index.multipliedReportingOverflow(by: UInt64(FullTile.width))
        guard !overflow, first < items, width <= items - first else { return nil }
        var bytes: [UInt8] = []
        if tile.holdsEntries {
            try archive.log.store.forEachEntry(in: first..<first + width) { try EntryBundle.append($1, to: &bytes) }
        } else {
            let hashes = try StoreTiles(store: archive.log.store, size: size).hashes(
                level: tile.level, index: tile.index, width: tile.width)
            for hash in hashes { hash.append(to: &bytes) }
        }
        return bytes
    }
}
