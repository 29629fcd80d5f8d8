public import CreditModel
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
    /// Why the key was changed under the same name; nil for the first key and after a change of name.
    public var cause: KeyRotated.Cause?
}

extension LogOrigin {
    /// The names and keys of a log in their order, the one in force last.
    ///
    /// A change of name or key is always followed by a checkpoint of exactly one entry more, signed by the new key
    /// (``Resumption``, ``KeyRotation``), so the checkpoints tell where to look, and neither the whole log nor an index is
    /// needed. Throws ``EventLogError`` where a stored checkpoint or the entry it points to cannot be read.
    ///
    /// - Parameter isSound: trusts the latest checkpoint to tell whether there was any change; an audit does not.
    static func all(
        of store: any LogStore, since created: ArchiveCreated, isSound: Bool = true
    ) throws -> [LogOrigin] {
        var origins = [LogOrigin(origin: created.origin, verifierKey: created.verifierKey, position: 0)]
        guard let first = try? NoteVerifier(created.verifierKey), let latest = try store.latestCheckpoint(),
            !isSound || !isSigned(latest.note, byNoneBut: first)
        else { return origins }
        try store.forEachCheckpoint { size, note in
            guard size > 0, let next = try next(after: origins[origins.count - 1], in: store, size: size, note: note)
            else { return }
            origins.append(next)
        }
        return origins
    }

    /// What a checkpoint's last entry changes, if the checkpoint is signed by the key that it names.
    private static func next(
        after last: LogOrigin, in store: any LogStore, size: UInt64, note text: String
    ) throws -> LogOrigin? {
        guard let note = try? Note(parsing: Array(text.utf8)), let checkpoint = try? Checkpoint(text: note.text),
            let verifier = try? NoteVerifier(last.verifierKey),
            note.signatures.contains(where: { $0.name == checkpoint.origin && $0.keyID != verifier.keyID }),
            let event = try event(in: store, at: size - 1)
        else { return nil }
        let found: LogOrigin
        switch event {
        case .originChanged(let change) where change.former == last.origin:
            found = LogOrigin(origin: change.origin, verifierKey: change.verifierKey, position: size - 1)
        case .keyRotated(let change) where change.former == last.verifierKey:
            found = LogOrigin(
                origin: last.origin, verifierKey: change.verifierKey, position: size - 1, cause: change.cause)
        default: return nil
        }
        guard checkpoint.origin == found.origin, let key = try? NoteVerifier(found.verifierKey),
            note.signatures.contains(where: key.isKey)
        else { return nil }
        return found
    }

    /// Whether every signature under the note's own name is of this key; others' are witnesses'.
    private static func isSigned(_ text: String, byNoneBut verifier: NoteVerifier) -> Bool {
        guard let note = try? Note(parsing: Array(text.utf8)), let checkpoint = try? Checkpoint(text: note.text) else {
            return false
        }
        return checkpoint.origin == verifier.name
            && note.signatures.allSatisfy { $0.name != verifier.name || $0.keyID == verifier.keyID }
    }

    /// The change of name that an entry records; nil where it records something else.
    static func change(in store: any LogStore, at position: UInt64) throws -> OriginChanged? {
        guard case .originChanged(let data) = try event(in: store, at: position) else { return nil }
        return data
    }

    /// The change of key that an entry records; nil where it records something else.
    static func rotation(in store: any LogStore, at position: UInt64) throws -> KeyRotated? {
        guard case .keyRotated(let data) = try event(in: store, at: position) else { return nil }
        return data
    }

    private static func event(in store: any LogStore, at position: UInt64) throws -> CreditEvent? {
        var event: CreditEvent?
        try store.forEachEntry(in: position..<position + 1) { position, bytes in
            event = try? Entry(position: position, bytes: Array(bytes)).event()
        }
        return event
    }
}
