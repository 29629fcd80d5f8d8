/// A field of an entry whose plaintext is encrypted under a data key of the archive.
///
/// JSON: `{"sealed":{"cm":…,"ct":…,"iv":…,"kid":…}}`, bytes in base64url without padding. Destroying the key erases the
/// text everywhere and changes no hash.
public struct SealedField: Sendable, Hashable {
    /// Number of the data key: its slot in the key file.
    public var keyID: UInt32
    /// AES-GCM nonce, 12 bytes.
    public var nonce: [UInt8]
    /// Ciphertext of salt (32 bytes) ‖ JCS of the value, then the 16-byte tag.
    public var ciphertext: [UInt8]
    /// SHA-256 over salt, pointer and value, each preceded by its length.
    public var commitment: Commitment

    public init(keyID: UInt32, nonce: [UInt8], ciphertext: [UInt8], commitment: Commitment) {
        self.keyID = keyID
        self.nonce = nonce
        self.ciphertext = ciphertext
        self.commitment = commitment
    }
}

extension SealedField: JSONDecodable, JSONEncodable {
    public init(json: JSONNode) throws(JSONFault) {
        var outer = try json.fields()
        let inner = try outer.required("sealed")
        try outer.finish()
        var fields = try inner.fields()
        commitment = try fields.required("cm")
        ciphertext = try SealedField.bytes(fields.required("ct"), minimum: 49, maximum: 65_535)
        nonce = try SealedField.bytes(fields.required("iv"), minimum: 12, maximum: 12)
        let kid = try fields.required("kid")
        guard let keyID = UInt32(exactly: try kid.integer()) else {
            throw kid.fault(.badValue, "a key number within 0…4294967295")
        }
        self.keyID = keyID
        try fields.finish()
    }

    static func bytes(_ node: JSONNode, minimum: Int, maximum: Int) throws(JSONFault) -> [UInt8] {
        guard let bytes = Base64URL.decode(try node.string().utf8), (minimum...maximum).contains(bytes.count) else {
            throw node.fault(.badValue, "base64url without padding, \(minimum)…\(maximum) bytes")
        }
        return bytes
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("sealed")
        writer.beginObject()
        writer.member("cm", commitment)
        writer.key("ct")
        writer.base64URL(ciphertext)
        writer.key("iv")
        writer.base64URL(nonce)
        writer.member("kid", keyID)
        writer.endObject()
        writer.endObject()
    }
}

/// What is known of a sealed text without its key: equal commitments mean the same sealing of the same text.
public struct Commitment: Sendable, Hashable, JSONDecodable, JSONEncodable {
    /// 32 bytes.
    public let bytes: [UInt8]

    /// Nil unless there are exactly 32 bytes.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == 32 else { return nil }
        self.bytes = Array(bytes)
    }

    public init(json: JSONNode) throws(JSONFault) {
        bytes = try SealedField.bytes(json, minimum: 32, maximum: 32)
    }

    public func write(to writer: inout JSONWriter) { writer.base64URL(bytes) }
}

/// A text that a submitted event carries plain and a stored one sealed.
public enum SealableText: Sendable, Hashable {
    case plain(String)
    case sealed(SealedField)

    public var plain: String? {
        if case .plain(let text) = self { text } else { nil }
    }

    public var sealed: SealedField? {
        if case .sealed(let field) = self { field } else { nil }
    }
}

/// The two forms of every event's data: as a platform sends it, as the log keeps it.
public enum EventForm: Sendable, Hashable {
    case submitted
    case stored
}

extension SealableText: JSONEncodable {
    /// Reads a text of at most `limit` Unicode scalars (submitted) or a sealed field (stored).
    public init(json: JSONNode, form: EventForm, limit: Int) throws(JSONFault) {
        switch form {
        case .stored: self = .sealed(try SealedField(json: json))
        case .submitted:
            let text = try json.string()
            guard !text.isEmpty, text.scalarCount <= limit, !text.hasControls(allowing: UInt8(ascii: "\n")) else {
                throw json.fault(.badValue, "1…\(limit) characters, no control characters but line breaks")
            }
            self = .plain(text)
        }
    }

    public func write(to writer: inout JSONWriter) {
        switch self {
        case .plain(let text): writer.string(text)
        case .sealed(let field): writer.value(field)
        }
    }
}
