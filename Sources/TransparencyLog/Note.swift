/// A text with signatures (C2SP signed-note): the text, a blank line, one line for each signature.
public struct Note: Sendable, Hashable {
    /// Longer notes are refused, as Go's client does.
    public static let maximumByteCount = 1_000_000
    /// More signatures are refused, as Go's client does; the specification asks for at least 16.
    public static let maximumSignatureCount = 100

    /// The signed text; ends in a newline.
    public let text: String
    /// The signatures in their order, of known and unknown keys; at least one.
    public let signatures: [NoteSignature]

    /// A note from its parts.
    ///
    /// - Throws: `note-malformed` if the text does not end in a newline or holds another control character, if there is
    ///   no signature or more than 100, or a name or signature that cannot be written; `note-too-large`.
    public init(text: String, signatures: [NoteSignature]) throws(TransparencyError) {
        guard text.utf8.last == Note.newline else {
            throw TransparencyError(.noteMalformed, "the text does not end in a newline")
        }
        guard !text.utf8.contains(where: Note.isForbidden) else {
            throw TransparencyError(.noteMalformed, "the text holds a control character")
        }
        guard (1...Note.maximumSignatureCount).contains(signatures.count) else {
            throw TransparencyError(.noteMalformed, "\(signatures.count) signatures")
        }
        for signature in signatures where !KeyName.isValid(signature.name) || signature.signature.isEmpty {
            throw TransparencyError(.noteMalformed, "a signature without a proper name or without bytes")
        }
        self.text = text
        self.signatures = signatures
        guard bytes.count <= Note.maximumByteCount else {
            throw TransparencyError(.noteTooLarge, "\(bytes.count) bytes, at most \(Note.maximumByteCount)")
        }
    }

    /// Signs a text with log keys.
    ///
    /// - Throws: as ``init(text:signatures:)`` and ``NoteSigner/sign(text:timestampSeconds:)``.
    public init(text: String, signedBy signers: [NoteSigner]) throws(TransparencyError) {
        var signatures: [NoteSignature] = []
        for signer in signers { signatures.append(try signer.sign(text: text)) }
        try self.init(text: text, signatures: signatures)
    }

    /// Reads a note; no signature is verified yet.
    ///
    /// - Throws: `note-too-large` above 1,000,000 bytes; `note-malformed` for bytes that are not UTF-8, control
    ///   characters other than newline, no blank line, or any line after the last blank line that is not a signature.
    public init(parsing bytes: [UInt8]) throws(TransparencyError) {
        guard bytes.count <= Note.maximumByteCount else {
            throw TransparencyError(.noteTooLarge, "\(bytes.count) bytes, at most \(Note.maximumByteCount)")
        }
        guard !bytes.contains(where: Note.isForbidden) else {
            throw TransparencyError(.noteMalformed, "a control character")
        }
        guard let blank = Note.lastBlankLine(of: bytes) else {
            throw TransparencyError(.noteMalformed, "no blank line before the signatures")
        }
        guard let text = String(validating: bytes[..<blank], as: UTF8.self) else {
            throw TransparencyError(.noteMalformed, "the text is not UTF-8")
        }
        var signatures: [NoteSignature] = []
        var lines = bytes[(blank + 1)...]
        guard lines.popLast() == Note.newline else {
            throw TransparencyError(.noteMalformed, "the last line is not ended")
        }
        for line in lines.split(separator: Note.newline, omittingEmptySubsequences: false) {
            guard signatures.count < Note.maximumSignatureCount, let signature = NoteSignature(line: line) else {
                throw TransparencyError(.noteMalformed, "signature line \(signatures.count + 1)")
            }
            signatures.append(signature)
        }
        try self.init(text: text, signatures: signatures)
    }

    /// The note as it is stored and served.
    public var bytes: [UInt8] {
        var bytes = [UInt8](text.utf8)
        bytes.append(Note.newline)
        for signature in signatures {
            bytes.append(contentsOf: signature.line.utf8)
            bytes.append(Note.newline)
        }
        return bytes
    }

    /// The note with one more signature, such as a witness's.
    ///
    /// - Throws: as ``init(text:signatures:)``.
    public func adding(_ signature: NoteSignature) throws(TransparencyError) -> Note {
        try Note(text: text, signatures: signatures + [signature])
    }

    /// Verifies the signatures of the keys given; those of other keys, and of unsupported types, are ignored.
    ///
    /// - Returns: the keys that signed, each once, with the time of a cosignature; never empty.
    /// - Throws: `signature-invalid` if a signature of one of the keys fails: do not use the note. `signature-missing`
    ///   if none of the keys signed: the note may be right, but nobody trusted says so.
    public func verify(trusting verifiers: [NoteVerifier]) throws(TransparencyError) -> [VerifiedSignature] {
        var verified: [VerifiedSignature] = []
        for signature in signatures {
            for verifier in verifiers where verifier.algorithm.isSupported && verifier.isKey(of: signature) {
                // Only the first signature of a key counts, as in Go's client; nobody can add work by repeating it.
                guard !verified.contains(where: { $0.verifier == verifier }) else { continue }
                guard verifier.verify(signature, text: text) else {
                    throw TransparencyError(
                        .signatureInvalid, "the signature of \(verifier.name) does not fit the text")
                }
                let cosignature = verifier.algorithm == .cosignature ? Cosignature(signature) : nil
                verified.append(
                    VerifiedSignature(verifier: verifier, timestampSeconds: cosignature?.timestampSeconds))
            }
        }
        guard !verified.isEmpty else {
            let names = signatures.map(\.name).joined(separator: ", ")
            throw TransparencyError(.signatureMissing, "signed by \(names.prefix(200)), none of them trusted")
        }
        return verified
    }

    private static let newline = UInt8(ascii: "\n")

    private static func isForbidden(_ byte: UInt8) -> Bool { byte < 0x20 && byte != newline }

    /// The index of the newline that is the last blank line.
    private static func lastBlankLine(of bytes: [UInt8]) -> Int? {
        bytes.indices.dropFirst().last { bytes[$0] == newline && bytes[$0 - 1] == newline }
    }
}

/// A key whose signature of a note was verified.
public struct VerifiedSignature: Sendable, Hashable {
    /// The key.
    public let verifier: NoteVerifier
    /// When a witness cosigned, in seconds since 1970-01-01 UTC; nil for a plain signature.
    public let timestampSeconds: UInt64?
}
