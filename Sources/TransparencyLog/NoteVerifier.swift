internal import Crypto

/// A public key with its name, as clients pin it: `name+hex8(key id)+base64(type ‖ public key)` (C2SP signed-note).
public struct NoteVerifier: Sendable, Hashable {
    /// The name that signature lines carry.
    public let name: String
    /// The first four bytes of `SHA256(name ‖ 0x0A ‖ type ‖ public key)`, as a big-endian number.
    public let keyID: UInt32
    /// What the key signs with.
    public let algorithm: KeyAlgorithm
    /// The public key without its type byte: 32 bytes where the algorithm is supported.
    public let publicKey: [UInt8]

    /// A key under a name.
    ///
    /// - Throws: `key-malformed` if the name is empty, over 1,024 bytes, or holds a space, a control character or `+`;
    ///   or if a key of a supported algorithm is not an Ed25519 point of 32 bytes.
    public init(name: String, algorithm: KeyAlgorithm, publicKey: [UInt8]) throws(TransparencyError) {
        guard KeyName.isValid(name) else {
            throw TransparencyError(.keyMalformed, "the key name is empty, too long or holds a space or +")
        }
        if algorithm.isSupported {
            guard publicKey.count == 32, (try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey)) != nil else {
                throw TransparencyError(.keyMalformed, "the public key of \(name) is not an Ed25519 key of 32 bytes")
            }
        }
        guard !publicKey.isEmpty, publicKey.count <= 16_384 else {
            throw TransparencyError(.keyMalformed, "the public key of \(name) has \(publicKey.count) bytes")
        }
        self.name = name
        self.algorithm = algorithm
        self.publicKey = publicKey
        keyID = NoteVerifier.keyID(name: name, algorithm: algorithm, publicKey: publicKey)
    }

    /// Reads the key string.
    ///
    /// Types that are not supported are read too, so that a list of keys may hold them; they never verify anything.
    /// - Throws: `key-malformed` if a part is missing, the key id does not fit the key, or the key is not one.
    public init(_ string: String) throws(TransparencyError) {
        let parts = string.utf8.split(separator: UInt8(ascii: "+"), maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count == 3, parts[1].count == 8, let key = Base64.decode(parts[2]), key.count > 1 else {
            throw TransparencyError(.keyMalformed, "a verifier key has the form name+8 hexadecimal digits+base64")
        }
        try self.init(
            name: String(Substring(parts[0])), algorithm: KeyAlgorithm(rawValue: key[0]), publicKey: [UInt8](key[1...]))
        guard keyIDText.utf8.elementsEqual(parts[1]) else {
            throw TransparencyError(
                .keyMalformed, "the key of \(name) has the id \(keyIDText), which the string does not say")
        }
    }

    /// The key string.
    public var string: String {
        "\(name)+\(keyIDText)+\(Base64.encode([algorithm.rawValue] + publicKey))"
    }

    /// Whether `signature` is of this key, by its name and key id; says nothing about its validity.
    public func isKey(of signature: NoteSignature) -> Bool {
        signature.keyID == keyID && KeyName.isSame(signature.name, name)
    }

    /// Whether `signature` is a valid one of this key over `text`.
    ///
    /// False for every unsupported algorithm, and for a signature of another key.
    public func verify(_ signature: NoteSignature, text: String) -> Bool {
        guard isKey(of: signature) else { return false }
        switch algorithm {
        case .ed25519:
            return verify(signature.signature, over: [UInt8](text.utf8))
        case .cosignature:
            guard let cosignature = Cosignature(signature) else { return false }
            return verify(cosignature.signature, over: cosignature.signedBytes(text: text))
        default:
            return false
        }
    }

    private func verify(_ signature: [UInt8], over message: [UInt8]) -> Bool {
        guard signature.count == 64, let key = try? Curve25519.Signing.PublicKey(rawRepresentation: publicKey) else {
            return false
        }
        return key.isValidSignature(signature, for: message)
    }

    private var keyIDText: String { Hex.encode(keyID.bigEndianBytes) }

    static func keyID(name: String, algorithm: KeyAlgorithm, publicKey: [UInt8]) -> UInt32 {
        var hash = SHA256()
        hash.update(data: [UInt8](name.utf8))
        hash.update(data: [0x0A, algorithm.rawValue])
        hash.update(data: publicKey)
        return hash.finalize().prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }
}

extension NoteVerifier: CustomStringConvertible {
    /// The key string.
    public var description: String { string }
}

extension FixedWidthInteger {
    /// The bytes of the number, most significant first.
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { [UInt8]($0) } }
}
