internal import TransparencyLog

/// Follows one log into another store, by position: what the copy lacks is proven from the source's bytes, then added.
///
/// A reader of the source: it pages in short reads, so that nothing keeps the source's WAL, and takes what was
/// committed when it began. Every byte is hashed three times: read from the source and held against its tiles, its
/// head and the given roots before anything is written; again while it is written; and read back from the copy. What
/// the copy commits is therefore always a beginning of the source's log, whenever it is cut off, and the next run goes
/// on from there.
public struct LogCopy: Sendable {
    private let source: any LogStore
    private let target: any LogStore
    /// Entries of one read, and of one transaction of the copy; whole tiles.
    static let pageSize: UInt64 = 1_024

    public init(from source: any LogStore, to target: any LogStore) {
        self.source = source
        self.target = target
    }

    /// Brings the copy to `head`.
    ///
    /// - Parameters:
    ///   - checkpoints: signed checkpoints of the log. Those within what is added are held against it, and are
    ///     committed with the entry that they end with: whoever has an entry in a copy has the checkpoint on it.
    ///   - progress: entries done and to do; each is counted three times.
    /// - Returns: the size of the copy before.
    /// - Throws: ``EventLogError`` `logs-part` where the copy is not a beginning of the source, naming the position;
    ///   `log-damaged` where the source is not what its tree says, naming where; nothing of that is copied.
    public func run(
        to head: LogHead, with checkpoints: [LogCheckpoint] = [],
        progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws -> UInt64 {
        let start = try target.head()
        try requireBeginning(start, of: head)
        let edge = try RightEdge.read(start, from: target)
        let signed = Dictionary(checkpoints.map { ($0.head.size, $0) }) { first, _ in first }
        let total = (head.size - start.size) * 3
        for pass in [Pass.proving, .writing, .readingBack] {
            var tree = edge
            let store: any LogStore = pass == .readingBack ? target : source
            try LogCopy.hash(start.size..<head.size, of: store, into: &tree) { tree, entries, tiles in
                if pass == .proving { try prove(tiles, entries: entries, end: tree.size) }
                if pass == .writing {
                    let first = tree.size - UInt64(entries.count)
                    try target.commit(
                        CommitBatch(
                            firstPosition: first, entries: entries, tiles: tiles,
                            head: LogHead(size: tree.size, root: tree.root()),
                            checkpoints: (first..<tree.size).compactMap { signed[$0 + 1] }))
                }
                progress(UInt64(pass.rawValue) * (total / 3) + tree.size - start.size, total)
            } atLeaf: { size, root in
                if let known = signed[size]?.head.root, known != root() { throw EventLogError.rootDiffers(size) }
            }
            guard tree.root() == head.root else { throw EventLogError.rootDiffers(head.size) }
        }
        return start.size
    }

    private enum Pass: Int { case proving, writing, readingBack }

    /// Hashes a range into the tree, calling `body` after each page with its entries and the tiles they filled, and
    /// `atLeaf` after each entry with the size and a way to the root there.
    private static func hash(
        _ range: Range<UInt64>, of store: any LogStore, into tree: inout TreeBuilder,
        _ body: (TreeBuilder, [[UInt8]], [FullTile]) throws -> Void,
        atLeaf: (UInt64, () -> Digest32) throws -> Void
    ) throws {
        var position = range.lowerBound
        while position < range.upperBound {
            // Pages end with whole tiles, whatever the size at which the last run ended.
            let end = min((position / pageSize + 1) * pageSize, range.upperBound)
            var entries: [[UInt8]] = []
            entries.reserveCapacity(Int(end - position))
            try store.forEachEntry(in: position..<end) { entries.append(Array($1)) }
            var tiles: [FullTile] = []
            for entry in entries {
                tree.append(entry.withUnsafeBytes { MerkleHash.leaf($0) }) { tiles.append($0) }
                try atLeaf(tree.size) { tree.root() }
            }
            try body(tree, entries, tiles)
            position = end
        }
    }

    /// Holds full tiles that were derived from entries against those that the source has.
    private func prove(_ tiles: [FullTile], entries: [[UInt8]], end: UInt64) throws {
        for tile in tiles {
            guard let kept = try source.fullTile(level: tile.level, index: tile.index) else {
                throw EventLogError.damaged(
                    "缺少第 \(tile.level) 层第 \(tile.index) 块", "tile \(tile.index) of level \(tile.level) is missing")
            }
            guard kept != tile.hashes else { continue }
            let width = Digest32.byteCount
            let item = (0..<FullTile.width).first { item in
                kept.dropFirst(item * width).prefix(width) != tile.hashes.dropFirst(item * width).prefix(width)
            }
            let position = (tile.index * UInt64(FullTile.width) + UInt64(item ?? 0)) << (8 * UInt64(tile.level))
            throw EventLogError.damaged(
                "位置 \(position) 的条目与日志的树不符", "the entry at position \(position) does not fit the log's tree")
        }
    }

    /// The copy must be what the source was when it had as many entries.
    private func requireBeginning(_ start: LogHead, of head: LogHead) throws {
        let ours = StoreTiles(store: target, size: start.size)
        let theirs = StoreTiles(store: source, size: head.size)
        let common = min(start.size, head.size)
        if try ours.root(at: common) != theirs.root(at: common) {
            // The first size at which the trees differ: they agree before it and at none after it.
            var (same, different) = (UInt64(0), common)
            while different - same > 1 {
                let middle = same + (different - same) / 2
                if try ours.root(at: middle) == theirs.root(at: middle) { same = middle } else { different = middle }
            }
            throw EventLogError.logsPart(at: different - 1)
        }
        guard start.size <= head.size else { throw EventLogError.copyAhead(start.size, head.size) }
    }
}

extension EventLogError.Code {
    /// Two logs that should be one are not: one is not a beginning of the other.
    public static let logsPart = EventLogError.Code(rawValue: "logs-part")
}

extension EventLogError {
    static func rootDiffers(_ size: UInt64) -> EventLogError {
        .damaged("前 \(size) 条与其树根不符", "the first \(size) entries do not have the root that they are said to have")
    }

    static func logsPart(at position: UInt64) -> EventLogError {
        EventLogError(
            .logsPart, chinese: "两份日志自位置 \(position) 起不同：不是同一段历史，未作任何改动；请换一个备份目录，并查明哪一份是真的",
            english: "the two logs part at position \(position): they are not one history, and nothing was changed; "
                + "choose another folder for the backup, and find out which of them is the true one")
    }

    static func copyAhead(_ copy: UInt64, _ source: UInt64) -> EventLogError {
        EventLogError(
            .logsPart,
            chinese: "备份已有 \(copy) 条，档案库只有 \(source) 条：档案库可能被截短或由旧备份恢复，未作任何改动；请用 verify --against 核对，并保留这份备份",
            english:
                "the backup has \(copy) entries, the archive \(source): it may have been cut short, or restored from "
                + "an older backup; nothing was changed; check it with verify --against, and keep this backup")
    }
}
