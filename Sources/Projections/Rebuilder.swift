internal import EventLog
internal import Foundation
internal import GRDB
internal import SQLiteSupport

/// Builds read models anew beside the live ones and then puts them in their place (blue/green).
///
/// Readers see the old generation until `CURRENT` names the new one; a crash or a cancellation leaves the old one in
/// place. Appends and folds go on meanwhile: what they bring is folded before the change, which alone excludes folds.
///
/// Whoever holds the writer lock keeps the facts and rebuilds from them; another process may rebuild beside the writer
/// from the facts that the writer keeps, but cannot decode the log again.
public struct Rebuilder {
    private let projections: ProjectionSet
    private let keepsFacts: Bool

    /// - Parameter keepsFacts: whether this process holds the writer lock.
    public init(_ projections: ProjectionSet, keepsFacts: Bool = true) {
        self.projections = projections
        self.keepsFacts = keepsFacts
    }

    /// Rebuilds; blocks the calling thread.
    ///
    /// Throws `CancellationError` where `control` called it off, ``EventLogError`` `rebuild-under-way`, `derived-newer`,
    /// `whole-rebuild-needed`; the live generation is as it was then.
    @discardableResult
    public func rebuild(
        _ options: RebuildOptions = RebuildOptions(), control: RebuildControl = RebuildControl(),
        progress: (RebuildProgress) -> Void = { _ in }
    ) throws -> RebuildReport {
        do { return try alone(options, control, progress) } catch {
            guard keepsFacts, try projections.discardDamaged(after: error) else { throw error }
            return try alone(options, control, progress)
        }
    }

    private func alone(
        _ options: RebuildOptions, _ control: RebuildControl, _ progress: (RebuildProgress) -> Void
    ) throws -> RebuildReport {
        let report = try projections.rebuilds.holdingIfFree {
            try withoutActuallyEscaping(progress) { progress in
                var meter = ProgressMeter(progress)
                return try build(options, control, &meter)
            }
        }
        guard let report else {
            throw EventLogError(
                .rebuilding, chinese: "另有一次重建正在进行；请等它结束，或取消它后重试",
                english: "another rebuild is under way; wait for it to end, or cancel it and try again")
        }
        return report
    }

    private func build(
        _ options: RebuildOptions, _ control: RebuildControl, _ meter: inout ProgressMeter
    ) throws -> RebuildReport {
        let began = ContinuousClock.now
        let folder = projections.folder
        Generation.removeLeftovers(folder)
        if keepsFacts, !options.dryRun { _ = try Follower(projections).follow() }
        let live = Generation.read(folder)
        let next = Generation.next(after: live)
        let path = Generation.path(folder, next.number)
        var isActive = false
        defer {
            if !isActive { DerivedDatabase.remove(path: path) }
            DerivedDatabase.remove(path: Generation.nextFacts(folder))
        }
        let old = try live.flatMap {
            try ReadStore.readable(path: Generation.path(folder, $0.number), projections.catalogue)
        }
        let source = try facts(options, control, &meter)
        let plan = try RebuildPlan(options, projections, old, source)
        let folded = try plan.fill(path, source, control, &meter)
        guard let store = try ReadStore.existing(path: path, projections.catalogue) else { throw FactStore.damaged }
        // What came meanwhile, most of it before folds are kept out.
        let decoder = FactDecoder(projections: projections, workers: options.workerCount, control: control)
        try catchUp(store, old, source, options, decoder)
        var report = RebuildReport(
            events: folded, seconds: 0, generation: next.number, digest: "", projections: [])
        meter.begin(.finishing, total: 1)
        try projections.folds.holding {
            try catchUp(store, old, source, options, decoder)
            if plan.isWhole { report.events = try store.file.cursor().size }
            try compare(store, old, source, options, &report)
            guard !options.dryRun else { return }
            try control.check()
            try store.file.finish()
            if options.fromLog {
                try source.file.finish()
                try DerivedDatabase.replace(path: projections.factsPath, by: source.file.path)
            }
            try next.activate(folder)
            isActive = true
        }
        if isActive, let live { DerivedDatabase.remove(path: Generation.path(folder, live.number)) }
        meter.show(1)
        report.seconds = (ContinuousClock.now - began) / .seconds(1)
        return report
    }

    /// The facts to fold: those that are kept, or those of the log decoded again into a file of their own.
    private func facts(
        _ options: RebuildOptions, _ control: RebuildControl, _ meter: inout ProgressMeter
    ) throws -> FactStore {
        let head = try projections.log.head()
        if !options.fromLog {
            if let facts = try projections.usableFacts(head) { return facts }
            guard keepsFacts || options.dryRun else {
                throw EventLogError(
                    .locked, chinese: "没有可用的 facts.sqlite，由持有写入锁的进程生成；请等待其结束后重试",
                    english: "there is no facts.sqlite to build from; the process that holds the writer lock makes it: "
                        + "wait for it to end and try again")
            }
        }
        let path = Generation.nextFacts(projections.folder)
        let facts = try FactStore.building(path: path)
        meter.begin(.decoding, total: head.size)
        try FactDecoder(projections: projections, workers: options.workerCount, control: control)
            .decode(into: facts, to: head) { meter.show($0) }
        try facts.file.finish()
        return try FactStore.writable(path: path)
    }

    /// Brings the new generation to the facts' end, those decoded anew to the log's end first; in a dry run to where the
    /// live generation is, so that the two can be compared.
    private func catchUp(
        _ store: ReadStore, _ old: ReadStore?, _ source: FactStore, _ options: RebuildOptions, _ decoder: FactDecoder
    ) throws {
        let log = try projections.log.head()
        if source.file.path != projections.factsPath { try decoder.decode(into: source, to: log) { _ in } }
        var kept = try source.cursor()
        if options.dryRun {
            guard let seen = try old?.file.cursor(), seen.size <= kept.size, try projections.isPrefix(seen, of: log)
            else { return }
            kept = seen
        }
        while case let cursor = try store.file.cursor(), cursor.size < kept.size {
            try Follower(projections).advance(store, from: cursor, toward: kept, source, in: nil)
        }
    }

    /// Digests of the new generation and of the live one, and in a dry run their rows.
    private func compare(
        _ store: ReadStore, _ old: ReadStore?, _ source: FactStore, _ options: RebuildOptions,
        _ report: inout RebuildReport
    ) throws {
        let cursor = try store.file.cursor()
        let isComparable = try old.map { try $0.file.cursor() == cursor } ?? false
        let (states, kept) = try inParallel(
            { try store.states() }, { isComparable ? try? old?.states() : nil })
        report.projections = states
        report.digest = ReadStore.digest(states)
        // A live generation that cannot be read does not match.
        if isComparable { report.digestMatchesLive = kept.map(ReadStore.digest) == report.digest }
        if options.fromLog {
            let facts = try? projections.usableFacts(projections.log.head())
            if let facts, try facts.cursor() == source.cursor() {
                report.factsMatchLive = try? facts.digest() == source.digest()
            }
        }
        guard options.dryRun, isComparable, report.digestMatchesLive == false, let old, let kept else { return }
        try store.file.queue.inDatabase { db in
            try db.execute(sql: "ATTACH DATABASE ? AS live", arguments: [old.file.path])
            defer { try? db.execute(sql: "DETACH DATABASE live") }
            for projection in projections.catalogue.projections
            where kept.contains(where: { $0.name == projection.name && $0.stop == nil }) {
                try report.differences.compare(projection, db)
            }
        }
    }
}
