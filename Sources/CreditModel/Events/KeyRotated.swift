public import CanonicalJSON

/// The record that the log's checkpoints are signed by another key from here on, under the same name.
///
/// A checkpoint of exactly this entry's position + 1 entries follows, signed by the new key, and by the former one, too,
/// where the change was a scheduled one: whoever trusts the former key sees the new one vouched for.
public struct KeyRotated: Sendable, Hashable, JSONEncodable {
    /// Why a log takes another key.
    public enum Cause: String, CodeList {
        /// The former key signs once more, for the new one.
        case scheduled = "定期更换"
        /// Nobody has the former key any more: it signs nothing.
        case lost = "密钥丢失"
        /// Somebody else may have the former key: nothing that it signs from here on counts.
        case compromised = "密钥泄露"
        public static let listName = "换钥原因"

        public var english: String {
            switch self {
            case .scheduled: "scheduled"
            case .lost: "lost"
            case .compromised: "compromised"
            }
        }
    }

    public var cause: Cause
    /// The key that signed until now, as a verifier key string (C2SP signed-note).
    public var former: String
    /// The key that signs from this entry on.
    public var verifierKey: String
    /// By which decision; never nil where the former key was lost or compromised.
    public var basis: String?
    public var document: DocumentNumber?

    public init(cause: Cause, former: String, verifierKey: String, basis: String?, document: DocumentNumber?) {
        self.cause = cause
        self.former = former
        self.verifierKey = verifierKey
        self.basis = basis
        self.document = document
    }

    init(reading fields: inout JSONFields) throws(JSONFault) {
        cause = try fields.required("cause")
        // A key that is gone without a word of why and by whom would be no audited event.
        basis =
            switch cause {
            case .scheduled: try fields.optional("basis")?.name()
            case .lost, .compromised: try fields.required("basis").name()
            }
        document = try fields.optional("document")
        former = try fields.required("former").verifierKey()
        verifierKey = try fields.required("verifierKey").verifierKey()
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("basis", basis)
        writer.member("cause", cause)
        writer.member("document", document)
        writer.member("former", former)
        writer.member("verifierKey", verifierKey)
        writer.endObject()
    }
}
