internal import CanonicalJSON
internal import CreditModel
internal import EventLog

/// What is proposed, as it is kept until it is decided: events in submitted form, or an erasure.
enum ProposalContent: Sendable, Hashable {
    /// To be recorded whole or not at all; all but results' are one.
    case events([ProposedEvent])
    case erasure(Erasure)

    /// `keys destroy`.
    struct Erasure: Sendable, Hashable {
        var stream: String
        var basis: String
        var document: String?
    }
}

/// One event as it will be submitted.
struct ProposedEvent: Sendable, Hashable {
    var identity: EventIdentity
    var subject: StreamID
    var event: CreditEvent
    var time: String?

    var submission: Submission { Submission(identity: identity, subject: subject, event: event, time: time) }
}

extension ProposalContent: JSONDecodable, JSONEncodable {
    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        if let events = fields.optional("events") {
            self = .events(try [ProposedEvent](json: events))
        } else {
            var erasure = try fields.required("erasure").fields()
            self = .erasure(
                Erasure(
                    stream: try erasure.required("stream"), basis: try erasure.required("basis"),
                    document: try erasure.optional("document")))
            try erasure.finish()
        }
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        switch self {
        case .events(let events): writer.member("events", events)
        case .erasure(let erasure):
            writer.key("erasure")
            writer.beginObject()
            writer.member("stream", erasure.stream)
            writer.member("basis", erasure.basis)
            writer.member("document", erasure.document)
            writer.endObject()
        }
        writer.endObject()
    }

    var bytes: [UInt8] {
        var writer = JSONWriter(reserving: 1_024)
        write(to: &writer)
        return writer.bytes
    }
}

extension ProposedEvent: JSONDecodable, JSONEncodable {
    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        let subjectNode = try fields.required("subject")
        let typeNode = try fields.required("type")
        let schemaNode = try fields.required("dataschema")
        guard let subject = StreamID(try subjectNode.string()), let type = EventType(rawValue: try typeNode.string()),
            let schema = EventCodec.parse(schema: try schemaNode.string()), schema.type == type
        else { throw subjectNode.fault(.badValue, "an event of this archive") }
        identity = EventIdentity(source: try fields.required("source"), id: try fields.required("id"))
        self.subject = subject
        event = try EventCodec.standard.decode(
            type: type, version: schema.version, data: try fields.required("data"), form: .submitted)
        time = try fields.optional("time")
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", identity.id)
        writer.member("source", identity.source)
        writer.member("type", event.type.rawValue)
        writer.member("subject", subject.text)
        writer.member("dataschema", event.type.schema(version: event.type.currentVersion, form: .submitted))
        writer.member("time", time)
        writer.key("data")
        event.write(to: &writer)
        writer.endObject()
    }
}
