/// The rules that neither the compiler nor the formatter holds. Each takes one file and returns what is wrong in it.
enum HouseRules {
    static let longestFile = 400
    /// Lists of one kind of line, as long as what they list.
    static let lists: Set<String> = ["Schema/embedded/SchemaFiles.c"]

    /// Targets that get time, identifiers and randomness as values and fail by throwing.
    static let pureTargets: Set<String> = ["CanonicalJSON", "CreditModel", "Assessment", "TransparencyLog"]

    /// Targets whose JSON goes through `CanonicalJSON` alone: two codecs would sooner or later write two byte strings.
    static let canonicalJSONTargets: Set<String> = ["CanonicalJSON", "CreditModel", "EventLog"]

    /// Targets without a `Tests/<target>Tests` of their own: resources, executables and what only tests use.
    static let targetsWithoutTests: Set<String> = ["Schema", "credit-archive", "ArchiveTesting"]

    static func imports(_ file: SourceFile) -> [Violation] {
        guard file.isSwift, let target = file.target else { return [] }
        if ImportTable.rules[target] == nil {
            return [
                Violation(path: file.path, line: 1, message: "target \(target) is not in the table of allowed imports")
            ]
        }
        return file.imports.compactMap { module, line in
            ImportTable.objection(to: module, in: target).map { Violation(path: file.path, line: line, message: $0) }
        }
    }

    static func purity(_ file: SourceFile) -> [Violation] {
        guard file.isSwift, let target = file.target, pureTargets.contains(target) else { return [] }
        let why = "in a pure target: throw, or take it as a value"
        let forbidden = [
            ("try!", /\btry!/), ("as!", /\bas!/), ("Date()", /\bDate(?:\(\)|\.now\b)/), ("UUID()", /\bUUID\(\)/),
            ("random", /\.random\(|\bSystemRandomNumberGenerator\b/), ("clock", /\b(?:Continuous|Suspending)Clock\b/),
        ]
        return forbidden.flatMap { name, pattern in
            matches(of: pattern, in: file.code, of: file, message: "\(name) \(why)")
        }
    }

    static func unfinished(_ file: SourceFile) -> [Violation] {
        // Spelt so that this file does not find itself.
        let markers = matches(
            of: /\b(?:FIX[M]E|TO[D]O)\b/, in: file.lines, of: file, message: "an unfinished-work marker")
        guard file.isSwift else { return markers }
        return markers
            + matches(
                of: /fatalError\("(?:un|not )implemented/, in: file.codeAndStrings, of: file, message: "unfinished code"
            )
    }

    /// What the compiler cannot check has its reason in a comment on the same line or the one before.
    static func reasons(_ file: SourceFile) -> [Violation] {
        guard file.isSwift, file.isUnder("Sources", "Tests", "Tools") else { return [] }
        var risks = [
            ("@unchecked Sendable", /@unchecked\s+Sendable/), ("nonisolated(unsafe)", /nonisolated\(unsafe\)/),
            ("try!", /\btry!/),
        ]
        if !file.isUnder("Tests") {
            risks += [
                ("as!", /\bas!/), ("a force unwrap", /(?:\b(?!(?:try|as)!)\w+|[\])}"])!(?![=\w])/),
            ]
        }
        return risks.flatMap { name, pattern in
            matches(of: pattern, in: file.code, of: file, message: "\(name) without a comment that says why")
        }.filter { !file.linesWithComments.contains($0.line) && !file.linesWithComments.contains($0.line - 1) }
    }

    static func codecs(_ file: SourceFile) -> [Violation] {
        guard file.isSwift, let target = file.target, canonicalJSONTargets.contains(target) else { return [] }
        return matches(
            of: /\bJSON(?:Serialization|Decoder|Encoder)\b/, in: file.code, of: file,
            message: "JSON goes through CanonicalJSON in \(target)")
    }

    static func length(_ file: SourceFile) -> [Violation] {
        guard file.isProgram, !lists.contains(file.path), file.lines.count > longestFile else { return [] }
        return [
            Violation(
                path: file.path, line: longestFile + 1,
                message: "\(file.lines.count) lines, more than \(longestFile): split it by meaning")
        ]
    }

    /// Targets without a folder of tests that holds at least one Swift file.
    static func missingTests(targets: [String], files: [SourceFile]) -> [Violation] {
        targets.filter { target in
            !targetsWithoutTests.contains(target)
                && !files.contains { $0.isSwift && $0.isUnder("Tests/\(target)Tests") }
        }.map { Violation(path: "Tests/\($0)Tests", line: 1, message: "target \($0) has no tests that mirror it") }
    }

    private static func matches(
        of pattern: Regex<Substring>, in lines: [Substring], of file: SourceFile, message: String
    ) -> [Violation] {
        lines.enumerated().filter { $0.element.contains(pattern) }.map { index, _ in
            Violation(path: file.path, line: index + 1, message: message)
        }
    }
}
