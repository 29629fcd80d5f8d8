internal import ArgumentParser
internal import CreditArchive
internal import Foundation

/// How a served archive is reached; all of it is left out for an archive in a folder.
struct ServiceOptions: ParsableArguments {
    /// The key, where no file has it: the list of processes shows arguments to everybody, the environment to nobody else.
    static let keyVariable = "CREDIT_ARCHIVE_KEY"

    @Option(
        help: ArgumentHelp("服务密钥的文件 A file with the key of the service (else CREDIT_ARCHIVE_KEY).", valueName: "file"))
    var keyFile: String?

    @Option(help: "查阅用途，记入服务的查阅记录 Why it is read, for the access record of the service.")
    var purpose: String?

    @Option(
        help: ArgumentHelp("另信任的 CA 证书（PEM） CA certificates to trust beside the system's (PEM).", valueName: "file"))
    var caFile: String?

    var isEmpty: Bool { keyFile == nil && purpose == nil && caFile == nil }

    func client(_ address: ServiceAddress, _ language: Language) throws -> ServiceClient {
        let key = try key()
        if key != nil, !address.isEncrypted, !address.isLocal {
            Terminal.note(
                language(
                    "注意：密钥以明文经网络发往 \(address.text)；请改用 https",
                    "note: the key goes to \(address.text) in clear over the network; use https"))
        }
        return try ServiceClient(
            address, key: key, purpose: purpose, inChinese: language == .chinese, caFile: caFile)
    }

    private func key() throws -> String? {
        if let keyFile {
            return String(decoding: try Input.read(keyFile, limit: 4_096), as: UTF8.self)
                .trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return ProcessInfo.processInfo.environment[ServiceOptions.keyVariable].flatMap { $0.isEmpty ? nil : $0 }
    }
}
