internal import TransparencyLog

/// Reads runs over an SQLite connection of its own.
final class DatabaseReader: RunReader {
    private let entries: SQLiteQuery
    private let tiles: SQLiteQuery?
    private let upper: SQLiteQuery?
    private let heads: SQLiteQuery?
    private let checkpoints: SQLiteQuery?

    init(_ reader: SQLiteReader, _ tables: Set<LogTable>) throws(StorageFault) {
        func prepare(_ table: LogTable, _ sql: String) throws(StorageFault) -> SQLiteQuery? {
            tables.contains(table) ? try reader.prepare(sql) : nil
        }
        entries = try reader.prepare(
            "SELECT position, blob FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position")
        tiles = try prepare(
            .tile,
            """
            SELECT "index", hashes, root FROM tile
            WHERE level = 0 AND "index" >= ?1 AND "index" < ?2 ORDER BY "index"
            """)
        upper = try prepare(.tile, "SELECT \"index\", hashes, root FROM tile WHERE level = ?1 AND \"index\" = ?2")
        heads = try prepare(.head, "SELECT size, root FROM head WHERE size > ?1 AND size <= ?2 ORDER BY size")
        checkpoints = try prepare(
            .checkpoint, "SELECT size, note FROM checkpoint WHERE size > ?1 AND size <= ?2 ORDER BY size")
    }

    func seekEntries(_ positions: Range<UInt64>) throws(StorageFault) { try DatabaseReader.seek(entries, positions) }

    func nextEntry() throws(StorageFault) -> StoredEntry? {
        try entries.step() ? StoredEntry(position: entries.int64(0), bytes: entries.blob(1)) : nil
    }

    func seekTiles(_ indexes: Range<UInt64>) throws(StorageFault) { try DatabaseReader.seek(tiles, indexes) }

    func nextTile() throws(StorageFault) -> StoredTile? {
        guard let tiles, try tiles.step() else { return nil }
        return DatabaseReader.tile(tiles)
    }

    func readUpperTile(
        level: Int, index: UInt64, _ body: (StoredTile?) -> Void
    ) throws(StorageFault) {
        guard let upper else { return }
        try upper.bind(Int64(level), Int64(index))
        body(try upper.step() ? DatabaseReader.tile(upper) : nil)
        upper.reset()
    }

    private static func tile(_ query: SQLiteQuery) -> StoredTile {
        let root = query.blob(2).flatMap { Digest32($0) }
        let hashes = query.blob(1).flatMap { $0.count == FullTile.byteCount && root != nil ? $0 : nil }
        return StoredTile(index: query.int64(0), hashes: hashes, root: root, ownsRoot: true)
    }

    func seekHeads(_ positions: Range<UInt64>) throws(StorageFault) { try DatabaseReader.seek(heads, positions) }

    func nextHead() throws(StorageFault) -> (size: Int64, root: Digest32?)? {
        guard let heads, try heads.step() else { return nil }
        return (heads.int64(0), heads.blob(1).flatMap { Digest32($0) })
    }

    func seekCheckpoints(_ positions: Range<UInt64>) throws(StorageFault) {
        try DatabaseReader.seek(checkpoints, positions)
    }

    func nextCheckpoint() throws(StorageFault) -> (size: Int64, note: UnsafeRawBufferPointer?)? {
        guard let checkpoints, try checkpoints.step() else { return nil }
        return (checkpoints.int64(0), checkpoints.blob(1))
    }

    func partialSizes(_ positions: Range<UInt64>) -> ArraySlice<UInt64> { [] }

    func partialTile(_ tile: TileCoordinate) throws(StorageFault) -> UnsafeRawBufferPointer? { nil }

    func takeFindings() -> FindingList { FindingList() }

    private static func seek(_ query: SQLiteQuery?, _ range: Range<UInt64>) throws(StorageFault) {
        try query?.bind(Int64(range.lowerBound), Int64(range.upperBound))
    }
}
