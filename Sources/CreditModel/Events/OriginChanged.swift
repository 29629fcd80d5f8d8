public import CanonicalJSON

/// The record that the log goes on under another name and key: its checkpoints up to here speak for `former`, those
/// from here on for `origin`.
///
/// It is written where an archive restored from a backup is shorter than what had been published of it: one origin and
/// key never sign two histories.
public struct OriginChanged: Sendable, Hashable, JSONEncodable {
    /// Why a log takes another name.
    public enum Cause: String, CodeList {
        case restored = "备份恢复"
        public static let listName = "更名原因"
    }

    public var cause: Cause
    /// The origin until now.
    public var former: String
    /// The origin from this entry on.
    public var origin: String
    /// The key that signs from this entry on, as a verifier key string (C2SP signed-note).
    public var verifierKey: String
    /// The number of entries that were restored: the position of this record.
    public var restoredSize: Int64
    /// The size of the largest checkpoint of `former` that is known to have been published; nil where none is known.
    public var publishedSize: Int64?

    public init(
        cause: Cause, former: String, origin: String, verifierKey: String, restoredSize: Int64, publishedSize: Int64?
    ) {
        self.cause = cause
        self.former = former
        self.origin = origin
        self.verifierKey = verifierKey
        self.restoredSize = restoredSize
        self.publishedSize = publishedSize
    }

    init(reading fields: inout JSONFields) throws(JSONFault) {
        let sizes = Int64(1)...9_007_199_254_740_991
        cause = try fields.required("cause")
        former = try fields.required("former").origin()
        origin = try fields.required("origin").origin()
        publishedSize = try fields.optional("publishedSize")?.integer(in: sizes)
        restoredSize = try fields.required("restoredSize").integer(in: sizes)
        verifierKey = try fields.required("verifierKey").verifierKey()
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("cause", cause)
        writer.member("former", former)
        writer.member("origin", origin)
        writer.member("publishedSize", publishedSize)
        writer.member("restoredSize", restoredSize)
        writer.member("verifierKey", verifierKey)
        writer.endObject()
    }
}
