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
    private let state = Mutex(State())

    init(folder: String) { self.folder = folder }

    /// `facts.sqlite`; nil where there is none that can be used.
    func facts() -> FactStore? {
        state.withLock { state in
            if let facts = state.facts, facts.file.isInPlace { return facts }
            state.facts = FactStore.readable(path: folder + "/facts.sqlite")
            return state.facts
        }
    }

    /// The live generation of read models; nil where there is none that can be used.
    func views() -> ReadStore? {
        guard let generation = Generation.read(folder) else { return nil }
        return state.withLock { state in
            if let views = state.views, views.generation == generation, views.store.file.isInPlace {
                return views.store
            }
            let store = ReadStore.readable(path: Generation.path(folder, generation.number))
            state.views = store.map { (generation, $0) }
            return store
        }
    }
}
