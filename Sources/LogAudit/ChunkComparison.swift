internal import TransparencyLog

/// The run's hashes against what the other tables say.
extension ChunkScanner {
    /// Reads the full tiles of level 0 of the run and holds their hashes against the entries'.
    ///
    /// Where a tile that is whole in itself disagrees with a few entries, the entries are at fault and the tree goes on
    /// with the tile's hashes: one altered entry is one finding, not a finding for each head after it.
    /// - Returns: the stored root of each tile that is not a finding already, by its index.
    mutating func readTiles(_ positions: Range<UInt64>) throws(StorageFault) -> [UInt64: Digest32] {
        guard plan.log.bounds.holdsTiles else { return [:] }
        let expected = positions.lowerBound >> 8..<positions.upperBound >> 8
        var roots: [UInt64: Digest32] = [:]
        var next = expected.lowerBound
        try reader.seekTiles(expected)
        while let tile = try reader.nextTile() {
            tally.count(.tile)
            let index = UInt64(bitPattern: tile.index)
            guard index >= next, index < expected.upperBound else {
                throw StorageFault.disorder("tile 0/\(index) stands where 0/\(next) should")
            }
            reportMissing(next..<index)
            next = index + 1
            guard let hashes = tile.hashes else {
                findings.add(.tileAltered, at: index << 8, "tile 0/\(index) does not have 256 hashes and a root")
                continue
            }
            let offset = Int((index << 8) - positions.lowerBound)
            let isReliable = compare(hashes, tile.root, index: index, offset: offset)
            if isReliable, tile.ownsRoot { roots[index] = tile.root }
        }
        reportMissing(next..<expected.upperBound)
        return roots
    }

    private mutating func reportMissing(_ indexes: Range<UInt64>) {
        for index in indexes { findings.add(.tileMissing, at: index << 8, "tile 0/\(index)") }
    }

    /// Whether the tile's hashes can be relied on; if not, it is a finding.
    private mutating func compare(
        _ hashes: UnsafeRawBufferPointer, _ root: Digest32?, index: UInt64, offset: Int
    ) -> Bool {
        var differing: [Int] = []
        for item in 0..<FullTile.width where TileItems.hash(hashes, item) != pyramid.leaves[offset + item] {
            differing.append(item)
        }
        if differing.isEmpty { return true }
        // Without a stated root nobody says that the tile is whole.
        let isWhole = SubtreePyramid.root(ofPerfect: TileItems.all(hashes)) == root
        let altered = differing.filter { !absent.contains(offset + $0) }
        guard isWhole, altered.count <= FullTile.width / 2 else {
            if !altered.isEmpty {
                let detail = "tile 0/\(index) has \(altered.count) hashes that are not its entries'"
                findings.add(.tileAltered, at: (index << 8) + UInt64(altered[0]), detail)
            }
            return altered.isEmpty
        }
        for item in differing { pyramid.leaves[offset + item] = TileItems.hash(hashes, item) }
        for item in altered {
            let position = (index << 8) + UInt64(item)
            findings.add(.entryAltered, at: position, "position \(position) has another hash than tile 0/\(index) says")
        }
        return true
    }

    /// Holds the stored roots of the tiles against those of the tree.
    mutating func compareTileRoots(_ stored: [UInt64: Digest32], _ positions: Range<UInt64>) {
        let first = positions.lowerBound >> 8
        for (item, root) in pyramid.tileRoots.enumerated() {
            let index = first + UInt64(item)
            if let stored = stored[index], stored != root {
                findings.add(.tileAltered, at: index << 8, "tile 0/\(index) has another root than its entries")
            }
        }
    }

    /// Holds the partial tiles of level 0 against the leaves of the run.
    mutating func comparePartialTiles(_ positions: Range<UInt64>) {
        for size in reader.partialSizes(positions) {
            let width = TileCoordinate.partialWidth(size: size, level: 0)
            guard let tile = TileCoordinate(level: 0, index: size >> 8, width: width) else { continue }
            let end = Int(size - positions.lowerBound)
            let range = end - width..<end
            // What could not be read is a finding already.
            guard !range.contains(where: absent.contains) else { continue }
            tile.compare(with: pyramid.leaves[range], through: reader, &findings)
        }
    }

