internal import CanonicalJSON
internal import CreditArchive
internal import HTTPTypes
internal import NIOCore
internal import NIOHTTP1
internal import NIOHTTPTypes

/// Watches one connection: a body that comes too slowly is answered with 408, a head that is too large or malformed with
/// 431 or 400, as problem+json; the connection is closed then.
///
/// A body may take ``ServerSettings/bodySeconds`` and as long as it takes at ``ServerSettings/minimumBytesPerSecond``.
final class RequestWatch: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let settings: ServerSettings
    private var language = APILanguage.chinese
    private var isReading = false
    private var isAnswering = false
    private var isRefused = false
    private var unanswered = 0
    private var received = 0
    private var start = NIODeadline.now()
    private var timer: RepeatedTask?

    init(_ settings: ServerSettings) { self.settings = settings }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        // What goes on coming is read, so that the answer is not lost with the connection, and dropped.
        guard !isRefused else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            language = APILanguage(acceptLanguage: head.headerFields[.acceptLanguage])
            (isReading, received, start) = (true, 0, .now())
            unanswered += 1
        case .body(let piece): received += piece.readableBytes
        case .end: isReading = false
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // What came at once needs no watch.
        if isReading, timer == nil { watch(context) }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard !isRefused else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        switch unwrapOutboundIn(data) {
        case .head(let head): isAnswering = head.status.kind != .informational
        case .body: break
        case .end: (isAnswering, unanswered) = (false, unanswered - 1)
        }
        context.write(data, promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isRefused else { return }
        guard let error = error as? HTTPParserError, unanswered == 0 else { return context.fireErrorCaught(error) }
        let told: ServiceError
        if error == .headerOverflow {
            told = ServiceError(
                .init(code: 431), "head-too-large", chinese: "请求行与请求头超过上限（单个 8 KiB，合计 32 KiB，100 个）",
                english: "the request line and header fields exceed their bounds (8 KiB each, 32 KiB and 100 together)")
        } else {
            told = ServiceError(
                .badRequest, "head-malformed", chinese: "不是合规的 HTTP/1.1 请求", english: "this is no HTTP/1.1 request")
        }
        refuse(context, told)
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    private func watch(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleRepeatedTask(initialDelay: .seconds(1), delay: .seconds(1)) { task in
            let (watch, context) = bound.value
            guard watch.isReading else {
                task.cancel()
                watch.timer = nil
                return
            }
            let allowed = watch.settings.bodySeconds + watch.received / watch.settings.minimumBytesPerSecond
            guard !watch.isAnswering, NIODeadline.now() - watch.start > .seconds(Int64(allowed)) else { return }
            task.cancel()
            watch.refuse(
                context,
                ServiceError(
                    .requestTimeout, "body-too-slow", chinese: "请求体发送过慢，已停止等待", english: "the body came too slowly"))
        }
    }

    /// Answers in the place of whoever would have, and closes the connection after a moment.
    private func refuse(_ context: ChannelHandlerContext, _ error: ServiceError) {
        (isAnswering, isRefused) = (true, true)
        let id = TraceContext([:]).requestID
        let bytes = Problem(error: error, language: language, requestID: id).bytes
        let fields: HTTPFields = [
            .contentType: Problem.contentType, .contentLength: String(bytes.count), .connection: "close",
            .contentLanguage: language.rawValue,
        ]
        context.write(wrapOutboundOut(.head(HTTPResponse(status: error.status, headerFields: fields))), promise: nil)
        context.write(wrapOutboundOut(.body(ByteBuffer(bytes: bytes))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(in: .seconds(1)) { bound.value.close(promise: nil) }
    }
}
