/// The head of a log: which log, how many entries, which root (C2SP tlog-checkpoint).
public struct Checkpoint: Sendable, Hashable {
    /// The log's name, a URL prefix without scheme and without a trailing slash.
    public let origin: String
    /// The number of entries, at most 2^63 − 1.
    public let size: UInt64
    /// The root of the tree of that size.
    public let root: Digest32

    /// A checkpoint from its parts.
    ///
    /// - Throws: `checkpoint-malformed` if the origin is empty, over 1,024 bytes or holds a control character, if the
    ///   size exceeds 2^63 − 1, or if the root of an empty log is not ``MerkleHash/empty``.
    public init(origin: String, size: UInt64, root: Digest32) throws(TransparencyError) {
        guard (1...KeyName.maximumByteCount).contains(origin.utf8.count), origin.utf8.allSatisfy({ $0 >= 0x20 }) else {
            throw TransparencyError(.checkpointMalformed, "the origin is empty, too long or holds a control character")
        }
        guard size <= TreeBuilder.maximumSize else {
            throw TransparencyError(.checkpointMalformed, "the size exceeds 2^63 - 1")
        }
        guard size > 0 || root == MerkleHash.empty else {
            throw TransparencyError(.checkpointMalformed, "an empty log has another root than SHA-256 of nothing")
        }
        (self.origin, self.size, self.root) = (origin, size, root)
    }

    /// Reads the text of a note: origin, size and root, one line each.
    ///
    /// - Throws: `checkpoint-malformed` for anything else; extension lines are refused, since no log of this house has
    ///   them.
    public init(text: String) throws(TransparencyError) {
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count == 4, lines[3].isEmpty else {
            throw TransparencyError(.checkpointMalformed, "not three lines")
        }
        guard let size = Decimal64.parse(lines[1], maximum: TreeBuilder.maximumSize) else {
            throw TransparencyError(.checkpointMalformed, "the second line is not a size")
        }
        guard let root = Digest32(base64: lines[2]) else {
            throw TransparencyError(.checkpointMalformed, "the third line is not a root in base64")
        }
        try self.init(origin: String(Substring(lines[0])), size: size, root: root)
    }

    /// Reads a signed checkpoint, and verifies that it is of the pinned log and signed by a trusted key.
    ///
    /// - Parameters:
    ///   - origin: the log's name as the caller knows it, never as the server says it.
    ///   - verifiers: the keys of that log that the caller trusts, rotated ones included; no witness's key.
    /// - Throws: `note-malformed`, `note-too-large`, `checkpoint-malformed`, `origin-mismatch`, `signature-invalid`,
    ///   `signature-missing`.
    public init(
        note bytes: [UInt8], origin: String, trusting verifiers: [NoteVerifier]
    ) throws(TransparencyError) {
        let note = try Note(parsing: bytes)
        _ = try note.verify(trusting: verifiers)
        self = try Checkpoint(text: note.text)
        guard KeyName.isSame(self.origin, origin) else {
            throw TransparencyError(.originMismatch, "it speaks for \(self.origin.prefix(200)), not for \(origin)")
        }
    }

    /// The text that is signed.
    public var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }

    /// Signs the checkpoint.
    ///
    /// - Throws: as ``Note/init(text:signedBy:)``.
    public func signed(by signers: [NoteSigner]) throws(TransparencyError) -> Note {
        try Note(text: text, signedBy: signers)
    }
}
