internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Foundation
public import Projections
internal import TransparencyLog

/// What administrators do: checkpoints, rebuilds, erasure, and a look at the archive's health.
public struct Administrator: Sendable {
    let archive: Archive

    public init(_ archive: Archive) { self.archive = archive }

    /// The signed checkpoint of the log as it is; made and kept if there is none for this size.
    ///
    /// Throws ``ArchiveError`` where the signing key is missing or is not the one that the log names.
    public func checkpoint() throws -> String {
        let head = try archive.log.head()
        if let kept = try archive.log.store.checkpoint(size: head.size) { return kept }
        let checkpoint = try Checkpoint(origin: archive.origin.origin, size: head.size, root: head.root)
        let note = String(decoding: try checkpoint.signed(by: [archive.signer()]).bytes, as: UTF8.self)
        try archive.log.store.save(checkpoint: note, size: head.size)
        return note
    }

    /// Builds all read models anew and puts them in place.
    public func rebuild(
        fromLog: Bool = false, dryRun: Bool = false, progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws -> RebuildReport {
        try Rebuilder(archive.projections).rebuild(fromLog: fromLog, dryRun: dryRun, progress: progress)
    }

    /// Erases the texts of a stream for good: records the destruction of its data keys, then destroys them.
    ///
    /// The tree does not change, and every proof stays valid; structured facts stay. If the process dies in between, the
    /// keys are destroyed when the archive is next opened for writing.
    ///
    /// - Parameters:
    ///   - stream: such as `case/419801-2022-00001`.
    ///   - basis: the legal basis.
    /// - Returns: the position of the last record of it.
    public func destroyTexts(
        of stream: String, basis: String, document: String? = nil, recordedBy: String
    ) throws -> UInt64 {
        guard let id = StreamID(stream), case let head = try archive.log.stream(id), head.count > 0 else {
            throw ArchiveError(
                .notFound, "stream-not-found", chinese: "没有流 \(stream)；如 case/事项编号",
                english: "there is no stream \(stream), such as case/<id>")
        }
        guard head.keyID != nil else {
            throw ArchiveError(
                .refused, "nothing-sealed", chinese: "\(stream) 没有密封文本", english: "\(stream) has no sealed text")
        }
        guard PlainText.isName(basis, limit: 200) else {
            throw ArchiveError(
                .badInput, "basis-malformed", field: "--basis", chinese: "请写明抹除的法律依据（1–200 字）",
                english: "state the legal basis of the erasure (1–200 characters)")
        }
        guard let writer = archive.writer else { preconditionFailure("opened for writing") }
        // Usually one; after an erasure, or where the key file was lost, later texts have another.
        let keys = try Set(head.positions.compactMap { try IndexedEntry(archive.log.entry(at: $0)).keyID }).sorted()
        let left = keys.filter { !archive.vault.isDestroyed($0) }
        let drafts = (left.isEmpty ? keys.suffix(1) : left[...]).map { keyID in
            EventDraft(
                .subjectKeyDestroyed(
                    SubjectKeyDestroyed(
                        keyID: keyID, stream: stream, basis: basis, document: document.flatMap(DocumentNumber.init))),
                identity: EventIdentity(source: "urn:credit-archive:key", id: "destroyed/\(keyID)"),
                subject: .archive, recordedBy: recordedBy)
        }
        let outcomes = try writer.appendNow(
            AppendRequest(drafts, isSameContent: { _, entry in entry.type == EventType.subjectKeyDestroyed.rawValue }))
        for keyID in keys { try archive.vault.forget(keyID) }
        return outcomes[outcomes.count - 1].position
    }
}
