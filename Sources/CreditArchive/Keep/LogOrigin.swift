internal import CreditModel
internal import EventLog
internal import Projections
internal import TransparencyLog

/// A name and key under which a log has spoken, and since when.
public struct LogOrigin: Sendable, Hashable {
    public var origin: String
    /// A verifier key string (C2SP signed-note).
    public var verifierKey: String
    /// The position of the entry that says so; 0 for the first.
    public var position: UInt64
}

extension LogOrigin {
    /// The names of a log in their order, the one in force last.
    ///
    /// A change of name is always followed by a checkpoint under the new one (``Resumption``), so the checkpoints tell
    /// where to look, and neither the whole log nor an index is needed. Throws ``EventLogError`` where a stored
    /// checkpoint or the entry it points to cannot be read.
    static func all(of store: any LogStore, since created: ArchiveCreated) throws -> [LogOrigin] {
        var origins = [LogOrigin(origin: created.origin, verifierKey: created.verifierKey, position: 0)]
        guard let latest = try store.latestCheckpoint(), name(latest.note) != created.origin else { return origins }
        try store.forEachCheckpoint { size, note in
            guard size > 0, let name = name(note), !origins.contains(where: { $0.origin == name }),
                let change = try change(in: store, at: size - 1), change.origin == name,
                change.former == origins[origins.count - 1].origin
            else { return }
            origins.append(LogOrigin(origin: name, verifierKey: change.verifierKey, position: size - 1))
        }
        return origins
    }

    /// The change of name that an entry records; nil where it records something else.
    static func change(in store: any LogStore, at position: UInt64) throws -> OriginChanged? {
        var change: OriginChanged?
        try store.forEachEntry(in: position..<position + 1) { position, bytes in
            if case .originChanged(let data) = try? Entry(position: position, bytes: Array(bytes)).event() {
                change = data
            }
        }
        return change
    }

    private static func name(_ note: String) -> String? {
        note.split(separator: "\n", maxSplits: 1).first.map { String($0) }
    }
}
