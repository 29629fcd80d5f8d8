/// What signs a log's checkpoints under one verifier key: a key in memory (``NoteSigner``), or one that is kept where
/// nobody can copy it, such as a hardware module.
public protocol CheckpointSigner: Sendable {
    /// The public half, whose name is the log's origin.
    var verifier: NoteVerifier { get }

    /// Signs the text of a checkpoint.
    ///
    /// Ed25519 (RFC 8032) gives the same signature for the same text, so that to sign a text again after a crash is
    /// harmless. A signature that does not verify is never returned.
    func signature(of text: String) throws -> NoteSignature
}

extension NoteSigner: CheckpointSigner {
    /// Signs the text of a checkpoint; throws as ``sign(text:timestampSeconds:)``.
    public func signature(of text: String) throws -> NoteSignature { try sign(text: text) }
}

extension Checkpoint {
    /// Signs the checkpoint with keys wherever they are, one signature for each, in their order.
    ///
    /// - Throws: what a signer throws, and ``TransparencyError`` as ``Note/init(text:signatures:)``.
    public func signed(by signers: [any CheckpointSigner]) throws -> Note {
        try Note(text: text, signatures: signers.map { try $0.signature(of: text) })
    }
}
