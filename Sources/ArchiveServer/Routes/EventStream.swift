internal import CreditArchive
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// A follower of the feed as server-sent events: history by position, then what is committed, each position once.
///
/// What is committed last comes from the one tail that all followers share; a follower that is slower than the tail keeps
/// reads by position again, until it has caught up. A heartbeat carries the position that was looked at last, so that a
/// reader of a rare type goes on from there after a break.
enum EventStream {
    /// Entries told with one write.
    private static let maximumBatch = 500

    static func response(_ question: FeedRoutes.Question, _ call: APICall) throws -> Response {
        let service = call.service
        // Refused before the stream begins, and not within it.
        try service.tail.feed.check(from: question.first, question.filter)
        guard service.tail.followers < service.settings.maximumFollowers else {
            throw ServiceError.busy(
                "too-many-followers", chinese: "跟随者已满 \(service.settings.maximumFollowers) 个，请稍后重试",
                english: "there are \(service.settings.maximumFollowers) followers; try again later", afterSeconds: 10)
        }
        let body = ResponseBody { writer in
            service.tail.join()
            defer { service.tail.leave() }
            try await run(question, call, &writer)
            try await writer.finish(nil)
        }
        return Response(
            status: .ok,
            headers: [.contentType: "text/event-stream; charset=utf-8", .cacheControl: "no-cache, no-transform"],
            body: body)
    }

    private static func run(
        _ question: FeedRoutes.Question, _ call: APICall, _ writer: inout any ResponseBodyWriter
    ) async throws {
        let tail = call.service.tail
        let heartbeat = Duration.seconds(call.service.settings.heartbeatSeconds)
        var next = question.first
        var left = question.limit ?? .max
        var lastWrite = ContinuousClock.now
        try await writer.write(ByteBuffer(string: "retry: 2000\n: credit-archive\n\n"))
        while left > 0, !tail.isClosed {
            let end: UInt64
            let items: [FeedItem]
            if let kept = tail.kept(from: next, limit: maximumBatch) {
                end = next + UInt64(kept.count)
                items = kept.filter(question.filter.admits)
            } else {
                let first = next
                let page = try await call.blocking {
                    try tail.feed.page(from: first, limit: maximumBatch, question.filter)
                }
                (end, items) = (page.next, page.items)
            }
            if !items.isEmpty {
                try await writer.write(events(items.prefix(left)))
                left -= min(left, items.count)
                lastWrite = .now
            }
            if end > next {
                next = end
                continue
            }
            let deadline = lastWrite + heartbeat
            if await tail.wait(beyond: next, until: deadline) { continue }
            if ContinuousClock.now >= deadline, !tail.isClosed {
                let id = next == 0 ? "" : "id: \(next - 1)\n"
                try await writer.write(ByteBuffer(string: "\(id): heartbeat\n\n"))
                lastWrite = .now
            }
        }
    }

    private static func events(_ items: some Sequence<FeedItem>) -> ByteBuffer {
        var buffer = ByteBuffer()
        for item in items {
            buffer.writeString("id: \(item.position)\nevent: \(item.type)\ndata: ")
            // One line: JSON as the log writes it has no line ends.
            buffer.writeBytes(item.json)
            buffer.writeString("\n\n")
        }
        return buffer
    }
}
