public import CreditModel
internal import EventLog
public import Projections

// Which streams' texts may be shown. The log says it: the identities of the changes number them, so that the index finds
// the last one in as many steps as there were changes.
extension LogReader {
    /// The changes of a stream's display, in order: withheld, restored, withheld again …
    func displayChanges(of stream: StreamID) throws -> [(position: UInt64, change: DisplayChanged)] {
        var changes: [(position: UInt64, change: DisplayChanged)] = []
        while let position = try index.position(of: .displayChange(changes.count, of: stream)) {
            // The index, a derived file, only tells where to look.
            guard case .displayChanged(let change) = try entry(at: position).event(), change.stream == stream.text
            else {
                throw EventLogError.damaged(
                    "索引与日志不符（\(stream) 的展示变更）；请删除 index.sqlite 后重试",
                    "the index does not fit the log (changes of the display of \(stream)); delete index.sqlite")
            }
            changes.append((position, change))
        }
        return changes
    }

    /// Whether a stream's texts are not to be shown and its records not to be published.
    func isWithheld(_ stream: StreamID) throws -> Bool {
        try displayChanges(of: stream).last?.change.type == .displayWithheld
    }
}

extension EventIdentity {
    static let displaySource = "urn:credit-archive:display"

    /// Of the `number`-th change of a stream's display, from 0.
    static func displayChange(_ number: Int, of stream: StreamID) -> EventIdentity {
        EventIdentity(source: displaySource, id: "\(stream.text)/\(number)")
    }
}

/// Looks each stream up once.
struct Displays {
    private let log: LogReader
    private var known: [StreamID: Bool] = [:]

    init(_ log: LogReader) { self.log = log }

    mutating func isWithheld(_ stream: StreamID) throws -> Bool {
        if let answer = known[stream] { return answer }
        let answer = try log.isWithheld(stream)
        known[stream] = answer
        return answer
    }
}

extension Auditor {
    /// Whether the public sees a case: it is publicised (contract §2), and neither its display nor its body's was ended.
    public func isPublic(_ item: StandingCase, of body: BodyID) throws -> Bool {
        try item.isPublicised && !archive.log.isWithheld(.case(item.id.text))
            && !archive.log.isWithheld(.body(body.text))
    }
}

extension Administrator {
    /// Ends or restores the display of a case, a body or a year's observations: texts are not opened in any answer or
    /// bundle, and publications leave its records out. Nothing else changes: entries, proofs and figures stay.
    ///
    /// - Parameters:
    ///   - stream: such as `case/419801-2022-00001`.
    ///   - isShown: true restores it.
    ///   - basis: by which rule or decision, 1–200 characters.
    /// - Returns: the position of the record.
    /// - Throws: ``ArchiveError`` `stream-not-found`, `basis-malformed`, `display-unchanged`.
    public func changeDisplay(
        of stream: String, isShown: Bool, basis: String, document: String? = nil, recordedBy: String
    ) throws -> UInt64 {
        guard let id = StreamID(stream), id != .archive, try archive.log.stream(id).count > 0 else {
            throw ArchiveError(
                .notFound, "stream-not-found", chinese: "没有流 \(stream)；如 case/事项编号",
                english: "there is no stream \(stream), such as case/<id>")
        }
        try Administrator.requireBasis(basis)
        guard let writer = archive.writer else { preconditionFailure("opened for writing") }
        let changes = try archive.log.displayChanges(of: id)
        let isWithheld = changes.last?.change.type == .displayWithheld
        guard isWithheld == isShown else {
            let position = changes.last.map { String($0.position) } ?? "—"
            throw ArchiveError(
                .refused, "display-unchanged", field: stream,
                chinese: isShown ? "\(stream) 没有停止展示，无需恢复" : "\(stream) 已停止展示（位置 \(position)），无需重复",
                english: isShown
                    ? "the display of \(stream) was not ended; there is nothing to restore"
                    : "the display of \(stream) was ended by the entry at \(position) already")
        }
        let change = DisplayChanged(
            type: isShown ? .displayRestored : .displayWithheld, stream: stream, basis: basis,
            document: document.flatMap(DocumentNumber.init))
        let draft = EventDraft(
            .displayChanged(change), identity: .displayChange(changes.count, of: id), subject: .archive,
            recordedBy: recordedBy)
        return try writer.appendNow(AppendRequest([draft], isSameContent: { _, _ in false }))[0].position
    }

    static func requireBasis(_ basis: String) throws(ArchiveError) {
        guard PlainText.isName(basis, limit: 200) else {
            throw ArchiveError(
                .badInput, "basis-malformed", field: "--basis", chinese: "请写明依据的规定或决定（1–200 字）",
                english: "state the rule or decision it is based on (1–200 characters)")
        }
    }
}
