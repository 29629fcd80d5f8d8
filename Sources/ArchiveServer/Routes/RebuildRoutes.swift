internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore
internal import Projections

/// Read models: what state they are in, and building them anew.
enum RebuildRoutes {
    private static let maximumBody = 65_536

    @Sendable static func projections(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let service = call.service
        let states = try await call.blocking { try service.archive.projections.projectionStates() }
        let size = service.tail.feed.size
        return .json { writer in
            writer.beginObject()
            writer.key("projections")
            writer.beginArray()
            for state in states {
                writer.beginObject()
                writer.member("name", state.name)
                writer.member("version", state.version)
                if let stop = state.stop {
                    writer.member("stoppedAt", stop.position)
                    writer.member("reason", call.language(stop.chinese, stop.english))
                } else {
                    writer.member("digest", state.digest)
                }
                writer.endObject()
            }
            writer.endArray()
            writer.member("folded", min(service.keeper.folded, size))
            writer.member("entries", size)
            writer.endObject()
        }
    }

    /// Begins a rebuild and answers with its job; `{projections?, body?, region?, since?, fromLog?, dryRun?, workers?}`.
    @Sendable static func start(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let body = try await call.body(upTo: maximumBody)
        let service = call.service
        let options: RebuildOptions = try await call.blocking { try self.options(body, service.auditor) }
        let job = try service.jobs.begin(.rebuild, by: call.principal.id)
        let administrator = service.administrator
        job.begin(
            Task {
                do {
                    let report = try await administrator.rebuildInBackground(options) { job.report(.rebuild($0)) }
                    job.end(
                        .done { language, writer in
                            report.write(to: &writer, isDryRun: options.dryRun, inChinese: language == .chinese)
                        })
                } catch is CancellationError {
                    job.end(.cancelled)
                } catch {
                    job.end(.failed(ServiceError(error)))
                }
            })
        return .json(.accepted, [.location: "/v1/jobs/\(job.id)"]) { job.write(to: &$0, in: call.language) }
    }

    private static func options(_ body: [UInt8], _ auditor: Auditor) throws -> RebuildOptions {
        var options = RebuildOptions()
        guard !body.isEmpty else { return options }
        do {
            var fields = try JSONDocument(parsing: body).root.fields()
            options.fromLog = try fields.optional("fromLog")?.boolean() ?? false
            options.dryRun = try fields.optional("dryRun")?.boolean() ?? false
            let names: [String]? = try fields.optional("projections")
            options.projections = names.map { Set($0) }
            if let node = fields.optional("workers") {
                let count = try node.integer()
                guard (1...256).contains(count) else { throw node.fault(.badValue, "1…256") }
                options.workers = Int(count)
            }
            let (body, region, since) = (fields.optional("body"), fields.optional("region"), fields.optional("since"))
            try fields.finish()
            guard [body != nil, region != nil, since != nil].filter({ $0 }).count <= 1 else {
                throw ServiceError(
                    .badRequest, "flags-contradict", chinese: "body、region、since 只用其一",
                    english: "use one of body, region and since")
            }
            if let body { options.subjects = .body(try auditor.body(named: body.string())) }
            if let region {
                guard let code = RegionCode(try region.string()) else {
                    throw region.fault(.badValue, "6, 9 or 12 digits")
                }
                options.subjects = .region(prefix: code.prefix)
            }
            if let since {
                guard let position = UInt64(exactly: try since.integer()) else { throw since.fault(.badValue, "0…") }
                options.subjects = .since(position)
            }
        } catch let fault as JSONFault {
            throw ArchiveError(fault)
        }
        return options
    }
}

/// Jobs: watched as JSON or as a stream, called off.
enum JobRoutes {
    @Sendable static func list(_ call: APICall) async throws -> Response {
        _ = try call.query()
        return .json { writer in
            writer.beginObject()
            writer.key("jobs")
            writer.beginArray()
            for job in call.service.jobs.all { job.write(to: &writer, in: call.language) }
            writer.endArray()
            writer.endObject()
        }
    }

    @Sendable static func get(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let job = try job(call)
        guard call.header(.accept)?.lowercased().contains("text/event-stream") ?? false else {
            return .json { job.write(to: &$0, in: call.language) }
        }
        return stream(job, call)
    }

    /// The job's state whenever it has changed, at most five times a second, until it has ended.
    private static func stream(_ job: Job, _ call: APICall) -> Response {
        let body = ResponseBody { writer in
            var last: [UInt8] = []
            while true {
                let isFinished = job.status.isFinished
                var json = JSONWriter()
                job.write(to: &json, in: call.language)
                if json.bytes != last {
                    last = json.bytes
                    let text = "event: \(isFinished ? "end" : "progress")\ndata: \(json.text)\n\n"
                    try await writer.write(ByteBuffer(string: text))
                }
                if isFinished || call.service.tail.isClosed { break }
                try await Task.sleep(for: .milliseconds(200))
            }
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache, no-transform"],
            body: body)
    }

    @Sendable static func cancel(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let job = try job(call)
        job.cancel()
        return .json(.accepted) { job.write(to: &$0, in: call.language) }
    }

    /// A job that the principal began, or any to an administrator.
    static func job(_ call: APICall) throws -> Job {
        let job = try call.service.jobs.job(call.parameter("job"))
        guard call.principal.may(.administrator) || job.principal == call.principal.id else {
            throw ServiceError(
                .forbidden, "job-of-another", field: "job", chinese: "只能查看自己发起的任务", english: "the job is another's")
        }
        return job
    }
}
