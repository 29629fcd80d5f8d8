public import CanonicalJSON
public import CreditModel
public import EventLog
internal import Synchronization

/// Seals the texts of events for the log and opens them for those who may read them.
public struct TextVault: Sendable {
    public let archiveID: String
    let keys: DataKeys?
    let cipher: FieldCipher
    /// Keys that the log says are destroyed: never used, whatever a restored key file holds.
    let destroyed: DestroyedKeys

    /// What became of a sealed text.
    public enum Opened: Sendable, Hashable {
        case text(String)
        /// Its key was destroyed, and the log says so.
        case erased
        /// Its key is not in the key file, or there is no key file here.
        case keyMissing
    }

    func place(_ identity: EventIdentity, _ type: EventType, _ pointer: String) -> FieldCipher.Place {
        FieldCipher.Place(archiveID: archiveID, identity: identity, type: type.rawValue, pointer: pointer)
    }

    /// The event with every plain text sealed under one key.
    func seal(
        _ event: CreditEvent, of identity: EventIdentity, keyID: UInt32, key: [UInt8]
    ) throws -> CreditEvent {
        let type = event.type
        return try event.mapTexts { (pointer, text) throws(any Error) in
            guard let plain = text.plain else { return text }
            return .sealed(
                try cipher.seal(plain, at: place(identity, type, pointer), keyID: keyID, key: key))
        }
    }

    func isDestroyed(_ keyID: UInt32) -> Bool { destroyed.contains(keyID) }

    /// The key is destroyed from here on; the log says so already.
    func forget(_ keyID: UInt32) throws(EventLogError) {
        destroyed.insert(keyID)
        try keys?.destroy(keyID)
    }

    /// Opens one sealed field of a stored event.
    public func open(
        _ field: SealedField, of identity: EventIdentity, type: EventType, pointer: String
    ) throws(EventLogError) -> Opened {
        try open(field, at: place(identity, type, pointer))
    }

    func open(_ field: SealedField, at place: FieldCipher.Place) throws(EventLogError) -> Opened {
        switch try disclose(field, at: place) {
        case .disclosed(let disclosure): .text(disclosure.text)
        case .erased: .erased
        case .keyMissing: .keyMissing
        }
    }

    /// What became of a sealed text that is to be shown to others with the means to check it.
    enum Disclosed {
        case disclosed(FieldDisclosure)
        case erased
        case keyMissing
    }

    func disclose(_ field: SealedField, at place: FieldCipher.Place) throws(EventLogError) -> Disclosed {
        if destroyed.contains(field.keyID) { return .erased }
        guard let keys else { return .keyMissing }
        switch try keys.lookup(field.keyID) {
        case .destroyed, .missing, .skipped: return .keyMissing
        case .key(let key): return .disclosed(try cipher.disclose(field, at: place, key: key))
        }
    }

    /// The stored event with its texts open, as they were submitted; nil where one of them cannot be opened.
    func opened(_ event: CreditEvent, of identity: EventIdentity) throws -> CreditEvent? {
        var complete = true
        let type = event.type
        let opened = try event.mapTexts { (pointer, text) throws(any Error) in
            guard let field = text.sealed else { return text }
            guard case .text(let plain) = try open(field, of: identity, type: type, pointer: pointer) else {
                complete = false
                return text
            }
            return .plain(plain)
        }
        return complete ? opened : nil
    }

    /// Whether a submitted event says the same as a stored one (entry.md, Identity): sealed fields are opened; where a
    /// key is destroyed the structured fields alone are compared.
    func isSame(
        _ submitted: CreditEvent, _ stored: CreditEvent, of identity: EventIdentity, ignoringEvidence: Bool = false
    ) throws -> Bool {
        let stored = ignoringEvidence ? stored.withoutEvidence() : stored
        if let opened = try opened(stored, of: identity) {
            return submitted == opened.withoutReplaced()
        }
        return submitted.withoutTexts() == stored.withoutReplaced().withoutTexts()
    }
}

/// The numbers of destroyed keys; they grow while the archive is open.
final class DestroyedKeys: Sendable {
    private let ids: Mutex<Set<UInt32>>

    init(_ ids: [UInt32]) { self.ids = Mutex(Set(ids)) }

    func contains(_ id: UInt32) -> Bool { ids.withLock { $0.contains(id) } }

    func insert(_ id: UInt32) { ids.withLock { _ = $0.insert(id) } }
}

extension CreditEvent {
    /// The event without the commitment that only the stored form of a correction has.
    func withoutReplaced() -> CreditEvent {
        guard case .fact(let old, let new, _) = correction else { return self }
        return replacingCorrection(.fact(old: old, new: new, replaces: nil))
    }

    fileprivate func withoutTexts() -> CreditEvent {
        mapTexts { _, _ in .plain("") }
    }
}
