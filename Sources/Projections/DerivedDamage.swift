internal import EventLog
internal import GRDB
internal import SQLiteSupport

/// What happens when a derived file turns out to be damaged: it is passed over, or thrown away and derived again.
extension ProjectionSet {
    /// Whether an error says that something is damaged: a derived file, or the log.
    static func isDamage(_ error: any Error) -> Bool {
        error is PackedFault || (error as? EventLogError)?.code == .damaged
    }

    /// Removes the derived files that are damaged; false where none is, so that it is the log. For the holder of the
    /// writer lock only.
    func discardDamaged(after error: any Error) throws -> Bool {
        guard ProjectionSet.isDamage(error) else { return false }
        var discarded = false
        for path in [factsPath, Generation.path(folder, Generation.read(folder)?.number ?? 1)] {
            let file = path == factsPath ? FactStore.readable(path: path)?.file : ReadStore.readable(path: path)?.file
            let check = try? file?.read { try String.fetchOne($0, sql: "PRAGMA quick_check(1)") }
            if check == "ok", !(error is PackedFault && path == factsPath) { continue }
            DerivedDatabase.remove(path: path)
            discarded = true
        }
        return discarded
    }
}
