internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import TransparencyLog

/// `bundle.json`: what an evidence bundle holds, in canonical JSON (Schema/README.md, Evidence bundles).
///
/// Everything in it but `madeAt` follows from the receipts, the opened texts and the files, so that a verifier derives it
/// anew and compares bytes.
struct BundleManifest: Sendable, Hashable {
    struct Item: Sendable, Hashable {
        var position: UInt64
        var part: BundlePart
        var leafHash: Digest32
    }

    struct Opening: Sendable, Hashable {
        var place: SealedPlace
        var disclosure: FieldDisclosure
        var commitment: Commitment
    }

    /// An earlier size of the log from which a consistency proof is in the bundle.
    struct Earlier: Sendable, Hashable {
        var size: UInt64
        var root: Digest32
    }

    struct Attachment: Sendable, Hashable {
        var digest: String
        var size: Int64
        var isIncluded: Bool
    }

    /// Raised with every change of the form of `bundle.json`.
    static let formatVersion: Int64 = 1
    /// Raised with every change of the page, which is compared byte by byte.
    static let pageVersion: Int64 = 1

    var caseID: CaseID
    var body: BodyID
    var checkpoint: Checkpoint
    var consistency: [Earlier]
    var entries: [Item]
    var openings: [Opening]
    var attachments: [Attachment]
    /// When the maker says that it was made: RFC 3339, UTC. The one member that nothing proves.
    var madeAt: String
}

/// Why an entry is in a bundle.
enum BundlePart: String, CodeList {
    /// An entry of the case's stream.
    case caseEntry = "case"
    /// An entry of the stream of the body that the case is against: what it is called, by which code.
    case body
    /// A record that the key of texts of these streams was destroyed.
    case erasure

    static let listName = "部分"
}

extension BundleManifest: JSONDecodable, JSONEncodable {
    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        attachments = try fields.required("attachments")
        body = try fields.required("body")
        let id = try fields.required("case")
        guard let caseID = CaseID(try id.string()) else { throw id.fault(.badValue, "a case id") }
        self.caseID = caseID
        checkpoint = try BundleManifest.checkpoint(fields.required("checkpoint"))
        consistency = try fields.required("consistency")
        entries = try fields.required("entries")
        try BundleManifest.require(fields.required("formatVersion"), BundleManifest.formatVersion)
        let madeAt = try fields.required("madeAt")
        self.madeAt = try madeAt.string()
        guard RecordedTime.milliseconds(self.madeAt) != nil else {
            throw madeAt.fault(.badValue, "UTC, RFC 3339 with milliseconds")
        }
        openings = try fields.required("opened")
        try BundleManifest.require(fields.required("pageVersion"), BundleManifest.pageVersion)
        try fields.finish()
    }

    private static func require(_ node: JSONNode, _ version: Int64) throws(JSONFault) {
        guard try node.integer() == version else {
            throw node.fault(.badValue, "this program knows version \(version): use the one that made the bundle")
        }
    }

    private static func checkpoint(_ node: JSONNode) throws(JSONFault) -> Checkpoint {
        var fields = try node.fields()
        let origin: String = try fields.required("origin")
        let root = try fields.required("root").digest32()
        let size = try fields.required("size").size()
        try fields.finish()
        do { return try Checkpoint(origin: origin, size: size, root: root) } catch {
            throw node.fault(.badValue, error.description)
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("attachments", attachments)
        writer.member("body", body)
        writer.member("case", caseID.text)
        writer.key("checkpoint")
        writer.beginObject()
        writer.member("origin", checkpoint.origin)
        writer.member("root", checkpoint.root.base64)
        writer.member("size", checkpoint.size)
        writer.endObject()
        writer.member("consistency", consistency)
        writer.member("entries", entries)
        writer.member("formatVersion", BundleManifest.formatVersion)
        writer.member("madeAt", madeAt)
        writer.member("opened", openings)
        writer.member("pageVersion", BundleManifest.pageVersion)
        writer.endObject()
    }

    /// The file.
    var bytes: [UInt8] {
        var writer = JSONWriter(reserving: 4_096)
        write(to: &writer)
        return writer.bytes + [0x0A]
    }
}

extension BundleManifest.Item: JSONDecodable, JSONEncodable {
    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        leafHash = try fields.required("leafHash").digest32()
        part = try fields.required("part")
        position = try fields.required("position").size()
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("leafHash", leafHash.base64)
        writer.member("part", part)
        writer.member("position", position)
        writer.endObject()
    }
}

extension BundleManifest.Opening: JSONDecodable, JSONEncodable {
    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        commitment = try fields.required("commitment")
        let pointer: String = try fields.required("pointer")
        place = SealedPlace(position: try fields.required("position").size(), pointer: pointer)
        let salt = try fields.required("salt")
        let value: String = try fields.required("value")
        guard let bytes = Base64URL.decode(try salt.string().utf8),
            let disclosure = FieldDisclosure(salt: bytes, text: value)
        else { throw salt.fault(.badValue, "32 bytes in base64url") }
        self.disclosure = disclosure
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("commitment", commitment)
        writer.member("pointer", place.pointer)
        writer.member("position", place.position)
        writer.key("salt")
        writer.base64URL(disclosure.salt)
        writer.member("value", disclosure.text)
        writer.endObject()
    }
}

extension BundleManifest.Earlier: JSONDecodable, JSONEncodable {
    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        root = try fields.required("root").digest32()
        size = try fields.required("size").size()
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("root", root.base64)
        writer.member("size", size)
        writer.endObject()
    }
}

extension BundleManifest.Attachment: JSONDecodable, JSONEncodable {
    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        digest = try fields.required("digest")
        isIncluded = try fields.required("included").boolean()
        size = Int64(try fields.required("size").size())
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("digest", digest)
        writer.member("included", isIncluded)
        writer.member("size", size)
        writer.endObject()
    }
}

extension JSONNode {
    /// 32 bytes in standard base64.
    fileprivate func digest32() throws(JSONFault) -> Digest32 {
        guard let digest = Digest32(base64: try string().utf8) else { throw fault(.badValue, "32 bytes in base64") }
        return digest
    }
}
