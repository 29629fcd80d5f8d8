internal import ArgumentParser
internal import CreditArchive
internal import Foundation

/// How errors leave the program: both languages on stderr, the reader's first, and an exit code; never a trace.
enum Failure {
    /// Prints what is to be said and returns the exit code.
    static func report(_ error: any Error, _ language: Language) -> Int32 {
        if let code = error as? ExitCode { return code.rawValue }
        // What ArgumentParser throws: requests for help, and errors of usage.
        let status = CreditArchiveCommand.exitCode(for: error)
        if status == .success {
            print(CreditArchiveCommand.fullMessage(for: error))
            return 0
        }
        if status == .validationFailure {
            let message = CreditArchiveCommand.message(for: error)
            write(UsageMessage.chinese(message), message, language)
            write("查看用法：credit-archive --help，或 credit-archive 命令 --help", "see credit-archive --help", language)
            return 2
        }
        let error = ArchiveError(error)
        let field = error.field.flatMap { $0.isEmpty ? nil : $0 }
        let place = field.map { "（\($0)）" } ?? ""
        write(
            "错误 [\(error.code)]\(place)：\(error.chinese)",
            "error [\(error.code)]\(field.map { " (\($0))" } ?? ""): \(error.english)", language)
        return exitCode(error.kind)
    }

    private static func write(_ chinese: String, _ english: String, _ language: Language) {
        let lines = language == .chinese ? [chinese, english] : [english, chinese]
        Terminal.note(lines.joined(separator: "\n"))
    }

    private static func exitCode(_ kind: ArchiveError.Kind) -> Int32 {
        switch kind {
        case .usage: 2
        case .badInput, .refused, .unauthenticated, .forbidden, .notFound: 3
        case .conflict: 4
        case .unavailable: 5
        }
    }
}

/// ArgumentParser speaks English only; what it says of wrong arguments, in Chinese.
enum UsageMessage {
    static func chinese(_ message: String) -> String {
        let quoted = message.split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        let first = quoted.first ?? ""
        if message.hasPrefix("Unknown option") { return "用法错误：没有选项 \(first)" }
        if message.hasPrefix("Missing value for") { return "用法错误：选项 \(first) 缺少值" }
        if message.hasPrefix("Missing expected argument") { return "用法错误：缺少参数 \(first)" }
        if message.contains("unexpected argument") { return "用法错误：多余的参数 \(quoted.joined(separator: "、"))" }
        if message.hasPrefix("The value") { return "用法错误：值 \(first) 不适用于 \(quoted.dropFirst().first ?? "")" }
        return "用法错误：命令或参数不正确"
    }
}
