public import CanonicalJSON

/// A stored entry, read back: the envelope's parts and where the data stands.
public struct Entry: Sendable {
    public let position: UInt64
    public let identity: EventIdentity
    public let type: String
    public let subject: StreamID
    /// Version in the stream, from 0.
    public let sequence: UInt64
    public let dataSchema: String
    /// UTC, RFC 3339 with milliseconds.
    public let recordedTime: String
    public let recordedBy: String
    public let proposedBy: String?
    public let approvedBy: String?
    public let importID: String?
    public let importRow: Int64?
    public let time: String?
    /// The fact.
    public let data: JSONNode
    /// The exact stored bytes: the leaf.
    public let bytes: [UInt8]

    /// Most bytes of an entry (C2SP tlog-tiles: a bundle gives each entry a 16-bit length).
    public static let maximumBytes = 65_535
    static let contentType = "application/json"

    /// Reads stored bytes. Throws ``EventLogError`` `entry-damaged` naming the position.
    public init(position: UInt64, bytes: [UInt8]) throws(EventLogError) {
        do {
            try self.init(position: position, parsing: bytes)
        } catch {
            throw .damagedEntry(position, error)
        }
    }

    private init(position: UInt64, parsing bytes: [UInt8]) throws(JSONFault) {
        let document = try JSONDocument(parsing: bytes)
        var fields = try document.root.fields()
        self.position = position
        self.bytes = bytes
        approvedBy = try fields.optional("approvedby")
        data = try fields.required("data")
        let contentType = try fields.required("datacontenttype")
        guard contentType.isString("application/json") else {
            throw contentType.fault(.badValue, Entry.contentType)
        }
        dataSchema = try fields.required("dataschema")
        let id: String = try fields.required("id")
        importID = try fields.optional("importid")
        importRow = try fields.optional("importrow")
        let nonce = try fields.required("nonce")
        guard Base64URL.decode(try nonce.string().utf8)?.count == 16 else {
            throw nonce.fault(.badValue, "16 bytes in base64url")
        }
        proposedBy = try fields.optional("proposedby")
        recordedBy = try fields.required("recordedby")
        recordedTime = try fields.required("recordedtime")
        let sequence = try fields.required("sequence")
        let digits = try sequence.string()
        guard digits.utf8.count == 10, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let version = UInt64(digits)
        else {
            throw sequence.fault(.badValue, "ten digits")
        }
        self.sequence = version
        identity = EventIdentity(source: try fields.required("source"), id: id)
        let specVersion = try fields.required("specversion")
        guard specVersion.isString("1.0") else { throw specVersion.fault(.badValue, "1.0") }
        let subject = try fields.required("subject")
        guard let stream = StreamID(try subject.string()) else { throw subject.fault(.badValue, "a stream name") }
        self.subject = stream
        time = try fields.optional("time")
        type = try fields.required("type")
        try fields.finish()
    }

    /// Milliseconds since 1970 of ``recordedTime``; nil where it is not in the form that the log writes.
    public var recordedMilliseconds: Int64? { RecordedTime.milliseconds(recordedTime) }
}

/// Writes entries: the envelope in canonical form (entry.md, Envelope).
struct EntryAssembler {
    private var writer = JSONWriter(reserving: 2048)

    /// The bytes of a draft as an entry of its stream.
    mutating func assemble(
        _ draft: EventDraft, sequence: UInt64, recordedTime: String, nonce: [UInt8]
    ) throws(EventLogError) -> [UInt8] {
        writer.removeAll()
        writer.beginObject()
        writer.member("approvedby", draft.approvedBy)
        writer.key("data")
        writer.raw(draft.data)
        writer.member("datacontenttype", Entry.contentType)
        writer.member("dataschema", draft.dataSchema)
        writer.member("id", draft.identity.id)
        writer.member("importid", draft.importID)
        writer.member("importrow", draft.importRow)
        writer.key("nonce")
        writer.base64URL(nonce)
        writer.member("proposedby", draft.proposedBy)
        writer.member("recordedby", draft.recordedBy)
        writer.member("recordedtime", recordedTime)
        writer.member("sequence", EntryAssembler.tenDigits(sequence))
        writer.member("source", draft.identity.source)
        writer.member("specversion", "1.0")
        writer.member("subject", draft.subject.text)
        writer.member("time", draft.time)
        writer.member("type", draft.type)
        writer.endObject()
        guard writer.bytes.count <= Entry.maximumBytes else { throw .entryTooLarge(draft.identity, writer.bytes.count) }
        return writer.bytes
    }

    /// A version in ten digits, `0` in front; no version has more.
    private static func tenDigits(_ number: UInt64) -> String {
        var rest = number
        return String(unsafeUninitializedCapacity: 10) { digits in
            for place in (0..<10).reversed() {
                digits[place] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            }
            return 10
        }
    }
}
