/// Where a sealed text stands in a log: the entry's position and the text's JSON pointer within `data` (RFC 6901).
///
/// Written `65:/fact`.
public struct SealedPlace: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var position: UInt64
    public var pointer: String

    public init(position: UInt64, pointer: String) {
        self.position = position
        self.pointer = pointer
    }

    /// Reads `POSITION:POINTER`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let position = UInt64(parts[0]), String(position) == parts[0],
            parts[1].hasPrefix("/")
        else { return nil }
        self.init(position: position, pointer: String(parts[1]))
    }

    public var description: String { "\(position):\(pointer)" }

    public static func < (left: SealedPlace, right: SealedPlace) -> Bool {
        left.position == right.position
            ? left.pointer.utf8.lexicographicallyPrecedes(right.pointer.utf8) : left.position < right.position
    }
}
