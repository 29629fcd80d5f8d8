internal import CanonicalJSON
internal import CreditArchive
internal import HTTPTypes
internal import Hummingbird
internal import NIOCore

/// `application/problem+json` (RFC 9457) in the reader's language.
struct Problem {
    let error: ServiceError
    let language: APILanguage
    let requestID: String

    static let contentType = "application/problem+json"

    var bytes: [UInt8] {
        var writer = JSONWriter()
        let told = error.error
        writer.beginObject()
        writer.member("type", "urn:credit-archive:problem:\(told.code)")
        writer.member("title", title)
        writer.member("status", error.status.code)
        writer.member("detail", language == .chinese ? told.chinese : told.english)
        // For programs that show both, and end with the exit code of the kind.
        writer.member("detailZh", told.chinese)
        writer.member("detailEn", told.english)
        writer.member("kind", told.kind.rawValue)
        writer.member("code", told.code)
        writer.member("field", told.field.flatMap { $0.isEmpty ? nil : $0 })
        writer.member("actualVersion", error.actualVersion)
        writer.member("requestId", requestID)
        writer.endObject()
        return writer.bytes + [0x0A]
    }

    var response: Response {
        var headers = error.headers
        headers[.contentType] = Problem.contentType
        headers[.contentLanguage] = language.rawValue
        headers[.cacheControl] = "no-store"
        if error.status == .unauthorized { headers[.wwwAuthenticate] = "Bearer realm=\"credit-archive\"" }
        if error.endsConnection { headers[.connection] = "close" }
        return Response(
            status: error.status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }

    private var title: String {
        let titles: [Int: (String, String)] = [
            400: ("请求有误", "Bad request"), 401: ("需要有效的密钥", "A valid key is needed"),
            403: ("没有权限", "Not permitted"), 404: ("没有找到", "Not found"), 405: ("方法不适用", "Method not allowed"),
            406: ("没有这种格式", "Not acceptable"), 408: ("请求过慢", "Request timeout"), 409: ("冲突", "Conflict"),
            412: ("前提不成立", "Precondition failed"), 413: ("内容过大", "Content too large"),
            415: ("不支持的内容类型", "Unsupported media type"), 422: ("事项不允许", "Not allowed by the record"),
            429: ("请求过多", "Too many requests"), 431: ("请求头过大", "Header fields too large"),
            500: ("内部错误", "Internal error"), 503: ("暂不可用", "Unavailable"),
        ]
        let known = titles[error.status.code] ?? ("错误", error.status.reasonPhrase)
        return language == .chinese ? known.0 : known.1
    }
}

/// The language of titles, reasons and summaries.
enum APILanguage: String, Sendable {
    case chinese = "zh"
    case english = "en"

    /// The first of the two that `Accept-Language` prefers (RFC 9110, section 12.5.4); Chinese where it says nothing.
    init(acceptLanguage: String?) {
        guard let acceptLanguage else {
            self = .chinese
            return
        }
        var best: (quality: Double, language: APILanguage)?
        for range in acceptLanguage.split(separator: ",").prefix(20) {
            let parts = range.split(separator: ";").map { $0.filter { $0 != " " }.lowercased() }
            guard let tag = parts.first else { continue }
            let quality = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) } ?? 1
            let language: APILanguage? = tag.hasPrefix("en") ? .english : tag.hasPrefix("zh") ? .chinese : nil
            guard let language, quality > 0, quality > best?.quality ?? 0 else { continue }
            best = (quality, language)
        }
        self = best?.language ?? .chinese
    }

    func callAsFunction(_ chinese: String, _ english: String) -> String { self == .chinese ? chinese : english }
}
