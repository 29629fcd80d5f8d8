internal import Foundation
internal import LogAudit
internal import TransparencyLog

/// Whether the latest checkpoint of a log has the cosignatures that a policy asks for (C2SP tlog-policy).
struct QuorumCheck {
    let policy: WitnessPolicy
    /// Kept beside the checkpoint; nil where it carries them itself.
    let cosignatures: CosignatureStore?
    /// Keys of the log that are trusted besides the policy's.
    let keys: [NoteVerifier]

    /// What the latest checkpoint shows, and what it lacks.
    func run(_ checkpoint: String?) -> (evaluation: WitnessPolicy.Evaluation?, findings: [Finding]) {
        guard let checkpoint else {
            guard policy.quorum != nil else { return (nil, []) }
            return (nil, [Finding(.quorumMissed, "the log has no signed checkpoint")])
        }
        do {
            let merged = try cosignatures?.note(of: checkpoint) ?? checkpoint
            let note = try Note(parsing: Array(merged.utf8))
            let evaluation = try policy.evaluate(note, trustingLogs: keys)
            guard !evaluation.isQuorumReached else { return (evaluation, []) }
            return (evaluation, [Finding(.quorumMissed, at: evaluation.checkpoint.size, evaluation.words)])
        } catch let error as TransparencyError where [.signatureMissing, .originMismatch].contains(error.code) {
            return (nil, [Finding(.quorumMissed, "no log of the policy signed the latest checkpoint: \(error.detail)")])
        } catch let error as TransparencyError where error.code == .signatureInvalid {
            return (nil, [Finding(.cosignatureInvalid, error.detail)])
        } catch {
            return (nil, [Finding(.cosignatureInvalid, ArchiveError(error).english)])
        }
    }
}

extension WitnessPolicy.Evaluation {
    /// Who cosigned and when, and who did not, for a detail.
    var words: String {
        let there = cosigned.map { "\($0.witness.name.string) \($0.timeText)" }
        return "cosigned: \(there.isEmpty ? "none" : there.joined(separator: ", ")); "
            + "lacking: \(lacking.isEmpty ? "none" : lacking.map(\.name.string).joined(separator: ", "))"
    }
}

extension ArchiveError {
    /// A key was given beside a policy that does not list it.
    static func keysContradict(_ key: NoteVerifier) -> ArchiveError {
        ArchiveError(
            .usage, "keys-contradict", field: "--key", chinese: "策略没有列出 --key 给出的密钥 \(key.string)；请核对两者",
            english: "the policy does not list the key given with --key, \(key.string); check both")
    }
}
