internal import ArgumentParser
internal import CreditArchive
internal import TransparencyLog

struct CheckpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "checkpoint", abstract: "签名的检查点 The signed checkpoint of the log as it is.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county checkpoint > checkpoint.txt
              credit-archive --archive ./county checkpoint --policy policy.txt > checkpoint.txt
            --policy 向策略列出的见证方请求见证签名；未达到策略的法定数时退出码为 1，已得到的签名保留。
            --policy asks the witnesses of the policy to cosign; exit code 1 where its quorum is not reached, what came is kept.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var passphrase: PassphraseOptions

    @Option(help: "见证策略文件（C2SP tlog-policy）A policy whose witnesses are asked to cosign.")
    var policy: String?

    @Option(help: "等待每个见证方回答的秒数 Seconds to wait for each answer of a witness.")
    var timeout = 10

    func validate() throws {
        guard (1...600).contains(timeout) else { throw ValidationError("--timeout takes 1…600") }
    }

    func run() async throws {
        let policy = try policy.map(Input.policy)
        let checkpoint = try Checkpoints.current(global, passphrase)
        guard let policy else {
            Terminal.write(checkpoint)
            return
        }
        let report = try await Cosigning(global.open(.reading), policy: policy, timeoutSeconds: timeout).run(checkpoint)
        Terminal.write(report.note)
        for answer in report.answers { Terminal.note(WitnessWords.line(answer, report.evaluation, global.language)) }
        guard !report.evaluation.isQuorumReached else { return }
        Terminal.note(WitnessWords.missed(global.language))
        throw ExitCode(1)
    }
}
