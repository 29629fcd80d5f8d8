internal import CreditModel
internal import EventLog
internal import Foundation
internal import GRDB
internal import SQLiteSupport

/// Which rows a rebuild makes anew, and which it takes over from the live generation.
struct RebuildPlan {
    private let options: RebuildOptions
    private let projections: ProjectionSet
    private let chosen: [any Projection]
    /// The live generation, where a part of it is taken over.
    private let base: ReadStore?
    /// The prefix of the log that is folded at first.
    private let head: LogHead
    /// Whether everything is made anew.
    let isWhole: Bool

    /// Throws ``EventLogError`` `whole-rebuild-needed` where there is nothing to take the rest from.
    init(_ options: RebuildOptions, _ projections: ProjectionSet, _ live: ReadStore?, _ facts: FactStore) throws {
        self.options = options
        self.projections = projections
        chosen = projections.catalogue.projections.filter { options.projections?.contains($0.name) ?? true }
        let log = try projections.log.head()
        let kept = try facts.cursor()
        let seen = try live?.file.cursor()
        let fits = try seen.map { try $0.size <= kept.size && projections.isPrefix($0, of: log) } ?? false
        isWhole = chosen.count == projections.catalogue.projections.count && options.subjects == .all
        guard !isWhole else {
            base = nil
            // A dry run is compared at the position that the live generation reflects.
            head = fits && options.dryRun ? seen ?? kept : kept
            return
        }
        guard let live, let seen, fits else {
            throw EventLogError(
                .wholeRebuildNeeded, chinese: "没有可沿用的读模型，不能只重建一部分；请运行不带范围选项的 rebuild",
                english: "there are no read models to take the rest from; run rebuild without choosing a part")
        }
        if options.subjects != .all { try RebuildPlan.requireRunning(chosen, live) }
        base = live
        head = seen
    }

    /// Single bodies cannot be mended in a table that has stopped or is outdated as a whole.
    private static func requireRunning(_ chosen: [any Projection], _ live: ReadStore) throws {
        let running = Set(try live.file.read { try live.running($0) }.map(\.name))
        guard let lame = chosen.first(where: { !running.contains($0.name) }) else { return }
        throw EventLogError(
            .wholeRebuildNeeded, chinese: "投影 \(lame.name) 已停止或版本不符，须整体重建：rebuild --projection \(lame.name)",
            english: "the projection \(lame.name) has stopped or is outdated and must be rebuilt as a whole: "
                + "rebuild --projection \(lame.name)")
    }

    /// Makes the file of the new generation; a whole file on disk when it returns.
    ///
    /// - Returns: the number of facts folded.
    func fill(
        _ path: String, _ facts: FactStore, _ control: RebuildControl, _ meter: inout ProgressMeter
    ) throws -> UInt64 {
        try base?.file.copy(to: path)
        let store = try ReadStore.building(path: path, projections.catalogue, isCopy: base != nil)
        let builder = ViewBuilder(
            facts: facts, policy: projections.policy, workers: options.workerCount, control: control)
        meter.begin(.folding, total: head.size)
        let folded: UInt64
        switch options.subjects {
        case .since(let position): folded = try fold(since: position, store, facts, control, &meter)
        case .all, .body, .region:
            folded = try builder.fill(
                store, chosen, of: bodies(facts), replacing: options.subjects != .all, at: head
            ) { done, stops in
                meter.lastError = stops.last ?? meter.lastError
                meter.show(done)
            }
        }
        meter.show(head.size)
        try store.file.finish()
        return folded
    }

    private func bodies(_ facts: FactStore) throws -> [(number: Int64, id: BodyID)] {
        switch options.subjects {
        case .all, .since: return try facts.bodies()
        case .body(let id): return try facts.bodyNumber(id).map { [($0, id)] } ?? []
        case .region(let prefix):
            return try facts.bodies().filter { body in
                let history = try facts.history(of: body.number, before: head.size)
                return history?.profile().region.text.hasPrefix(prefix) ?? false
            }
        }
    }

    /// Folds what has an entry at or after a position, chunk by chunk.
    private func fold(
        since position: UInt64, _ store: ReadStore, _ facts: FactStore, _ control: RebuildControl,
        _ meter: inout ProgressMeter
    ) throws -> UInt64 {
        var start = position
        var folded: UInt64 = 0
        let names = Set(chosen.map(\.name))
        while start < head.size {
            try control.check()
            let end = min(start + Follower.chunk, head.size)
            let encoded = try projections.encodedFacts(start..<end)
            try Follower(projections).put(
                facts.touched(by: encoded), facts, into: store, from: head, to: head, in: nil, only: names)
            folded += UInt64(encoded.count)
            start = end
            meter.show(start)
        }
        return folded
    }
}
