internal import TransparencyLog

/// One worker: reads runs of entries over a connection of its own, hashes them, and holds them against tiles, heads and
/// checkpoints.
struct ChunkScanner {
    let plan: ChunkPlan
    let entries: SQLiteQuery
    let tiles: SQLiteQuery?
    let heads: SQLiteQuery?
    let checkpoints: SQLiteQuery?

    var pyramid = SubtreePyramid()
    var findings = FindingList()
    var tally = RowTally()
    var records: [DeepRecord] = []
    /// Offsets in the run whose entries could not be read.
    var absent: Set<Int> = []
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
        do throws(SQLiteFault) {
            let reader = try plan.log.open()
            entries = try reader.prepare(
                "SELECT position, blob FROM entry WHERE position >= ?1 AND position < ?2 ORDER BY position")
            tiles =
                plan.tables.contains(.tile)
                ? try reader.prepare(
                    """
                    SELECT "index", hashes, root FROM tile
                    WHERE level = 0 AND "index" >= ?1 AND "index" < ?2 ORDER BY "index"
                    """)
                : nil
            heads =
                plan.tables.contains(.head)
                ? try reader.prepare("SELECT size, root FROM head WHERE size > ?1 AND size <= ?2 ORDER BY size") : nil
            checkpoints =
                plan.tables.contains(.checkpoint)
                ? try reader.prepare("SELECT size, note FROM checkpoint WHERE size > ?1 AND size <= ?2 ORDER BY size")
                : nil
        } catch {
            // The survey prepared the same statements: what fails now is not the file's content.
            throw error.obstacle ?? AuditError(.cannotOpen, error.message)
        }
    }

    private mutating func scan(_ index: Int) throws(AuditError) -> Chunk {
        let positions = plan.positions(of: index)
        pyramid.removeAll()
        findings = FindingList()
        tally = RowTally()
        records.removeAll(keepingCapacity: true)
        absent.removeAll()
        bytesHashed = 0

        try readEntries(positions)
        var stored: [UInt64: Digest32] = [:]
        try guarding("tile", at: positions.lowerBound) { scanner throws(SQLiteFault) in
            stored = try scanner.readTiles(positions)
        }
        pyramid.build()
        compareTileRoots(stored, positions)
        var claims: [RootClaim] = []
        try guarding("head", at: positions.lowerBound) { scanner throws(SQLiteFault) in
            try scanner.readHeads(positions, &claims)
        }
        try guarding("checkpoint", at: positions.lowerBound) { scanner throws(SQLiteFault) in
            try scanner.readCheckpoints(positions, &claims)
        }
        return Chunk(
            index: index, positions: positions, root: pyramid.root(count: positions.count),
            tileRoots: pyramid.tileRoots, claims: claims, records: records, bytesHashed: bytesHashed, tally: tally,
            findings: findings)
    }

    /// Runs `body`; damage that it meets is a finding.
    private mutating func guarding(
        _ table: String, at position: UInt64, _ body: (inout ChunkScanner) throws(SQLiteFault) -> Void
    ) throws(AuditError) {
        do throws(SQLiteFault) {
            try body(&self)
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            findings.add(.storageDamaged, at: position, "table \(table) from position \(position): \(error.message)")
        }
    }

    /// Hashes the entries of the run; after damage it goes on at the next tile, so that one bad page hides little.
    private mutating func readEntries(_ positions: Range<UInt64>) throws(AuditError) {
        var next = positions.lowerBound
        while next < positions.upperBound {
            do throws(SQLiteFault) {
                try readEntries(from: &next, to: positions.upperBound)
            } catch {
                if let obstacle = error.obstacle { throw obstacle }
                findings.add(.storageDamaged, at: next, "table entry at position \(next): \(error.message)")
                skip(to: min(positions.upperBound, (next | 255) + 1), from: &next)
            }
        }
    }

    private mutating func readEntries(from next: inout UInt64, to end: UInt64) throws(SQLiteFault) {
        try entries.bind(Int64(next), Int64(end))
        while try entries.step() {
            let position = UInt64(bitPattern: entries.int64(0))
            guard position >= next, position < end else {
                throw SQLiteFault.disorder("position \(entries.int64(0)) stands where \(next) should")
            }
            if position > next {
                findings.add(.entryMissing, at: next, "positions \(next) to \(position - 1)")
                skip(to: position, from: &next)
            }
            guard let entry = entries.blob(1) else {
                findings.add(.entryAltered, at: position, "position \(position) is not a blob")
                skip(to: position + 1, from: &next)
                continue
            }
            pyramid.leaves.append(MerkleHash.leaf(entry))
            bytesHashed += UInt64(entry.count)
            if plan.deep { records.append(DeepRecord(entry, at: position, &findings)) }
            next = position + 1
        }
        if next < end {
            findings.add(.entryMissing, at: next, "positions \(next) to \(end - 1)")
            skip(to: end, from: &next)
        }
    }

    /// Leaves positions without a hash.
    private mutating func skip(to end: UInt64, from next: inout UInt64) {
        while next < end {
            absent.insert(pyramid.leaves.count)
            pyramid.leaves.append(MerkleHash.empty)
            if plan.deep { records.append(DeepRecord()) }
            next += 1
        }
    }
}
