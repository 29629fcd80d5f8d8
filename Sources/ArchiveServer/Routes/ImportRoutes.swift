internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// `POST /v1/imports/{template}`: a CSV of any size, taken row by row as the command line takes it (contract §1).
enum ImportRoutes {
    /// The upload is kept beside the archive until it is judged; the answer is the report with every rejected row, or,
    /// with `Prefer: respond-async`, the job under which it can be watched.
    @Sendable static func importTable(_ call: APICall) async throws -> Response {
        let values = try call.query("file", "dryRun", "ignoreExtra")
        guard let template = ImportCompleted.Template(rawValue: call.parameter("template")) else {
            let known = ImportCompleted.Template.allCases.map(\.rawValue).joined(separator: " ")
            throw ServiceError(
                .notFound, "template-unknown", field: "template",
                chinese: "没有模板 \(call.parameter("template"))；可用：\(known)",
                english: "there is no template \(call.parameter("template")); known: \(known)")
        }
        let type = (call.header(.contentType) ?? "").lowercased().prefix { $0 != ";" }
        guard ["text/csv", "application/octet-stream"].contains(type) else {
            throw ServiceError(
                .unsupportedMediaType, "content-type-unsupported", field: "Content-Type",
                chinese: "内容类型应为 text/csv（GB18030 或 UTF-8，自动识别）",
                english: "the content type should be text/csv (GB18030 or UTF-8, detected)")
        }
        // A key that is limited to sources or regions records events, of which each says both.
        guard call.principal.scope == RecordingScope() else {
            throw ServiceError(
                .forbidden, "import-forbidden", chinese: "限于来源或行政区划的密钥不能整表导入，请逐个提交事件",
                english: "a key that is limited to sources or regions does not import tables; append events with it")
        }
        var options = Importer.Options()
        options.isDryRun = try APICall.flag(values, "dryRun")
        options.ignoreExtra = try APICall.flag(values, "ignoreExtra")
        options.recordedBy = call.principal.id
        let name = values["file"].flatMap { PlainText.isName($0, limit: 255) && !$0.contains("/") ? $0 : nil }
        let upload = try await Upload(call, upTo: call.service.settings.maximumImportBytes)
        options.rejectsPath = upload.folder + "/rejects.csv"
        let job: Job
        do { job = try call.service.jobs.begin(.import, by: call.principal.id) } catch {
            upload.discard()
            throw error
        }
        job.keep(folder: upload.folder)
        let importer = Importer(call.service.archive, options)
        job.begin(
            Task(executorPreference: call.service.jobExecutor) {
                await run(importer, template, upload.path, name: name ?? "\(template.rawValue).csv", as: job)
            })
        if call.header(HTTPField.Name("Prefer") ?? .accept)?.lowercased().contains("respond-async") ?? false {
            return .json(.accepted, [.location: "/v1/jobs/\(job.id)"]) { job.write(to: &$0, in: call.language) }
        }
        await job.task?.value
        switch job.status {
        case .failed(let error): throw error
        case .done(let report):
            return .json(.ok, [.location: "/v1/jobs/\(job.id)"]) { report(call.language, &$0) }
        case .running, .cancelled: throw CancellationError()
        }
    }

    private static func run(
        _ importer: Importer, _ template: ImportCompleted.Template, _ path: String, name: String, as job: Job
    ) async {
        do {
            let report = try await importer.run(template, path: path, name: name) { read, total, rows in
                job.report(.import(read: read, total: total, rows: rows))
            }
            try? FileManager.default.removeItem(atPath: path)
            job.end(.done { language, writer in report.write(to: &writer, inChinese: language == .chinese) })
        } catch is CancellationError {
            job.end(.cancelled)
        } catch {
            try? FileManager.default.removeItem(atPath: path)
            job.end(.failed(ServiceError(error)))
        }
    }

    /// The refused rows of an import as a CSV that can be mended and imported again.
    @Sendable static func rejects(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let job = try JobRoutes.job(call)
        let path = job.folder.map { $0 + "/rejects.csv" } ?? ""
        guard job.status.isFinished, let bytes = try await call.blocking({ FileManager.default.contents(atPath: path) })
        else {
            throw ServiceError(
                .notFound, "rejects-missing", field: "job", chinese: "此任务没有被拒行的文件（或尚未结束）",
                english: "the job has no file of rejected rows, or has not ended")
        }
        return .bytes(Array(bytes), "text/csv; charset=utf-8")
    }
}
