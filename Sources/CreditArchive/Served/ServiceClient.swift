internal import AsyncHTTPClient
public import CanonicalJSON
internal import CreditModel
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// What a service answered, read to its end.
struct ServiceAnswer: Sendable {
    var status: Int
    /// The media type, without parameters.
    var type: String
    var body: [UInt8]
}

/// A served archive as the programs of its users reach it: the routes of contract §4 over http or https.
///
/// No redirect is followed, so that a key goes to nobody else, and nothing is unpacked. What may be asked twice is asked
/// again while the service starts or is busy: questions always, appends by the identity of their events. ``close()`` ends it.
public final class ServiceClient: Sendable {
    /// Longer answers are refused: an archive's largest is an evaluation of some ten thousand bodies.
    static let maximumAnswerBytes = 1 << 30
    /// How often something is tried before its error is told.
    static let attempts = 5
    /// A long answer may be computed for so long before its first byte.
    private static let answerSeconds: Int64 = 600

    public let address: ServiceAddress
    let http: HTTPClient
    private let headers: HTTPHeaders

    /// - Parameters:
    ///   - key: of the service, as `keys api new` showed it; nil: as the public, or as this machine's operator.
    ///   - purpose: why it is read, for the access record.
    ///   - inChinese: the language of summaries; errors come in both.
    ///   - caFile: certificates (PEM) that are trusted beside the system's.
    /// - Throws: ``ArchiveError`` `key-malformed`, `purpose-malformed`, `ca-unusable`.
    public init(
        _ address: ServiceAddress, key: String?, purpose: String?, inChinese: Bool, caFile: String? = nil
    ) throws(ArchiveError) {
        self.address = address
        var headers: HTTPHeaders = ["Accept-Language": inChinese ? "zh" : "en"]
        if let key {
            guard !key.isEmpty, key.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
                throw ArchiveError(
                    .usage, "key-malformed", field: "--key-file", chinese: "密钥应为一行可见字符，如 keys api new 所示",
                    english: "a key is one line of visible characters, as keys api new showed it")
            }
            headers.add(name: "Authorization", value: "Bearer \(key)")
        }
        if let purpose {
            guard PlainText.isName(purpose, limit: 500) else {
                throw ArchiveError(
                    .usage, "purpose-malformed", field: "--purpose", chinese: "查阅用途应为 1–500 字，不含控制字符",
                    english: "a purpose has 1–500 characters and no control characters")
            }
            headers.add(name: "Access-Purpose", value: purpose)
        }
        self.headers = headers
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow, timeout: .init(connect: .seconds(10)), decompression: .disabled)
        configuration.httpVersion = .http1Only
        if let caFile {
            do {
                _ = try NIOSSLCertificate.fromPEMFile(caFile)
                var tls = TLSConfiguration.makeClientConfiguration()
                tls.additionalTrustRoots = [.file(caFile)]
                configuration.tlsConfiguration = tls
            } catch {
                throw ArchiveError(
                    .usage, "ca-unusable", field: "--ca-file", chinese: "无法使用 CA 证书文件 \(caFile)（PEM）",
                    english: "the file of CA certificates \(caFile) cannot be used (PEM)")
            }
        }
        http = HTTPClient(eventLoopGroup: .singletonMultiThreadedEventLoopGroup, configuration: configuration)
    }

    /// Closes the connections.
    public func close() async { try? await http.shutdown() }

    // MARK: Questions

    /// Asks for JSON. Throws ``ArchiveError``: the service's own, `service-unreachable`, `service-unreadable`.
    public func ask(_ path: [String], _ parameters: [(String, String)] = []) async throws -> JSONDocument {
        try await document(get(address.url(path, parameters), parameters))
    }

    /// Asks for what a link of an answer leads to.
    public func follow(_ link: String) async throws -> JSONDocument {
        guard let url = address.url(link: link) else { throw ArchiveError.strangeService(address, "link \(link)") }
        return try await document(get(url, []))
    }

    /// The bytes of an answer. Throws as ``ask(_:_:)``.
    public func bytes(_ path: [String], _ parameters: [(String, String)] = []) async throws -> [UInt8] {
        try await get(address.url(path, parameters), parameters).body
    }

    private func get(_ url: String, _ parameters: [(String, String)]) async throws -> ServiceAnswer {
        do { return try await exchange { self.request(.GET, url) } } catch let error as ArchiveError {
            throw error.ofOption(among: parameters.map(\.0))
        }
    }

    func document(_ answer: ServiceAnswer) throws -> JSONDocument {
        do { return try JSONDocument(parsing: answer.body) } catch {
            throw ArchiveError.strangeService(address, "\(answer.type): \(error.english)")
        }
    }

    // MARK: Exchange

    func request(_ method: HTTPMethod, _ url: String) -> HTTPClientRequest {
        var request = HTTPClientRequest(url: url)
        request.method = method
        request.headers = headers
        return request
    }

    /// Sends a request that may be sent again, until it is answered by something else than a passing state of the service.
    ///
    /// - Parameter make: the request, anew for each attempt.
    func exchange(_ make: () throws -> HTTPClientRequest) async throws -> ServiceAnswer {
        var attempt = 1
        while true {
            do {
                let answer = try await send(make())
                if (200..<300).contains(answer.status) { return answer }
                let error = ServiceProblem.error(of: answer, at: address)
                guard answer.status == 429 || answer.status == 503 && error.code != "position-not-reached",
                    attempt < ServiceClient.attempts
                else { throw error }
            } catch let error as ServiceSilence {
                guard error.mayPass, attempt < ServiceClient.attempts else { throw error.told(address) }
            }
            // 0.2, 0.4, 0.8, 1.6 s: a service that starts again is there by then.
            try await Task.sleep(for: .milliseconds(100 << attempt))
            attempt += 1
        }
    }

    /// Sends a request once and reads its answer.
    func send(_ request: HTTPClientRequest) async throws -> ServiceAnswer {
        let response = try await open(request)
        let body: ByteBuffer
        do { body = try await response.body.collect(upTo: ServiceClient.maximumAnswerBytes) } catch {
            throw ServiceSilence(error)
        }
        return ServiceAnswer(
            status: Int(response.status.code), type: ServiceClient.type(response), body: Array(body.readableBytesView))
    }

    /// Sends a request once and returns with the head of its answer. Throws ``ServiceSilence``.
    func open(_ request: HTTPClientRequest) async throws -> HTTPClientResponse {
        let response: HTTPClientResponse
        do {
            response = try await http.execute(request, timeout: .seconds(ServiceClient.answerSeconds))
        } catch {
            throw ServiceSilence(error)
        }
        // It was not asked for, and is never unpacked: that could take memory without bound.
        let encoding = response.headers.first(name: "content-encoding") ?? "identity"
        guard encoding.lowercased() == "identity" else {
            throw ArchiveError.strangeService(address, "Content-Encoding: \(encoding)")
        }
        return response
    }

    static func type(_ response: HTTPClientResponse) -> String {
        String((response.headers.first(name: "content-type") ?? "").lowercased().prefix { $0 != ";" })
    }
}

