internal import CanonicalJSON

/// The name of a stream: `archive`, `body/<id>`, `case/<id>`, `observations/<body>/<year>`, …; 1–600 bytes of UTF-8.
///
/// Compared byte by byte: what the log keeps is never normalised.
public struct StreamID: Sendable, CustomStringConvertible {
    public let text: String
    /// Hashed once, where the name is made: it is looked up a dozen times on its way into the log.
    private let hash: Int

    public static let archive = StreamID(trusted: "archive")
    public static let maximumBytes = 600

    /// Nil for an empty or overlong name or one with control characters.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (1...StreamID.maximumBytes).contains(bytes.count), bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F })
        else { return nil }
        self.init(trusted: text)
    }

    /// A name that was checked before it came here.
    init(trusted text: String) {
        self.text = text
        var hasher = Hasher()
        hasher.combine(utf8: text)
        hash = hasher.finalize()
    }

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
    public static func == (left: StreamID, right: StreamID) -> Bool {
        left.hash == right.hash && left.text.hasSameBytes(as: right.text)
    }

    public static func < (left: StreamID, right: StreamID) -> Bool { left.text.precedesInBytes(right.text) }
    public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}

/// What an append expects of a stream before it.
public enum ExpectedVersion: Sendable, Hashable {
    /// The stream has no events.
    case none
    /// Whatever its version.
    case any
    /// The stream's last version is exactly this (versions count from 0).
    case exact(UInt64)

    /// Whether a stream of so many events is as expected.
    package func holds(forEvents events: UInt64) -> Bool {
        switch self {
        case .none: events == 0
        case .any: true
        case .exact(let version): events > 0 && events - 1 == version
        }
    }
}
