public import CanonicalJSON
public import CreditModel

/// Both sides of an exchange held against each other, by the day (in Asia/Shanghai) on which each event was first
/// handed out.
public struct Reconciliation: Sendable {
    public struct Day: Sendable, Hashable {
        public var day: CalendarDay
        public var sent = 0
        public var acknowledged = 0
        /// Acknowledged, and not in the subscriber's list; nil without one.
        public var missing: Int?
        /// In its list with another digest; nil without one.
        public var differing: Int?

        /// Handed out and not acknowledged yet.
        public var outstanding: Int { sent - acknowledged }
    }

    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case missing, differing
        /// In the subscriber's list, and never sent to it, or replaced by a notice since.
        case unknown
    }

    public struct Difference: Sendable, Hashable {
        public var kind: Kind
        /// The number in the subscriber's feed, and the day; nil for what was never sent.
        public var number: UInt64?
        public var day: CalendarDay?
        public var source: String
        public var id: String
        /// The digest of what was sent; nil for what was not.
        public var sent: String?
        /// The digest in the list; nil for what is missing from it.
        public var listed: String?
    }

    /// Differences beyond this many are counted, not listed.
    public static let maximumListed = 10_000

    public let subscriber: String
    /// The subscriber's cursor.
    public let acknowledged: UInt64
    /// Lines of its list; nil without one.
    public let listed: Int?
    public internal(set) var days: [Day] = []
    public internal(set) var differences: [Difference] = []
    /// In the list and never sent; nil without a list.
    public internal(set) var unknown: Int?

    public var missing: Int? { listed.map { _ in days.reduce(0) { $0 + ($1.missing ?? 0) } } }
    public var differing: Int? { listed.map { _ in days.reduce(0) { $0 + ($1.differing ?? 0) } } }

    /// Whether nothing is missing, differing or unknown, as far as there is a list.
    public var isClean: Bool { (missing ?? 0) + (differing ?? 0) + (unknown ?? 0) == 0 }

    init(subscriber: String, acknowledged: UInt64, listed: Int?) {
        self.subscriber = subscriber
        self.acknowledged = acknowledged
        self.listed = listed
    }

    mutating func add(_ difference: Difference) {
        if differences.count < Reconciliation.maximumListed { differences.append(difference) }
    }
}

extension Reconciliation: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("subscriber", subscriber)
        writer.member("acknowledged", acknowledged)
        writer.nullable("listed", listed)
        writer.member("clean", isClean)
        writer.member("days", days)
        writer.nullable("missing", missing)
        writer.nullable("differing", differing)
        writer.nullable("unknown", unknown)
        writer.member("differences", differences)
        writer.endObject()
    }
}

extension Reconciliation.Day: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("day", day)
        writer.member("sent", sent)
        writer.member("acknowledged", acknowledged)
        writer.member("outstanding", outstanding)
        writer.nullable("missing", missing)
        writer.nullable("differing", differing)
        writer.endObject()
    }
}

extension Reconciliation.Difference: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("kind", kind.rawValue)
        writer.nullable("number", number)
        writer.nullable("day", day)
        writer.member("source", source)
        writer.member("id", id)
        writer.nullable("sent", sent)
        writer.nullable("listed", self.listed)
        writer.endObject()
    }
}
