public import TransparencyLog

/// What a witness answers to add-checkpoint (C2SP tlog-witness); `ArchiveServer` makes HTTP of it.
public enum WitnessOutcome: Sendable, Hashable {
    /// The checkpoint goes on from the latest one, is remembered, and is cosigned: 200.
    case cosigned(CosignatureLines)
    /// The request cannot be read, or its old size exceeds the checkpoint's: 400.
    case malformed(String)
    /// No key of the log signed, or a signature of one fails: 403.
    case badSignature(String)
    /// The log is not one of this witness's: 404.
    case unknownOrigin
    /// The old size is not that of the latest checkpoint, which is given here: 409 with it.
    case conflict(latestSize: UInt64)
    /// A checkpoint of the latest one's size with another root: the log signed two histories; 409.
    case rootDiffers(size: UInt64)
    /// The proof does not lead from the latest checkpoint to this one: 422.
    case badProof
}

/// A witness: cosigns the checkpoints of its logs as long as each goes on from the one before (C2SP tlog-witness).
///
/// Follows version 1.0.0 of the page, and of the later draft the monitoring path. The checks come in the page's order:
/// form, origin, signature, sizes, proof, root. Checkpoints with extension lines are refused as malformed.
public struct Witness: Sendable {
    /// Seconds since 1970-01-01 UTC.
    public typealias Clock = @Sendable () -> UInt64

    private let signer: NoteSigner
    private let logs: LogList
    private let state: WitnessState
    private let clock: Clock

    /// A witness of these logs, with its key and what it remembers.
    ///
    /// - Precondition: the key is of type 04 and the state is the key's.
    public init(signer: NoteSigner, logs: LogList, state: WitnessState, clock: @escaping Clock) {
        precondition(signer.algorithm == .cosignature)
        (self.signer, self.logs, self.state, self.clock) = (signer, logs, state, clock)
    }

    /// The key that its cosignatures verify with.
    public var verifier: NoteVerifier { signer.verifier }

    /// The names of its logs, each once.
    public var origins: [String] {
        var seen: Set<[UInt8]> = []
        return logs.verifiers.map(\.name).filter { seen.insert([UInt8]($0.utf8)).inserted }
    }

    /// Takes the body of an add-checkpoint request. What is answered is on disk.
    ///
    /// - Throws: ``EventLogError`` where the state cannot be read or written: nothing was cosigned then.
    public func addCheckpoint(_ body: [UInt8]) throws -> WitnessOutcome {
        let request: AddCheckpointRequest
        let checkpoint: Checkpoint
        do {
            request = try AddCheckpointRequest(parsing: body)
            checkpoint = try Checkpoint(text: request.note.text)
        } catch {
            return .malformed("\(error)")
        }
        let keys = logs.keys(of: checkpoint.origin)
        guard !keys.isEmpty else { return .unknownOrigin }
        let signatures: [NoteSignature]
        do {
            let signed = try request.note.verify(trusting: keys)
            signatures = signed.compactMap { one in request.note.signatures.first(where: one.verifier.isKey) }
        } catch {
            return .badSignature("\(error)")
        }
        guard request.oldSize <= checkpoint.size else {
            return .malformed("old size \(request.oldSize) exceeds the checkpoint's, \(checkpoint.size)")
        }
        return try state.update(checkpoint.origin) { latest in
            let refusal = Witness.refusal(of: request, checkpoint, after: latest)
            // The time never runs backwards, whatever the clock does.
            let time = max(clock(), latest?.timestampSeconds ?? 0)
            switch refusal {
            case .none:
                let cosignature = try signer.sign(text: request.note.text, timestampSeconds: time)
                let note = try Note(text: request.note.text, signatures: signatures + [cosignature])
                let head = WitnessedHead(
                    origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root, note: note.bytes,
                    timestampSeconds: time)
                return (.advance(head), .cosigned(CosignatureLines([cosignature])))
            case .some(.conflict(let size)): return (.nothing, .conflict(latestSize: size))
            case .some(let refusal): return (.refuse(checkpoint, request: body, timestampSeconds: time), refusal)
            }
        }
    }

    /// Nil if a checkpoint goes on from the latest one, which a log that was never seen has at size 0.
    private static func refusal(
        of request: AddCheckpointRequest, _ checkpoint: Checkpoint, after latest: WitnessedHead?
    ) -> WitnessOutcome? {
        let (oldSize, oldRoot) = latest.map { ($0.size, $0.root) } ?? (0, MerkleHash.empty)
        guard request.oldSize == oldSize else { return .conflict(latestSize: oldSize) }
        // RFC 6962 has no proof from the empty tree, which is the beginning of every tree, nor between equal sizes.
        if oldSize == 0 || oldSize == checkpoint.size {
            guard request.hashes.isEmpty else { return .badProof }
            let isSame = oldSize < checkpoint.size || checkpoint.root == oldRoot
            return isSame ? nil : .rootDiffers(size: oldSize)
        }
        let proof = ConsistencyProof(oldSize: oldSize, newSize: checkpoint.size, hashes: request.hashes)
        return proof.verify(oldRoot: oldRoot, newRoot: checkpoint.root) ? nil : .badProof
    }

    /// The latest checkpoint that was cosigned for a log, by the lowercase hexadecimal SHA-256 of its origin (C2SP
    /// tlog-witness, monitor retrieval); nil for one that never was.
    public func latestNote(originHash: String) throws -> [UInt8]? {
        guard let origin = origins.first(where: { OriginHash.text(of: $0).utf8.elementsEqual(originHash.utf8) }) else {
            return nil
        }
        return try state.latest(origin)?.note
    }
}