    mutating func readHeads(_ positions: Range<UInt64>, _ claims: inout [RootClaim]) throws(StorageFault) {
        try reader.seekHeads(positions)
        var previous = positions.lowerBound
        while let head = try reader.nextHead() {
            tally.count(.head)
            let size = try ascending(head.size, after: &previous, within: positions)
            guard let root = head.root else {
                findings.add(.headWrong, at: size, "the head of \(size) does not have 32 bytes")
                continue
            }
            claims.append(claim(.head, size, root, positions))
        }
    }

    /// Reads the stored checkpoints of the run, and adds the earlier ones that the caller gave.
    mutating func readCheckpoints(_ positions: Range<UInt64>, _ claims: inout [RootClaim]) throws(StorageFault) {
        for earlier in plan.trust.earlier
        where earlier.size > positions.lowerBound && earlier.size <= positions.upperBound {
            claims.append(claim(.earlier, earlier.size, earlier.root, positions))
        }
        try reader.seekCheckpoints(positions)
        var previous = positions.lowerBound
        while let checkpoint = try reader.nextCheckpoint() {
            tally.count(.checkpoint)
            let size = try ascending(checkpoint.size, after: &previous, within: positions)
            let root = plan.trust.examine(size: Int64(size), note: checkpoint.note, &findings)
            if let root { claims.append(claim(.checkpoint, size, root, positions)) }
        }
    }

    // The rows of a damaged table may come in any order, even for ever: each has to be beyond the one before.
    private func ascending(
        _ size: Int64, after previous: inout UInt64, within positions: Range<UInt64>
    ) throws(StorageFault) -> UInt64 {
        guard size > Int64(previous), size <= Int64(positions.upperBound) else {
            throw StorageFault.disorder("size \(size) stands after \(previous)")
        }
        previous = UInt64(size)
        return previous
    }

    private func claim(
        _ claimant: RootClaim.Claimant, _ size: UInt64, _ root: Digest32, _ positions: Range<UInt64>
    ) -> RootClaim {
        let ragged = pyramid.root(count: Int(size - positions.lowerBound))
        return RootClaim(claimant: claimant, size: size, stated: root, ragged: ragged)
    }
}

extension TileCoordinate {
    /// Holds a partial tile as it is kept against the hashes of the tree.
    func compare(
        with hashes: ArraySlice<Digest32>, through reader: any RunReader, _ findings: inout FindingList
    ) {
        let position = index << (8 * UInt64(level + 1))
        do throws(StorageFault) {
            guard let stored = try reader.partialTile(self) else {
                findings.add(.tileMissing, at: position, path)
                return
            }
            guard stored.count == width * Digest32.byteCount else {
                findings.add(.partialAltered, at: position, "\(path) has \(stored.count) bytes")
                return
            }
            let differing = hashes.indices.first { TileItems.hash(stored, $0 - hashes.startIndex) != hashes[$0] }
            guard let differing else { return }
            let detail = "hash \(differing - hashes.startIndex) of \(path) is not that of the tree"
            findings.add(.partialAltered, at: position, detail)
        } catch {
            findings.add(error.finding, at: position, error.message)
        }
    }
}

/// The hashes of a tile as they lie in its blob.
enum TileItems {
    static func hash(_ hashes: UnsafeRawBufferPointer, _ item: Int) -> Digest32 {
        let offset = item * Digest32.byteCount
        return Digest32(unsafe: UnsafeRawBufferPointer(rebasing: hashes[offset..<offset + Digest32.byteCount]))
    }

    static func all(_ hashes: UnsafeRawBufferPointer) -> [Digest32] {
        (0..<hashes.count / Digest32.byteCount).map { hash(hashes, $0) }
    }
}
