public import CreditModel
public import EventLog
internal import Foundation
internal import SQLiteSupport

/// The derived side of an archive folder: decoded facts and the live generation of read models.
///
/// Only the holder of the archive's writer lock folds; everybody else reads, and folds what the files lack in memory.
public struct ProjectionSet: Sendable {
    public let folder: String
    public let log: LogReader
    public let policy: CreditPolicy
    public let codec: EventCodec
    let files: OpenFiles

    public init(folder: String, log: LogReader, policy: CreditPolicy, codec: EventCodec = .standard) {
        self.folder = folder
        self.log = log
        self.policy = policy
        self.codec = codec
        files = OpenFiles(folder: folder)
    }

    private static let chunk: UInt64 = 20_000

    var factsPath: String { folder + "/facts.sqlite" }

    /// Follows the log to its end: facts first, then the read models. For the holder of the writer lock only.
    ///
    /// - Parameter progress: entries done and to do.
    /// - Returns: the number of entries folded.
    @discardableResult
    public func fold(progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }) throws -> UInt64 {
        do { return try foldOnce(progress) } catch {
            guard try discardDamaged(after: error) else { throw error }
            return try foldOnce(progress)
        }
    }

    private func foldOnce(_ progress: (UInt64, UInt64) -> Void) throws -> UInt64 {
        var generation = Generation.read(folder)
        if generation == nil {
            let first = Generation.first
            DerivedDatabase.remove(path: Generation.path(folder, first.number))
            _ = try ReadStore.writable(path: Generation.path(folder, first.number))
            try first.activate(folder)
            generation = first
        }
        let head = try log.head()
        var facts = try FactStore.writable(path: factsPath)
        let read = try ReadStore.writable(path: Generation.path(folder, generation?.number ?? 1))
        if try !fits(facts.cursor(), head) {
            // The facts follow another log, or one that was longer: they are derived again.
            DerivedDatabase.remove(path: factsPath)
            facts = try FactStore.writable(path: factsPath)
        }
        let start = try facts.cursor()
        if try read.file.cursor() != start {
            // Views and facts were parted by a crash or a deleted file: the views are folded from the facts anew.
            try follow(facts, to: head, from: start, read: nil, progress)
            try Rebuilder(self).rebuild()
        } else {
            try follow(facts, to: head, from: start, read: read, progress)
        }
        return head.size - start.size
    }

    private func fits(_ cursor: LogHead, _ head: LogHead) throws -> Bool {
        if cursor == head || cursor.size == 0 { return true }
        guard cursor.size < head.size else { return false }
        return try StoreTiles(store: log.store, size: head.size).root(at: cursor.size) == cursor.root
    }

    private func follow(
        _ facts: FactStore, to head: LogHead, from start: LogHead, read: ReadStore?,
        _ progress: (UInt64, UInt64) -> Void
    ) throws {
        var cursor = start
        let tiles = StoreTiles(store: log.store, size: head.size)
        while cursor.size < head.size {
            let end = min(cursor.size + ProjectionSet.chunk, head.size)
            let next = end == head.size ? head : LogHead(size: end, root: try tiles.root(at: end))
            let touched = try facts.add(try decode(cursor.size..<end), from: cursor, to: next)
            if let read {
                var bodies: [BodyHistory.Profile] = []
                try facts.forEachBody(numbers: touched.bodies.sorted()) { bodies.append($0.history.profile()) }
                var cases: [(id: CaseID, state: CaseState)] = []
                for item in touched.cases.sorted(by: { ($0.body, $0.number) < ($1.body, $1.number) }) {
                    let (id, _, facts) = try facts.facts(of: item)
                    if let state = try fold(facts) { cases.append((id, state)) }
                }
                try read.put(bodies: bodies, cases: cases, policy: policy, from: cursor, to: next)
            }
            cursor = next
            progress(cursor.size - start.size, head.size - start.size)
        }
    }

    func decode(_ range: Range<UInt64>) throws -> [(position: UInt64, fact: DecodedFact)] {
        var decoded: [(position: UInt64, fact: DecodedFact)] = []
        var leaves = try LeafCheck(log)
        try log.forEachEntry(in: range) { entry in
            try leaves.check(entry)
            decoded.append((entry.position, try DecodedFact(entry, codec: codec)))
        }
        return decoded
    }

    /// The timeline of facts that were accepted before; one that is not legal means that the log was written by others.
    func timeline(_ facts: [CaseFact]) throws -> CaseTimeline {
        do {
            return try CaseTimeline(facts, under: policy)
        } catch {
            throw EventLogError.undecodable(facts.last?.position ?? 0, error.english)
        }
    }

    func fold(_ facts: [CaseFact]) throws -> CaseState? { try timeline(facts).state }

    /// How far the read models reach, and a digest of all they say; nil where there are none.
    public func viewsState() throws -> (size: UInt64, digest: String)? {
        guard let store = files.views() else { return nil }
        return (try store.file.cursor().size, try store.digest())
    }

    /// How far the decoded facts reach, and a digest of all they say; nil where there are none.
    public func factsState() throws -> (size: UInt64, digest: String)? {
        guard let facts = files.facts() else { return nil }
        return (try facts.cursor().size, try facts.digest())
    }
}
