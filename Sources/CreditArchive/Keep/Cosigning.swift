internal import EventLog
internal import Foundation
public import TransparencyLog

/// Asks the witnesses of a policy to cosign a checkpoint, and keeps what they say (C2SP tlog-witness, add-checkpoint).
public struct Cosigning: Sendable {
    /// What came of one witness.
    public struct Answer: Sendable, Hashable {
        public enum Result: Sendable, Hashable {
            /// It cosigned, now or when it was asked before.
            case cosigned
            /// It did not answer, refused, or has no URL in the policy.
            case failed(chinese: String, english: String)
        }

        public var witness: WitnessPolicy.Witness
        public var result: Result
    }

    public struct Report: Sendable, Hashable {
        /// The checkpoint with all cosignatures that are kept for it.
        public var note: String
        /// In the order of the policy.
        public var answers: [Answer]
        /// What the note shows under the policy; earlier cosignatures of the same checkpoint count.
        public var evaluation: WitnessPolicy.Evaluation
    }

    /// A witness that has moved on tells where it stands; after so many requests to one, its answers contradict.
    private static let maximumRequests = 3

    private let archive: Archive
    private let policy: WitnessPolicy
    private let store: CosignatureStore
    private let client: WitnessClient

    /// - Parameter timeoutSeconds: how long a witness may take for one answer.
    public init(_ archive: Archive, policy: WitnessPolicy, timeoutSeconds: Int = 10) {
        self.archive = archive
        self.policy = policy
        store = CosignatureStore(archive.folder)
        client = WitnessClient(timeoutSeconds: timeoutSeconds)
    }

    /// Asks all witnesses at once; what each says is kept as soon as it is verified, whatever the others do. One whose
    /// cosignature of this checkpoint is kept is not asked again: what was given out stays as it is.
    ///
    /// - Parameter checkpoint: the signed checkpoint of this archive.
    /// - Throws: ``ArchiveError`` `policy-foreign` where the policy does not list this log's key; ``EventLogError``.
    public func run(_ checkpoint: String) async throws -> Report {
        let note = try Note(parsing: Array(checkpoint.utf8))
        let head = try Checkpoint(text: note.text)
        let own = try archive.origins.map { try NoteVerifier($0.verifierKey) }
        try requireListed(head)
        // A witness reads no more than it must: the log's signature alone.
        let plain = try Note(
            text: note.text, signatures: note.signatures.filter { one in own.contains { $0.isKey(of: one) } })
        let answers = try await withThrowingTaskGroup(of: (Int, Answer).self) { group in
            for (number, witness) in policy.witnesses.enumerated() {
                group.addTask { (number, try await ask(witness, plain, head)) }
            }
            var answers: [(Int, Answer)] = []
            for try await answer in group { answers.append(answer) }
            return answers.sorted { $0.0 < $1.0 }.map(\.1)
        }
        let merged = try store.note(of: String(decoding: plain.bytes, as: UTF8.self))
        let evaluation = try policy.evaluate(Note(parsing: Array(merged.utf8)), trustingLogs: own)
        return Report(note: merged, answers: answers, evaluation: evaluation)
    }

    private func requireListed(_ head: Checkpoint) throws {
        let isListed = policy.logs.contains { log in archive.origins.contains { $0.verifierKey == log.verifier.string }
        }
        guard policy.logs.isEmpty || isListed else {
            throw ArchiveError(
                .badInput, "policy-foreign", field: "--policy", chinese: "策略没有列出本日志 \(head.origin) 的密钥；请核对策略文件",
                english: "the policy does not list the key of this log, \(head.origin); check the policy file")
        }
    }

    private func ask(_ witness: WitnessPolicy.Witness, _ note: Note, _ head: Checkpoint) async throws -> Answer {
        let kept = try store.signatures(size: head.size)
        if kept.contains(where: { witness.verifier.verify($0, text: note.text) }) {
            return Answer(witness: witness, result: .cosigned)
        }
        do {
            let signature = try await signature(of: witness, note, head)
            try store.add([signature], size: head.size)
            return Answer(witness: witness, result: .cosigned)
        } catch let silence as WitnessSilence {
            return Answer(witness: witness, result: .failed(chinese: silence.chinese, english: silence.english))
        }
    }

