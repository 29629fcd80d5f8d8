internal import CanonicalJSON

/// The name of a stream: `archive`, `body/<id>`, `case/<id>`, `observations/<body>/<year>`, …; 1–600 bytes of UTF-8.
///
/// Compared byte by byte: what the log keeps is never normalised.
public struct StreamID: Sendable, CustomStringConvertible {
    public let text: String

    public static let archive = StreamID(trusted: "archive")
    public static let maximumBytes = 600

    /// Nil for an empty or overlong name or one with control characters.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (1...StreamID.maximumBytes).contains(bytes.count), bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        self.text = text
    }

    /// A name that was checked before it came here.
    init(trusted text: String) { self.text = text }

    public static func body(_ id: String) -> StreamID { StreamID(trusted: "body/\(id)") }
    public static func `case`(_ id: String) -> StreamID { StreamID(trusted: "case/\(id)") }
    public static func observations(body: String, year: Int) -> StreamID {
        StreamID(trusted: "observations/\(body)/\(year)")
    }

    /// The first segment.
    public var family: Substring { text.prefix { $0 != "/" } }

    /// What follows the first slash; empty where there is none.
    public var name: Substring {
        guard let slash = text.firstIndex(of: "/") else { return "" }
        return text[text.index(after: slash)...]
    }

    public var description: String { text }
}

extension StreamID: Hashable, Comparable {
    public static func == (left: StreamID, right: StreamID) -> Bool { left.text.hasSameBytes(as: right.text) }
    public static func < (left: StreamID, right: StreamID) -> Bool { left.text.precedesInBytes(right.text) }
    public func hash(into hasher: inout Hasher) { hasher.combine(utf8: text) }
}

/// What makes a retry a duplicate: the CloudEvents `source` and `id` (entry.md, Identity).
public struct EventIdentity: Sendable, CustomStringConvertible {
    public let source: String
    public let id: String

    public init(source: String, id: String) {
        self.source = source
        self.id = id
    }

    public var description: String { "\(source) \(id)" }
}

extension EventIdentity: Hashable, Comparable {
    public static func == (left: EventIdentity, right: EventIdentity) -> Bool {
        left.id.hasSameBytes(as: right.id) && left.source.hasSameBytes(as: right.source)
    }

    /// The order of the index: source, then id.
    public static func < (left: EventIdentity, right: EventIdentity) -> Bool {
        left.source.hasSameBytes(as: right.source)
            ? left.id.precedesInBytes(right.id) : left.source.precedesInBytes(right.source)
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(utf8: source)
        hasher.combine(utf8: id)
    }
}

/// What an append expects of a stream before it.
public enum ExpectedVersion: Sendable, Hashable {
    /// The stream has no events.
    case none
    /// Whatever its version.
    case any
    /// The stream's last version is exactly this (versions count from 0).
    case exact(UInt64)
}
