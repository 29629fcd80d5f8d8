internal import EventLog
internal import TransparencyLog

/// Derives tiles and bundles from the entries again and writes them out (C2SP tlog-tiles); nothing is copied from the
/// stored tiles, so that an export of a damaged log stops.
///
/// Memory: the partial tile of each level and one bundle of at most 256 entries.
struct TileExport {
    private let store: any LogStore
    private let folder: ExportFolder
    /// Nil where the entries are left out.
    private let lines: LineFile?
    private var tree = TreeBuilder()
    private var bundle: [UInt8] = []

    /// - Parameter holdsEntries: write bundles and `events.ndjson` too.
    init(_ store: any LogStore, to folder: ExportFolder, holdsEntries: Bool) throws {
        self.store = store
        self.folder = folder
        lines = holdsEntries ? try LineFile(path: "\(folder.path)/events.ndjson") : nil
    }

    /// Goes on to the size of a published checkpoint and writes what a client under it may ask for: full tiles, and the
    /// partial ones of the right edge.
    ///
    /// Throws ``EventLogError`` `log-damaged` where the entries do not have the checkpoint's root.
    mutating func advance(to checkpoint: Checkpoint, progress: (UInt64) -> Void) throws {
        while tree.size < checkpoint.size {
            let end = min((tree.size / UInt64(FullTile.width) + 1) * UInt64(FullTile.width), checkpoint.size)
            try take(tree.size..<end, of: checkpoint)
            progress(end)
        }
        guard checkpoint.root == tree.root() else {
            throw EventLogError.damaged(
                "前 \(checkpoint.size) 条与其检查点的树根不符，已停止导出；请运行 verify",
                "the first \(checkpoint.size) entries do not have the root of their checkpoint; the export has stopped, "
                    + "run verify")
        }
        try writeEdge()
    }

    /// Puts `events.ndjson` in its place.
    func finish() throws { if let lines { try folder.place(lines) } }

    private mutating func take(_ range: Range<UInt64>, of checkpoint: Checkpoint) throws {
        var full: [FullTile] = []
        try store.forEachEntry(in: range) { _, bytes in
            tree.append(MerkleHash.leaf(bytes)) { full.append($0) }
            guard let lines else { return }
            try EntryBundle.append(bytes, to: &bundle)
            try lines.append(bytes)
        }
        for tile in full {
            try keep(tile.hashes, at: TileCoordinate(level: tile.level, index: tile.index), of: checkpoint.size)
        }
        guard range.upperBound.isMultiple(of: UInt64(FullTile.width)) else { return }
        if lines != nil {
            let index = range.lowerBound / UInt64(FullTile.width)
            try keep(bundle, at: TileCoordinate(entries: index), of: checkpoint.size)
        }
        bundle.removeAll(keepingCapacity: true)
    }

    private func writeEdge() throws {
        for tile in TileCoordinate.partialTiles(size: tree.size) {
            var bytes: [UInt8] = []
            for hash in tree.partialTile(level: tile.level) { hash.append(to: &bytes) }
            try keep(bytes, at: tile, of: tree.size)
        }
        guard lines != nil, !bundle.isEmpty else { return }
        let width = TileCoordinate.partialWidth(size: tree.size, level: 0)
        try keep(bundle, at: TileCoordinate(entries: tree.size / UInt64(FullTile.width), width: width), of: tree.size)
    }

    private func keep(_ bytes: [UInt8], at coordinate: TileCoordinate?, of size: UInt64) throws {
        guard let coordinate else {
            preconditionFailure("a tree has at most eight levels of tiles, with 1 to 256 items each")
        }
        try folder.keep(bytes, at: coordinate.path, of: size)
    }
}
