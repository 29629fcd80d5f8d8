import ArchiveTesting
import CreditArchive
import Foundation
import Testing
import TransparencyLog

/// An archive that is exported in tests, and the folder of the export.
struct ExportedLog {
    let archive: TestArchive
    let path: String
    /// The key that an outsider trusts.
    let verifierKey: String

    init(archive: TestArchive, path: String, verifierKey: String? = nil) {
        (self.archive, self.path, self.verifierKey) = (archive, path, verifierKey ?? archive.verifierKey)
    }

    /// An archive with checkpoints of 1, 303, 304 and 604 entries; two cases are publicised until 2026-03-05, one is not
    /// public.
    init(name: String = "export") async throws {
        let archive = try TestArchive()
        self.init(archive: archive, path: archive.temporary.file(name))
        try await archive.append([
            Cloud.body(1), Cloud.body(2), Cloud.incident("a", severity: "严重"), Cloud.incident("b", severity: "轻微"),
            Cloud.incident("c", body: 2, severity: "严重"),
            Cloud.incident("d", body: 2, severity: "严重", visibility: "内部"),
        ])
        for count in [296, 1, 300] { try await grow(by: count) }
    }

    func grow(by count: Int) async throws {
        let first = try await archive.size
        try await archive.append(
            (0..<count).map { Cloud.statement("s\(first)-\($0)", "2023-04-01", of: "b", "第\($0)份") })
        _ = try await archive.writing { try Administrator($0).checkpoint() }
    }

    @discardableResult
    func export(
        publicOnly: Bool = false, to path: String? = nil, checkpoint: String? = nil
    ) async throws
        -> LogExport.Report
    {
        try await archive.reading { open in
            let latest = try #require(try Auditor(open).latestCheckpoint())
            return try LogExport(open, publicOnly: publicOnly).run(
                to: path ?? self.path, checkpoint: checkpoint ?? latest.note)
        }
    }

    /// All files by their path in the folder.
    func files() throws -> [String: Data] {
        var files: [String: Data] = [:]
        for file in try Files.all(in: path) { files[String(file.dropFirst(path.count + 1))] = try Files.bytes(file) }
        return files
    }

    func change(_ name: String, _ body: (inout Data) -> Void) throws {
        var bytes = try Files.bytes("\(path)/\(name)")
        body(&bytes)
        try Files.write(bytes, to: "\(path)/\(name)")
    }
}

/// `audit.py` of an export, run as an outsider runs it.
enum AuditProgram {
    static let python = "/usr/bin/python3"
    static let canRun: Bool = {
        (try? run([python, "-c", "import cryptography"]).status) == 0
    }()

    static func check(_ log: ExportedLog, against: [String] = []) throws -> (status: Int32, output: String) {
        var arguments = [python, "\(log.path)/audit.py", log.path, log.verifierKey]
        if !against.isEmpty { arguments += ["--against"] + against }
        return try run(arguments)
    }

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        (process.standardOutput, process.standardError) = (output, output)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }
}
