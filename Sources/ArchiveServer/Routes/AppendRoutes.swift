internal import CanonicalJSON
internal import CreditArchive
internal import EventLog
internal import HTTPTypes
internal import Hummingbird
internal import TransparencyLog

/// `POST /v1/events`: CloudEvents 1.0 in binary, structured and batch mode.
enum AppendRoutes {
    @Sendable static func append(_ call: APICall) async throws -> Response {
        let wantsReceipt = try APICall.flag(call.query("receipt"), "receipt")
        let mode = try CloudEventMode(call.request.headers)
        let body = try await call.body(upTo: call.service.settings.maximumBodyBytes)
        // What takes milliseconds does not hold up the connections that this thread serves.
        guard body.count > shortBody else { return try await append(body, mode, wantsReceipt, call) }
        return try await withTaskExecutorPreference(globalConcurrentExecutor) {
            try await append(body, mode, wantsReceipt, call)
        }
    }

    /// Bytes that are read and judged in less than a millisecond.
    private static let shortBody = 16_384

    private static func append(
        _ body: [UInt8], _ mode: CloudEventMode, _ wantsReceipt: Bool, _ call: APICall
    ) async throws -> Response {
        var submissions = try mode.submissions(body, call.request.headers)
        try expect(&submissions, call)
        for place in submissions.indices {
            submissions[place].recordedBy = call.principal.id
            submissions[place].scope = call.principal.scope
        }
        // Nothing is recorded whose receipt could not be given.
        if wantsReceipt {
            let administrator = call.service.administrator
            try await call.blocking { try administrator.requireSigner() }
        }
        let start = ContinuousClock.now
        let recorded = try await record(submissions, call)
        call.service.metrics.appended(recorded, start.duration(to: .now))
        let receipts = wantsReceipt ? try await self.receipts(recorded, call) : nil
        let isNew = recorded.contains { !$0.isDuplicate }
        var headers: HTTPFields = [:]
        if !mode.isBatch, let only = recorded.first { headers[.location] = "/v1/events/\(only.position)" }
        return .json(isNew ? .created : .ok, headers) { writer in
            if mode.isBatch { writer.beginArray() }
            for (place, item) in recorded.enumerated() { write(item, receipts?[place], to: &writer) }
            if mode.isBatch { writer.endArray() }
        }
    }

    private static func record(_ submissions: [Submission], _ call: APICall) async throws -> [Recorded] {
        do { return try await call.service.recorder.append(submissions) } catch let error as EventLogError
            where error.code == .versionConflict && submissions.contains(where: { $0.expected != nil })
        {
            var told = ServiceError(error)
            told.status = .preconditionFailed
            throw told
        }
    }

    /// `If-Match: "<version>"` and `If-None-Match: *`: what a single event expects of its stream.
    private static func expect(_ submissions: inout [Submission], _ call: APICall) throws {
        let (match, none) = (call.header(.ifMatch), call.header(.ifNoneMatch))
        guard match != nil || none != nil else { return }
        guard submissions.count == 1, match == nil || none == nil else {
            throw ServiceError(
                .badRequest, "expectation-ambiguous", field: "If-Match",
                chinese: "If-Match 与 If-None-Match 只用其一，且只用于单个事件",
                english: "use one of If-Match and If-None-Match, with a single event")
        }
        if let match {
            let digits = match.hasPrefix("\"") && match.hasSuffix("\"") ? match.dropFirst().dropLast() : match[...]
            guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let version = UInt64(digits) else {
                throw ServiceError(
                    .badRequest, "expectation-malformed", field: "If-Match", chinese: "If-Match 应为流的版本号，如 \"3\"",
                    english: "If-Match should be the stream's version, such as \"3\"")
            }
            submissions[0].expected = .exact(version)
        } else {
            guard none == "*" else {
                throw ServiceError(
                    .badRequest, "expectation-malformed", field: "If-None-Match", chinese: "If-None-Match 只能是 *（流尚不存在）",
                    english: "If-None-Match can only be *: the stream has no events")
            }
            submissions[0].expected = ExpectedVersion.none
        }
    }

    /// Receipts under one signed checkpoint that covers all of them.
    private static func receipts(_ recorded: [Recorded], _ call: APICall) async throws -> [[UInt8]] {
        let (administrator, auditor) = (call.service.administrator, call.service.auditor)
        return try await call.blocking {
            let last = recorded.map(\.position).max() ?? 0
            let kept = try auditor.latestCheckpoint()
            let note = try kept.flatMap { $0.size > last ? $0.note : nil } ?? administrator.checkpoint()
            return try recorded.map { try auditor.receipt(for: $0.position, checkpoint: note).bytes }
        }
    }

