internal import TransparencyLog

/// One worker: reads runs of entries through a reader of its own, hashes them, and holds them against tiles, heads and
/// checkpoints.
struct ChunkScanner {
    let plan: ChunkPlan
    let reader: any RunReader

    var pyramid = SubtreePyramid()
    var findings = FindingList()
    var tally = RowTally()
    var records: [DeepRecord] = []
    /// Offsets in the run whose entries could not be read.
    var absent: Set<Int> = []
    private var hasher = TreeHasher()
    private var bytesHashed: UInt64 = 0

    /// Works until there is nothing left to take.
    static func work(plan: ChunkPlan, board: ChunkBoard) {
        do throws(AuditError) {
            var scanner: ChunkScanner?
            while let index = board.take() {
                if scanner == nil { scanner = try ChunkScanner(plan) }
                if let chunk = try scanner?.scan(index) { board.put(chunk) }
            }
        } catch {
            board.fail(error)
        }
    }

    private init(_ plan: ChunkPlan) throws(AuditError) {
        self.plan = plan
        reader = try plan.log.reader()
    }

    private mutating func scan(_ index: Int) throws(AuditError) -> Chunk {
        let positions = plan.positions(of: index)
        pyramid.removeAll()
        findings = FindingList()
        tally = RowTally()
        records.removeAll(keepingCapacity: true)
        absent.removeAll()
        bytesHashed = 0

        var stored: [UInt64: Digest32] = [:]
        if plan.log.bounds.holdsEntries {
            try readEntries(positions)
            try guarding("tiles", at: positions.lowerBound) { scanner throws(StorageFault) in
                stored = try scanner.readTiles(positions)
            }
        } else {
            try readLeaves(positions)
        }
        pyramid.build()
        compareTileRoots(stored, positions)
        comparePartialTiles(positions)
        var claims: [RootClaim] = []
        try guarding("heads", at: positions.lowerBound) { scanner throws(StorageFault) in
            try scanner.readHeads(positions, &claims)
        }
        try guarding("checkpoints", at: positions.lowerBound) { scanner throws(StorageFault) in
            try scanner.readCheckpoints(positions, &claims)
        }
        findings.add(reader.takeFindings())
        return Chunk(
            index: index, positions: positions, root: pyramid.root(count: positions.count),
            tileRoots: pyramid.tileRoots, partialSizes: Array(reader.partialSizes(positions)), claims: claims,
            records: records, bytesHashed: bytesHashed, tally: tally, findings: findings)
    }

    /// Runs `body`; damage that it meets is a finding.
    private mutating func guarding(
        _ what: String, at position: UInt64, _ body: (inout ChunkScanner) throws(StorageFault) -> Void
    ) throws(AuditError) {
        do throws(StorageFault) {
            try body(&self)
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            findings.add(error.finding, at: position, "\(what) from position \(position): \(error.message)")
        }
    }

    /// Hashes the entries of the run; after damage it goes on at the next tile, so that one bad page hides little.
    private mutating func readEntries(_ positions: Range<UInt64>) throws(AuditError) {
        var next = positions.lowerBound
        while next < positions.upperBound {
            do throws(StorageFault) {
                try readEntries(from: &next, to: positions.upperBound)
            } catch {
                if let obstacle = error.obstacle { throw obstacle }
                findings.add(error.finding, at: next, "entries from position \(next): \(error.message)")
                skip(to: min(positions.upperBound, (next | 255) + 1), from: &next)
            }
        }
        hasher.flush(into: &pyramid.leaves)
    }

    private mutating func readEntries(from next: inout UInt64, to end: UInt64) throws(StorageFault) {
        try reader.seekEntries(next..<end)
        while let stored = try reader.nextEntry() {
            let position = UInt64(bitPattern: stored.position)
            guard position >= next, position < end else {
                throw StorageFault.disorder("position \(stored.position) stands where \(next) should")
            }
            if position > next {
                findings.add(.entryMissing, at: next, "positions \(next) to \(position - 1)")
                skip(to: position, from: &next)
            }
            guard let entry = stored.bytes else {
                findings.add(.entryAltered, at: position, "position \(position) is not a blob")
                skip(to: position + 1, from: &next)
                continue
            }
            hasher.add(entry, into: &pyramid.leaves)
            bytesHashed += UInt64(entry.count)
            if plan.deep { records.append(DeepRecord(entry, at: position, &findings)) }
            next = position + 1
        }
        if next < end {
            findings.add(.entryMissing, at: next, "positions \(next) to \(end - 1)")
            skip(to: end, from: &next)
        }
    }

    /// Takes the hashes of the lowest tiles for the leaves, where the entries are not part of the log's folder.
    private mutating func readLeaves(_ positions: Range<UInt64>) throws(AuditError) {
        var next = positions.lowerBound
        while next < positions.upperBound {
            let end = min(positions.upperBound, next + UInt64(FullTile.width))
            let width = Int(end - next)
            do throws(StorageFault) {
                if width == FullTile.width {
                    try reader.seekTiles(next >> 8..<(next >> 8) + 1)
                    appendLeaves(try reader.nextTile()?.hashes, width, from: &next)
                } else if let tile = TileCoordinate(level: 0, index: next >> 8, width: width) {
                    appendLeaves(try reader.partialTile(tile), width, from: &next)
                }
            } catch {
                if let obstacle = error.obstacle { throw obstacle }
                findings.add(error.finding, at: next, "hashes from position \(next): \(error.message)")
                skip(to: end, from: &next)
            }
        }
    }

    private mutating func appendLeaves(
        _ hashes: UnsafeRawBufferPointer?, _ width: Int, from next: inout UInt64
    ) {
        let end = next + UInt64(width)
        if let hashes, hashes.count == width * Digest32.byteCount {
            for item in 0..<width { pyramid.leaves.append(TileItems.hash(hashes, item)) }
            next = end
        } else {
            findings.add(.tileMissing, at: next, "tile 0/\(next >> 8), \(width) hashes")
            skip(to: end, from: &next)
        }
    }

    /// Leaves positions without a hash.
    private mutating func skip(to end: UInt64, from next: inout UInt64) {
        hasher.flush(into: &pyramid.leaves)
        while next < end {
            absent.insert(pyramid.leaves.count)
            pyramid.leaves.append(MerkleHash.empty)
            if plan.deep { records.append(DeepRecord()) }
            next += 1
        }
    }
}
