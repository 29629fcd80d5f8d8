/// What a log sends a witness: a new checkpoint, and the proof that it goes on from an earlier one (C2SP tlog-witness,
/// add-checkpoint).
public struct AddCheckpointRequest: Sendable, Hashable {
    /// Longer requests are refused: room for 63 hashes and 16 post-quantum signatures of 5 kB, twice over.
    public static let maximumByteCount = 262_144
    /// More hashes are refused: a tree of 2^63 − 1 leaves needs no more.
    public static let maximumHashCount = 63

    /// The size of the checkpoint that the witness cosigned last, as the log believes; 0 for none.
    public let oldSize: UInt64
    /// The consistency proof from the old size to the checkpoint's, in the order of RFC 6962 section 2.1.2.
    public let hashes: [Digest32]
    /// The signed checkpoint.
    public let note: Note

    /// A request from its parts.
    ///
    /// - Throws: `request-malformed` if the old size exceeds 2^63 − 1, there are more than 63 hashes, or the whole
    ///   exceeds 262,144 bytes.
    public init(oldSize: UInt64, hashes: [Digest32], note: Note) throws(TransparencyError) {
        guard oldSize <= TreeBuilder.maximumSize, hashes.count <= AddCheckpointRequest.maximumHashCount else {
            throw TransparencyError(.requestMalformed, "old size \(oldSize) with \(hashes.count) hashes")
        }
        (self.oldSize, self.hashes, self.note) = (oldSize, hashes, note)
        try AddCheckpointRequest.requireLength(bytes.count)
    }

    /// Reads the body of a request; nothing is verified yet.
    ///
    /// - Throws: `request-malformed` for anything but the one form; `note-malformed` for what follows the blank line.
    public init(parsing bytes: [UInt8]) throws(TransparencyError) {
        try AddCheckpointRequest.requireLength(bytes.count)
        var rest = bytes[...]
        guard let number = rest.popLine()?.dropPrefix("old "),
            let oldSize = Decimal64.parse(number, maximum: TreeBuilder.maximumSize)
        else { throw TransparencyError(.requestMalformed, "the first line is not 'old' and a size") }
        var hashes: [Digest32] = []
        while true {
            guard let line = rest.popLine() else {
                throw TransparencyError(.requestMalformed, "no blank line before the checkpoint")
            }
            if line.isEmpty { break }
            guard hashes.count < AddCheckpointRequest.maximumHashCount, let hash = Digest32(base64: line) else {
                throw TransparencyError(.requestMalformed, "hash line \(hashes.count + 1)")
            }
            hashes.append(hash)
        }
        try self.init(oldSize: oldSize, hashes: hashes, note: Note(parsing: [UInt8](rest)))
    }

    /// The body of the request.
    public var bytes: [UInt8] {
        var text = "old \(oldSize)\n"
        for hash in hashes { text += hash.base64 + "\n" }
        return [UInt8]((text + "\n").utf8) + note.bytes
    }

    private static func requireLength(_ count: Int) throws(TransparencyError) {
        guard count <= maximumByteCount else {
            throw TransparencyError(.requestMalformed, "\(count) bytes, at most \(maximumByteCount)")
        }
    }
}
