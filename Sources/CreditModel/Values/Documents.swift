public import CanonicalJSON

/// 文号 in normalised form, with the original beside it where that differs.
public struct DocumentNumber: Sendable, Hashable {
    /// Normalised: half-width letters and digits, no spaces, `〔〕` around the year (round brackets for a court's case
    /// number, which begins with one). What matching compares.
    public var normalised: String
    /// As the source wrote it, where that differs.
    public var written: String?

    /// Normalises a number as written. Nil for an empty or overlong (more than 100 characters) one.
    public init?(_ written: String) {
        guard PlainText.isName(written, limit: 100) else { return nil }
        normalised = DocumentNumber.normalise(written)
        guard !normalised.isEmpty else { return nil }
        self.written = normalised == written ? nil : written
    }

    init(normalised: String, written: String?) {
        self.normalised = normalised
        self.written = written
    }

    /// Whether a number is its own normalised form, by a look at its bytes; false where only normalising can tell.
    static func isNormalised(_ text: String) -> Bool {
        var previous: UInt8 = 0
        var beforeThat: UInt8 = 0
        for byte in text.utf8 {
            switch byte {
            // Spaces, ASCII brackets, and the first bytes of full-width characters and of rarer spaces and brackets.
            case 0x09, 0x20, 0x28, 0x29, 0x5B, 0x5D, 0xC2, 0xE2, 0xEF: return false
            // 【 and 】 (E3 80 90, E3 80 91) and the ideographic space (E3 80 80).
            case 0x80, 0x90, 0x91: if beforeThat == 0xE3, previous == 0x80 { return false }
            default: break
            }
            (beforeThat, previous) = (previous, byte)
        }
        return !text.utf8.starts(with: "〔".utf8)
    }

    /// The normalised form: every kind of bracket becomes `〔〕` (GB/T 9704), or `（）` where the number begins with one.
    public static func normalise(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var courtBracketOpen = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case " ", "\t", "\u{3000}", "\u{A0}", "\u{200B}", "\u{FEFF}": continue
            case "[", "【", "(", "（", "〔", "［", "﹝":
                courtBracketOpen = result.isEmpty
                result.append(result.isEmpty ? "（" : "〔")
            case "]", "】", ")", "）", "〕", "］", "﹞":
                result.append(courtBracketOpen ? "）" : "〕")
                courtBracketOpen = false
            default:
                let folded = (0xFF01...0xFF5E).contains(scalar.value) ? scalar.value - 0xFEE0 : scalar.value
                result.append(Unicode.Scalar(folded) ?? scalar)
            }
        }
        return String(result)
    }
}

extension DocumentNumber: JSONDecodable, JSONEncodable {
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        try self.init(reading: &fields)
        try fields.finish()
    }

    init(reading fields: inout JSONFields) throws(JSONFault) {
        normalised = try fields.required("number").name(limit: 100)
        written = try fields.optional("numberAsWritten").map { (node) throws(JSONFault) in try node.name(limit: 100) }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }

    func writeMembers(to writer: inout JSONWriter) {
        writer.member("number", normalised)
        writer.member("numberAsWritten", written)
    }
}

/// The document on which a record rests: 依据文书名称 and 文号.
public struct BasisDocument: Sendable, Hashable, JSONDecodable, JSONEncodable {
    public var number: DocumentNumber
    public var title: String

    public init(title: String, number: DocumentNumber) {
        self.title = title
        self.number = number
    }

    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        number = try DocumentNumber(reading: &fields)
        title = try fields.required("title").name()
        try fields.finish()
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        number.writeMembers(to: &writer)
        writer.member("title", title)
        writer.endObject()
    }
}

/// An attachment, kept outside the log under its digest.
public struct Evidence: Sendable, Hashable, JSONDecodable, JSONEncodable {
    /// `sha256:` and 64 lower-case hex digits.
    public var digest: String
    /// File name, 1–255 characters, without a path.
    public var name: String
    /// Bytes.
    public var size: Int64

    public init(digest: String, name: String, size: Int64) {
        self.digest = digest
        self.name = name
        self.size = size
    }

    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        digest = try fields.required("digest").digest()
        name = try fields.required("name").fileName()
        size = try fields.required("size").integer(in: 0...9_007_199_254_740_991)
        try fields.finish()
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("digest", digest)
        writer.member("name", name)
        writer.member("size", size)
        writer.endObject()
    }

    /// 1–16 attachments; an absent member is none.
    static func list(_ node: JSONNode?) throws(JSONFault) -> [Evidence] {
        guard let node else { return [] }
        let list = try [Evidence](json: node)
        guard (1...16).contains(list.count) else { throw node.fault(.badValue, "1–16 attachments") }
        return list
    }
}

extension JSONNode {
    func digest() throws(JSONFault) -> String {
        try text("sha256: and 64 lower-case hex digits") { bytes in
            bytes.count == 71 && bytes.starts(with: "sha256:".utf8)
                && bytes.dropFirst(7).allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
        }
    }

    func fileName() throws(JSONFault) -> String {
        let name = try name(limit: 255)
        guard !name.utf8.contains(UInt8(ascii: "/")) else { throw fault(.badValue, "a file name without '/'") }
        return name
    }
}
