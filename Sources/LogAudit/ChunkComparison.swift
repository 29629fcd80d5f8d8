internal import TransparencyLog

/// The run's hashes against what the other tables say.
extension ChunkScanner {
    /// Reads the full tiles of level 0 of the run and holds their hashes against the entries'.
    ///
    /// Where a tile that is whole in itself disagrees with a few entries, the entries are at fault and the tree goes on
    /// with the tile's hashes: one altered entry is one finding, not a finding for each head after it.
    /// - Returns: the stored root of each tile that is not a finding already, by its index.
    mutating func readTiles(_ positions: Range<UInt64>) throws(SQLiteFault) -> [UInt64: Digest32] {
        guard let tiles else { return [:] }
        let expected = positions.lowerBound >> 8..<positions.upperBound >> 8
        var roots: [UInt64: Digest32] = [:]
        var next = expected.lowerBound
        try tiles.bind(Int64(expected.lowerBound), Int64(expected.upperBound))
        while try tiles.step() {
            tally.count(.tile)
            let index = UInt64(bitPattern: tiles.int64(0))
            guard index >= next, index < expected.upperBound else {
                throw SQLiteFault.disorder("tile 0/\(index) stands where 0/\(next) should")
            }
            reportMissing(next..<index)
            next = index + 1
            guard let hashes = tiles.blob(1), hashes.count == FullTile.byteCount,
                let root = tiles.blob(2).flatMap({ Digest32($0) })
            else {
                findings.add(.tileAltered, at: index << 8, "tile 0/\(index) does not have 256 hashes and a root")
                continue
            }
            let offset = Int((index << 8) - positions.lowerBound)
            if compare(hashes, root, index: index, offset: offset) { roots[index] = root }
        }
        reportMissing(next..<expected.upperBound)
        return roots
    }

    private mutating func reportMissing(_ indexes: Range<UInt64>) {
        for index in indexes { findings.add(.tileMissing, at: index << 8, "tile 0/\(index)") }
    }

    /// Whether the tile's hashes can be relied on; if not, it is a finding.
    private mutating func compare(
        _ hashes: UnsafeRawBufferPointer, _ root: Digest32, index: UInt64, offset: Int
    ) -> Bool {
        var differing: [Int] = []
        for item in 0..<FullTile.width where TileItems.hash(hashes, item) != pyramid.leaves[offset + item] {
            differing.append(item)
        }
        if differing.isEmpty { return true }
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

    mutating func readHeads(_ positions: Range<UInt64>, _ claims: inout [RootClaim]) throws(SQLiteFault) {
        guard let heads else { return }
        try heads.bind(Int64(positions.lowerBound), Int64(positions.upperBound))
        var previous = positions.lowerBound
        while try heads.step() {
            tally.count(.head)
            let size = try ascending(heads.int64(0), after: &previous, within: positions)
            guard let root = heads.blob(1).flatMap({ Digest32($0) }) else {
                findings.add(.headWrong, at: size, "the head of \(size) does not have 32 bytes")
                continue
            }
            claims.append(claim(.head, size, root, positions))
        }
    }

    /// Reads the stored checkpoints of the run, and adds the earlier ones that the caller gave.
    mutating func readCheckpoints(_ positions: Range<UInt64>, _ claims: inout [RootClaim]) throws(SQLiteFault) {
        for earlier in plan.trust.earlier
        where earlier.size > positions.lowerBound && earlier.size <= positions.upperBound {
            claims.append(claim(.earlier, earlier.size, earlier.root, positions))
        }
        guard let checkpoints else { return }
        try checkpoints.bind(Int64(positions.lowerBound), Int64(positions.upperBound))
        var previous = positions.lowerBound
        while try checkpoints.step() {
            tally.count(.checkpoint)
            let size = try ascending(checkpoints.int64(0), after: &previous, within: positions)
            let root = plan.trust.examine(size: Int64(size), note: checkpoints.blob(1), &findings)
            if let root { claims.append(claim(.checkpoint, size, root, positions)) }
        }
    }

    // The rows of a damaged table may come in any order, even for ever: each has to be beyond the one before.
    private func ascending(
        _ size: Int64, after previous: inout UInt64, within positions: Range<UInt64>
    ) throws(SQLiteFault) -> UInt64 {
        guard size > Int64(previous), size <= Int64(positions.upperBound) else {
            throw SQLiteFault.disorder("size \(size) stands after \(previous)")
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
