internal import CreditModel
internal import EventLog
internal import EventLogSQLite
internal import Foundation
internal import LogAudit
internal import TransparencyLog

/// The keys that a log says it had, and how it went from one to the next: what an audit checks, and follows from the
/// keys that the caller trusts.
struct KeyHistory {
    /// The keys that the log itself names, those of former origins included.
    private(set) var keys: [NoteVerifier] = []
    /// The changes of key within a name; one that no checkpoint covers yet has no effect and is left out.
    private(set) var rotations: [KeyChain.Rotation] = []

    /// What can be read; a log that is damaged shows that in the audit itself.
    init(_ folder: ArchiveFolder, _ store: SQLiteLogStore?, _ created: ArchiveCreated?) {
        guard let store, let created else { return }
        let origins = try? LogOrigin.all(of: store, since: created, isSound: false)
        keys = (origins?.map(\.verifierKey) ?? [created.verifierKey]).compactMap { try? NoteVerifier($0) }
        guard let signed = (try? store.latestCheckpoint())??.size else { return }
        var positions = Set(origins?.filter { $0.cause != nil }.map(\.position) ?? [])
        // Also those whose checkpoint somebody took away: the index, a derived file, tells where to look.
        if FileManager.default.fileExists(atPath: folder.index),
            let index = try? SQLiteLogIndex(path: folder.index, writable: false)
        {
            positions.formUnion((try? index.stream(.archive).positions) ?? [])
        }
        rotations = positions.filter { $0 < signed }.sorted().compactMap { KeyHistory.rotation(in: store, at: $0) }
    }

    /// The chain of keys from those that the caller trusts.
    func chain(_ pinned: [NoteVerifier]) -> KeyChain { KeyChain(pinned: pinned, rotations: rotations) }

    private static func rotation(in store: SQLiteLogStore, at position: UInt64) -> KeyChain.Rotation? {
        guard let data = try? LogOrigin.rotation(in: store, at: position), let former = try? NoteVerifier(data.former),
            let current = try? NoteVerifier(data.verifierKey)
        else { return nil }
        let cause: KeyChain.Rotation.Cause =
            switch data.cause {
            case .scheduled: .scheduled
            case .lost: .lost
            case .compromised: .compromised
            }
        return KeyChain.Rotation(
            position: position, cause: cause, former: former, current: current,
            vouching: try? store.checkpoint(size: position + 1))
    }
}
