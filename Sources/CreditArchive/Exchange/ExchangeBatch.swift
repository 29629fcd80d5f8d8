public import CanonicalJSON

/// What a subscriber is handed at once: CloudEvents with the numbers ``first`` ..< ``position`` of its feed.
public struct ExchangeBatch: Sendable {
    public let subscriber: String
    /// From 1; nil for one without events, which needs no acknowledgement.
    public let number: UInt64?
    public let first: UInt64
    /// The cursor that acknowledges it: so many events of its feed the subscriber has then.
    public let position: UInt64
    /// `sha256:` and the SHA-256 of ``lines``; nil for one without events.
    public let digest: String?
    /// Whether there was nothing more for the subscriber when it was made.
    public let isAtEnd: Bool
    /// Each a CloudEvent in canonical form.
    public let events: [[UInt8]]

    public var isEmpty: Bool { events.isEmpty }

    /// The events, one a line: what the digest is of, and what a batch file holds.
    public var lines: [UInt8] { ExchangeBatch.lines(events) }

    static func lines(_ events: [[UInt8]]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(events.reduce(0) { $0 + $1.count + 1 })
        for event in events {
            bytes += event
            bytes.append(UInt8(ascii: "\n"))
        }
        return bytes
    }

    /// The events as a CloudEvents batch (CloudEvents JSON format 1.0, section 4).
    public var cloudEvents: [UInt8] {
        var writer = JSONWriter(reserving: events.reduce(2) { $0 + $1.count + 1 })
        writer.beginArray()
        for event in events { writer.raw(event) }
        writer.endArray()
        return writer.bytes
    }
}

extension ExchangeBatch: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("subscriber", subscriber)
        writer.member("batch", number)
        writer.member("first", first)
        writer.member("position", position)
        writer.member("digest", digest)
        writer.member("atEnd", isAtEnd)
        writer.key("events")
        writer.beginArray()
        for event in events { writer.raw(event) }
        writer.endArray()
        writer.endObject()
    }
}

/// What became of an acknowledgement.
public struct ExchangeReceipt: Sendable, Hashable, JSONEncodable {
    public let subscriber: String
    /// The subscriber's cursor.
    public let position: UInt64
    /// Whether it had been acknowledged before.
    public let isDuplicate: Bool

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("subscriber", subscriber)
        writer.member("position", position)
        writer.member("duplicate", isDuplicate)
        writer.endObject()
    }
}
