internal import CanonicalJSON
internal import CreditModel
internal import EventLog

/// One event of a batch, as it leaves.
struct ExchangeEvent: Sendable {
    enum Kind: Int, Sendable {
        /// An entry of the log.
        case entry = 0
        /// The notice that the public does not see a stream any more.
        case notice = 1
    }

    var kind: Kind
    /// Of the log: the entry's, or that of what ended the display.
    var position: UInt64
    var stream: StreamID
    var identity: EventIdentity
    /// A CloudEvent in canonical form (JCS), one line.
    var json: [UInt8]

    static let source = "urn:credit-archive:exchange"
    static let noticeType = "exchange.withdrawn"
    /// `Schema/exchange/exchange.withdrawn.1.json`.
    static let noticeSchema = "urn:credit-archive:schema:exchange.withdrawn:1"

    /// The entry as it stands in the log: the leaf, byte for byte.
    init(_ entry: Entry) {
        kind = .entry
        position = entry.position
        stream = entry.subject
        identity = entry.identity
        json = entry.bytes
    }

    /// The entry with its texts open: data and `dataschema` of the submitted form.
    init(_ entry: Entry, opened: CreditEvent) {
        self.init(entry)
        let type = opened.type
        var data = JSONWriter(reserving: entry.bytes.count)
        opened.write(to: &data)
        var writer = JSONWriter(reserving: entry.bytes.count)
        writer.beginObject()
        writer.member("approvedby", entry.approvedBy)
        writer.key("data")
        writer.raw(data.bytes)
        writer.member("datacontenttype", "application/json")
        writer.member("dataschema", type.schema(version: type.currentVersion, form: .submitted))
        writer.member("id", entry.identity.id)
        writer.member("importid", entry.importID)
        writer.member("importrow", entry.importRow)
        writer.member("proposedby", entry.proposedBy)
        writer.member("recordedby", entry.recordedBy)
        writer.member("recordedtime", entry.recordedTime)
        writer.member("sequence", "\(entry.sequence)".leadingZeros(to: 10))
        writer.member("source", entry.identity.source)
        writer.member("specversion", "1.0")
        writer.member("subject", entry.subject.text)
        writer.member("time", entry.time)
        writer.member("type", entry.type)
        writer.endObject()
        json = writer.bytes
    }

    /// The notice in the place of the `number`-th event of a subscriber's feed: the same bytes each time.
    init(noticeOf stream: StreamID, position: UInt64, subscriber: String, number: UInt64) {
        kind = .notice
        self.position = position
        self.stream = stream
        identity = EventIdentity(source: ExchangeEvent.source, id: "\(subscriber)/\(number)")
        var writer = JSONWriter()
        writer.beginObject()
        writer.key("data")
        writer.beginObject()
        writer.member("stream", stream.text)
        writer.endObject()
        writer.member("datacontenttype", "application/json")
        writer.member("dataschema", ExchangeEvent.noticeSchema)
        writer.member("id", identity.id)
        writer.member("source", identity.source)
        writer.member("specversion", "1.0")
        writer.member("subject", stream.text)
        writer.member("type", ExchangeEvent.noticeType)
        writer.endObject()
        json = writer.bytes
    }
}

extension String {
    fileprivate func leadingZeros(to length: Int) -> String {
        String(repeating: "0", count: max(0, length - utf8.count)) + self
    }
}
