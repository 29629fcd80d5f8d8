/// Which tile of hashes or bundle of entries is meant, and its strict path (C2SP tlog-tiles).
///
/// Paths: `tile/0/x001/x234/067`, a partial one `tile/15/x123/x456/789.p/41`, a bundle
/// `tile/entries/x001/x234/067.p/8`.
public struct TileCoordinate: Sendable, Hashable {
    /// The highest level that a path may name.
    public static let maximumLevel = 63

    /// The level, 0 to 63; 0 for a bundle of entries, which spans the same leaves as a tile of level 0.
    public let level: Int
    /// Which tile of its level, from 0.
    public let index: UInt64
    /// How many hashes or entries, 1 to 256; 256 is a full tile.
    public let width: Int
    /// Whether it is a bundle of entries, not a tile of hashes.
    public let holdsEntries: Bool

    /// A tile of hashes; nil if the level or the width is out of range.
    public init?(level: Int, index: UInt64, width: Int = FullTile.width) {
        guard (0...TileCoordinate.maximumLevel).contains(level) else { return nil }
        self.init(level: level, index: index, width: width, holdsEntries: false)
    }

    /// A bundle of entries; nil if the width is out of range.
    public init?(entries index: UInt64, width: Int = FullTile.width) {
        self.init(level: 0, index: index, width: width, holdsEntries: true)
    }

    private init?(level: Int, index: UInt64, width: Int, holdsEntries: Bool) {
        guard (1...FullTile.width).contains(width) else { return nil }
        (self.level, self.index, self.width, self.holdsEntries) = (level, index, width, holdsEntries)
    }

    /// Reads a path, without a leading slash.
    ///
    /// - Throws: `tile-path-malformed` for anything but the one form of each coordinate; answer such a request with
    ///   404.
    public init(path: String) throws(TransparencyError) {
        guard let coordinate = TileCoordinate.read(path), coordinate.path.utf8.elementsEqual(path.utf8) else {
            throw TransparencyError(.tilePathMalformed, "not a tile path: \(String(path.prefix(100)))")
        }
        self = coordinate
    }

    /// The path, without a leading slash.
    public var path: String {
        var groups = String(paddedGroup: index % 1000)
        var rest = index / 1000
        while rest > 0 {
            groups = "x" + String(paddedGroup: rest % 1000) + "/" + groups
            rest /= 1000
        }
        let kind = holdsEntries ? "entries" : String(level)
        return "tile/\(kind)/\(groups)" + (width == FullTile.width ? "" : ".p/\(width)")
    }

    /// The number of hashes in the partial tile of `level` in a tree of `size` leaves, 0 to 255; 0 means that there is
    /// none.
    public static func partialWidth(size: UInt64, level: Int) -> Int {
        // `>>` on Swift's integers gives 0 for a shift beyond the width: there is nothing so high up.
        Int(size >> (8 * UInt64(level)) & 255)
    }

    /// The partial tiles of hashes of a tree of `size` leaves, lowest level first: each must be served for every
    /// published checkpoint, none is empty.
    public static func partialTiles(size: UInt64) -> [TileCoordinate] {
        (0..<8).compactMap { level in
            let index = size >> (8 * UInt64(level + 1))
            return TileCoordinate(level: level, index: index, width: partialWidth(size: size, level: level))
        }
    }

    // Reads leniently; the caller compares with the one form.
    private static func read(_ path: String) -> TileCoordinate? {
        // The longest path has 39 bytes: nothing long is split.
        guard path.utf8.count <= 64 else { return nil }
        var parts = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard parts.count >= 3, parts[0].elementsEqual("tile".utf8) else { return nil }
        let kind = parts[1]
        parts.removeFirst(2)

        var width = FullTile.width
        if parts.count >= 2, parts[parts.count - 2].suffix(2).elementsEqual(".p".utf8) {
            guard let partial = Decimal64.parse(parts.removeLast(), maximum: 255) else { return nil }
            width = Int(partial)
            parts[parts.count - 1].removeLast(2)
        }
        var index: UInt64 = 0
        for part in parts {
            let digits = part.first == UInt8(ascii: "x") ? part.dropFirst() : part
            guard digits.count == 3, let group = UInt64(String(Substring(digits))) else { return nil }
            let (product, overflow) = index.multipliedReportingOverflow(by: 1000)
            let (sum, carry) = product.addingReportingOverflow(group)
            guard !overflow, !carry else { return nil }
            index = sum
        }
        if kind.elementsEqual("entries".utf8) { return TileCoordinate(entries: index, width: width) }
        guard let level = Decimal64.parse(kind, maximum: UInt64(maximumLevel)) else { return nil }
        return TileCoordinate(level: Int(level), index: index, width: width)
    }
}

extension TileCoordinate: CustomStringConvertible {
    /// The path.
    public var description: String { path }
}

extension String {
    /// A number below 1,000 as three digits.
    fileprivate init(paddedGroup number: UInt64) {
        let digits = String(number)
        self = String(repeating: "0", count: 3 - digits.utf8.count) + digits
    }
}
