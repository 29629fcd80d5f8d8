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
    /// Throws ``ArchiveError`` where the signing key is missing, is not the one that the log names, cannot be opened, or
    /// is being changed (`rotation-under-way`).
    public func checkpoint() throws -> String {
        try archive.signedCheckpoint(of: archive.log.head()) { [try archive.signer()] }
    }

    /// Refuses where no checkpoint could be signed now. Throws as ``checkpoint()``.
    public func requireSigner() throws { _ = try archive.signer() }

    /// Builds read models anew and puts them in place; blocks. Appends, folds and answers go on meanwhile.
    ///
    /// An archive that was opened for writing rebuilds from its own facts; one that was opened for reading rebuilds
    /// beside the writing process, from the facts that this keeps. Throws ``ArchiveError`` `projection-unknown`,
    /// `position-outside`, `flags-contradict`, ``EventLogError`` as of ``Rebuilder``, and `CancellationError`.
    public func rebuild(
        _ options: RebuildOptions = RebuildOptions(), control: RebuildControl = RebuildControl(),
        progress: (RebuildProgress) -> Void = { _ in }
    ) throws -> RebuildReport {
        try check(options)
        return try Rebuilder(archive.projections, keepsFacts: archive.writer != nil).rebuild(
            options, control: control, progress: progress)
    }

    /// ``rebuild(_:control:progress:)`` on a thread of its own; to cancel the task calls it off.
    public func rebuildInBackground(
        _ options: RebuildOptions = RebuildOptions(), progress: @escaping @Sendable (RebuildProgress) -> Void = { _ in }
    ) async throws -> RebuildReport {
        let control = RebuildControl()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { reply in
                Thread.detachNewThread {
                    reply.resume(with: Result { try rebuild(options, control: control, progress: progress) })
                }
            }
        } onCancel: {
            control.cancel()
        }
    }

    private func check(_ options: RebuildOptions) throws {
        let known = archive.projections.projectionNames
        if let name = options.projections?.sorted().first(where: { !known.contains($0) }) {
            let list = known.joined(separator: " ")
            throw ArchiveError(
                .usage, "projection-unknown", field: "--projection", chinese: "没有投影 \(name)；可用：\(list)",
                english: "there is no projection \(name); known: \(list)")
        }
        if options.fromLog, options.subjects != .all {
            throw ArchiveError(
                .usage, "flags-contradict", chinese: "--from-log 重新解码全部日志，不能与主体、区划或起始位置同用",
                english: "--from-log decodes the whole log again; it does not go with a body, a region or a position")
        }
        if options.fromLog, !options.dryRun, archive.writer == nil {
            throw ArchiveError(
                .unavailable, "archive-locked", chinese: "--from-log 要替换 facts.sqlite，须持有写入锁；请等写入进程结束",
                english:
                    "--from-log replaces facts.sqlite and needs the writer lock; wait for the writing process to end")
        }
        if case .since(let position) = options.subjects { _ = try archive.log.entry(at: position) }
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
    /// - Throws: ``ArchiveError`` `stream-not-found`, `nothing-sealed`, `basis-malformed`, `two-persons-needed`.
    public func destroyTexts(
        of stream: String, basis: String, document: String? = nil, recordedBy: String
    ) throws -> UInt64 {
        guard try !archive.twoPersons.acts().contains(.erase) else {
            throw ArchiveError(
                .refused, "two-persons-needed", field: stream,
                chinese: "本档案库规定“抹除”须由两人办理；请提出提案（HTTP：POST /v1/proposals；命令行：--propose），由另一人审批",
                english:
                    "this archive reserves 'erase' to two persons; propose it (HTTP: POST /v1/proposals; command line: "
                    + "--propose) and have another person approve it")
        }
        return try destroyTexts(
            of: stream, basis: basis, document: document, recordedBy: recordedBy, persons: nil)
    }

    /// The stream whose texts are to be erased. Throws ``ArchiveError`` where there is nothing to erase.
    func requireErasable(_ stream: String, basis: String) throws -> (StreamID, StreamHead) {
        guard let id = StreamID(stream), case let head = try archive.log.stream(id), head.count > 0 else {
            throw ArchiveError(
                .notFound, "stream-not-found", chinese: "没有流 \(stream)；如 case/事项编号",
                english: "there is no stream \(stream), such as case/<id>")
        }
        guard head.keyID != nil else {
            throw ArchiveError(
                .refused, "nothing-sealed", chinese: "\(stream) 没有密封文本", english: "\(stream) has no sealed text")
        }
        try Administrator.requireBasis(basis)
        return (id, head)
    }

    func destroyTexts(
        of stream: String, basis: String, document: String?, recordedBy: String, persons: Submission.Persons?
    ) throws -> UInt64 {
        let (_, head) = try requireErasable(stream, basis: basis)
        guard let writer = archive.writer else { preconditionFailure("opened for writing") }
        // Usually one; after an erasure, or where the key file was lost, later texts have another.
        let keys = try Set(head.positions.compactMap { try IndexedEntry(archive.log.entry(at: $0)).keyID }).sorted()
        let left = keys.filter { !archive.vault.isDestroyed($0) }
        let drafts = (left.isEmpty ? keys.suffix(1) : left[...]).map { keyID in
            EventDraft(
                .subjectKeyDestroyed(
                    SubjectKeyDestroyed(
                        keyID: keyID, stream: stream, basis: basis, document: document.flatMap(DocumentNumber.init))),
                identity: .destruction(ofKey: keyID), subject: .archive, recordedBy: recordedBy, persons: persons)
        }
        let outcomes = try writer.appendNow(
            AppendRequest(drafts, isSameContent: { _, entry in entry.type == EventType.subjectKeyDestroyed.rawValue }))
        for keyID in keys { try archive.vault.forget(keyID) }
        return outcomes[outcomes.count - 1].position
    }
}