    private func signature(
        of witness: WitnessPolicy.Witness, _ note: Note, _ head: Checkpoint
    ) async throws -> NoteSignature {
        guard let url = witness.url?.string else {
            throw WitnessSilence(chinese: "策略没有写明它的网址", english: "the policy gives no URL for it")
        }
        guard witness.verifier.algorithm.isSupported else {
            throw WitnessSilence(chinese: "不支持它的密钥类型", english: "its type of key is not supported")
        }
        var old = store.latestSize(of: witness.verifier, through: head.size) ?? 0
        for _ in 0..<Cosigning.maximumRequests {
            let hashes =
                old == 0 || old == head.size ? [] : try archive.log.consistencyProof(from: old, to: head.size).hashes
            let request = try AddCheckpointRequest(oldSize: old, hashes: hashes, note: note)
            let answer = try await client.addCheckpoint(request.bytes, to: url)
            switch answer.status {
            case 200: return try verified(answer.body, witness.verifier, note)
            case 409 where answer.contentType.hasPrefix("text/x.tlog.size"):
                let size = try Cosigning.size(answer.body)
                guard size <= head.size else { throw WitnessSilence.ahead(size, head.size) }
                old = size
            default: throw WitnessSilence.refusal(answer)
            }
        }
        throw WitnessSilence(chinese: "它的回答自相矛盾", english: "its answers contradict each other")
    }

    private func verified(_ body: [UInt8], _ verifier: NoteVerifier, _ note: Note) throws -> NoteSignature {
        let lines = (try? CosignatureLines(parsing: body))?.signatures ?? []
        guard let signature = lines.first(where: verifier.isKey), verifier.verify(signature, text: note.text) else {
            throw WitnessSilence(
                chinese: "它的回答中没有其密钥的有效签名，请核对策略中的密钥",
                english: "its answer holds no valid cosignature of its key; check the key in the policy")
        }
        return signature
    }

    private static func size(_ body: [UInt8]) throws(WitnessSilence) -> UInt64 {
        let text = String(decoding: body, as: UTF8.self)
        guard text.hasSuffix("\n"), let size = UInt64(text.dropLast()), "\(size)\n" == text else {
            throw WitnessSilence(chinese: "回答的大小无法读取", english: "the size that it answers cannot be read")
        }
        return size
    }
}

extension WitnessSilence {
    fileprivate static func ahead(_ size: UInt64, _ own: UInt64) -> WitnessSilence {
        WitnessSilence(
            chinese: "它已见证到 \(size) 条，多于本日志的 \(own) 条：日志可能被截短或来自旧备份，请先查明",
            english:
                "it has cosigned \(size) entries, more than the \(own) here: the log may have been cut short or come from "
                + "an old backup; find out first")
    }

    fileprivate static func refusal(_ answer: WitnessAnswer) -> WitnessSilence {
        // The words are a stranger's: one line, no control characters.
        let words = String(decoding: answer.body.prefix(200), as: UTF8.self).unicodeScalars
            .map { $0.value < 0x20 || $0.properties.generalCategory == .control ? " " : String($0) }.joined()
        let reason: (String, String) =
            switch answer.status {
            case 403: ("它不认可本日志的签名", "it does not accept the log's signature")
            case 404: ("它不认识本日志", "it does not know this log")
            case 409: ("它见过同样大小而内容不同的检查点", "it has seen another root at this size")
            case 422: ("本日志与它见过的历史不一致", "the log does not go on from what it has seen")
            default: ("它拒绝了", "it refused")
            }
        return WitnessSilence(
            chinese: "\(reason.0)（HTTP \(answer.status)：\(words)）",
            english: "\(reason.1) (HTTP \(answer.status): \(words))")
    }
}
