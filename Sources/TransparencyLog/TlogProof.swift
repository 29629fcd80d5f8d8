/// An offline receipt (C2SP tlog-proof, file extension `.tlog-proof`): that an entry stands in a log, to be verified
/// with the entry, the log's name and its key alone.
public struct TlogProof: Sendable, Hashable {
    /// The first line of a receipt.
    public static let header = "c2sp.org/tlog-proof@v1"
    /// Longer receipts are refused.
    public static let maximumByteCount = 2 * Note.maximumByteCount
    /// More hashes are refused: a tree of 2^63 − 1 leaves needs no more.
    public static let maximumHashCount = 63

    /// Bytes of the issuer's own, neither signed nor proven; nil where the line is missing.
    public let extra: [UInt8]?
    /// The index of the entry.
    public let index: UInt64
    /// The hashes from the leaf's sibling to the root's child.
    public let hashes: [Digest32]
    /// The signed checkpoint, byte for byte as published.
    public let checkpoint: [UInt8]

    /// A receipt from its parts.
    ///
    /// - Throws: `receipt-malformed` if the index exceeds 2^63 − 1, there are more than 63 hashes, or the whole exceeds
    ///   2,000,000 bytes. The checkpoint is not read before ``verify(leaf:origin:trusting:)``.
    public init(
        index: UInt64, hashes: [Digest32], checkpoint: [UInt8], extra: [UInt8]? = nil
    ) throws(TransparencyError) {
        guard index <= TreeBuilder.maximumSize, hashes.count <= TlogProof.maximumHashCount else {
            throw TransparencyError(.receiptMalformed, "index \(index) with \(hashes.count) hashes")
        }
        (self.index, self.hashes, self.checkpoint, self.extra) = (index, hashes, checkpoint, extra)
        guard bytes.count <= TlogProof.maximumByteCount else {
            throw TransparencyError(.receiptMalformed, "\(bytes.count) bytes, at most \(TlogProof.maximumByteCount)")
        }
    }

    /// A receipt from a proof and the signed checkpoint of the same size.
    ///
    /// - Throws: as ``init(index:hashes:checkpoint:extra:)``.
    public init(proof: InclusionProof, checkpoint: [UInt8], extra: [UInt8]? = nil) throws(TransparencyError) {
        try self.init(index: proof.index, hashes: proof.hashes, checkpoint: checkpoint, extra: extra)
    }

    /// Reads a receipt; nothing is verified yet.
    ///
    /// - Throws: `note-too-large` above 2,000,000 bytes; `receipt-malformed` for anything but the one form.
    public init(parsing bytes: [UInt8]) throws(TransparencyError) {
        guard bytes.count <= TlogProof.maximumByteCount else {
            throw TransparencyError(.noteTooLarge, "\(bytes.count) bytes, at most \(TlogProof.maximumByteCount)")
        }
        var rest = bytes[...]
        guard rest.popLine()?.elementsEqual(TlogProof.header.utf8) == true else {
            throw TransparencyError(.receiptMalformed, "the first line is not \(TlogProof.header)")
        }
        var line = rest.popLine()
        var extra: [UInt8]?
        if let text = line?.dropPrefix("extra ") {
            guard let bytes = Base64.decode(text) else {
                throw TransparencyError(.receiptMalformed, "the extra line is not base64")
            }
            extra = bytes
            line = rest.popLine()
        }
        guard let number = line?.dropPrefix("index "),
            let index = Decimal64.parse(number, maximum: TreeBuilder.maximumSize)
        else { throw TransparencyError(.receiptMalformed, "no index line") }

        let hashes = try rest.popHashes(limit: TlogProof.maximumHashCount, orThrow: .receiptMalformed)
        try self.init(index: index, hashes: hashes, checkpoint: [UInt8](rest), extra: extra)
    }

    /// The receipt as it is given out.
    public var bytes: [UInt8] {
        var text = TlogProof.header + "\n"
        if let extra { text += "extra \(Base64.encode(extra))\n" }
        text += "index \(index)\n"
        for hash in hashes { text += hash.base64 + "\n" }
        return [UInt8]((text + "\n").utf8) + checkpoint
    }

    /// Verifies that a leaf stands at ``index`` of the log.
    ///
    /// - Parameters:
    ///   - leaf: the leaf hash of the entry, computed by the caller from the entry.
    ///   - origin: the log's name as the caller knows it, never as the receipt says it.
    ///   - verifiers: the keys of that log that the caller trusts; no witness's key.
    /// - Returns: the checkpoint under which it stands.
    /// - Throws: as ``Checkpoint/init(note:origin:trusting:)``; `proof-invalid` if the hashes do not lead to its root.
    public func verify(
        leaf: Digest32, origin: String, trusting verifiers: [NoteVerifier]
    ) throws(TransparencyError) -> Checkpoint {
        let head = try Checkpoint(note: checkpoint, origin: origin, trusting: verifiers)
        let proof = InclusionProof(index: index, size: head.size, hashes: hashes)
        guard proof.verify(leaf: leaf, root: head.root) else {
            throw TransparencyError(.proofInvalid, "index \(index) of the tree of \(head.size)")
        }
        return head
    }

    /// Verifies that an entry, given by its exact bytes, stands at ``index`` of the log; as
    /// ``verify(leaf:origin:trusting:)``.
    public func verify(
        entry: [UInt8], origin: String, trusting verifiers: [NoteVerifier]
    ) throws(TransparencyError) -> Checkpoint {
        try verify(leaf: MerkleHash.leaf(entry), origin: origin, trusting: verifiers)
    }
}
