internal import ArgumentParser
internal import CreditArchive
internal import Foundation

/// The options of every verb; they may stand before the verb or behind it.
struct GlobalOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "档案库的目录，或服务的地址 The archive's folder, or where it is served: https://HOST:PORT.", valueName: "path"))
    var archive: String?

    @OptionGroup(title: "服务 Service") var service: ServiceOptions

    @Option(help: "输出格式 Output: table, json, ndjson or csv (default: table on a terminal, else json).")
    var format: Format?

    @Option(help: "语言 Language: zh or en (default: from the locale).")
    var lang: Language?

    var language: Language { lang ?? .fromLocale }
    var effectiveFormat: Format { format ?? (Terminal.isTerminal(1) ? .table : .json) }

    func folder() throws -> ArchiveFolder {
        guard let archive, !archive.isEmpty else {
            throw ArchiveError(
                .usage, "archive-needed", field: "--archive", chinese: "请用 --archive 指明档案库目录",
                english: "say which archive with --archive PATH")
        }
        guard !isServed else { throw ArchiveError.folderNeeded() }
        guard !archive.contains("://") else {
            throw ArchiveError(
                .usage, "archive-kind", field: "--archive", chinese: "本版本只支持目录形式和 http(s) 服务的档案库：\(archive)",
                english: "this version works with archives in folders and served over http(s), not with \(archive)")
        }
        return ArchiveFolder(archive)
    }

    /// - Parameter passphrase: of the signing key; by default from the environment, or asked for.
    func open(_ access: Archive.Access, _ passphrase: PassphraseOptions? = nil) throws -> Archive {
        try Archive(opening: folder(), for: access, passphrase: PassphraseOptions.source(passphrase?.passphraseFile))
    }

    var renderer: Renderer { Renderer(format: effectiveFormat, language: language) }

    private static let names = ["--archive", "--format", "--lang", "--key-file", "--purpose", "--ca-file"]

    /// Moves options that stand before the verb behind everything else, where ArgumentParser expects them.
    static func movedBehindVerb(_ arguments: [String]) -> [String] {
        var moved: [String] = []
        var index = 0
        while index < arguments.count, let name = names.first(where: { arguments[index].hasPrefix($0) }) {
            moved.append(arguments[index])
            index += 1
            if moved.last == name, index < arguments.count {
                moved.append(arguments[index])
                index += 1
            }
        }
        let rest = arguments[index...]
        guard !rest.isEmpty else { return moved }
        let end = rest.firstIndex(of: "--") ?? rest.endIndex
        return Array(rest[..<end]) + moved + Array(rest[end...])
    }
}

enum Format: String, ExpressibleByArgument, CaseIterable {
    case table, json, ndjson, csv
}

enum Language: String, ExpressibleByArgument, CaseIterable {
    case chinese = "zh"
    case english = "en"

    /// Chinese for a Chinese locale, English for every other that is set, Chinese where none is.
    static var fromLocale: Language {
        let environment = ProcessInfo.processInfo.environment
        let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? "zh"
        return locale.lowercased().hasPrefix("zh") ? .chinese : .english
    }

    /// As the arguments say, before they are parsed: for errors in the arguments themselves.
    init(arguments: [String]) {
        let named = arguments.firstIndex(of: "--lang").map { arguments.index(after: $0) }
            .flatMap { $0 < arguments.endIndex ? arguments[$0] : nil }
        self = named.flatMap(Language.init(rawValue:)) ?? .fromLocale
    }

    func callAsFunction(_ chinese: String, _ english: String) -> String { self == .chinese ? chinese : english }
}
