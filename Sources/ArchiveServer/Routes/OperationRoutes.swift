internal import CanonicalJSON
internal import CreditArchive
internal import EventLog
internal import HTTPTypes
internal import Hummingbird
internal import Projections
internal import Schema

/// Health, metrics, and the description of the service.
enum OperationRoutes {
    @Sendable static func live(_ call: APICall) async throws -> Response {
        _ = try call.query()
        return .json { writer in
            writer.beginObject()
            writer.member("status", "live")
            writer.endObject()
        }
    }

    /// Ready: the log can be read, readings can be recorded, and the service is not ending. Else 503 with the reasons.
    @Sendable static func ready(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let service = call.service
        var reasons: [String] = []
        if !service.isReady { reasons.append(call.language("服务正在停止", "the service is stopping")) }
        var size = service.tail.feed.size
        do { size = try await call.blocking { try service.archive.log.head().size } } catch {
            let told = ServiceError(error).error
            reasons.append(call.language(told.chinese, told.english))
        }
        if let failure = service.access.failure { reasons.append(call.language(failure.chinese, failure.english)) }
        let lag = size - min(service.keeper.folded, size)
        return .json(reasons.isEmpty ? .ok : .serviceUnavailable) { writer in
            writer.beginObject()
            writer.member("status", reasons.isEmpty ? "ready" : "notReady")
            writer.member("reasons", reasons)
            writer.member("entries", size)
            writer.member("readModelLag", lag)
            writer.endObject()
        }
    }

    @Sendable static func metrics(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let service = call.service
        let text = try await call.blocking { try service.metrics.text(service) }
        return .bytes(Array(text.utf8), "text/plain; version=0.0.4; charset=utf-8")
    }

    @Sendable static func openAPI(_ call: APICall) async throws -> Response {
        _ = try call.query()
        return .bytes(Schema.openAPI, "application/yaml", [.cacheControl: "public, max-age=3600"])
    }
}
