internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// `GET /v1/events`: the log by position, as pages, as lines, or as a stream that goes on.
enum FeedRoutes {
    private static let defaultPage: UInt64 = 100

    /// A question to the feed.
    struct Question: Sendable {
        var first: UInt64
        var limit: Int?
        var filter: FeedFilter
        /// The filter's words, for links.
        var words: [(String, String)]
    }

    @Sendable static func list(_ call: APICall) async throws -> Response {
        let values = try call.query("after", "limit", "body", "type", "region", "waitFor")
        try await call.waitForPosition(values)
        let question = try await question(values, call)
        switch try kind(call.header(.accept)) {
        case .json: return try await page(question, call)
        case .lines: return try lines(question, call)
        case .stream: return try EventStream.response(question, call)
        }
    }

    private enum Kind { case json, lines, stream }

    private static func kind(_ accept: String?) throws -> Kind {
        guard let accept else { return .json }
        for range in accept.lowercased().split(separator: ",") {
            switch range.split(separator: ";").first?.filter({ $0 != " " }) {
            case "text/event-stream": return .stream
            case "application/x-ndjson": return .lines
            case "application/json", "application/*", "*/*": return .json
            default: continue
            }
        }
        throw ServiceError(
            .notAcceptable, "not-acceptable", field: "Accept",
            chinese: "可用的格式：application/json、application/x-ndjson、text/event-stream",
            english: "the formats are application/json, application/x-ndjson and text/event-stream")
    }

    private static func question(_ values: [String: String], _ call: APICall) async throws -> Question {
        var after = try APICall.number(values, "after", in: 0...UInt64(Int64.max))
        // Where a stream was cut off, its reader says what it had last (HTML, Server-sent events).
        if let last = HTTPField.Name("Last-Event-ID").flatMap({ call.header($0) }), !last.isEmpty {
            after = try APICall.number(["Last-Event-ID": last], "Last-Event-ID", in: 0...UInt64(Int64.max))
        }
        let limit = try APICall.number(values, "limit", in: 1...UInt64(EventFeed.maximumPage))
        let auditor = call.service.auditor
        let body = try await values["body"].asyncMap { text in try await call.blocking { try auditor.body(named: text) }
        }
        if let body { try await call.blocking { try call.requireReadable(body) } }
        let region = try call.region(values)
        let regions = region.map { [$0] } ?? (body == nil ? call.readableRegions : nil)
        let words = ["limit", "body", "type", "region"].compactMap { name in values[name].map { (name, $0) } }
        return Question(
            first: after.map { $0 + 1 } ?? 0, limit: limit.map(Int.init),
            filter: FeedFilter(body: body, type: values["type"], regions: regions), words: words)
    }

    private static func page(_ question: Question, _ call: APICall) async throws -> Response {
        let feed = call.service.tail.feed
        let page = try await call.blocking {
            try feed.page(from: question.first, limit: question.limit ?? Int(defaultPage), question.filter)
        }
        // Entries never change: a page is what its first and its next position say.
        let tag = "\"\(question.first)-\(page.next)-\(page.items.count)\""
        let headers: HTTPFields = [.eTag: tag, .cacheControl: "private, no-cache"]
        if call.holds(tag) { return Response(status: .notModified, headers: headers) }
        let next = call.link((page.next == 0 ? [] : [("after", String(page.next - 1))]) + question.words)
        return .json(.ok, headers) { writer in
            writer.beginObject()
            writer.key("events")
            writer.beginArray()
            for item in page.items { writer.raw(item.json) }
            writer.endArray()
            writer.member("next", next)
            writer.member("atEnd", page.isAtEnd)
            writer.endObject()
        }
    }

    /// Lines up to where the log ended when they were asked for, read page by page as the reader takes them.
    private static func lines(_ question: Question, _ call: APICall) throws -> Response {
        let feed = call.service.tail.feed
        // Refused before the lines begin, and not within them.
        try feed.check(from: question.first, question.filter)
        let end = feed.size
        let body = ResponseBody { writer in
            var next = question.first
            var left = question.limit ?? .max
            while next < end, left > 0 {
                let (first, limit) = (next, min(left, EventFeed.maximumPage))
                let page = try await call.blocking { try feed.page(from: first, limit: limit, question.filter) }
                var buffer = ByteBuffer()
                for item in page.items where item.position < end {
                    buffer.writeBytes(item.json)
                    buffer.writeInteger(UInt8(ascii: "\n"))
                }
                if buffer.readableBytes > 0 { try await writer.write(buffer) }
                left -= page.items.count
                next = page.next
            }
            try await writer.finish(nil)
        }
        return Response(status: .ok, headers: [.contentType: "application/x-ndjson"], body: body)
    }

    @Sendable static func get(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let position =
            try APICall.number(
                ["position": call.parameter("position")], "position", in: 0...UInt64(Int64.max)) ?? 0
        let feed = call.service.tail.feed
        let item = try await call.blocking { try feed.item(at: position) }
        if let regions = call.readableRegions, !FeedFilter(regions: regions).admits(item) {
            throw ServiceError(
                .forbidden, "region-forbidden", field: "position", chinese: "此密钥不能查阅该行政区划的记录",
                english: "this key does not read the records of that region")
        }
        let tag = "\"\(position)\""
        let headers: HTTPFields = [.eTag: tag, .cacheControl: "private, max-age=31536000, immutable"]
        if call.holds(tag) { return Response(status: .notModified, headers: headers) }
        return .bytes(item.json + [0x0A], "application/json", headers)
    }
}

extension Optional where Wrapped: Sendable {
    /// `map` with a transform that waits.
    fileprivate func asyncMap<Result>(_ transform: (Wrapped) async throws -> Result) async rethrows -> Result? {
        guard let self else { return nil }
        return try await transform(self)
    }
}
