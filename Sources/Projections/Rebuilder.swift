internal import CreditModel
internal import EventLog
internal import Foundation
internal import GRDB
internal import SQLiteSupport

/// What a rebuild did.
public struct RebuildReport: Sendable, Hashable {
    public var events: UInt64
    public var seconds: Double
    public var generation: Int
    /// SHA-256 over every row of the new generation.
    public var digest: String
    /// Whether the generation that was live gave the same answers; nil where there was none at this position.
    public var digestMatchesLive: Bool?
}

/// Builds the read models anew beside the live ones and then puts them in their place (blue/green).
///
/// Readers see the old generation until `CURRENT` names the new one; a crash leaves the old one in place.
public struct Rebuilder {
    private let projections: ProjectionSet

    public init(_ projections: ProjectionSet) { self.projections = projections }

    /// Rebuilds all read models. For the holder of the writer lock only.
    ///
    /// - Parameters:
    ///   - fromLog: decode the log again, instead of trusting `facts.sqlite`.
    ///   - dryRun: build and compare, but leave the live generation in place.
    @discardableResult
    public func rebuild(
        fromLog: Bool = false, dryRun: Bool = false, progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws -> RebuildReport {
        do { return try build(fromLog: fromLog, dryRun: dryRun, progress) } catch {
            guard try projections.discardDamaged(after: error) else { throw error }
            return try build(fromLog: fromLog, dryRun: dryRun, progress)
        }
    }

    private func build(fromLog: Bool, dryRun: Bool, _ progress: (UInt64, UInt64) -> Void) throws -> RebuildReport {
        let clock = ContinuousClock()
        let start = clock.now
        let folder = projections.folder
        let live = Generation.read(folder)
        let next = Generation(number: (live?.number ?? 0) + 1, epoch: (live?.epoch ?? 0) + 1)
        let path = Generation.path(folder, next.number)
        DerivedDatabase.remove(path: path)
        let facts = try currentFacts(fromLog: fromLog, progress)
        let head = try facts.cursor()
        let store = try ReadStore.writable(path: path)
        try fill(store, from: facts, head: head, progress)
        let digest = try store.digest()
        let old = live.flatMap { ReadStore.readable(path: Generation.path(folder, $0.number)) }
        var matches: Bool?
        if let old, try old.file.cursor() == head { matches = (try? old.digest()) == digest }
        if dryRun {
            try store.file.queue.close()
            DerivedDatabase.remove(path: path)
        } else {
            try next.activate(folder)
            if let live { DerivedDatabase.remove(path: Generation.path(folder, live.number)) }
        }
        let elapsed = clock.now - start
        return RebuildReport(
            events: head.size,
            seconds: Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18,
            generation: next.number, digest: digest, digestMatchesLive: matches)
    }

    private func currentFacts(fromLog: Bool, _ progress: (UInt64, UInt64) -> Void) throws -> FactStore {
        if fromLog { DerivedDatabase.remove(path: projections.factsPath) }
        let facts = try FactStore.writable(path: projections.factsPath)
        let head = try projections.log.head()
        guard try facts.cursor() != head else { return facts }
        var cursor = try facts.cursor()
        let tiles = StoreTiles(store: projections.log.store, size: head.size)
        while cursor.size < head.size {
            let end = min(cursor.size + 20_000, head.size)
            let next = end == head.size ? head : LogHead(size: end, root: try tiles.root(at: end))
            _ = try facts.add(projections.decode(cursor.size..<end), from: cursor, to: next)
            cursor = next
            progress(cursor.size, head.size)
        }
        return facts
    }

    private func fill(
        _ store: ReadStore, from facts: FactStore, head: LogHead, _ progress: (UInt64, UInt64) -> Void
    ) throws {
        var bodies: [BodyHistory.Profile] = []
        var cases: [(id: CaseID, state: CaseState)] = []
        func flush(_ target: LogHead) throws {
            try store.put(
                bodies: bodies, cases: cases, policy: projections.policy, from: store.file.cursor(), to: target)
            bodies.removeAll(keepingCapacity: true)
            cases.removeAll(keepingCapacity: true)
        }
        try facts.forEachBody { file in
            bodies.append(file.history.profile())
            for (id, facts) in file.cases.sorted(by: { $0.key < $1.key }) {
                if let state = try projections.fold(facts) { cases.append((id, state)) }
            }
            // The cursor stays at the beginning until the last row is there.
            if bodies.count + cases.count >= 20_000 { try flush(.empty) }
        }
        try flush(head)
        progress(head.size, head.size)
    }
}
