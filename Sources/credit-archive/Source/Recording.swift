internal import CreditArchive
internal import CreditModel

extension GlobalOptions {
    /// Appends to what `--archive` names.
    ///
    /// - Parameter operatorID: who records; in a service that is its key.
    func append(_ bytes: [UInt8], evidence: String?, operatorID: String?) async throws -> [Recorded] {
        try requireFolder(for: "--operator-id", operatorID != nil)
        if let recorded = try await served({ try await $0.append(cloudEvents: bytes, evidenceFrom: evidence) }) {
            return recorded
        }
        let archive = try open(.writing)
        let recorder = try Recorder(archive, recordedBy: operatorID ?? Operator.standard)
        let recorded = try await recorder.append(cloudEvents: bytes, evidenceFrom: evidence)
        try archive.close()
        return recorded
    }

    /// Imports a file into what `--archive` names.
    ///
    /// - Parameters:
    ///   - operatorID: as ``append(_:evidence:operatorID:)`` has it.
    ///   - progress: bytes sent or judged, of all; rows so far.
    func importTable(
        _ template: ImportCompleted.Template, path: String, _ options: Importer.Options, operatorID: String?,
        progress: @escaping @Sendable (_ read: Int, _ total: Int, _ rows: Int64) -> Void
    ) async throws -> ImportReport {
        try requireFolder(for: "--operator-id", operatorID != nil)
        let report = try await served { try await $0.importTable(template, path: path, options, progress: progress) }
        if let report { return report }
        let archive = try open(options.isDryRun ? .reading : .writing)
        let done = try await Importer(archive, options).run(template, path: path, progress: progress)
        try archive.close()
        return done
    }
}
