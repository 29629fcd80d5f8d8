/// What a log sends a witness: a new checkpoint, and the proof that it goes on from an earlier one (C2SP tlog-witness,
/// add-checkpoint). A ``ConsistencyText`` whose checkpoint is a signed note.
public struct AddCheckpointRequest: Sendable, Hashable {
    /// Longer requests are refused: room for 63 hashes and 16 post-quantum signatures of 5 kB, twice over.
    public static let maximumByteCount = 262_144

    /// The signed checkpoint.
    public let note: Note
    private let proof: ConsistencyText

    /// The size of the checkpoint that the witness cosigned last, as the log believes; 0 for none.
    public var oldSize: UInt64 { proof.oldSize }
    /// The consistency proof from the old size to the checkpoint's, in the order of RFC 6962 section 2.1.2.
    public var hashes: [Digest32] { proof.hashes }

    /// A request from its parts.
    ///
    /// - Throws: `request-malformed` if the old size exceeds 2^63 − 1, there are more than 63 hashes, or the whole
    ///   exceeds 262,144 bytes.
    public init(oldSize: UInt64, hashes: [Digest32], note: Note) throws(TransparencyError) {
        self.note = note
        proof = try AddCheckpointRequest.reading { () throws(TransparencyError) in
            try ConsistencyText(oldSize: oldSize, hashes: hashes, checkpoint: note.bytes)
        }
        try AddCheckpointRequest.requireLength(bytes.count)
    }

    /// Reads the body of a request; nothing is verified yet.
    ///
    /// - Throws: `request-malformed` for anything but the one form; `note-malformed` for what follows the blank line.
    public init(parsing bytes: [UInt8]) throws(TransparencyError) {
        try AddCheckpointRequest.requireLength(bytes.count)
        proof = try AddCheckpointRequest.reading { () throws(TransparencyError) in try ConsistencyText(parsing: bytes) }
        note = try Note(parsing: proof.checkpoint)
    }

    /// The body of the request.
    public var bytes: [UInt8] { proof.bytes }

    private static func requireLength(_ count: Int) throws(TransparencyError) {
        guard count <= maximumByteCount else {
            throw TransparencyError(.requestMalformed, "\(count) bytes, at most \(maximumByteCount)")
        }
    }

    private static func reading(
        _ body: () throws(TransparencyError) -> ConsistencyText
    ) throws(TransparencyError) -> ConsistencyText {
        do { return try body() } catch { throw TransparencyError(.requestMalformed, error.detail) }
    }
}
