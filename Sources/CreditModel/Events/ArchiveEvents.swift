public import CanonicalJSON

/// The first entry of every log: which archive this is and by which rules it works.
public struct ArchiveCreated: Sendable, Hashable, JSONEncodable {
    /// A random UUID, lower case.
    public var archive: String
    /// The log's origin: the first line of every checkpoint.
    public var origin: String
    /// The first signing key, as a verifier key string (C2SP signed-note).
    public var verifierKey: String
    public var policies: [AdoptedDocument]
    public var calendars: [AdoptedDocument]

    public static let formatVersion: Int64 = 1
    public static let timeZone = "Asia/Shanghai"

    public init(
        archive: String, origin: String, verifierKey: String, policies: [AdoptedDocument], calendars: [AdoptedDocument]
    ) {
        self.archive = archive
        self.origin = origin
        self.verifierKey = verifierKey
        self.policies = policies
        self.calendars = calendars
    }

    init(reading fields: inout JSONFields) throws(JSONFault) {
        archive = try fields.required("archive").uuid()
        let calendars = try fields.required("calendars")
        self.calendars = try [AdoptedDocument](json: calendars)
        guard self.calendars.count <= 16 else { throw calendars.fault(.badValue, "at most 16 calendars") }
        _ = try fields.required("formatVersion").integer(in: 1...1)
        origin = try fields.required("origin").origin()
        let policies = try fields.required("policies")
        self.policies = try [AdoptedDocument](json: policies)
        guard (1...16).contains(self.policies.count) else { throw policies.fault(.badValue, "1–16 policies") }
        let zone = try fields.required("timeZone")
        guard try zone.string() == ArchiveCreated.timeZone else { throw zone.fault(.badValue, ArchiveCreated.timeZone) }
        verifierKey = try fields.required("verifierKey").verifierKey()
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("archive", archive)
        writer.member("calendars", calendars)
        writer.member("formatVersion", ArchiveCreated.formatVersion)
        writer.member("origin", origin)
        writer.member("policies", policies)
        writer.member("timeZone", ArchiveCreated.timeZone)
        writer.member("verifierKey", verifierKey)
        writer.endObject()
    }
}

/// A document that the archive has adopted, by digest: a policy, a calendar.
public struct AdoptedDocument: Sendable, Hashable, JSONDecodable, JSONEncodable {
    public var id: String
    public var version: String
    public var digest: String

    public init(id: String, version: String, digest: String) {
        self.id = id
        self.version = version
        self.digest = digest
    }

    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        digest = try fields.required("digest").digest()
        (id, version) = try AdoptedDocument.name(&fields)
        try fields.finish()
    }

    /// The members `id` and `version` of a document that can be adopted.
    static func name(_ fields: inout JSONFields) throws(JSONFault) -> (id: String, version: String) {
        let id = try fields.required("id").slug()
        let version = try fields.required("version").text("1–32 letters, digits, '.' or '-'") { bytes in
            (1...32).contains(bytes.count)
                && bytes.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "-"): true
                    default: false
                    }
                }
        }
        return (id, version)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("digest", digest)
        writer.member("id", id)
        writer.member("version", version)
        writer.endObject()
    }
}

/// The record of an import that added something.
public struct ImportCompleted: Sendable, Hashable, JSONEncodable {
    public enum Encoding: String, CodeList {
        case utf8 = "UTF-8"
        case utf8WithBOM = "UTF-8-BOM"
        case gb18030 = "GB18030"
        public static let listName = "编码"
    }

    public enum Template: String, CodeList {
        case bodies, incidents, dispositions, observations
        public static let listName = "模板"

        public var name: String {
            switch self {
            case .bodies: "主体"
            case .incidents: "失信事项"
            case .dispositions: "后续处置"
            case .observations: "指标数据"
            }
        }
    }

    /// A UUID, lower case; the `importid` of the entries it brought.
    public var importID: String
    public var template: Template
    public var file: String
    public var digest: String
    public var encoding: Encoding
    public var rows: Int64
    public var accepted: Int64
    public var duplicates: Int64
    public var rejected: Int64

    public init(
        importID: String, template: Template, file: String, digest: String, encoding: Encoding, rows: Int64,
        accepted: Int64, duplicates: Int64, rejected: Int64
    ) {
        self.importID = importID
        self.template = template
        self.file = file
        self.digest = digest
        self.encoding = encoding
        self.rows = rows
        self.accepted = accepted
        self.duplicates = duplicates
        self.rejected = rejected
    }

    init(reading fields: inout JSONFields) throws(JSONFault) {
        let counts = Int64(0)...9_007_199_254_740_991
        accepted = try fields.required("accepted").integer(in: 1...counts.upperBound)
        digest = try fields.required("digest").digest()
        duplicates = try fields.required("duplicates").integer(in: counts)
        encoding = try fields.required("encoding")
        file = try fields.required("file").fileName()
        importID = try fields.required("import").uuid()
        rejected = try fields.required("rejected").integer(in: counts)
        rows = try fields.required("rows").integer(in: counts)
        template = try fields.required("template")
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("accepted", accepted)
        writer.member("digest", digest)
        writer.member("duplicates", duplicates)
        writer.member("encoding", encoding)
        writer.member("file", file)
        writer.member("import", importID)
        writer.member("rejected", rejected)
        writer.member("rows", rows)
        writer.member("template", template)
        writer.endObject()
    }
}

/// The record that a data key was destroyed: the texts of `stream` are erased everywhere.
public struct SubjectKeyDestroyed: Sendable, Hashable, JSONEncodable {
    public var keyID: UInt32
    public var stream: String
    /// The legal basis of the erasure.
    public var basis: String
    public var document: DocumentNumber?

    public init(keyID: UInt32, stream: String, basis: String, document: DocumentNumber?) {
        self.keyID = keyID
        self.stream = stream
        self.basis = basis
        self.document = document
    }

    init(reading fields: inout JSONFields) throws(JSONFault) {
        basis = try fields.required("basis").name()
        document = try fields.optional("document")
        keyID = UInt32(try fields.required("kid").integer(in: 0...Int64(UInt32.max)))
        stream = try fields.required("stream").name()
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("basis", basis)
        writer.member("document", document)
        writer.member("kid", keyID)
        writer.member("stream", stream)
        writer.endObject()
    }
}

extension JSONNode {
    /// A log's name, as notes carry it.
    func origin() throws(JSONFault) -> String {
        try text("1–255 printable ASCII characters without '+'") { bytes in
            (1...255).contains(bytes.count)
                && bytes.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "+") }
        }
    }

    /// A verifier key string.
    func verifierKey() throws(JSONFault) -> String {
        try text("1–512 printable ASCII characters") { bytes in
            (1...512).contains(bytes.count) && bytes.allSatisfy { (0x21...0x7E).contains($0) }
        }
    }

    /// A UUID in lower case.
    func uuid() throws(JSONFault) -> String {
        try text("a UUID in lower case") { bytes in
            bytes.count == 36
                && bytes.enumerated().allSatisfy { index, byte in
                    [8, 13, 18, 23].contains(index)
                        ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte) || (0x61...0x66).contains(byte)
                }
        }
    }

    /// 1–64 lower-case letters, digits or `-`.
    func slug() throws(JSONFault) -> String {
        try text("1–64 lower-case letters, digits or '-'") { bytes in
            (1...64).contains(bytes.count)
                && bytes.allSatisfy {
                    (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-")
                }
        }
    }
}
