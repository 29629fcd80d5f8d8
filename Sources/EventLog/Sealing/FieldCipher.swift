public import CanonicalJSON
internal import Crypto

/// Seals and opens single fields of entries (entry.md, Sealed fields).
///
/// `ct` = AES-256-GCM under the data key over (salt ‖ JCS of the text), bound by the associated data to the archive and
/// to the very place in the very event; `cm` = SHA-256 over salt, pointer and value, each preceded by its length.
public struct FieldCipher: Sendable {
    /// Where a sealed field stands: it cannot be moved to another event or member.
    public struct Place: Sendable {
        public var archiveID: String
        public var identity: EventIdentity
        public var type: String
        /// RFC 6901 pointer within `data`.
        public var pointer: String

        public init(archiveID: String, identity: EventIdentity, type: String, pointer: String) {
            self.archiveID = archiveID
            self.identity = identity
            self.type = type
            self.pointer = pointer
        }

        var associatedData: [UInt8] {
            var writer = JSONWriter(reserving: 160)
            writer.beginArray()
            writer.string(archiveID)
            writer.string(identity.source)
            writer.string(identity.id)
            writer.string(type)
            writer.string(pointer)
            writer.endArray()
            return writer.bytes
        }
    }

    private let random: RandomPool

    public init(random: RandomPool) { self.random = random }

    /// Seals `text` under the 32 bytes of `key`.
    public func seal(_ text: String, at place: Place, keyID: UInt32, key: [UInt8]) throws -> SealedField {
        let nonce = random.bytes(12)
        let salt = random.bytes(FieldDisclosure.saltByteCount)
        let plain = salt + FieldDisclosure.canonical(text)
        let box = try AES.GCM.seal(
            plain, using: SymmetricKey(data: key), nonce: AES.GCM.Nonce(data: nonce),
            authenticating: place.associatedData)
        var ciphertext: [UInt8] = []
        ciphertext.reserveCapacity(plain.count + 16)
        ciphertext.append(contentsOf: box.ciphertext)
        ciphertext.append(contentsOf: box.tag)
        return SealedField(
            keyID: keyID, nonce: nonce, ciphertext: ciphertext,
            commitment: FieldDisclosure.commitment(plain, pointer: place.pointer))
    }

    /// The text of `field`. Throws ``EventLogError`` `log-damaged` where key, place or bytes do not belong together.
    public func open(_ field: SealedField, at place: Place, key: [UInt8]) throws(EventLogError) -> String {
        try disclose(field, at: place, key: key).text
    }

    /// The text of `field` with its salt, for whoever is to check it without the key. Throws as ``open(_:at:key:)``.
    public func disclose(_ field: SealedField, at place: Place, key: [UInt8]) throws(EventLogError) -> FieldDisclosure {
        let plain: [UInt8]
        do {
            let box = try AES.GCM.SealedBox(
                nonce: AES.GCM.Nonce(data: field.nonce), ciphertext: field.ciphertext.dropLast(16),
                tag: field.ciphertext.suffix(16))
            plain = Array(
                try AES.GCM.open(box, using: SymmetricKey(data: key), authenticating: place.associatedData))
        } catch {
            throw FieldCipher.unopenable(place)
        }
        let salt = Array(plain.prefix(FieldDisclosure.saltByteCount))
        guard let text = try? JSONDocument(parsing: Array(plain.dropFirst(salt.count))).root.string(),
            let disclosure = FieldDisclosure(salt: salt, text: text),
            disclosure.commitment(at: place.pointer) == field.commitment
        else { throw FieldCipher.unopenable(place) }
        return disclosure
    }

    private static func unopenable(_ place: Place) -> EventLogError {
        .damaged(
            "事件 \(place.identity.id) 的密封字段 \(place.pointer) 与其密钥不符",
            "the sealed field \(place.pointer) of event \(place.identity.id) does not fit its key")
    }
}
