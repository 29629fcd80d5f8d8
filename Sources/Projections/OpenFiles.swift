internal import SQLiteSupport
internal import Synchronization

/// Reading connections that are kept open between answers.
///
/// Nothing depends on their being fresh: an answer from a file that has been replaced is noticed by its cursor.
final class OpenFiles: Sendable {
    private struct State: Sendable {
        var facts: FactStore?
        var views: (generation: Generation, store: ReadStore)?
    }

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

    /// The live generation of read models; nil where there is none that can be used. Throws where a newer program wrote
    /// it: it is never served.
    func views() throws -> ReadStore? {
        var generation = Generation.read(folder)
        while let wanted = generation {
            let store = try state.withLock { state throws -> ReadStore? in
                if let views = state.views, views.generation == wanted, views.store.file.isInPlace {
                    return views.store
                }
                let store = try ReadStore.readable(path: Generation.path(folder, wanted.number), catalogue)
                state.views = store.map { (wanted, $0) }
                return store
            }
            if let store { return store }
            // A rebuild may have ended between the look at CURRENT and the file.
            generation = Generation.read(folder)
            if generation == wanted { return nil }
        }
        return nil
    }
}
