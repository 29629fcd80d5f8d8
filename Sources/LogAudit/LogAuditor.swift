internal import Dispatch
public import TransparencyLog

/// The independent checker of a log, in its file or exported into a folder: re-hashes every entry and re-derives tiles,
/// heads and checkpoints from the bytes on disk.
///
/// Shares no code with the writer but the note formats, and the hash function on processors without AVX-512. Opens files for reading only, also on a
/// read-only disk, and may run beside a writer: it audits the entries that were there when it began.
public struct LogAuditor: Sendable {
    private enum Place { case database, export }

    private let path: String
    private let place: Place
    private let options: Options

    /// An audit of the log file at `path`.
    public init(path: String, options: Options) {
        (self.path, place, self.options) = (path, .database, options)
    }

    /// An audit of the folder of an exported log at `export` (C2SP tlog-tiles), which may come from anybody: nothing in
    /// it is followed out of it, waited for, or read without bound.
    ///
    /// Without keys in `options`, those that the folder itself names are taken: that proves only that it agrees with
    /// itself.
    public init(export path: String, options: Options) {
        (self.path, place, self.options) = (path, .export, options)
    }

    /// Runs the audit; blocks the calling thread until it is done, so call it from a thread of its own, not from a task
    /// of Swift's shared pool.
    ///
    /// Memory: about 10 MiB for each worker. A deep audit adds 10 to 20 bytes for each entry (its identity) and 20 to
    /// 40 for each stream, and half of that again for a moment when the tables grow.
    ///
    /// - Parameter progress: called on the calling thread after each 65,536 entries.
    /// - Returns: what was found; a log is sound if there are no findings, whatever else the report says.
    /// - Throws: only if the audit could not be made. A damaged log is a report with findings, not an error.
    public func run(progress: (Progress) -> Void = { _ in }) throws(AuditError) -> Report {
        do throws(AuditError) { return try audit(progress) } catch { throw error.naming(path) }
    }

    private func audit(_ progress: (Progress) -> Void) throws(AuditError) -> Report {
        let start = ContinuousClock.now
        var findings = FindingList()
        let (log, trust) = try survey(&findings)
        let bounds = log.bounds
        findings.add(bounds.findings)
        trust.compareEarlier(size: bounds.size, &findings)

        let plan = ChunkPlan(log: log, trust: trust, deep: options.deep && bounds.holdsEntries)
        var join = try TreeJoin(log)
        var ledger = plan.deep ? DeepLedger(log) : nil
        var bytesHashed: UInt64 = 0

        let workers = max(1, min(options.workers ?? Platform.activeCoreCount, 256))
        let board = ChunkBoard(chunkCount: plan.chunkCount, workers: workers)
        let queue = DispatchQueue(label: "log-audit", attributes: .concurrent)
        for _ in 0..<min(workers, plan.chunkCount) {
            queue.async { ChunkScanner.work(plan: plan, board: board) }
        }
        while let chunk = try board.next() {
            findings.add(chunk.findings)
            try join.add(chunk, &findings)
            ledger?.add(chunk, &findings)
            bytesHashed += chunk.bytesHashed
            let checked = min(bounds.size, UInt64(chunk.index + 1) << UInt64(SubtreePyramid.height))
            progress(Progress(checked: checked, total: bounds.size, elapsed: ContinuousClock.now - start))
        }

        join.finish(&findings)
        var tally = bounds.tally
        tally.add(join.tally)
        tally.compare(counted: bounds.counted, &findings)
        try ledger?.recheck(&findings)
        try log.checkRemainder(&findings)
        return Report(
            entries: bounds.size, root: join.root, findings: findings.sorted, findingCount: findings.count,
            checkpoint: bounds.latestCheckpoint, bytesHashed: bytesHashed, elapsed: ContinuousClock.now - start,
            holdsEntries: bounds.holdsEntries, namedKeys: trust.namedKeys)
    }

    /// Opens the log and looks at its bounds.
    private func survey(_ findings: inout FindingList) throws(AuditError) -> (any SurveyedLog, CheckpointTrust) {
        switch place {
        case .database:
            let file = try LogFile(path: path)
            let trust = try CheckpointTrust(options, &findings)
            return (try DatabaseLog(file, trust), trust)
        case .export:
            let folder = try GuardedFolder(path)
            let trust = try CheckpointTrust(options, named: ExportKeys.read(folder, &findings), &findings)
            return (try ExportLog(folder, trust), trust)
        }
    }
}

extension LogAuditor {
    /// What an audit goes by.
    public struct Options: Sendable {
        /// The number of parallel workers; nil means one for each core.
        public var workers: Int?
        /// The keys of the log as the caller knows them, rotated ones included; every checkpoint must be signed by one.
        public var verifierKeys: [NoteVerifier]
        /// The changes of key that the log holds: from a pinned key to those that it vouches for (``KeyChain``).
        public var rotations: [KeyChain.Rotation]
        /// The names of the log as the caller knows them, former ones included; none means that names are not checked.
        public var origins: [String]
        /// Earlier checkpoints, as signed notes or as bare text from a place that cannot be altered: the log must hold
        /// them all.
        public var against: [String]
        /// Whether each entry's JSON, the numbering of streams, the times and the identities are checked too.
        public var deep: Bool

        /// Options; by default all cores, no keys, no names, no earlier checkpoints, hashes alone.
        public init(
            workers: Int? = nil, verifierKeys: [NoteVerifier] = [], rotations: [KeyChain.Rotation] = [],
            origins: [String] = [], against: [String] = [], deep: Bool = false
        ) {
            self.workers = workers
            self.verifierKeys = verifierKeys
            self.rotations = rotations
            self.origins = origins
            self.against = against
            self.deep = deep
        }
    }

    /// How far an audit has come.
    public struct Progress: Sendable, Hashable {
        /// The number of entries checked.
        public let checked: UInt64
        /// The number of entries to check.
        public let total: UInt64
        /// The time since the start.
        public let elapsed: Duration

        /// Entries checked in a second, on average.
        public var entriesPerSecond: Double { elapsed > .zero ? Double(checked) / (elapsed / .seconds(1)) : 0 }
    }

    /// What an audit found.
    public struct Report: Sendable {
        /// The number of positions audited, from 0.
        public let entries: UInt64
        /// The root of the tree over them; of no meaning where there are findings.
        public let root: Digest32
        /// The first 1,000 defects, in the order of positions where they have one.
        public let findings: [Finding]
        /// The number of all defects.
        public let findingCount: UInt64
        /// The latest checkpoint as it is stored, a signed note; nil if there is none.
        public let checkpoint: String?
        /// The bytes of all entries, each hashed once.
        public let bytesHashed: UInt64
        /// How long the audit took.
        public let elapsed: Duration
        /// Whether the entries are there; if not (a public export), the hashes agree with each other and with what is
        /// signed, and what they are hashes of cannot be told.
        public let holdsEntries: Bool
        /// The keys that an export names as its own; none for a log file, whose entries name them.
        public let namedKeys: [NoteVerifier]

        /// Whether nothing was found. The only sign that the log is sound.
        public var isSound: Bool { findingCount == 0 }
        /// How long the audit took, in seconds.
        public var seconds: Double { elapsed / .seconds(1) }
    }
}
