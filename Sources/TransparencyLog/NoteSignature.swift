/// One signature line of a note: `— <name> base64(key id ‖ signature)` (C2SP signed-note).
public struct NoteSignature: Sendable, Hashable {
    /// The name of the key.
    public let name: String
    /// The key id, four bytes as a big-endian number.
    public let keyID: UInt32
    /// What follows the key id, at least one byte; its form depends on the key's algorithm.
    public let signature: [UInt8]

    /// The parts of a signature line; ``Note`` refuses what cannot be written.
    public init(name: String, keyID: UInt32, signature: [UInt8]) {
        (self.name, self.keyID, self.signature) = (name, keyID, signature)
    }

    // An em dash (U+2014) and a space.
    private static let prefix = [UInt8]("\u{2014} ".utf8)

    /// Reads a line without its newline; nil if it is not a signature line.
    init?(line: some BidirectionalCollection<UInt8>) {
        guard line.starts(with: NoteSignature.prefix) else { return nil }
        let parts = line.dropFirst(NoteSignature.prefix.count)
            .split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let name = String(validating: parts[0], as: UTF8.self), KeyName.isValid(name),
            let bytes = Base64.decode(parts[1]), bytes.count >= 5
        else { return nil }
        self.init(
            name: name, keyID: bytes[..<4].reduce(0) { $0 << 8 | UInt32($1) }, signature: [UInt8](bytes[4...]))
    }

    /// The line without its newline.
    public var line: String {
        "\u{2014} \(name) \(Base64.encode(keyID.bigEndianBytes + signature))"
    }
}

/// A witness's statement that it saw a checkpoint, and none inconsistent with it, at a time (C2SP tlog-cosignature).
public struct Cosignature: Sendable, Hashable {
    /// When, in seconds since 1970-01-01 UTC.
    public let timestampSeconds: UInt64
    /// The Ed25519 signature, 64 bytes.
    public let signature: [UInt8]

    /// Takes the parts out of a signature of type 04; nil unless it has 72 bytes and a time below 2^63.
    public init?(_ signature: NoteSignature) {
        guard signature.signature.count == 72 else { return nil }
        timestampSeconds = signature.signature[..<8].reduce(0) { $0 << 8 | UInt64($1) }
        guard timestampSeconds <= UInt64(Int64.max) else { return nil }
        self.signature = [UInt8](signature.signature[8...])
    }

    func signedBytes(text: String) -> [UInt8] {
        Cosignature.signedBytes(text: text, timestampSeconds: timestampSeconds)
    }

    static func signedBytes(text: String, timestampSeconds: UInt64) -> [UInt8] {
        [UInt8]("cosignature/v1\ntime \(timestampSeconds)\n\(text)".utf8)
    }
}
