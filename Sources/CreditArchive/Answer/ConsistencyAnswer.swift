internal import EventLog
public import TransparencyLog

/// That the log of one size is the beginning of a later one (RFC 6962 section 2.1.2), with what is known of both.
public struct ConsistencyAnswer: Sendable {
    /// A size of the log, the root there, and the signed checkpoint where one is kept.
    public struct End: Sendable {
        public var head: Checkpoint
        public var note: String?
    }

    public var old: End
    public var new: End
    /// None where the sizes are equal.
    public var hashes: [Digest32]

    /// The proof as outsiders read it; it ends with the later checkpoint, or its bare text where nobody signed it.
    public func text() throws -> ConsistencyText {
        try ConsistencyText(
            oldSize: old.head.size, hashes: hashes, checkpoint: Array((new.note ?? new.head.text).utf8))
    }
}

extension Auditor {
    /// The consistency proof between two sizes of the log; `new` nil: the size of the latest signed checkpoint.
    ///
    /// Verified before it is given out. Throws ``ArchiveError`` `size-outside` unless 1 ≤ `old` ≤ `new` ≤ the log's size,
    /// `checkpoint-missing` where `new` is nil and nothing was ever signed; ``EventLogError`` on damage.
    public func consistency(from old: UInt64, to new: UInt64? = nil) throws -> ConsistencyAnswer {
        let size = try archive.log.head().size
        guard let new = try new ?? latestCheckpoint()?.size else {
            throw ArchiveError(
                .unavailable, "checkpoint-missing", chinese: "还没有签名的检查点；请先运行 checkpoint，或写明两个大小",
                english: "there is no signed checkpoint yet; run checkpoint first, or give both sizes")
        }
        guard old >= 1, old <= new, new <= size else {
            throw ArchiveError(
                .badInput, "size-outside", chinese: "不能证明从 \(old) 到 \(new)：日志共 \(size) 条，两个大小须为 1…\(size)，前者不大于后者",
                english: "nothing can be proven from \(old) to \(new): the log has \(size) entries; give two sizes of "
                    + "1…\(size), the smaller first")
        }
        let proof = try archive.log.consistencyProof(from: old, to: new)
        let ends = (try end(old), try end(new))
        // A proof that would not verify is never given out: the log is damaged then.
        guard proof.verify(oldRoot: ends.0.head.root, newRoot: ends.1.head.root) else {
            throw EventLogError.damaged(
                "从 \(old) 到 \(new) 的一致性证明不成立", "the tree of \(new) entries does not begin with that of \(old)")
        }
        return ConsistencyAnswer(old: ends.0, new: ends.1, hashes: proof.hashes)
    }

    /// A size as the log has it; a signed checkpoint of it must say the same root.
    private func end(_ size: UInt64) throws -> ConsistencyAnswer.End {
        let root = try StoreTiles(store: archive.log.store, size: size).root(at: size)
        guard let note = try archive.log.store.checkpoint(size: size) else {
            let origin = archive.origins.last { $0.position < size } ?? archive.origin
            return .init(head: try Checkpoint(origin: origin.origin, size: size, root: root), note: nil)
        }
        let head = try Checkpoint(text: Note(parsing: Array(note.utf8)).text)
        guard head.size == size, head.root == root else {
            throw EventLogError.damaged(
                "大小 \(size) 的检查点与树不符", "the checkpoint of \(size) entries does not fit the tree")
        }
        return .init(head: head, note: note)
    }
}

/// Verifies consistency proofs without any archive.
public enum ConsistencyVerification {
    public struct Outcome: Sendable, Hashable {
        public var old: Checkpoint
        public var new: Checkpoint
    }

    /// Verifies that two signed checkpoints are of one history.
    ///
    /// - Parameters:
    ///   - proof: a ``ConsistencyText``.
    ///   - old: the earlier signed checkpoint, as the caller has it.
    ///   - new: the later signed checkpoint; nil: the one that the proof ends with.
    ///   - verifierKeys: keys of the log that the caller trusts; the log's name is theirs.
    /// - Throws: ``TransparencyError``: what does not hold, or cannot be read.
    public static func verify(
        _ proof: [UInt8], old: [UInt8], new: [UInt8]?, verifierKeys: [String]
    ) throws -> Outcome {
        let keys = try verifierKeys.map { try NoteVerifier($0) }
        let text = try ConsistencyText(parsing: proof)
        let first = try OfflineCheckpoint.trusted(Note(parsing: old), by: keys).head
        let second = try OfflineCheckpoint.trusted(Note(parsing: new ?? text.checkpoint), by: keys).head
        try text.verify(from: first, to: second)
        return Outcome(old: first, new: second)
    }
}
