internal import TransparencyLog

/// The bounds of a log, read in one transaction: how many entries there are, and what stands outside them.
struct LogSurvey {
    private(set) var tables: Set<LogTable> = []
    /// The number of positions to audit.
    private(set) var size: UInt64 = 0
    private(set) var latestCheckpoint: String?
    /// The rows that tables hold in all, where they are counted.
    private(set) var counted = RowTally()
    /// The rows that were read here.
    private(set) var tally = RowTally()
    /// Defects that show from the bounds alone.
    private(set) var findings = FindingList()

    private let log: LogFile
    private let trust: CheckpointTrust

    /// - Throws: what keeps an audit from being made; damage is a finding.
    init(_ log: LogFile, _ trust: CheckpointTrust) throws(AuditError) {
        (self.log, self.trust) = (log, trust)
        let reader: SQLiteReader
        do throws(SQLiteFault) {
            reader = try log.open()
            try reader.execute("BEGIN")
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            findings.add(.storageDamaged, error.message)
            return
        }
        tables = try LogTable.readable(in: reader, &findings)
        for table in [LogTable.head, .checkpoint, .tile] {
            try read(table) { survey throws(SQLiteFault) in try survey.count(table, reader) }
        }
        try read(.entry) { survey throws(SQLiteFault) in try survey.readSize(reader) }
        try read(.head) { survey throws(SQLiteFault) in try survey.readHeads(reader) }
        try read(.checkpoint) { survey throws(SQLiteFault) in try survey.readCheckpoints(reader) }
        try read(.tile) { survey throws(SQLiteFault) in try survey.readExtraTiles(reader) }
        checkEarlier()
    }

    /// Reads from a table if it is there; damage is a finding.
    private mutating func read(
        _ table: LogTable, _ body: (inout LogSurvey) throws(SQLiteFault) -> Void
    ) throws(AuditError) {
        guard tables.contains(table) else { return }
        do throws(SQLiteFault) {
            try body(&self)
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            findings.add(.storageDamaged, "table \(table.rawValue): \(error.message)")
        }
    }

    private mutating func count(_ table: LogTable, _ reader: SQLiteReader) throws(SQLiteFault) {
        // Without a condition all pages are gone through, whatever the keys say. A damaged file may lead through the
        // same pages for ever: so the keys have to rise.
        let query = try reader.prepare("SELECT \(table.keys) FROM \(table.rawValue)")
        var previous: (Int64, Int64)?
        while try query.step() {
            let key = (query.int64(0), query.int64(1))
            if let previous, key <= previous { throw .disorder("key \(key) stands after \(previous)") }
            previous = key
            counted.count(table)
        }
    }

    private mutating func readSize(_ reader: SQLiteReader) throws(SQLiteFault) {
        let negative = try reader.prepare("SELECT position FROM entry WHERE position < 0 ORDER BY position LIMIT 1000")
        while try negative.step() { findings.add(.entryExtra, "position \(negative.int64(0))") }

        // A position that the file is too small for would send the audit through an endless gap.
        let limit = Int64(clamping: log.greatestPlausibleSize)
        let far = try reader.prepare("SELECT position FROM entry WHERE position >= ?1 ORDER BY position LIMIT 1000")
        try far.bind(limit)
        while try far.step() {
            findings.add(.entryExtra, at: UInt64(far.int64(0)), "far beyond the number of entries the file can hold")
        }
        let last = try reader.prepare("SELECT max(position) FROM entry WHERE position >= 0 AND position < ?1")
        try last.bind(limit)
        if try last.step(), !last.isNull(0) { size = UInt64(last.int64(0)) + 1 }
    }

    private mutating func readHeads(_ reader: SQLiteReader) throws(SQLiteFault) {
        let last = try reader.prepare("SELECT max(size) FROM head")
        let covered = try last.step() && !last.isNull(0) ? last.int64(0) : 0
        if covered < Int64(size) {
            findings.add(.headMissing, at: size, "the last head covers \(covered) of \(size) entries")
        }
        let outside = try reader.prepare(
            """
            SELECT size, root FROM head WHERE size <= 0
            UNION ALL SELECT size, root FROM head WHERE size > ?1 LIMIT 1000
            """)
        try outside.bind(Int64(size))
        while try outside.step() {
            tally.count(.head)
            let claimed = outside.int64(0)
            if claimed > 0 {
                let detail = "a head covers \(claimed) entries, there are \(size)"
                findings.add(.entryMissing, at: size, detail)
            } else if claimed < 0 || outside.blob(1).flatMap({ Digest32($0) }) != MerkleHash.empty {
                findings.add(.headWrong, at: 0, "a head of \(claimed) entries")
            }
        }
    }

    private mutating func readCheckpoints(_ reader: SQLiteReader) throws(SQLiteFault) {
        let latest = try reader.prepare("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
        if try latest.step(), let note = latest.blob(0) { latestCheckpoint = String(decoding: note, as: UTF8.self) }
        latest.reset()

        let outside = try reader.prepare(
            """
            SELECT size, note FROM checkpoint WHERE size <= 0
            UNION ALL SELECT size, note FROM checkpoint WHERE size > ?1 LIMIT 1000
            """)
        try outside.bind(Int64(size))
        while try outside.step() {
            tally.count(.checkpoint)
            let claimed = outside.int64(0)
            guard let root = trust.examine(size: claimed, note: outside.blob(1), &findings) else { continue }
            if claimed > 0 {
                findings.add(.checkpointAhead, at: UInt64(claimed), "\(claimed) entries, there are \(size)")
            } else if root != MerkleHash.empty {
                findings.add(.checkpointWrong, at: 0, "the root of no entries")
            }
        }
    }

    private mutating func readExtraTiles(_ reader: SQLiteReader) throws(SQLiteFault) {
        let outside = try reader.prepare(
            """
            SELECT level, "index" FROM tile WHERE level < 0
            UNION ALL SELECT level, "index" FROM tile WHERE level > 7 LIMIT 1000
            """)
        while try outside.step() { reportExtraTile(outside.int64(0), outside.int64(1)) }
        let extra = try reader.prepare(
            """
            SELECT level, "index" FROM tile WHERE level = ?1 AND "index" < 0
            UNION ALL SELECT level, "index" FROM tile WHERE level = ?1 AND "index" >= ?2 LIMIT 1000
            """)
        for level in Int64(0)..<8 {
            try extra.bind(level, Int64(size >> (8 * UInt64(level + 1))))
            while try extra.step() { reportExtraTile(extra.int64(0), extra.int64(1)) }
        }
    }

    private mutating func reportExtraTile(_ level: Int64, _ index: Int64) {
        tally.count(.tile)
        findings.add(.tileExtra, "tile \(level)/\(index) of a log of \(size) entries")
    }

    private mutating func checkEarlier() {
        for checkpoint in trust.earlier where checkpoint.size > size {
            let detail = "the checkpoint has \(checkpoint.size) entries, the log \(size)"
            findings.add(.logTruncated, at: checkpoint.size, detail)
        }
        // An empty checkpoint has the one root that it can have, or it could not have been read.
    }
}
