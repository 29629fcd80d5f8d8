internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// What subscribers themselves do: take the next batch, acknowledge it, and hold their list against what was sent.
enum BatchRoutes {
    private static let defaultBatch: UInt64 = 500
    private static let maximumListBytes = 1 << 30

    /// `GET …/batch`: the next batch, the same one until it is acknowledged.
    @Sendable static func next(_ call: APICall) async throws -> Response {
        let values = try call.query("limit")
        let limit = Int(try APICall.number(values, "limit", in: 1...UInt64(Exchange.maximumBatch)) ?? defaultBatch)
        let subscriber = try await own(call)
        let exchange = call.service.exchange
        let batch = try await call.blocking { try exchange.nextBatch(of: subscriber.name, by: .pull, limit: limit) }
        call.service.metrics.delivered(to: subscriber.name, batch.isEmpty ? "empty" : "pulled")
        return .json { batch.write(to: &$0) }
    }

    /// `POST …/acknowledgements`: `{position, digest}`.
    @Sendable static func acknowledge(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let subscriber = try await own(call)
        let wish: Acknowledgement = try await SubscriberRoutes.read(call)
        let exchange = call.service.exchange
        let receipt = try await call.blocking {
            try exchange.acknowledge(subscriber.name, position: wish.position, digest: wish.digest, by: .pull)
        }
        if !receipt.isDuplicate { call.service.metrics.delivered(to: subscriber.name, "acknowledged") }
        return .json { receipt.write(to: &$0) }
    }

    /// `GET …/reconciliation`: by day, what was sent and acknowledged.
    @Sendable static func report(_ call: APICall) async throws -> Response {
        let (from, to) = try days(call)
        let subscriber = try await SubscriberRoutes.found(call)
        let exchange = call.service.exchange
        let told = try await call.blocking { try exchange.reconcile(subscriber.name, from: from, to: to) }
        return .json { told.write(to: &$0) }
    }

    /// `POST …/reconciliation`: the same, held against the subscriber's list.
    @Sendable static func reconcile(_ call: APICall) async throws -> Response {
        let (from, to) = try days(call)
        let subscriber = try await SubscriberRoutes.found(call)
        let format: ReconciliationList.Format
        switch (call.header(.contentType) ?? "").lowercased().prefix(while: { $0 != ";" }) {
        case "text/csv": format = .csv
        case "application/x-ndjson": format = .lines
        default:
            throw ServiceError(
                .unsupportedMediaType, "content-type-unsupported", field: "Content-Type",
                chinese: "内容类型应为 text/csv（列 source、id、digest）或 application/x-ndjson",
                english: "the content type should be text/csv (columns source, id, digest) or application/x-ndjson")
        }
        let upload = try await Upload(call, upTo: maximumListBytes)
        defer { upload.discard() }
        let (exchange, path) = (call.service.exchange, upload.path)
        let told = try await call.blocking {
            try exchange.reconcile(
                subscriber.name, against: ReconciliationList(path: path, format: format), from: from, to: to)
        }
        return .json { told.write(to: &$0) }
    }

    /// The subscriber that is bound to the key that asks: an administrator takes nobody's batches.
    private static func own(_ call: APICall) async throws -> Subscriber {
        let (exchange, name) = (call.service.exchange, call.parameter("subscriber"))
        guard call.principal != .local else { return try await SubscriberRoutes.found(call) }
        return try SubscriberRoutes.requireOwn(await call.blocking { try? exchange.subscriber(name) }, call)
    }

    private static func days(_ call: APICall) throws -> (CalendarDay?, CalendarDay?) {
        let values = try call.query("from", "to")
        func day(_ name: String) throws -> CalendarDay? {
            try values[name].map { text in
                guard let day = CalendarDay(text) else { throw APICall.malformed(name, "2026-01-31") }
                return day
            }
        }
        return (try day("from"), try day("to"))
    }
}

private struct Acknowledgement: JSONDecodable, Sendable {
    var position: UInt64
    var digest: String

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        let node = try fields.required("position")
        guard let position = UInt64(exactly: try node.integer()) else { throw node.fault(.badValue, "0…") }
        self.position = position
        digest = try fields.required("digest")
        try fields.finish()
    }
}
