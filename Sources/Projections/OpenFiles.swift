internal import EventLog
internal import SQLiteSupport
internal import Synchronization

/// Reading connections that are kept open between answers.
///
/// Nothing depends on their being fresh: an answer from a file that has been replaced is noticed by its cursor.
final class OpenFiles: Sendable {
    private struct Views: Sendable {
        var generation: Generation
        var store: ReadStore
    }

    private struct State: Sendable {
        var facts: FactStore?
        var idleViews: [Views] = []
        /// Of the file that named their generation.
        var stamp: FileStamp?
    }

    /// Connections to read models that are kept open: as many as answer at once on a machine of some cores.
    private static let maximumIdle = 8

    private let folder: String
    private let catalogue: ProjectionCatalogue
    private let state = Mutex(State())

    init(folder: String, catalogue: ProjectionCatalogue) {
        self.folder = folder
        self.catalogue = catalogue
    }

    /// `facts.sqlite`; nil where there is none that can be used. Throws where a newer program wrote it.
    func facts() throws -> FactStore? {
        try state.withLock { state throws -> FactStore? in
            if let facts = state.facts, facts.file.isInPlace { return facts }
            state.facts = try FactStore.readable(path: folder + "/facts.sqlite")
            return state.facts
        }
    }

    /// Reads the live generation of read models on a connection that nobody else uses meanwhile; nil where there is none
    /// that can be used. Throws where a newer program wrote it: it is never served.
    func withViews<Result>(_ body: (ReadStore) throws -> Result) throws -> Result? {
        guard let views = try takeViews() else { return nil }
        defer { giveBack(views) }
        return try body(views.store)
    }

    private func takeViews() throws -> Views? {
        let stamp = FileStamp(folder + "/CURRENT")
        if let stamp, let idle = state.withLock({ $0.stamp == stamp ? $0.idleViews.popLast() : nil }),
            idle.store.file.isInPlace
        {
            return idle
        }
        var generation = Generation.read(folder)
        while let wanted = generation {
            state.withLock { state in
                // Those of a generation before are closed.
                if state.idleViews.last.map({ $0.generation != wanted }) ?? true { state.idleViews = [] }
                state.stamp = stamp
            }
            if let store = try ReadStore.readable(path: Generation.path(folder, wanted.number), catalogue) {
                return Views(generation: wanted, store: store)
            }
            // A rebuild may have ended between the look at CURRENT and the file.
            generation = Generation.read(folder)
            if generation == wanted { return nil }
        }
        return nil
    }

    private func giveBack(_ views: Views) {
        state.withLock { state in
            guard state.idleViews.count < OpenFiles.maximumIdle,
                state.idleViews.allSatisfy({ $0.generation == views.generation })
            else { return }
            state.idleViews.append(views)
        }
    }
}