/// Why a service gave no answer.
struct ServiceSilence: Error {
    let error: any Error

    init(_ error: any Error) { self.error = error }

    /// Whether it may go by: everything but a certificate that is not trusted.
    var mayPass: Bool { !(error is CancellationError) && !isDistrusted }

    private var isDistrusted: Bool {
        if error is NIOSSLError || error is NIOSSLExtraError { return true }
        let causes = (error as? NIOConnectionError)?.connectionErrors.map(\.error) ?? []
        return causes.contains { $0 is NIOSSLError } || "\(error)".contains("CERTIFICATE_VERIFY_FAILED")
    }

    func told(_ address: ServiceAddress) -> any Error {
        if error is CancellationError { return error }
        guard !isDistrusted else { return ArchiveError.distrustedService(address) }
        let cause = (error as? NIOConnectionError)?.connectionErrors.first?.error ?? error
        let reason = (cause as? IOError).map { String(cString: strerror($0.errnoCode)) } ?? "\(cause)"
        return ArchiveError.unreachableService(address, reason)
    }
}

extension ArchiveError {
    /// The error with the option in the place of the parameter that it is about: `asOf` is `--as-of`.
    func ofOption(among parameters: [String]) -> ArchiveError {
        guard let field, parameters.contains(field) else { return self }
        var error = self
        error.field = field.reduce(into: "--") { name, letter in
            name += letter.isUppercase ? "-" + letter.lowercased() : String(letter)
        }
        return error
    }
}
