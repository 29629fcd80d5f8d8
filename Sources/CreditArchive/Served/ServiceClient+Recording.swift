internal import AsyncHTTPClient
internal import CanonicalJSON
public import CreditModel
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import TabularText

extension ServiceClient {
    /// Appends CloudEvents as ``Recorder/append(cloudEvents:evidenceFrom:)`` does: read and checked here in the same way,
    /// judged there. An append that got no answer is sent again: the identity of its events keeps it from being taken twice.
    ///
    /// - Parameter folder: of the attachments that the events name; those that the service lacks are sent before the events.
    /// - Throws: ``ArchiveError`` as the archive tells it, `service-unreachable`.
    public func append(cloudEvents bytes: [UInt8], evidenceFrom folder: String? = nil) async throws -> [Recorded] {
        let (batch, submissions) = try Recorder.batch(bytes)
        guard !submissions.isEmpty else {
            throw ArchiveError(.badInput, "no-events", chinese: "没有可收录的事件", english: "there are no events to append")
        }
        if let folder {
            for (number, submission) in submissions.enumerated() {
                for evidence in submission.event.evidence {
                    do { try await send(evidence, from: folder) } catch let error as ArchiveError {
                        throw error.ofEvent(number + 1)
                    }
                }
            }
        }
        let answer = try await exchange {
            var request = self.request(.POST, address.url(["v1", "events"], []))
            request.headers.add(name: "Content-Type", value: "application/cloudevents-batch+json")
            request.body = .bytes(ByteBuffer(bytes: batch))
            return request
        }
        let document = try document(answer)
        do { return try document.root.elements().map { node throws(JSONFault) in try Recorded(json: node) } } catch {
            throw ArchiveError.strangeService(address, error.english)
        }
    }

    /// Sends an attachment, which must be the file that its event names. What is there already is left as it is.
    private func send(_ evidence: Evidence, from folder: String) async throws {
        let found = try EvidenceStore(folder: "").look(at: evidence.name, in: folder)
        guard found.digest == evidence.digest, found.size == evidence.size else {
            throw EvidenceStore.differs(evidence)
        }
        let bytes = ByteBuffer(bytes: try Files.read(folder + "/" + evidence.name))
        _ = try await exchange {
            var request = self.request(.PUT, address.url(["v1", "evidence", evidence.digest], []))
            request.headers.add(name: "Content-Type", value: "application/octet-stream")
            request.body = .bytes(bytes)
            return request
        }
    }

    /// Imports a file as ``Importer/run(_:path:name:progress:)`` does, in the service: the file is sent piece by piece, the
    /// work is watched, and the refused rows come back into ``Importer/Options/rejectsPath``.
    ///
    /// - Parameter progress: bytes sent and then judged, of all; rows so far.
    /// - Throws: ``ArchiveError`` as ``Importer`` does, `service-unreachable`; rows that were taken stay taken, and importing
    ///   again continues.
    public func importTable(
        _ template: ImportCompleted.Template, path: String, _ options: Importer.Options,
        progress: @escaping @Sendable (_ read: Int, _ total: Int, _ rows: Int64) -> Void = { _, _, _ in }
    ) async throws -> ImportReport {
        guard options.evidenceFolder == nil else {
            throw ArchiveError(
                .usage, "local-archive-needed", field: "--evidence",
                chinese: "带附件的导入需要档案库的目录；经服务时请先上传附件（PUT /v1/evidence），再以 append 收录事件",
                english:
                    "an import with attachments needs the archive's folder; to a service send the attachments (PUT "
                    + "/v1/evidence) and append the events")
        }
        // What can be told here is told before anything is sent.
        var reader = try CSVReader(.file(path))
        _ = try Importer.columns(of: &reader, ImportTemplate(template), ignoreExtra: options.ignoreExtra)
        let total = reader.totalBytes
        try Importer.requireOther(options.rejectsPath, than: path)
        let rejects = try options.rejectsPath.map { try ReceivedFile(path: $0) }
        let parameters = [
            ("file", URL(fileURLWithPath: path).lastPathComponent), ("dryRun", options.isDryRun ? "1" : "0"),
            ("ignoreExtra", options.ignoreExtra ? "1" : "0"),
        ]
        let begun = try await exchange {
            var request = self.request(.POST, address.url(["v1", "imports", template.rawValue], parameters))
            request.headers.add(name: "Content-Type", value: "application/octet-stream")
            request.headers.add(name: "Prefer", value: "respond-async")
            request.body = .stream(
                FilePieces(path: path) { progress($0, total, 0) }, length: .known(Int64(total)))
            return request
        }
        let id = try job(begun).id
        while true {
            let state = try await job(exchange { request(.GET, address.url(["v1", "jobs", id], [])) })
            progress(state.read, max(state.total, 1), state.rows)
            guard let end = state.end else {
                try await Task.sleep(for: .milliseconds(100))
                continue
            }
            let report = try end.get()
            if let rejects {
                let answer = try await exchange { request(.GET, address.url(["v1", "jobs", id, "rejects"], [])) }
                try rejects.finish(answer.body)
            }
            return report
        }
    }

    private func job(_ answer: ServiceAnswer) throws -> ImportJob {
        do { return try ImportJob(json: document(answer).root) } catch let fault as JSONFault {
            throw ArchiveError.strangeService(address, fault.english)
        }
    }
}

/// An import in the service, as it is watched there.
private struct ImportJob: JSONDecodable {
    var id: String
    var read = 0
    var total = 0
    var rows: Int64 = 0
    /// Nil while it runs.
    var end: Result<ImportReport, ArchiveError>?

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        id = try fields.required("job")
        if let progress = fields.optional("progress") {
            var members = try progress.fields()
            read = Int(try members.required("bytesRead", as: Int64.self))
            total = Int(try members.required("bytes", as: Int64.self))
            rows = try members.required("rows")
        }
        let status = try fields.required("status")
        if let result = fields.optional("result") {
            end = .success(try ImportReport(json: result))
        } else if let problem = fields.optional("problem") {
            end = .failure(try ServiceProblem(json: problem).error)
        } else if try status.string() == "cancelled" {
            end = .failure(
                ArchiveError(
                    .unavailable, "import-cancelled", chinese: "导入被中止（服务停止，或有人取消）；再次导入即从中断处继续",
                    english:
                        "the import was called off: the service stopped, or somebody cancelled it; import again, and it "
                        + "goes on from there"))
        }
    }
}
