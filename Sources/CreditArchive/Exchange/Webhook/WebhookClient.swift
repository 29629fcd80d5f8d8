internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Posts batches to webhooks over http or https: to the address that was looked up and held against the rule, no
/// redirect followed, no answer read beyond a bound, none unpacked, none waited for longer than the time given.
public struct WebhookClient: Sendable {
    /// What is read of an answer; the rest of a longer one is left unread.
    public static let maximumAnswerBytes = 65_536

    private let timeoutSeconds: Int

    public init(timeoutSeconds: Int) { self.timeoutSeconds = timeoutSeconds }

    /// What is posted.
    public struct Post: Sendable {
        public var id: String
        public var body: [UInt8]
        public var headers: [(name: String, value: String)]

        /// A batch as CloudEvents, signed with each of the secrets.
        ///
        /// - Parameters:
        ///   - origin: the archive's.
        ///   - milliseconds: the time of the post.
        public init(_ batch: ExchangeBatch, origin: String, signers: [WebhookSignature], milliseconds: Int64) {
            let digest = batch.digest ?? ""
            // The same batch keeps its id, so that a repeated post is known as one.
            id = "\(batch.subscriber).\(batch.number ?? 0).\(digest.dropFirst("sha256:".utf8.count).prefix(16))"
            body = batch.cloudEvents
            let seconds = milliseconds / 1_000
            let (id, body) = (id, body)
            headers = [
                ("content-type", "application/cloudevents-batch+json; charset=UTF-8"), ("user-agent", "credit-archive"),
                ("webhook-id", id), ("webhook-timestamp", String(seconds)),
                (
                    "webhook-signature",
                    signers.map { $0.sign(id: id, seconds: seconds, body: body) }.joined(separator: " ")
                ),
                ("exchange-origin", origin), ("exchange-subscriber", batch.subscriber),
                ("exchange-first", String(batch.first)), ("exchange-position", String(batch.position)),
                ("exchange-digest", digest),
            ]
        }
    }

    /// Posts. Returns the status, 2xx. Throws ``WebhookFailure``; `CancellationError` where the task was cancelled.
    ///
    /// - Parameter allowsPrivate: whether the address may be one that is not public.
    /// - Parameter resolve: runs the look-up, which blocks.
    public func post(
        _ post: Post, to url: String, allowingPrivate allowsPrivate: Bool,
        resolving resolve: (@escaping @Sendable () throws -> String) async throws -> String
    ) async throws -> Int {
        let place: WebhookAddress
        do { place = try WebhookAddress(url) } catch { throw WebhookFailure(.local, error.english) }
        let address = try await resolve { try place.resolve(allowingPrivate: allowsPrivate) }
        var request = HTTPClientRequest(url: url)
        request.method = .POST
        for (name, value) in post.headers { request.headers.add(name: name, value: value) }
        request.body = .bytes(post.body)
        let client = HTTPClient(
            eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration(place.host, address))
        let result: Result<Int, any Error>
        do { result = .success(try await exchange(request, client)) } catch { result = .failure(error) }
        try? await client.shutdown()
        return try result.get()
    }

    private func configuration(_ host: String, _ address: String) -> HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(Int64(timeoutSeconds))),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        // Where it connects to; names and certificates are still the host's.
        if host != address { configuration.dnsOverride = [host: address] }
        return configuration
    }

    /// One deadline holds for the answer's head and body together.
    private func exchange(_ request: HTTPClientRequest, _ client: HTTPClient) async throws -> Int {
        let response: HTTPClientResponse
        do {
            response = try await client.execute(request, timeout: .seconds(Int64(timeoutSeconds)))
        } catch let error as HTTPClientError where WebhookClient.isLate(error) {
            throw WebhookFailure(.timeout, "no answer within \(timeoutSeconds) s")
        } catch {
            if Task.isCancelled { throw CancellationError() }
            let reason = (error as? NIOConnectionError)?.connectionErrors.first.map { "\($0.error)" } ?? "\(error)"
            throw WebhookFailure(.unreachable, reason)
        }
        let status = Int(response.status.code)
        do { try await drain(response.body) } catch let error as HTTPClientError where WebhookClient.isLate(error) {
            throw WebhookFailure(.timeout, "the answer did not end within \(timeoutSeconds) s", status: status)
        } catch {
            if Task.isCancelled { throw CancellationError() }
            throw WebhookFailure(.cut, "the answer was cut off: \(error)", status: status)
        }
        return try WebhookClient.judge(status, response.headers)
    }

    /// Reads what there is, up to the bound.
    private func drain(_ body: HTTPClientResponse.Body) async throws {
        var count = 0
        for try await piece in body {
            count += piece.readableBytes
            if count > WebhookClient.maximumAnswerBytes { return }
        }
    }

    private static func judge(_ status: Int, _ headers: HTTPHeaders) throws -> Int {
        switch status {
        case 200..<300: return status
        case 300..<400: throw WebhookFailure(.redirected, "status \(status); nobody follows", status: status)
        case 410: throw WebhookFailure(.gone, "status 410", status: status)
        default:
            throw WebhookFailure(
                .status, "status \(status)", status: status,
                retryAfterSeconds: headers.first(name: "retry-after").flatMap(retryAfter))
        }
    }

    /// Seconds, or the time from now to an HTTP date (RFC 9110, section 10.2.3).
    package static func retryAfter(_ text: String) -> Int64? {
        if let seconds = Int64(text) { return max(0, seconds) }
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss 'GMT'"
        return format.date(from: text).map { max(0, Int64($0.timeIntervalSinceNow.rounded(.up))) }
    }

    private static func isLate(_ error: HTTPClientError) -> Bool {
        [.deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout].contains(error)
    }
}
