/// Signature lines without the text they sign: what a witness answers, and what is kept beside a checkpoint (C2SP
/// tlog-witness, the response of add-checkpoint).
public struct CosignatureLines: Sendable, Hashable {
    /// The signatures in their order; of known and unknown keys.
    public let signatures: [NoteSignature]

    /// Lines of these signatures.
    public init(_ signatures: [NoteSignature]) { self.signatures = signatures }

    /// Reads lines, each `— <name> <base64>` and its newline; nothing is verified.
    ///
    /// - Throws: `note-too-large` above 1,000,000 bytes; `note-malformed` for anything else but 1 to 100 such lines.
    public init(parsing bytes: [UInt8]) throws(TransparencyError) {
        // As the signatures of a note, so that the two read the same lines and no others.
        let note = try Note(parsing: [UInt8]("\n\n".utf8) + bytes)
        guard note.text == "\n" else { throw TransparencyError(.noteMalformed, "a blank line among the signatures") }
        signatures = note.signatures
    }

    /// The lines as they are sent and kept.
    public var bytes: [UInt8] { signatures.flatMap { [UInt8]("\($0.line)\n".utf8) } }
}
