internal import TransparencyLog

/// What the caller trusts: keys and names of the log, and earlier checkpoints.
struct CheckpointTrust: Sendable {
    let keys: KeyChain
    let origins: [String]
    /// The earlier checkpoints, each of them read and trusted.
    let earlier: [Checkpoint]
    /// The keys that the log itself names, where they stand beside it.
    let namedKeys: [NoteVerifier]

    /// Takes the options; an earlier checkpoint that is not trusted is a finding.
    ///
    /// - Parameter named: keys that the log names, taken where the caller has none.
    /// - Throws: `earlier-checkpoint-malformed`.
    init(
        _ options: LogAuditor.Options, named: [NoteVerifier] = [], _ findings: inout FindingList
    ) throws(AuditError) {
        namedKeys = named
        let pinned = options.verifierKeys.isEmpty ? named : options.verifierKeys
        let keys = KeyChain(pinned: pinned, rotations: options.rotations)
        let origins = options.verifierKeys.isEmpty && options.origins.isEmpty ? named.map(\.name) : options.origins
        (self.keys, self.origins) = (keys, origins)
        for rotation in keys.unfollowed { findings.add(Finding(unfollowed: rotation)) }
        var earlier: [Checkpoint] = []
        for (number, text) in options.against.enumerated() {
            do throws(TransparencyError) {
                let (checkpoint, note) = try CheckpointTrust.read(text)
                // A bare text is the caller's own word; a note has to prove itself.
                if let note {
                    guard case .trusted = try keys.standing(of: note, at: checkpoint.size) else {
                        throw TransparencyError(
                            .signatureMissing, "signed by a key that was not in force, or is not pinned")
                    }
                }
                guard CheckpointTrust.isOne(of: origins, checkpoint.origin) else {
                    throw TransparencyError(.originMismatch, "it is of \(checkpoint.origin.prefix(200))")
                }
                earlier.append(checkpoint)
            } catch {
                guard [.signatureInvalid, .signatureMissing, .originMismatch].contains(error.code) else {
                    throw AuditError(.earlierMalformed, "number \(number + 1): \(error)")
                }
                findings.add(.earlierUntrusted, "number \(number + 1): \(error.detail)")
            }
        }
        self.earlier = earlier
    }

    /// Reports earlier checkpoints that are of more entries than there are.
    func compareEarlier(size: UInt64, _ findings: inout FindingList) {
        // An empty checkpoint has the one root that it can have, or it could not have been read.
        for checkpoint in earlier where checkpoint.size > size {
            let detail = "the checkpoint has \(checkpoint.size) entries, the log \(size)"
            findings.add(.logTruncated, at: checkpoint.size, detail)
        }
    }

    /// Reads a stored checkpoint; every defect but that of its root is a finding here.
    ///
    /// - Returns: the root that it states; nil if it cannot be compared.
    func examine(size: Int64, note: UnsafeRawBufferPointer?, _ findings: inout FindingList) -> Digest32? {
        let position = UInt64(clamping: size)
        guard let note, note.count <= Note.maximumByteCount else {
            findings.add(.checkpointMalformed, at: position, "size \(size): not a blob of a note's length")
            return nil
        }
        do throws(TransparencyError) {
            let note = try Note(parsing: [UInt8](note))
            let checkpoint = try Checkpoint(text: note.text)
            if Int64(exactly: checkpoint.size) != size {
                let detail = "it stands under size \(size) and says \(checkpoint.size)"
                findings.add(.checkpointMalformed, at: position, detail)
                return nil
            }
            if !CheckpointTrust.isOne(of: origins, checkpoint.origin) {
                findings.add(.checkpointOrigin, at: position, "size \(size) is of \(checkpoint.origin.prefix(200))")
            }
            if case .replaced(let key) = try keys.standing(of: note, at: checkpoint.size) {
                let detail =
                    "size \(size): signed by \(key.verifier.string), replaced at position \(key.replacedAt ?? 0)"
                findings.add(.checkpointKeyReplaced, at: position, detail)
            }
            return checkpoint.root
        } catch {
            switch error.code {
            case .signatureInvalid: findings.add(.checkpointSignature, at: position, "size \(size): \(error.detail)")
            case .signatureMissing: findings.add(.checkpointKeyUnknown, at: position, "size \(size): \(error.detail)")
            default: findings.add(.checkpointMalformed, at: position, "size \(size): \(error)")
            }
            return nil
        }
    }

    private static func read(_ text: String) throws(TransparencyError) -> (Checkpoint, Note?) {
        if let bare = try? Checkpoint(text: text) { return (bare, nil) }
        let note = try Note(parsing: [UInt8](text.utf8))
        return (try Checkpoint(text: note.text), note)
    }

    // By bytes: `==` of strings would take canonically equivalent names for equal.
    private static func isOne(of origins: [String], _ origin: String) -> Bool {
        origins.isEmpty || origins.contains { $0.utf8.elementsEqual(origin.utf8) }
    }
}
