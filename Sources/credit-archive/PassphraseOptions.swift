internal import ArgumentParser
internal import CreditArchive
internal import Foundation

/// Where the passphrase of the signing key comes from: a file, else the environment, else a person at the terminal.
struct PassphraseOptions: ParsableArguments {
    static let variable = "CREDIT_ARCHIVE_PASSPHRASE"

    @Option(
        help: "签名密钥口令文件 A file with the passphrase of the signing key (else CREDIT_ARCHIVE_PASSPHRASE, else asked for)."
    )
    var passphraseFile: String?

    var source: PassphraseSource { PassphraseOptions.source(passphraseFile) }

    /// For a key that is new: nil where none was given, unless one is to be asked for.
    func forNewKey(asking: Bool) throws -> Passphrase? {
        if let given = try PassphraseOptions.given(passphraseFile) { return given }
        guard asking else { return nil }
        if let asked = try PassphraseOptions.ask(.setting) { return asked }
        throw ArchiveError(
            .usage, "passphrase-needed", field: "--passphrase-file",
            chinese: "请用 --passphrase-file 或环境变量 CREDIT_ARCHIVE_PASSPHRASE 给出口令，或在终端上运行以便输入",
            english:
                "give the passphrase with --passphrase-file or in the environment as CREDIT_ARCHIVE_PASSPHRASE, or "
                + "run this on a terminal to be asked")
    }

    static func source(_ file: String?) -> PassphraseSource {
        PassphraseSource(given: { try given(file) }, ask: ask)
    }

    private static func given(_ file: String?) throws -> Passphrase? {
        if let file { return try Passphrase(file: Input.read(file, limit: 4_096)) }
        guard let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty else { return nil }
        return try Passphrase(text)
    }

    @Sendable static func ask(_ purpose: PassphraseSource.Purpose) throws -> Passphrase? {
        switch purpose {
        case .opening:
            return try Terminal.askSecret("签名密钥的口令 Passphrase of the signing key: ").map { try Passphrase($0) }
        case .setting:
            guard let first = try Terminal.askSecret("新口令 New passphrase of the signing key: ") else { return nil }
            let passphrase = try Passphrase(first)
            guard try Terminal.askSecret("再输一次 Once more: ") == first else {
                throw ArchiveError(
                    .badInput, "passphrase-differs", chinese: "两次输入的口令不同，没有任何改动；请重新运行",
                    english: "the two passphrases differ and nothing was changed; run this again")
            }
            return passphrase
        }
    }
}
