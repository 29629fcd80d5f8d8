internal import CreditModel
internal import EventLog
internal import GRDB
internal import SQLiteSupport

/// Follows the log chunk by chunk: facts, then the rows of what they touch, each with its cursor in one transaction.
///
/// For the holder of the writer lock only. Each chunk holds the lock of folds, so that none falls between the last drain
/// of a rebuild and its change of generation.
struct Follower {
    private let projections: ProjectionSet

    /// Most entries of one transaction.
    static let chunk: UInt64 = 20_000
    /// Read models farther behind the facts than this are folded from the facts anew: to decode the log a second time
    /// would take longer.
    private static let farBehind: UInt64 = 200_000

    init(_ projections: ProjectionSet) { self.projections = projections }

    /// What only a rebuild can bring.
    enum Need: Sendable, Hashable {
        case nothing
        /// There is no generation of this log.
        case everything
        case projections(Set<String>)
    }

    /// Follows to the log's end.
    ///
    /// - Returns: the entries by which the facts went on, and what is left for a rebuild.
    func follow(_ progress: (UInt64, UInt64) -> Void = { _, _ in }) throws -> (folded: UInt64, need: Need) {
        let head = try projections.log.head()
        var facts = try projections.folds.holding { try openFacts(head) }
        let start = try facts.cursor()
        var live: (generation: Generation, store: ReadStore)?
        var need = Need.nothing
        var isDone = false
        while !isDone {
            try projections.folds.holding {
                // A rebuild may have put other facts in their place.
                if !facts.file.isInPlace { facts = try openFacts(head) }
                let generation = Generation.read(projections.folder)
                if live == nil || live?.generation != generation {
                    live = try openViews(generation, head, facts)
                }
                isDone = try !step(facts, live, to: head)
            }
            let size = try facts.cursor().size
            progress(size - start.size, head.size - start.size)
        }
        if let live {
            if !live.store.outdated.isEmpty { need = .projections(live.store.outdated) }
        } else {
            need = .everything
        }
        return (head.size - start.size, need)
    }

    /// One chunk; false where nothing is left to do.
    private func step(
        _ facts: FactStore, _ live: (generation: Generation, store: ReadStore)?, to head: LogHead
    ) throws -> Bool {
        let kept = try facts.cursor()
        let seen = try live?.store.file.cursor()
        if let live, let seen, seen.size < kept.size {
            // Views behind the facts: a crash in between, or a generation that was built beside.
            try advance(live.store, from: seen, toward: kept, facts, in: live.generation)
            return true
        }
        guard kept.size < head.size else { return false }
        // Views ahead of the facts, which were deleted: the facts alone, up to where the views stand.
        let ahead = seen.map { $0.size > kept.size } ?? false
        let limit = min(kept.size + Follower.chunk, head.size, ahead ? seen?.size ?? .max : .max)
        let next = try projections.head(at: limit, of: head)
        let new = try projections.encodedFacts(kept.size..<limit)
        let touched = try facts.add(new, from: kept, to: next)
        if let live, seen == kept {
            try put(touched, facts, into: live.store, from: kept, to: next, in: live.generation)
        }
        return true
    }

    /// Brings a store one chunk nearer to the facts' cursor.
    ///
    /// - Parameter generation: the generation that must still be live; nil for one that is being built.
    func advance(
        _ store: ReadStore, from old: LogHead, toward kept: LogHead, _ facts: FactStore, in generation: Generation?
    ) throws {
        let limit = min(old.size + Follower.chunk, kept.size)
        let touched = try facts.touched(by: projections.encodedFacts(old.size..<limit))
        let next = try projections.head(at: limit, of: kept)
        try put(touched, facts, into: store, from: old, to: next, in: generation)
    }

    /// Replaces the rows of what was touched by what they are at `new`, and moves the cursor there by compare-and-set.
    func put(
        _ touched: Touched, _ facts: FactStore, into store: ReadStore, from old: LogHead, to new: LogHead,
        in generation: Generation?, only chosen: Set<String>? = nil
    ) throws {
        let running = try store.file.read { try store.running($0) }.filter { chosen?.contains($0.name) ?? true }
        var fold = SubjectFold(running, under: projections.policy)
        var bodies: [String] = []
        var cases: [(body: String, id: String)] = []
        for number in touched.bodies.sorted() {
            guard let history = try facts.history(of: number, before: new.size) else { continue }
            bodies.append(history.id.text)
            fold.add(history)
        }
        for touched in touched.cases.sorted(by: { ($0.body, $0.number) < ($1.body, $1.number) }) {
            let item = try facts.item(touched, before: new.size, under: projections.policy)
            cases.append((item.body.text, item.id.text))
            fold.add(item)
        }
        try store.file.advance(from: old, to: new) { db in
            try generation?.requireLive(projections.folder)
            for (index, projection) in running.enumerated() {
                if let stop = fold.stops[index] {
                    try ReadStore.note(stop, db)
                    continue
                }
                let delete = try db.cachedStatement(sql: projection.table.deleteSubject)
                switch projection.table.subject {
                case .bodies: for id in bodies { try delete.execute(arguments: [id]) }
                case .cases: for (body, id) in cases { try delete.execute(arguments: [body, id]) }
                }
                try db.insert(fold.rows[index], into: projection.table)
            }
        }
    }

    /// The facts file, made anew where it follows another log, or one that was longer.
    private func openFacts(_ head: LogHead) throws -> FactStore {
        let facts = try FactStore.writable(path: projections.factsPath)
        if try projections.isPrefix(facts.cursor(), of: head) { return facts }
        DerivedDatabase.remove(path: projections.factsPath)
        return try FactStore.writable(path: projections.factsPath)
    }

    /// The live generation to fold into; nil where there is none, where it follows another log, or where it is so far
    /// behind that it is sooner built anew.
    private func openViews(
        _ generation: Generation?, _ head: LogHead, _ facts: FactStore
    ) throws -> (generation: Generation, store: ReadStore)? {
        guard let generation,
            let store = try ReadStore.existing(
                path: Generation.path(projections.folder, generation.number), projections.catalogue)
        else { return nil }
        let cursor = try store.file.cursor()
        guard try projections.isPrefix(cursor, of: head) else { return nil }
        let kept = try facts.cursor().size
        return kept > cursor.size && kept - cursor.size > Follower.farBehind ? nil : (generation, store)
    }
}