    private static func write(_ item: Recorded, _ receipt: [UInt8]?, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", item.id)
        writer.member("position", item.position)
        writer.member("duplicate", item.isDuplicate)
        if let receipt { writer.member("receipt", String(decoding: receipt, as: UTF8.self)) }
        writer.endObject()
    }
}

/// How CloudEvents stand in a request (CloudEvents HTTP Protocol Binding 1.0, section 3).
enum CloudEventMode {
    /// Attributes in `ce-` headers, the body is the data.
    case binary
    case structured
    case batch

    var isBatch: Bool { self == .batch }

    /// Throws 415 where the content type is none of them.
    init(_ headers: HTTPFields) throws {
        let parts = (headers[.contentType] ?? "").split(separator: ";").map {
            $0.lowercased().filter { $0 != " " && $0 != "\t" }
        }
        let charset = parts.dropFirst().first { $0.hasPrefix("charset=") }?.dropFirst("charset=".count)
        let isUTF8 = charset.map { ["utf-8", "\"utf-8\"", "utf8"].contains(String($0)) } ?? true
        let isBinary = headers.contains { $0.name.canonicalName == "ce-specversion" }
        switch parts.first {
        case "application/cloudevents+json" where isUTF8: self = .structured
        case "application/cloudevents-batch+json" where isUTF8: self = .batch
        case "application/json" where isBinary && isUTF8: self = .binary
        default:
            throw ServiceError(
                .unsupportedMediaType, "content-type-unsupported", field: "Content-Type",
                chinese:
                    "内容类型应为 application/cloudevents+json、application/cloudevents-batch+json，或 application/json 加 ce- 头，编码 UTF-8",
                english: "the content type should be application/cloudevents+json, application/cloudevents-batch+json, "
                    + "or application/json with ce- headers; in UTF-8",
                headers: HTTPField.Name("Accept-Post").map {
                    [$0: "application/cloudevents+json, application/cloudevents-batch+json, application/json"]
                } ?? [:])
        }
    }

    func submissions(_ body: [UInt8], _ headers: HTTPFields) throws -> [Submission] {
        let first = body.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        switch self {
        case .binary: return try Recorder.submissions(CloudEventMode.envelope(body, headers))
        case .structured:
            guard first == UInt8(ascii: "{") else { throw CloudEventMode.wrongShape("{…}") }
            return try Recorder.submissions(CloudEventMode.document(body))
        case .batch:
            guard first == UInt8(ascii: "[") else { throw CloudEventMode.wrongShape("[…]") }
            return try Recorder.submissions(body)
        }
    }

    private static func wrongShape(_ shape: String) -> ServiceError {
        ServiceError(
            .badRequest, "body-malformed", chinese: "请求体应为 JSON \(shape)", english: "the body should be JSON \(shape)")
    }

    /// One JSON document: no lines of several.
    private static func document(_ body: [UInt8]) throws -> [UInt8] {
        do { return Array(try JSONDocument(parsing: body).root.source) } catch { throw ArchiveError(error) }
    }

    /// The event of binary mode as JSON; header values are percent-encoded UTF-8 (section 3.1.3.2).
    private static func envelope(_ body: [UInt8], _ headers: HTTPFields) throws -> [UInt8] {
        let data = try document(body)
        var writer = JSONWriter(reserving: data.count + 512)
        var seen: Set<String> = []
        writer.beginObject()
        for field in headers where field.name.canonicalName.hasPrefix("ce-") {
            let name = String(field.name.canonicalName.dropFirst(3))
            guard seen.insert(name).inserted, name != "data", let value = APICall.percentDecoded(field.value) else {
                throw ServiceError(
                    .badRequest, "header-malformed", field: field.name.rawName,
                    chinese: "请求头 \(field.name.rawName) 重复，或不是百分号编码的 UTF-8",
                    english: "the header \(field.name.rawName) is repeated, or no percent-encoded UTF-8")
            }
            writer.key(name)
            writer.string(value)
        }
        writer.member("datacontenttype", "application/json")
        writer.key("data")
        writer.raw(data)
        writer.endObject()
        return writer.bytes
    }
}
