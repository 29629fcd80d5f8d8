internal import CreditArchive
internal import EventLog
internal import HTTPTypes
internal import NIOHTTP1

/// An error as HTTP tells it: a status, and the archive's own words.
struct ServiceError: Error {
    var status: HTTPResponse.Status
    var error: ArchiveError
    var headers: HTTPFields = [:]
    /// The version of the stream, where another was expected.
    var actualVersion: UInt64?
    /// Whether the connection ends with the answer: what the client goes on sending is not read.
    var endsConnection = false

    init(_ status: HTTPResponse.Status, _ error: ArchiveError, headers: HTTPFields = [:]) {
        self.status = status
        self.error = error
        self.headers = headers
    }

    init(
        _ status: HTTPResponse.Status, _ code: String, field: String? = nil, chinese: String, english: String,
        headers: HTTPFields = [:]
    ) {
        let kind = ServiceError.kind(of: status)
        self.init(status, ArchiveError(kind, code, field: field, chinese: chinese, english: english), headers: headers)
    }

    static func busy(_ code: String, chinese: String, english: String, afterSeconds: Int = 1) -> ServiceError {
        ServiceError(
            .tooManyRequests, code, chinese: chinese, english: english,
            headers: [.retryAfter: String(afterSeconds)])
    }

    static func tooLarge(_ bytes: Int) -> ServiceError {
        let size = bytes >= 1 << 20 ? "\(bytes >> 20) MiB" : "\(bytes) B"
        var error = ServiceError(
            .contentTooLarge, "body-too-large", chinese: "请求体超过 \(size)，请分批",
            english: "the body is larger than \(size); split it")
        error.endsConnection = true
        return error
    }

    /// The status of any error of the house (contract §4).
    init(_ error: any Error) {
        switch error {
        case let error as ServiceError: self = error
        case let error as EventLogError:
            let told = ArchiveError(error)
            switch error.code {
            case .versionConflict:
                self.init(.conflict, told)
                actualVersion = error.actualVersion
            case .busy: self.init(.tooManyRequests, told, headers: [.retryAfter: "1"])
            case .entryTooLarge: self.init(.contentTooLarge, told)
            case .storage, .locked: self.init(.serviceUnavailable, told, headers: [.retryAfter: "5"])
            case .notFound, .identityConflict, .checkpointExists:
                self.init(ServiceError.status(of: told), told)
            default: self.init(.internalServerError, told)
            }
        case is HTTPParserError, is CancellationError:
            self.init(
                .badRequest, "body-malformed", chinese: "请求体不完整或不合 HTTP 规定",
                english: "the body is cut short, or not as HTTP has it")
            endsConnection = true
        default:
            let told = ArchiveError(error)
            self.init(ServiceError.status(of: told), told)
        }
    }

    /// What an error of the service's own means to the command line.
    private static func kind(of status: HTTPResponse.Status) -> ArchiveError.Kind {
        switch status.code {
        case 401: .unauthenticated
        case 403: .forbidden
        case 404: .notFound
        case 409, 412: .conflict
        case 413, 415: .badInput
        case 422: .refused
        case 429, 500...: .unavailable
        default: .usage
        }
    }

    private static func status(of error: ArchiveError) -> HTTPResponse.Status {
        switch (error.kind, error.code) {
        case (_, "batch-too-large"), (_, "too-large"), (_, "evidence-too-large"): .contentTooLarge
        case (.usage, _), (.badInput, _): .badRequest
        case (.refused, _): .unprocessableContent
        case (.unauthenticated, _): .unauthorized
        case (.forbidden, _): .forbidden
        case (.conflict, _): .conflict
        case (.notFound, _): .notFound
        case (.unavailable, "unexpected"): .internalServerError
        case (.unavailable, _): .serviceUnavailable
        }
    }
}
