/// What a note key signs with: the type byte in front of the public key (C2SP signed-note).
public struct KeyAlgorithm: Sendable, Hashable, RawRepresentable {
    /// The type byte.
    public let rawValue: UInt8

    /// The algorithm of a type byte, known or not.
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Ed25519 over the text (RFC 8032); the signature has 64 bytes.
    public static let ed25519 = Self(rawValue: 0x01)
    /// A timestamped Ed25519 cosignature of a witness (C2SP tlog-cosignature); the signature has 72 bytes.
    public static let cosignature = Self(rawValue: 0x04)
    /// ML-DSA-44: known by its type, not verified here.
    public static let mlDSA44 = Self(rawValue: 0x06)
    /// A private type, named by a long identifier that follows: never verified here.
    public static let other = Self(rawValue: 0xFF)

    /// Whether signatures of this type can be verified here; all others are treated as those of unknown keys.
    public var isSupported: Bool { self == .ed25519 || self == .cosignature }
}

/// Names of keys (C2SP signed-note).
enum KeyName {
    /// Longer names are refused; the format itself has no limit.
    static let maximumByteCount = 1024

    /// Whether `name` is non-empty, without Unicode space, control characters and `+`.
    static func isValid(_ name: String) -> Bool {
        !name.isEmpty && name.utf8.count <= maximumByteCount
            && name.unicodeScalars.allSatisfy { scalar in
                scalar != "+" && scalar.value >= 0x20 && !scalar.properties.isWhitespace
            }
    }

    /// Whether the bytes are the same. `==` of strings would take canonically equivalent ones for equal.
    static func isSame(_ left: String, _ right: String) -> Bool { left.utf8.elementsEqual(right.utf8) }
}
