internal import Crypto

/// A private Ed25519 key with its name, which signs notes (C2SP signed-note) or cosigns them (C2SP tlog-cosignature).
///
/// Not printable on purpose: only ``secretString`` gives the key away.
public struct NoteSigner: Sendable {
    /// The name that signature lines carry; of a log, its origin.
    public let name: String
    /// ``KeyAlgorithm/ed25519`` for a log's key, ``KeyAlgorithm/cosignature`` for a witness's.
    public let algorithm: KeyAlgorithm
    /// The public half, to be pinned by clients.
    public let verifier: NoteVerifier
    private let key: Curve25519.Signing.PrivateKey

    private static let prefix = "PRIVATE+KEY+"

    /// A new random key from the system's generator.
    ///
    /// - Throws: `key-malformed` if the name is not one or the algorithm cannot sign.
    public init(name: String, algorithm: KeyAlgorithm = .ed25519) throws(TransparencyError) {
        try self.init(name: name, algorithm: algorithm, key: Curve25519.Signing.PrivateKey())
    }

    /// The key of a seed.
    ///
    /// - Parameter seed: the 32 secret bytes of RFC 8032.
    /// - Throws: `key-malformed` if the name or the seed is not one, or the algorithm cannot sign.
    public init(name: String, algorithm: KeyAlgorithm = .ed25519, seed: [UInt8]) throws(TransparencyError) {
        guard seed.count == 32, let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed) else {
            throw TransparencyError(.keyMalformed, "the seed of \(name) does not have 32 bytes")
        }
        try self.init(name: name, algorithm: algorithm, key: key)
    }

    /// Reads Go's form, `PRIVATE+KEY+name+hex8(key id)+base64(type ‖ seed)`.
    ///
    /// - Throws: `key-malformed`; the message never repeats the secret.
    public init(secretString: String) throws(TransparencyError) {
        let text = secretString.utf8
        guard text.starts(with: NoteSigner.prefix.utf8) else {
            throw TransparencyError(.keyMalformed, "a signer key begins with \(NoteSigner.prefix)")
        }
        let parts = text.dropFirst(NoteSigner.prefix.utf8.count)
            .split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].count == 8, let key = Base64.decode(parts[2]), key.count == 33 else {
            throw TransparencyError(
                .keyMalformed, "a signer key has the form \(NoteSigner.prefix)name+id+base64 of 33 bytes")
        }
        try self.init(
            name: String(Substring(parts[0])), algorithm: KeyAlgorithm(rawValue: key[0]), seed: [UInt8](key[1...]))
        guard Hex.encode(verifier.keyID.bigEndianBytes).utf8.elementsEqual(parts[1]) else {
            throw TransparencyError(.keyMalformed, "the key id of \(name) does not fit its key")
        }
    }

    private init(name: String, algorithm: KeyAlgorithm, key: Curve25519.Signing.PrivateKey) throws(TransparencyError) {
        guard algorithm.isSupported else {
            throw TransparencyError(.keyMalformed, "type \(algorithm.rawValue) cannot sign here")
        }
        verifier = try NoteVerifier(
            name: name, algorithm: algorithm, publicKey: [UInt8](key.publicKey.rawRepresentation))
        self.name = name
        self.algorithm = algorithm
        self.key = key
    }

    /// The private key in Go's form. Secret: it belongs in a file of mode 0600 and nowhere else.
    public var secretString: String {
        let keyID = Hex.encode(verifier.keyID.bigEndianBytes)
        let secret = Base64.encode([algorithm.rawValue] + [UInt8](key.rawRepresentation))
        return "\(NoteSigner.prefix)\(name)+\(keyID)+\(secret)"
    }

    /// Signs the text of a note.
    ///
    /// - Parameter timestampSeconds: seconds since 1970-01-01 UTC, of a cosignature only.
    /// - Throws: `key-malformed` if a log's key is given a timestamp or a witness's is not.
    public func sign(text: String, timestampSeconds: UInt64? = nil) throws(TransparencyError) -> NoteSignature {
        switch (algorithm, timestampSeconds) {
        case (.ed25519, nil):
            return NoteSignature(name: name, keyID: verifier.keyID, signature: try signature(over: [UInt8](text.utf8)))
        case (.cosignature, let seconds?):
            let message = Cosignature.signedBytes(text: text, timestampSeconds: seconds)
            let signature = seconds.bigEndianBytes + (try signature(over: message))
            return NoteSignature(name: name, keyID: verifier.keyID, signature: signature)
        default:
            throw TransparencyError(.keyMalformed, "a timestamp belongs to cosignatures and to nothing else")
        }
    }

    private func signature(over message: [UInt8]) throws(TransparencyError) -> [UInt8] {
        do {
            return [UInt8](try key.signature(for: message))
        } catch {
            throw TransparencyError(.keyMalformed, "the key of \(name) does not sign: \(error)")
        }
    }
}
