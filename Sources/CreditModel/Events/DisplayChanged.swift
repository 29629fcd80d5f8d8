public import CanonicalJSON

/// 停止展示 / 恢复展示: from here on the texts of a stream are not shown and its records not published, or they are again.
///
/// The entries stay, every proof and every structured figure with them: display may end, the archive stays. Unlike the
/// destruction of a key it can be undone.
public struct DisplayChanged: Sendable, Hashable, JSONEncodable {
    /// `display.withheld` or `display.restored`.
    public var type: EventType
    /// Whose display changes: a case's, a body's, or the observations of a body and year.
    public var stream: String
    /// By which rule or decision.
    public var basis: String
    public var document: DocumentNumber?

    /// - Parameter type: `display.withheld` or `display.restored`.
    public init(type: EventType, stream: String, basis: String, document: DocumentNumber?) {
        precondition(type == .displayWithheld || type == .displayRestored, "\(type.rawValue) changes no display")
        self.type = type
        self.stream = stream
        self.basis = basis
        self.document = document
    }

    init(type: EventType, reading fields: inout JSONFields) throws(JSONFault) {
        self.type = type
        basis = try fields.required("basis").name()
        document = try fields.optional("document")
        stream = try fields.required("stream").name()
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("basis", basis)
        writer.member("document", document)
        writer.member("stream", stream)
        writer.endObject()
    }
}
