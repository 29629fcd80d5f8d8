/// Bundles of entries as they are served: for each entry its length as two bytes, big-endian, then its bytes
/// (C2SP tlog-tiles).
public enum EntryBundle {
    /// The greatest length of an entry in bytes.
    public static let maximumEntryByteCount = 65_535

    /// Appends an entry to a bundle.
    ///
    /// - Throws: `bundle-malformed` if the entry exceeds 65,535 bytes; such an entry must never enter the log.
    public static func append(_ entry: UnsafeRawBufferPointer, to bundle: inout [UInt8]) throws(TransparencyError) {
        guard entry.count <= maximumEntryByteCount else {
            throw TransparencyError(
                .bundleMalformed, "an entry of \(entry.count) bytes exceeds \(maximumEntryByteCount)")
        }
        bundle.append(UInt8(entry.count >> 8))
        bundle.append(UInt8(entry.count & 255))
        bundle.append(contentsOf: entry)
    }

    /// Splits a bundle into its entries.
    ///
    /// - Parameter width: the number of entries that the bundle must hold, 1 to 256.
    /// - Returns: the entries as slices of `bundle`, without copies; work and memory are bounded by `width`.
    /// - Throws: `bundle-malformed` if `width` is out of range, if it is cut short, or holds more or fewer.
    public static func entries(of bundle: [UInt8], width: Int) throws(TransparencyError) -> [ArraySlice<UInt8>] {
        guard (1...FullTile.width).contains(width), bundle.count <= width * (2 + maximumEntryByteCount) else {
            throw TransparencyError(.bundleMalformed, "\(bundle.count) bytes for \(width) entries")
        }
        var entries: [ArraySlice<UInt8>] = []
        var offset = 0
        while offset < bundle.count, entries.count <= width {
            guard bundle.count - offset >= 2 else { break }
            let start = offset + 2
            let end = start + (Int(bundle[offset]) << 8 | Int(bundle[offset + 1]))
            guard end <= bundle.count else { break }
            entries.append(bundle[start..<end])
            offset = end
        }
        guard offset == bundle.count, entries.count == width else {
            throw TransparencyError(
                .bundleMalformed, "\(entries.count) whole entries up to byte \(offset), expected \(width)")
        }
        return entries
    }
}
