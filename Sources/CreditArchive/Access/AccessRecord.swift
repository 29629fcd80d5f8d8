public import CanonicalJSON
internal import EventLog

/// One reading of a record that is not public: who, what, why, when.
public struct AccessRecord: Sendable, Hashable {
    /// Milliseconds since 1970, UTC.
    public var milliseconds: Int64
    public var principal: String
    /// The method and the path with its query.
    public var request: String
    /// The body or case that the answer is about.
    public var subject: String?
    /// As the reader said it.
    public var purpose: String?
    /// The status of the answer.
    public var status: Int
    public var requestID: String

    public init(
        milliseconds: Int64, principal: String, request: String, subject: String?, purpose: String?, status: Int,
        requestID: String
    ) {
        self.milliseconds = milliseconds
        self.principal = principal
        self.request = request
        self.subject = subject
        self.purpose = purpose
        self.status = status
        self.requestID = requestID
    }

    /// UTC, RFC 3339.
    public var time: String { RecordedTime.text(milliseconds: milliseconds) }
}

extension AccessRecord: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("time", time)
        writer.member("principal", principal)
        writer.member("request", request)
        writer.nullable("subject", subject)
        writer.nullable("purpose", purpose)
        writer.member("status", status)
        writer.member("requestId", requestID)
        writer.endObject()
    }
}

/// Which readings are asked for.
public struct AccessQuery: Sendable, Hashable {
    public var principal: String?
    /// A body's id or a case's number.
    public var subject: String?
    /// Milliseconds since 1970, UTC: the first and, not included, the last.
    public var from: Int64?
    public var to: Int64?
    /// The newest so many.
    public var limit = 1_000

    public init() {}
}
