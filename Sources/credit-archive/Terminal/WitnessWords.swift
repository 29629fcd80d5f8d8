internal import CanonicalJSON
internal import CreditArchive
internal import TransparencyLog

/// What is told of witnesses: who cosigned, who did not, and why.
enum WitnessWords {
    /// A line about each witness of a policy, and whether the quorum was reached.
    static func text(_ evaluation: WitnessPolicy.Evaluation, _ say: Language) -> String {
        var text = ""
        for one in evaluation.cosigned {
            text += say(
                "✓ 见证 \(one.witness.name.string) \(one.timeText)\n",
                "✓ cosigned by \(one.witness.name.string) at \(one.timeText)\n")
        }
        for one in evaluation.lacking {
            text += say("– 未见证 \(one.name.string)\n", "– not cosigned by \(one.name.string)\n")
        }
        return text
    }

    /// The members `cosigned`, `lacking` and `quorumReached` of an object.
    static func write(_ evaluation: WitnessPolicy.Evaluation, to writer: inout JSONWriter) {
        writer.key("cosigned")
        writer.beginArray()
        for one in evaluation.cosigned {
            writer.beginObject()
            writer.member("witness", one.witness.name.string)
            writer.member("time", one.timeText)
            writer.endObject()
        }
        writer.endArray()
        writer.key("lacking")
        writer.beginArray()
        for one in evaluation.lacking { writer.string(one.name.string) }
        writer.endArray()
        writer.member("quorumReached", evaluation.isQuorumReached)
    }

    /// What came of asking a witness.
    static func line(
        _ answer: Cosigning.Answer, _ evaluation: WitnessPolicy.Evaluation, _ say: Language
    ) -> String {
        let name = answer.witness.name.string
        switch answer.result {
        case .cosigned:
            let time = evaluation.cosigned.first { $0.witness == answer.witness }?.timeText ?? ""
            return say("✓ 见证方 \(name) 已签 \(time)", "✓ witness \(name) cosigned at \(time)")
        case .failed(let chinese, let english):
            return say("✗ 见证方 \(name)：\(chinese)", "✗ witness \(name): \(english)")
        }
    }

    static func missed(_ say: Language) -> String {
        say(
            "✗ 未达到策略要求的见证；检查点已签发，已得到的见证签名已保存，可稍后再次运行",
            "✗ the quorum of the policy was not reached; the checkpoint is signed and what came is kept: run again later"
        )
    }
}
