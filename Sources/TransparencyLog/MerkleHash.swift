internal import Crypto

/// The hashes of a Merkle tree (RFC 6962 section 2.1): leaves and nodes have different prefixes, so neither can pass
/// for the other.
public enum MerkleHash {
    /// The root of the tree without leaves: SHA-256 of nothing.
    public static let empty = Digest32(
        UInt64(bigEndian: 0xe3b0_c442_98fc_1c14), UInt64(bigEndian: 0x9afb_f4c8_996f_b924),
        UInt64(bigEndian: 0x27ae_41e4_649b_934c), UInt64(bigEndian: 0xa495_991b_7852_b855))

    /// The hash of a leaf, `SHA256(0x00 ‖ entry)`, read straight from memory.
    public static func leaf(_ entry: UnsafeRawBufferPointer) -> Digest32 {
        var hash = SHA256()
        var prefix: UInt8 = 0
        withUnsafeBytes(of: &prefix) { hash.update(bufferPointer: $0) }
        hash.update(bufferPointer: entry)
        return hash.finalize().withUnsafeBytes { Digest32(unsafe: $0) }
    }

    /// The hash of a leaf, `SHA256(0x00 ‖ entry)`.
    public static func leaf(_ entry: [UInt8]) -> Digest32 {
        entry.withUnsafeBytes { leaf($0) }
    }

    /// The hash of an inner node, `SHA256(0x01 ‖ left ‖ right)`.
    public static func node(_ left: Digest32, _ right: Digest32) -> Digest32 {
        withUnsafeTemporaryAllocation(byteCount: 1 + 2 * Digest32.byteCount, alignment: 8) { buffer in
            buffer[0] = 1
            left.store(to: UnsafeMutableRawBufferPointer(rebasing: buffer[1...]))
            right.store(to: UnsafeMutableRawBufferPointer(rebasing: buffer[(1 + Digest32.byteCount)...]))
            return digest(UnsafeRawBufferPointer(buffer))
        }
    }

    private static func digest(_ bytes: UnsafeRawBufferPointer) -> Digest32 {
        var hash = SHA256()
        hash.update(bufferPointer: bytes)
        return hash.finalize().withUnsafeBytes { Digest32(unsafe: $0) }
    }

    /// The root over a perfect or ragged run of neighbouring subtree roots of one height, which must not be empty.
    ///
    /// Only right for a run that starts at a multiple of the next power of two: a whole tile, or the right edge of one.
    static func root(of hashes: some RandomAccessCollection<Digest32>) -> Digest32 {
        precondition(!hashes.isEmpty, "an empty run has no root")
        var row = Array(hashes)
        while row.count > 1 {
            var next: [Digest32] = []
            next.reserveCapacity((row.count + 1) / 2)
            for index in stride(from: 0, to: row.count - 1, by: 2) {
                next.append(node(row[index], row[index + 1]))
            }
            // A hash without a right neighbour moves up unchanged: leaves are never duplicated.
            if !row.count.isMultiple(of: 2) { next.append(row[row.count - 1]) }
            row = next
        }
        return row[0]
    }
}
