internal import TransparencyLog

/// Joins the runs in their order into the whole tree: tiles above level 0, heads, checkpoints, and the root.
struct TreeJoin {
    /// The roots of whole runs in front, merged as the tree splits: the largest subtree first.
    private var peaks: [(height: Int, root: Digest32)] = []
    /// The hashes of the tile that is being filled at each level from 1.
    private var upper: [[Digest32]] = []
    private var upperIndex: [UInt64] = []
    private var wrongHeads: (first: UInt64, last: UInt64, count: UInt64)?
    private var lastRightHead: UInt64 = 0
    /// Nil where no full tiles are kept.
    private let reader: (any RunReader)?
    /// The partial tile of each level that was compared last: many sizes share one.
    private var lastPartials: [TileCoordinate?] = []
    /// The rows of all runs, and those read here.
    private(set) var tally = RowTally()
    private(set) var root = MerkleHash.empty

    init(_ log: any SurveyedLog) throws(AuditError) {
        reader = log.bounds.holdsTiles ? try log.reader() : nil
    }

    /// Takes the next run.
    mutating func add(_ chunk: Chunk, _ findings: inout FindingList) throws(AuditError) {
        tally.add(chunk.tally)
        for claim in chunk.claims { check(claim, &findings) }
        root = whole(chunk.root)
        for size in chunk.partialSizes where size < chunk.positions.upperBound {
            let roots = chunk.tileRoots.prefix(Int((size - chunk.positions.lowerBound) >> 8))
            try comparePartials(size, lowest: roots, &findings)
        }
        for tileRoot in chunk.tileRoots { try raise(tileRoot, to: 1, &findings) }
        if chunk.partialSizes.last == chunk.positions.upperBound {
            try comparePartials(chunk.positions.upperBound, lowest: upper.first?[...] ?? [], &findings)
        }
        guard chunk.positions.count == SubtreePyramid.width else { return }
        var (height, merged) = (SubtreePyramid.height, chunk.root)
        while let last = peaks.last, last.height == height {
            merged = MerkleHash.node(last.root, merged)
            height += 1
            peaks.removeLast()
        }
        peaks.append((height, merged))
    }

    /// Reports what was gathered.
    func finish(_ findings: inout FindingList) {
        guard let wrongHeads else { return }
        let detail =
            "\(wrongHeads.count) heads from \(wrongHeads.first) to \(wrongHeads.last); the last right one before is "
            + "\(lastRightHead)"
        findings.add(.headWrong, at: wrongHeads.first, detail)
    }

    /// The root of the tree that ends with a ragged run after the peaks.
    private func whole(_ ragged: Digest32) -> Digest32 {
        peaks.reversed().reduce(ragged) { MerkleHash.node($1.root, $0) }
    }

    private mutating func check(_ claim: RootClaim, _ findings: inout FindingList) {
        let isRight = whole(claim.ragged) == claim.stated
        switch claim.claimant {
        case .head:
            // Once one is wrong mostly all are: one finding tells from where.
            if isRight {
                if wrongHeads == nil { lastRightHead = claim.size }
            } else {
                wrongHeads = (wrongHeads?.first ?? claim.size, claim.size, (wrongHeads?.count ?? 0) + 1)
            }
        case .checkpoint where !isRight:
            findings.add(.checkpointWrong, at: claim.size, "the checkpoint of \(claim.size) entries")
        case .earlier where !isRight:
            findings.add(.historyRewritten, at: claim.size, "the earlier checkpoint of \(claim.size) entries")
        default: break
        }
    }

    /// Adds a hash to the tile of a level; a tile that becomes full is held against the stored one.
    private mutating func raise(
        _ hash: Digest32, to level: Int, _ findings: inout FindingList
    ) throws(AuditError) {
        if upper.count < level {
            upper.append([])
            upperIndex.append(0)
        }
        upper[level - 1].append(hash)
        guard upper[level - 1].count == FullTile.width else { return }
        let hashes = upper[level - 1]
        let index = upperIndex[level - 1]
        upper[level - 1].removeAll(keepingCapacity: true)
        upperIndex[level - 1] += 1
        let root = SubtreePyramid.root(ofPerfect: hashes)
        if try compare(level, index, hashes, root, &findings) { tally.count(.tile) }
        try raise(root, to: level + 1, &findings)
    }

    /// Holds the partial tiles above level 0 of a size against the tree, where they are kept.
    ///
    /// - Parameter lowest: the hashes of level 1 at that size.
    private mutating func comparePartials(
        _ size: UInt64, lowest: ArraySlice<Digest32>, _ findings: inout FindingList
    ) throws(AuditError) {
        guard let reader else { return }
        for tile in TileCoordinate.partialTiles(size: size) where tile.level > 0 {
            while lastPartials.count <= tile.level { lastPartials.append(nil) }
            if lastPartials[tile.level] == tile { continue }
            lastPartials[tile.level] = tile
            let hashes = tile.level == 1 ? lowest : upper.count < tile.level ? [] : upper[tile.level - 1][...]
            tile.compare(with: hashes, through: reader, &findings)
        }
    }

    private func compare(
        _ level: Int, _ index: UInt64, _ hashes: [Digest32], _ root: Digest32, _ findings: inout FindingList
    ) throws(AuditError) -> Bool {
        guard let reader else { return false }
        let position = index << (8 * UInt64(level + 1))
        let name = "tile \(level)/\(index)"
        do throws(StorageFault) {
            var isThere = false
            try reader.readUpperTile(level: level, index: index) { stored in
                guard let stored else {
                    findings.add(.tileMissing, at: position, name)
                    return
                }
                isThere = true
                guard let content = stored.hashes, TileItems.all(content) == hashes else {
                    findings.add(.tileAltered, at: position, "\(name) does not have the hashes of the tiles below it")
                    return
                }
                if stored.ownsRoot, stored.root != root {
                    findings.add(.tileAltered, at: position, "\(name) has another root than its hashes")
                }
            }
            return isThere
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            findings.add(error.finding, at: position, "\(name): \(error.message)")
            return false
        }
    }
}
