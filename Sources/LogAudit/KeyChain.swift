public import TransparencyLog

/// Which keys may sign checkpoints of which sizes: those that the caller pins, and those that they lead to.
///
/// A change of key is an entry; where it is a scheduled one, the checkpoint that ends with it is signed by the former
/// key and by the new one. Then trust goes on to the new key: the pinned one has vouched for the entry that names it.
/// Nobody can vouch for the new key where the former one was lost (nobody has it) or compromised (whoever has it would
/// vouch for his own): then it has to be pinned, and ``unfollowed`` says so. Backwards trust always goes: what a trusted
/// key signs holds the entries in which the log named its former keys, and an old checkpoint can only be held against
/// the entries, never add to them.
///
/// A key that was replaced signs nothing larger: its last checkpoint is the one that ends with the change (scheduled),
/// or the one before it.
public struct KeyChain: Sendable {
    /// A change of key, as an entry of the log says it.
    public struct Rotation: Sendable, Hashable {
        public enum Cause: String, Sendable, Hashable { case scheduled, lost, compromised }

        public let position: UInt64
        public let cause: Cause
        public let former: NoteVerifier
        public let current: NoteVerifier
        /// The stored checkpoint of exactly `position` + 1 entries, a signed note; nil where there is none.
        public let vouching: String?

        public init(
            position: UInt64, cause: Cause, former: NoteVerifier, current: NoteVerifier, vouching: String?
        ) {
            self.position = position
            self.cause = cause
            self.former = former
            self.current = current
            self.vouching = vouching
        }

        /// The largest checkpoint that the former key may sign.
        var lastOfFormer: UInt64 { cause == .scheduled ? position + 1 : position }

        /// Whether the former key has signed for the new one, and the new one for itself.
        var isVouchedFor: Bool {
            guard cause == .scheduled, let vouching, let note = try? Note(parsing: [UInt8](vouching.utf8)),
                let checkpoint = try? Checkpoint(text: note.text), checkpoint.size == position + 1,
                let signed = try? note.verify(trusting: [former, current])
            else { return false }
            return signed.count == 2
        }
    }

    /// A key and the sizes for which it may sign.
    struct Link: Sendable, Hashable {
        let verifier: NoteVerifier
        var from: UInt64 = 0
        var through = UInt64.max
        /// Where it was replaced.
        var replacedAt: UInt64?

        func holds(_ size: UInt64) -> Bool { from <= size && size <= through }
    }

    private(set) var links: [Link]
    /// Changes to keys that no trusted key vouches for: the new ones have to be pinned.
    public private(set) var unfollowed: [Rotation] = []
    /// Keys that sign after such a change: said once, not for each checkpoint.
    private var untrusted: [NoteVerifier] = []

    /// - Parameters:
    ///   - pinned: the keys that the caller trusts.
    ///   - rotations: the changes of key that the log holds, in any order.
    public init(pinned: [NoteVerifier], rotations: [Rotation]) {
        links = pinned.map { Link(verifier: $0) }
        let rotations = rotations.sorted { $0.position < $1.position }
        // One that was given up for another change of the same key has never signed.
        let valid = rotations.enumerated().filter { index, rotation in
            !rotations[(index + 1)...].contains { $0.former == rotation.former }
        }.map(\.element)
        for rotation in valid { follow(rotation) }
        for rotation in valid.reversed() { trace(rotation) }
    }

    /// Every key that is trusted for some size.
    public var verifiers: [NoteVerifier] { links.map(\.verifier) }

    private func index(of verifier: NoteVerifier) -> Int? { links.firstIndex { $0.verifier == verifier } }

    /// From the former key to the new one.
    private mutating func follow(_ rotation: Rotation) {
        if index(of: rotation.current) == nil, let former = index(of: rotation.former) {
            if rotation.isVouchedFor, links[former].holds(rotation.position + 1) {
                links.append(Link(verifier: rotation.current))
            } else {
                unfollowed.append(rotation)
                untrusted.append(rotation.current)
            }
        } else if untrusted.contains(rotation.former) {
            untrusted.append(rotation.current)
        }
        bound(rotation)
    }

    /// From the new key to the former one.
    private mutating func trace(_ rotation: Rotation) {
        guard index(of: rotation.current) != nil, index(of: rotation.former) == nil else { return }
        links.append(Link(verifier: rotation.former))
        bound(rotation)
    }

    private mutating func bound(_ rotation: Rotation) {
        if let former = index(of: rotation.former) {
            links[former].through = min(links[former].through, rotation.lastOfFormer)
            links[former].replacedAt = rotation.position
        }
        if let current = index(of: rotation.current) { links[current].from = rotation.position + 1 }
    }
}

extension KeyChain {
    /// What the signatures of a checkpoint are worth.
    enum Standing {
        case trusted
        /// Of a trusted key, after it was replaced.
        case replaced(Link)
        /// Of a key that the caller has to pin: ``unfollowed`` says so.
        case untrusted
    }

    /// Verifies the signatures of a checkpoint of `size` entries.
    ///
    /// - Throws: `signature-invalid` where one of a known key fails, `signature-missing` where no known key has signed.
    func standing(of note: Note, at size: UInt64) throws(TransparencyError) -> Standing {
        let inForce = links.filter { $0.holds(size) }.map(\.verifier)
        do throws(TransparencyError) {
            _ = try note.verify(trusting: inForce)
            return .trusted
        } catch {
            guard error.code == .signatureMissing else { throw error }
        }
        do throws(TransparencyError) {
            _ = try note.verify(trusting: untrusted)
            return .untrusted
        } catch {
            guard error.code == .signatureMissing else { throw error }
            // Of those that were replaced the last is the one to be named.
            for link in links.reversed() where size > link.through {
                if (try? note.verify(trusting: [link.verifier])) != nil { return .replaced(link) }
            }
            throw error
        }
    }
}

extension Finding {
    /// That the log goes on under a key that no pinned one vouches for.
    init(unfollowed rotation: KeyChain.Rotation) {
        let why =
            switch rotation.cause {
            case .scheduled: "no valid checkpoint of \(rotation.position + 1) entries is signed by both keys"
            case .lost: "the former key was lost"
            case .compromised: "the former key was compromised"
            }
        self.init(
            .keyUnfollowed, at: rotation.position,
            "\(why); the new key is \(rotation.current.string), the former one \(rotation.former.string)")
    }
}
