internal import ArgumentParser
internal import CreditArchive
internal import Foundation

/// The command line of the archive.
struct CreditArchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "credit-archive",
        abstract: "政务诚信档案库 · An event-sourced, tamper-evident archive of government credit records.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county init --origin credit.example/county
              credit-archive --archive ./county import bodies bodies.csv
              credit-archive --archive ./county import incidents incidents.csv --rejects rejected.csv
              credit-archive --archive ./county standing --all --as-of 2024-12-31
              credit-archive --archive ./county trail 419801-2022-00001
              credit-archive --archive ./county verify

            退出码 Exit codes: 0 完成 done; 1 核验不符或有行被拒 a check failed or rows were rejected; 2 用法 usage; 3 输入有误 bad input;
            4 冲突 conflict; 5 档案损坏或无法打开 the archive is damaged or cannot be opened.
            """,
        version: "credit-archive 0.1.0（格式 format 1）",
        subcommands: [
            Init.self, Append.self, Import.self, Template.self, StandingCommand.self, Trend.self, Trail.self, Diff.self,
            Evaluate.self, Explain.self, Schemes.self, Results.self, RoundCommand.self, Duties.self, Report.self,
            Compile.self, CalendarCommand.self, Replay.self, Rebuild.self, Verify.self, CheckpointCommand.self,
            Prove.self, VerifyReceipt.self, ProveConsistency.self, VerifyConsistency.self, Bundle.self,
            VerifyBundle.self, Export.self, WitnessCommand.self, Keys.self, Display.self, BackupCommand.self,
            Restore.self, Resume.self, Doctor.self, Demo.self, Serve.self, AccessCommand.self, Proposals.self,
            SubscribersCommand.self, ExchangeCommand.self,
        ])
}

extension CreditArchiveCommand {
    /// Refuses an unknown verb by its name; ArgumentParser would blame the options behind it.
    static func requireKnownVerb(_ arguments: [String]) throws {
        let verbs = configuration.subcommands.map { $0._commandName } + ["help"]
        guard let verb = arguments.first, !verb.hasPrefix("-"), !verbs.contains(verb) else { return }
        let list = verbs.joined(separator: " ")
        throw ArchiveError(
            .usage, "verb-unknown", field: verb, chinese: "没有命令 \(verb)；可用：\(list)",
            english: "there is no command \(verb); known: \(list)")
    }
}

@main
enum Main {
    static func main() async {
        Terminal.guardDescriptors()
        let arguments = GlobalOptions.movedBehindVerb(Array(CommandLine.arguments.dropFirst()))
        let language = Language(arguments: arguments)
        do {
            try CreditArchiveCommand.requireKnownVerb(arguments)
            var command = try CreditArchiveCommand.parseAsRoot(arguments)
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            Foundation.exit(Failure.report(error, language))
        }
    }
}
