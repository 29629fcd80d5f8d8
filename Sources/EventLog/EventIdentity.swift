internal import CanonicalJSON

/// What makes a retry a duplicate: the CloudEvents `source` and `id` (entry.md, Identity).
///
/// One reference, hashed once where it is made: it is copied and looked up a dozen times on its way into the log.
public struct EventIdentity: Sendable, CustomStringConvertible {
    private final class Names: Sendable {
        let source: SourceName
        let id: String
        let hash: Int

        init(source: SourceName, id: String) {
            self.source = source
            self.id = id
            var hasher = Hasher()
            hasher.combine(source)
            hasher.combine(utf8: id)
            hash = hasher.finalize()
        }
    }

    private let names: Names

    public init(source: String, id: String) { names = Names(source: SourceName(source), id: id) }

    public var source: String { names.source.text }
    public var id: String { names.id }
    public var sourceName: SourceName { names.source }

    public var description: String { "\(source) \(id)" }
}

extension EventIdentity: Hashable, Comparable {
    public static func == (left: EventIdentity, right: EventIdentity) -> Bool {
        let (left, right) = (left.names, right.names)
        return left === right
            || left.hash == right.hash && left.id.hasSameBytes(as: right.id) && left.source == right.source
    }

    /// The order of the index: source, then id.
    public static func < (left: EventIdentity, right: EventIdentity) -> Bool {
        let (left, right) = (left.names, right.names)
        return left.source == right.source ? left.id.precedesInBytes(right.id) : left.source < right.source
    }

    public func hash(into hasher: inout Hasher) { hasher.combine(names.hash) }
}

/// The name of a source, compared byte by byte and hashed once.
public struct SourceName: Hashable, Comparable, Sendable {
    public let text: String
    private let hash: Int

    public init(_ text: String) {
        self.text = text
        var hasher = Hasher()
        hasher.combine(utf8: text)
        hash = hasher.finalize()
    }

    public static func == (left: SourceName, right: SourceName) -> Bool {
        left.hash == right.hash && left.text.hasSameBytes(as: right.text)
    }

    public static func < (left: SourceName, right: SourceName) -> Bool { left.text.precedesInBytes(right.text) }
    public func hash(into hasher: inout Hasher) { hasher.combine(hash) }
}
