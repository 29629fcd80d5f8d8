internal import TransparencyLog

/// A log in an SQLite file, whose bounds are read in one transaction.
struct DatabaseLog: SurveyedLog {
    private(set) var bounds = LogBounds()
    private var tables: Set<LogTable> = []

    private let log: LogFile
    private let trust: CheckpointTrust

    /// - Throws: what keeps an audit from being made; damage is a finding.
    init(_ log: LogFile, _ trust: CheckpointTrust) throws(AuditError) {
        (self.log, self.trust) = (log, trust)
        bounds.plausibleEntries = log.greatestPlausibleSize
        let reader: SQLiteReader
        do throws(StorageFault) {
            reader = try log.open()
            try reader.execute("BEGIN")
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            bounds.findings.add(error.finding, error.message)
            return
        }
        tables = try LogTable.readable(in: reader, &bounds.findings)
        bounds.holdsTiles = tables.contains(.tile)
        for table in [LogTable.head, .checkpoint, .tile] {
            try read(table) { survey throws(StorageFault) in try survey.count(table, reader) }
        }
        try read(.entry) { survey throws(StorageFault) in try survey.readSize(reader) }
        try read(.head) { survey throws(StorageFault) in try survey.readHeads(reader) }
        try read(.checkpoint) { survey throws(StorageFault) in try survey.readCheckpoints(reader) }
        try read(.tile) { survey throws(StorageFault) in try survey.readExtraTiles(reader) }
    }

    func reader() throws(AuditError) -> any RunReader {
        do throws(StorageFault) {
            return try DatabaseReader(log.open(), tables)
        } catch {
            // The survey prepared the same statements: what fails now is not the file's content.
            throw error.obstacle ?? AuditError(.cannotOpen, error.message)
        }
    }

    /// Reads from a table if it is there; damage is a finding.
    private mutating func read(
        _ table: LogTable, _ body: (inout DatabaseLog) throws(StorageFault) -> Void
    ) throws(AuditError) {
        guard tables.contains(table) else { return }
        do throws(StorageFault) {
            try body(&self)
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            bounds.findings.add(error.finding, "table \(table.rawValue): \(error.message)")
        }
    }

    private mutating func count(_ table: LogTable, _ reader: SQLiteReader) throws(StorageFault) {
        // Without a condition all pages are gone through, whatever the keys say. A damaged file may lead through the
        // same pages for ever: so the keys have to rise.
        let query = try reader.prepare("SELECT \(table.keys) FROM \(table.rawValue)")
        var previous: (Int64, Int64)?
        while try query.step() {
            let key = (query.int64(0), query.int64(1))
            if let previous, key <= previous { throw .disorder("key \(key) stands after \(previous)") }
            previous = key
            bounds.counted.count(table)
        }
    }

    private mutating func readSize(_ reader: SQLiteReader) throws(StorageFault) {
        let negative = try reader.prepare("SELECT position FROM entry WHERE position < 0 ORDER BY position LIMIT 1000")
        while try negative.step() { bounds.findings.add(.entryExtra, "position \(negative.int64(0))") }

        // A position that the file is too small for would send the audit through an endless gap.
        let limit = Int64(clamping: bounds.plausibleEntries)
        let far = try reader.prepare("SELECT position FROM entry WHERE position >= ?1 ORDER BY position LIMIT 1000")
        try far.bind(limit)
        while try far.step() {
            bounds.findings.add(
                .entryExtra, at: UInt64(far.int64(0)), "far beyond the number of entries the file can hold")
        }
        let last = try reader.prepare("SELECT max(position) FROM entry WHERE position >= 0 AND position < ?1")
        try last.bind(limit)
        if try last.step(), !last.isNull(0) { bounds.size = UInt64(last.int64(0)) + 1 }
    }

    private mutating func readHeads(_ reader: SQLiteReader) throws(StorageFault) {
        let last = try reader.prepare("SELECT max(size) FROM head")
        let covered = try last.step() && !last.isNull(0) ? last.int64(0) : 0
        if covered < Int64(bounds.size) {
            bounds.findings.add(
                .headMissing, at: bounds.size, "the last head covers \(covered) of \(bounds.size) entries")
        }
        let outside = try reader.prepare(
            """
            SELECT size, root FROM head WHERE size <= 0
            UNION ALL SELECT size, root FROM head WHERE size > ?1 LIMIT 1000
            """)
        try outside.bind(Int64(bounds.size))
        while try outside.step() {
            bounds.tally.count(.head)
            let claimed = outside.int64(0)
            if claimed > 0 {
                let detail = "a head covers \(claimed) entries, there are \(bounds.size)"
                bounds.findings.add(.entryMissing, at: bounds.size, detail)
            } else if claimed < 0 || outside.blob(1).flatMap({ Digest32($0) }) != MerkleHash.empty {
                bounds.findings.add(.headWrong, at: 0, "a head of \(claimed) entries")
            }
        }
    }

    private mutating func readCheckpoints(_ reader: SQLiteReader) throws(StorageFault) {
        let latest = try reader.prepare("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1")
        if try latest.step(), let note = latest.blob(0) {
            bounds.latestCheckpoint = String(decoding: note, as: UTF8.self)
        }
        latest.reset()

        let outside = try reader.prepare(
            """
            SELECT size, note FROM checkpoint WHERE size <= 0
            UNION ALL SELECT size, note FROM checkpoint WHERE size > ?1 LIMIT 1000
            """)
        try outside.bind(Int64(bounds.size))
        while try outside.step() {
            bounds.tally.count(.checkpoint)
            let claimed = outside.int64(0)
            guard let root = trust.examine(size: claimed, note: outside.blob(1), &bounds.findings) else { continue }
            if claimed > 0 {
                bounds.findings.add(
                    .checkpointAhead, at: UInt64(claimed), "\(claimed) entries, there are \(bounds.size)")
            } else if root != MerkleHash.empty {
                bounds.findings.add(.checkpointWrong, at: 0, "the root of no entries")
            }
        }
    }

    private mutating func readExtraTiles(_ reader: SQLiteReader) throws(StorageFault) {
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
            try extra.bind(level, Int64(bounds.size >> (8 * UInt64(level + 1))))
            while try extra.step() { reportExtraTile(extra.int64(0), extra.int64(1)) }
        }
    }

    private mutating func reportExtraTile(_ level: Int64, _ index: Int64) {
        bounds.tally.count(.tile)
        bounds.findings.add(.tileExtra, "tile \(level)/\(index) of a log of \(bounds.size) entries")
    }
}
