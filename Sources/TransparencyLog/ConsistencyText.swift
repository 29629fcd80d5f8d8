/// A consistency proof as text: the very body that `add-checkpoint` takes (C2SP tlog-witness).
///
/// `old <size>\n`, the hashes in the order of RFC 6962 section 2.1.2 in base64, one per line, a blank line, and the later
/// checkpoint verbatim. The earlier checkpoint is not in it: whoever verifies has it, and that is the point. Where nobody
/// signed the later size, the bare text of its checkpoint stands there, which proves nothing by itself.
public struct ConsistencyText: Sendable, Hashable {
    /// Longer texts are refused.
    public static let maximumByteCount = 2 * Note.maximumByteCount
    /// More hashes are refused, as tlog-witness says.
    public static let maximumHashCount = 63

    /// The size of the earlier tree; from 0, the empty log, nothing needs proof.
    public let oldSize: UInt64
    /// The hashes of the proof; none where the sizes are equal or the earlier is 0.
    public let hashes: [Digest32]
    /// The later checkpoint, byte for byte as published, or its bare text.
    public let checkpoint: [UInt8]

    /// A proof from its parts.
    ///
    /// - Throws: `consistency-malformed` if the size exceeds 2^63 − 1, there are more than 63 hashes, or the whole
    ///   exceeds 2,000,000 bytes. The checkpoint is not read.
    public init(oldSize: UInt64, hashes: [Digest32], checkpoint: [UInt8]) throws(TransparencyError) {
        guard oldSize <= TreeBuilder.maximumSize, hashes.count <= ConsistencyText.maximumHashCount else {
            throw TransparencyError(.consistencyMalformed, "old size \(oldSize) with \(hashes.count) hashes")
        }
        (self.oldSize, self.hashes, self.checkpoint) = (oldSize, hashes, checkpoint)
        guard bytes.count <= ConsistencyText.maximumByteCount else {
            throw TransparencyError(.consistencyMalformed, "\(bytes.count) bytes, too many")
        }
    }

    /// Reads a proof; nothing is verified yet.
    ///
    /// - Throws: `note-too-large` above 2,000,000 bytes; `consistency-malformed` for anything but the one form.
    public init(parsing bytes: [UInt8]) throws(TransparencyError) {
        guard bytes.count <= ConsistencyText.maximumByteCount else {
            throw TransparencyError(.noteTooLarge, "\(bytes.count) bytes, at most \(ConsistencyText.maximumByteCount)")
        }
        var rest = bytes[...]
        guard let number = rest.popLine()?.dropPrefix("old "),
            let oldSize = Decimal64.parse(number, maximum: TreeBuilder.maximumSize)
        else { throw TransparencyError(.consistencyMalformed, "the first line is not an old size") }
        let hashes = try rest.popHashes(limit: ConsistencyText.maximumHashCount, orThrow: .consistencyMalformed)
        try self.init(oldSize: oldSize, hashes: hashes, checkpoint: [UInt8](rest))
    }

    /// The proof as it is given out.
    public var bytes: [UInt8] {
        var text = "old \(oldSize)\n"
        for hash in hashes { text += hash.base64 + "\n" }
        return [UInt8]((text + "\n").utf8) + checkpoint
    }

    /// Verifies that the log of `old` is the beginning of that of `new`, for checkpoints whose signatures the caller has
    /// verified.
    ///
    /// - Throws: `origin-mismatch` where they speak for two logs; `proof-invalid` where the proof is of other sizes or
    ///   does not lead to both roots.
    public func verify(from old: Checkpoint, to new: Checkpoint) throws(TransparencyError) {
        guard KeyName.isSame(old.origin, new.origin) else {
            throw TransparencyError(
                .originMismatch, "\(old.origin.prefix(200)) and \(new.origin.prefix(200)) are two logs")
        }
        guard old.size == oldSize else {
            throw TransparencyError(.proofInvalid, "it proves from size \(oldSize), not from \(old.size)")
        }
        let holds =
            oldSize == 0
            ? hashes.isEmpty && old.root == MerkleHash.empty
            : ConsistencyProof(oldSize: oldSize, newSize: new.size, hashes: hashes)
                .verify(oldRoot: old.root, newRoot: new.root)
        guard holds else { throw TransparencyError(.proofInvalid, "from size \(oldSize) to \(new.size)") }
    }
}
