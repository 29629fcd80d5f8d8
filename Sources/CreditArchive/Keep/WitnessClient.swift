internal import Foundation
internal import Synchronization

#if canImport(FoundationNetworking)
internal import FoundationNetworking
#endif

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

/// Posts requests to witnesses over http or https: no redirect is followed, no answer read beyond a bound, none waited for
/// longer than the time given.
struct WitnessClient: Sendable {
    /// Longer answers are refused; signature lines have a few hundred bytes each.
    static let maximumAnswerBytes = 262_144

    let timeoutSeconds: Int

    /// Posts a body to `<prefix>/add-checkpoint`. Throws ``WitnessSilence``.
    func addCheckpoint(_ body: [UInt8], to prefix: String) async throws(WitnessSilence) -> WitnessAnswer {
        var request = URLRequest(url: try WitnessClient.url(prefix))
        request.httpMethod = "POST"
        request.httpBody = Data(body)
        request.timeoutInterval = TimeInterval(timeoutSeconds)
        request.setValue("text/plain; charset=utf-8", forHTTPHeaderField: "Content-Type")
        request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
        // An answer is never taken from a cache, and no cookie is kept.
        let configuration = URLSessionConfiguration.ephemeral
        configuration.timeoutIntervalForRequest = TimeInterval(timeoutSeconds)
        let exchange = Exchange()
        let session = URLSession(configuration: configuration, delegate: exchange, delegateQueue: nil)
        defer { session.invalidateAndCancel() }
        let task = session.dataTask(with: request)
        let seconds = timeoutSeconds
        let watchdog = Task {
            try await Task.sleep(for: .seconds(seconds))
            exchange.finish(.failure(.late(seconds)))
        }
        defer { watchdog.cancel() }
        let result: Result<WitnessAnswer, WitnessSilence> = await withCheckedContinuation { continuation in
            exchange.begin(continuation)
            task.resume()
        }
        task.cancel()
        return try result.get()
    }

    private static func url(_ prefix: String) throws(WitnessSilence) -> URL {
        let trimmed = prefix.hasSuffix("/") ? String(prefix.dropLast()) : prefix
        guard let parts = URLComponents(string: trimmed + "/add-checkpoint"),
            ["http", "https"].contains(parts.scheme?.lowercased()), parts.host?.isEmpty == false, parts.user == nil,
            parts.query == nil, parts.fragment == nil, let url = parts.url
        else {
            throw WitnessSilence(
                chinese: "策略中的网址“\(prefix)”不是 http(s) 网址前缀",
                english: "the policy's URL '\(prefix)' is no http(s) URL prefix")
        }
        return url
    }
}

/// One request and its answer; ended once, by whatever comes first.
private final class Exchange: NSObject, URLSessionDataDelegate, Sendable {
    typealias Outcome = Result<WitnessAnswer, WitnessSilence>

    private struct State {
        var continuation: CheckedContinuation<Outcome, Never>?
        var early: Outcome?
        var isFinished = false
        var body: [UInt8] = []
    }

    private let state = Mutex(State())

    func begin(_ continuation: CheckedContinuation<Outcome, Never>) {
        let early = state.withLock { state in
            if state.early == nil { state.continuation = continuation }
            return state.early
        }
        if let early { continuation.resume(returning: early) }
    }

    func finish(_ outcome: Outcome) {
        let continuation = state.withLock { state -> CheckedContinuation<Outcome, Never>? in
            guard !state.isFinished else { return nil }
            state.isFinished = true
            if state.continuation == nil { state.early = outcome }
            defer { state.continuation = nil }
            return state.continuation
        }
        continuation?.resume(returning: outcome)
    }

    /// A compressed answer was not asked for, and could grow without bound when it is unpacked.
    func urlSession(
        _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
        completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
    ) {
        let encoding = (response as? HTTPURLResponse)?.value(forHTTPHeaderField: "Content-Encoding") ?? "identity"
        guard encoding.lowercased() != "identity" else { return completionHandler(.allow) }
        finish(.failure(WitnessSilence(chinese: "回答是压缩的，未读取", english: "its answer is compressed and was not read")))
        dataTask.cancel()
        completionHandler(.cancel)
    }

    func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
        let isTooLong = state.withLock { state in
            state.body += data
            return state.body.count > WitnessClient.maximumAnswerBytes
        }
        guard isTooLong else { return }
        finish(
            .failure(WitnessSilence(chinese: "回答过长，未读完", english: "its answer is too long and was not read to the end"))
        )
        dataTask.cancel()
    }

    func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
        if let error {
            finish(.failure(.unreachable(error)))
            return
        }
        guard let response = task.response as? HTTPURLResponse else {
            finish(.failure(WitnessSilence(chinese: "回答不是 HTTP", english: "its answer is not HTTP")))
            return
        }
        let type = response.value(forHTTPHeaderField: "Content-Type") ?? ""
        let body = state.withLock { $0.body }
        finish(.success(WitnessAnswer(status: response.statusCode, contentType: type, body: body)))
    }

    func urlSession(
        _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
        newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
    ) {
        completionHandler(nil)
    }
}

extension WitnessSilence {
    static func late(_ seconds: Int) -> WitnessSilence {
        WitnessSilence(chinese: "\(seconds) 秒内没有回答", english: "no answer within \(seconds) s")
    }

    static func unreachable(_ error: any Error) -> WitnessSilence {
        let reason = (error as? URLError)?.localizedDescription ?? "\(error)"
        return WitnessSilence(chinese: "无法连接：\(reason)", english: "cannot be reached: \(reason)")
    }
}
