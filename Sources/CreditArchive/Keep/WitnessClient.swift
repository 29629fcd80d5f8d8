internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// What a witness answered.
struct WitnessAnswer: Sendable {
    var status: Int
    var contentType: String
    var body: [UInt8]
}

/// Why a witness gave no answer that can be read.
struct WitnessSilence: Error {
    var chinese: String
    var english: String
}

/// Posts requests to witnesses over http or https: no redirect is followed, no answer read beyond a bound, none unpacked,
/// none waited for longer than the time given.
struct WitnessClient: Sendable {
    /// Longer answers are refused; signature lines have a few hundred bytes each.
    static let maximumAnswerBytes = 262_144

    let timeoutSeconds: Int

    /// Posts a body to `<prefix>/add-checkpoint`. Throws ``WitnessSilence``.
    func addCheckpoint(_ body: [UInt8], to prefix: String) async throws(WitnessSilence) -> WitnessAnswer {
        var request = HTTPClientRequest(url: try WitnessClient.url(prefix))
        request.method = .POST
        request.headers.add(name: "content-type", value: "text/plain; charset=utf-8")
        request.body = .bytes(body)
        let client = HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
        let result: Result<WitnessAnswer, WitnessSilence>
        do {
            result = .success(try await exchange(request, client))
        } catch let silence as WitnessSilence {
            result = .failure(silence)
        } catch let error as HTTPClientError where WitnessClient.isLate(error) {
            result = .failure(.late(timeoutSeconds))
        } catch {
            result = .failure(.unreachable(error))
        }
        try? await client.shutdown()
        return try result.get()
    }

    private var configuration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(Int64(timeoutSeconds))),
            decompression: .disabled)
        configuration.httpVersion = .http1Only
        return configuration
    }

    /// One deadline holds for the answer's head and body together.
    private func exchange(_ request: HTTPClientRequest, _ client: HTTPClient) async throws -> WitnessAnswer {
        let response = try await client.execute(request, timeout: .seconds(Int64(timeoutSeconds)))
        // It was not asked for, and is never unpacked: that could take memory without bound.
        let encoding = response.headers.first(name: "content-encoding") ?? "identity"
        guard encoding.lowercased() == "identity" else {
            throw WitnessSilence(chinese: "回答是压缩的，未读取", english: "its answer is compressed and was not read")
        }
        do {
            let body = try await response.body.collect(upTo: WitnessClient.maximumAnswerBytes)
            return WitnessAnswer(
                status: Int(response.status.code), contentType: response.headers.first(name: "content-type") ?? "",
                body: Array(body.readableBytesView))
        } catch is NIOTooManyBytesError {
            throw WitnessSilence(chinese: "回答过长，未读完", english: "its answer is too long and was not read to the end")
        }
    }

    private static func isLate(_ error: HTTPClientError) -> Bool {
        [.deadlineExceeded, .connectTimeout, .readTimeout, .writeTimeout, .tlsHandshakeTimeout].contains(error)
    }

    private static func url(_ prefix: String) throws(WitnessSilence) -> String {
        let trimmed = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        guard let parts = URLComponents(string: trimmed + "/add-checkpoint"),
            ["http", "https"].contains(parts.scheme?.lowercased()), parts.host?.isEmpty == false, parts.user == nil,
            parts.query == nil, parts.fragment == nil, let url = parts.url?.absoluteString
        else {
            throw WitnessSilence(
                chinese: "策略中的网址“\(prefix)”不是 http(s) 网址前缀",
                english: "the policy's URL '\(prefix)' is no http(s) URL prefix")
        }
        return url
    }
}

extension WitnessSilence {
    static func late(_ seconds: Int) -> WitnessSilence {
        WitnessSilence(chinese: "\(seconds) 秒内没有回答", english: "no answer within \(seconds) s")
    }

    static func unreachable(_ error: any Error) -> WitnessSilence {
        let reason = (error as? NIOConnectionError)?.connectionErrors.first.map { "\($0.error)" } ?? "\(error)"
        return WitnessSilence(chinese: "无法连接：\(reason)", english: "cannot be reached: \(reason)")
    }
}
