import ArchiveTesting
import TransparencyLog

/// Tiles in memory: full ones as the builder gave them out, the last of each level from its right edge.
struct MemoryTiles: TileReader {
    struct Missing: Error {}

    private(set) var builder = TreeBuilder()
    private(set) var full: [FullTile] = []

    mutating func append(_ leaf: Digest32) {
        builder.append(leaf) { full.append($0) }
    }

    func hashes(level: Int, index: UInt64, width: Int) throws -> [Digest32] {
        if let tile = full.first(where: { $0.level == level && $0.index == index }) {
            return stride(from: 0, to: width * 32, by: 32).map { offset in
                tile.hashes[offset..<offset + 32].withUnsafeBytes { Digest32(unsafe: $0) }
            }
        }
        let partial = builder.partialTile(level: level)
        guard index == builder.size >> (8 * UInt64(level) + 8), partial.count >= width else { throw Missing() }
        return Array(partial[..<width])
    }
}

/// A leaf hash that is cheap to make: its number.
func cheapLeaf(_ number: Int) -> Digest32 {
    var bytes = [UInt8](repeating: 0, count: 32)
    withUnsafeBytes(of: UInt64(number).bigEndian) { bytes.replaceSubrange(0..<8, with: $0) }
    return bytes.withUnsafeBytes { Digest32(unsafe: $0) }
}

func cheapLeaves(_ count: Int) -> [Digest32] { (0..<count).map(cheapLeaf) }

extension [UInt8] {
    /// The bytes of hexadecimal digits; a typing error in a test stops it.
    init(hex: String) {
        precondition(hex.utf8.count.isMultiple(of: 2))
        let digits = hex.map { $0.hexDigitValue ?? 255 }
        self = stride(from: 0, to: digits.count, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    /// The bytes altered in one to four places, cut short, or lengthened.
    func mutated(using generator: inout SeededGenerator) -> [UInt8] {
        var bytes = self
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let place = Int.random(in: 0...bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0 where place < bytes.count: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 1 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &generator)
            case 2 where place < bytes.count: bytes.remove(at: place)
            case 3: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
            default: bytes.removeSubrange(place..<Swift.min(bytes.count, place + 40))
            }
        }
        return bytes
    }
}

/// The error that `body` throws, or nil.
func refusal(_ body: () throws -> Void) -> TransparencyError.Code? {
    do {
        try body()
        return nil
    } catch {
        return (error as? TransparencyError)?.code
    }
}
