public import CanonicalJSON
internal import Crypto

/// The opening of one sealed field: all that anybody needs to recompute its commitment (entry.md, Sealed fields).
///
/// Whoever has it and the entry knows that the text is the one that was recorded, without any key.
public struct FieldDisclosure: Sendable, Hashable {
    /// The length of a salt in bytes.
    public static let saltByteCount = 32

    /// The random bytes that keep the text from being guessed from its commitment.
    public let salt: [UInt8]
    /// The text itself.
    public let text: String

    /// Nil unless the salt has 32 bytes.
    public init?(salt: [UInt8], text: String) {
        guard salt.count == FieldDisclosure.saltByteCount else { return nil }
        (self.salt, self.text) = (salt, text)
    }

    /// The commitment that the field has if this is its opening: SHA-256 over salt, pointer and JCS of the text, each
    /// preceded by its length as u32 big-endian.
    ///
    /// - Parameter pointer: the field's place within `data` (RFC 6901).
    public func commitment(at pointer: String) -> Commitment {
        FieldDisclosure.commitment(salt + FieldDisclosure.canonical(text), pointer: pointer)
    }

    /// JCS of a text.
    static func canonical(_ text: String) -> [UInt8] {
        var writer = JSONWriter(reserving: text.utf8.count + 2)
        writer.string(text)
        return writer.bytes
    }

    /// - Parameter plain: salt ‖ JCS of the text.
    static func commitment(_ plain: [UInt8], pointer: String) -> Commitment {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(plain.count + pointer.utf8.count + 12)
        for part in [plain.prefix(saltByteCount), ArraySlice(pointer.utf8), plain.dropFirst(saltByteCount)] {
            withUnsafeBytes(of: UInt32(part.count).bigEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: part)
        }
        guard let commitment = Commitment(Array(SHA256.hash(data: bytes))) else {
            preconditionFailure("SHA-256 has 32 bytes")
        }
        return commitment
    }
}
