internal import LaneSHA256
internal import TransparencyLog

/// Hashes leaves and nodes, sixteen at a time where the processor can.
///
/// The hash function is the one thing that an audit would share with the writer: where the processor has the registers
/// for it, not even that is shared.
struct TreeHasher {
    /// Whether many hashes are computed at a time; without it one after the other, by the common library.
    private static let hasLanes = lane_sha256_is_available()
    private static let blockByteCount = 64
    /// Entries wait until they fill so much; small enough to stay in a core's cache.
    private static let batchByteCount = 256 << 10
    /// A bit that is set and the length stand behind a message.
    private static let trailerByteCount = 9

    private var batch = [UInt8](repeating: 0, count: hasLanes ? batchByteCount : 0)
    private var used = 0
    private var blockCounts: [UInt32] = []

    /// Adds an entry, whose leaf hash stands in `leaves` after the next ``flush(into:)`` at the latest.
    @inline(__always)
    mutating func add(_ entry: UnsafeRawBufferPointer, into leaves: inout [Digest32]) {
        let blockByteCount = TreeHasher.blockByteCount
        let length = 1 + entry.count
        let blocks = (length + TreeHasher.trailerByteCount + blockByteCount - 1) / blockByteCount
        let padded = blocks * blockByteCount
        if used + padded > batch.count {
            flush(into: &leaves)
            guard padded <= batch.count else {
                leaves.append(MerkleHash.leaf(entry))
                return
            }
        }
        // A leaf is a zero and the entry; it is padded by a bit that is set, zeros, and 64 bits with its length in bits
        // (RFC 6962 section 2.1, FIPS 180-4 section 5.1.1).
        batch.withUnsafeMutableBytes { batch in
            let message = UnsafeMutableRawBufferPointer(rebasing: batch[used..<used + padded])
            message[0] = 0
            UnsafeMutableRawBufferPointer(rebasing: message[1..<length]).copyMemory(from: entry)
            UnsafeMutableRawBufferPointer(rebasing: message[length...]).initializeMemory(as: UInt8.self, repeating: 0)
            message[length] = 0x80
            message.storeBytes(of: UInt64(8 * length).bigEndian, toByteOffset: padded - 8, as: UInt64.self)
        }
        used += padded
        blockCounts.append(UInt32(blocks))
    }

    /// Hashes the entries that wait.
    mutating func flush(into leaves: inout [Digest32]) {
        guard !blockCounts.isEmpty else { return }
        let first = leaves.count
        leaves.append(contentsOf: repeatElement(MerkleHash.empty, count: blockCounts.count))
        leaves.withUnsafeMutableBytes { hashes in
            let digests = hashes.baseAddress.map { $0 + first * Digest32.byteCount }
            lane_sha256_padded(batch, blockCounts, blockCounts.count, digests)
        }
        used = 0
        blockCounts.removeAll(keepingCapacity: true)
    }

    /// Replaces `parents` by the nodes over pairs of neighbours; a hash without a right neighbour is left out.
    static func hash(pairsOf children: [Digest32], into parents: inout [Digest32]) {
        let count = children.count / 2
        parents.removeAll(keepingCapacity: true)
        guard hasLanes else {
            for pair in 0..<count { parents.append(MerkleHash.node(children[2 * pair], children[2 * pair + 1])) }
            return
        }
        parents.append(contentsOf: repeatElement(MerkleHash.empty, count: count))
        children.withUnsafeBytes { children in
            parents.withUnsafeMutableBytes { lane_sha256_nodes(children.baseAddress, count, $0.baseAddress) }
        }
    }
}
