import ArchiveTesting
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Foundation
import LogAudit
import Projections
import TransparencyLog

/// What tests do with an archive, in one step each.
extension TestArchive {
    /// Imports a file, with the archive opened and closed for it.
    @discardableResult
    func load(
        _ template: ImportCompleted.Template, _ path: String, _ change: (inout Importer.Options) -> Void = { _ in }
    ) async throws -> ImportReport {
        var options = Importer.Options()
        change(&options)
        if options.isDryRun { return try await reading { try await Importer($0, options).run(template, path: path) } }
        return try await writing { try await Importer($0, options).run(template, path: path) }
    }

    /// Imports rows as a UTF-8 file.
    @discardableResult
    func load(
        _ template: ImportCompleted.Template, rows: [[String: String]],
        _ change: (inout Importer.Options) -> Void = { _ in }
    ) async throws -> ImportReport {
        try await load(template, file("rows-\(UUID().uuidString).csv", Rows.csv(template, rows)), change)
    }

    /// Appends CloudEvents, with the archive opened and closed for it.
    @discardableResult
    func append(_ events: [String]) async throws -> [Recorded] {
        try await writing {
            try await Recorder($0, recordedBy: "operator/test").append(cloudEvents: Array(Cloud.batch(events).utf8))
        }
    }

    var size: UInt64 {
        get async throws { try await reading { try $0.log.head().size } }
    }

    /// The bytes of the log's files as they stand.
    var logBytes: [Data] {
        ["", "-wal"].map { FileManager.default.contents(atPath: folder.log + $0) ?? Data() }
    }

    func entries() async throws -> [Entry] {
        try await reading { archive in
            var entries: [Entry] = []
            try Auditor(archive).replay { entries.append($0) }
            return entries
        }
    }

    /// Deep findings of the archive as it stands.
    func deepFindings() throws -> [String] {
        var options = Verification.Options()
        options.deep = true
        options.verifierKeys = [verifierKey]
        return try Verification(folder, options).run().findings.map { "\($0.code) \($0.detail)" }
    }
}

/// Foundation's reading of JSON, beside the archive's own.
enum JSON {
    static func object(_ value: some JSONEncodable) throws -> [String: Any] {
        var writer = JSONWriter()
        value.write(to: &writer)
        return try object(bytes: writer.bytes)
    }

    static func object(bytes: [UInt8]) throws -> [String: Any] {
        guard let object = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any] else {
            throw CocoaError(.coderReadCorrupt)
        }
        return object
    }

    static func object(file: String) throws -> [String: Any] {
        try object(bytes: Array(Data(contentsOf: URL(fileURLWithPath: file))))
    }
}
