internal import CreditArchive
internal import Foundation
internal import HTTPTypes
internal import Hummingbird
internal import Synchronization

/// Who may in: keys, roles, rates, and what browsers may do. No handler asks for any of it.
struct Gate: Sendable {
    private let settings: ServerSettings
    private let keys: APIKeys
    private let limiter: RateLimiter

    init(_ settings: ServerSettings, keys: APIKeys) {
        self.settings = settings
        self.keys = keys
        limiter = RateLimiter()
    }

    // MARK: Keys

    /// The principal of a request: by its key; without one anybody, or this machine's operator while no key was issued.
    func principal(of request: Request) throws -> Principal {
        guard let value = request.headers[.authorization] else {
            return try keys.isEmpty() ? .local : .anybody
        }
        let scheme = value.utf8.prefix { $0 != UInt8(ascii: " ") }
        guard scheme.count < value.utf8.count, scheme.elementsEqual("Bearer".utf8) || Gate.isBearer(scheme) else {
            throw ServiceError(
                .unauthorized, "authorization-malformed", field: "Authorization",
                chinese: "请以 Authorization: Bearer <密钥> 给出密钥", english: "give the key as Authorization: Bearer <key>")
        }
        return try keys.principal(of: String(value.utf8.dropFirst(scheme.count + 1)) ?? "")
    }

    /// The scheme in letters of either case (RFC 9110, section 11.1).
    private static func isBearer(_ scheme: Substring.UTF8View) -> Bool {
        Substring(scheme).lowercased() == "bearer"
    }

    /// Holds a principal to its rate and its roles. Throws 429, 401 for anybody without a key, 403.
    func admit(_ principal: Principal, to route: Route) throws {
        let isPublic = principal == .anybody
        let limit = isPublic ? settings.publicRateLimit : settings.rateLimit
        if principal != .local, limit > 0, let wait = limiter.wait(of: principal.id, perSecond: limit) {
            throw ServiceError.busy(
                "rate-exceeded", chinese: "超过每秒 \(limit) 次请求，请稍后重试",
                english: "more than \(limit) requests in a second; try again later", afterSeconds: wait)
        }
        guard !route.roles.contains(where: principal.may) else { return }
        let roles = route.roles.map(\.rawValue).sorted().joined(separator: " | ")
        if isPublic {
            throw ServiceError(
                .unauthorized, "key-needed", field: "Authorization",
                chinese: "需要密钥（角色 \(roles)）：Authorization: Bearer <密钥>",
                english: "a key is needed (role \(roles)): Authorization: Bearer <key>")
        }
        throw ServiceError(
            .forbidden, "role-missing", chinese: "此密钥没有所需的角色（\(roles)）",
            english: "this key does not have the role: \(roles)")
    }

    // MARK: Browsers

    /// While no key was issued, whoever reaches this machine's port is its operator: then only requests that mean this
    /// machine are taken, so that no page of another site can send one through a browser (DNS rebinding, forged forms).
    func checkOrigin(of request: Request) throws {
        guard try keys.isEmpty() else { return }
        let host = request.head.authority ?? ""
        let origin = request.headers[.origin]
        // Behind the scheme of an origin stands its host.
        let site = origin.map { String($0[($0.range(of: "://")?.upperBound ?? $0.startIndex)...]) }
        guard Gate.isLocal(host), site.map(Gate.isLocal) ?? true else {
            throw ServiceError(
                .forbidden, "origin-foreign", field: "Host",
                chinese: "还没有发过密钥，只接受发往本机（localhost、127.0.0.1）的请求",
                english: "no key was issued, so only requests to this machine (localhost, 127.0.0.1) are taken")
        }
    }

    private static func isLocal(_ host: String) -> Bool {
        if host.hasPrefix("[") { return host == "[::1]" || host.hasPrefix("[::1]:") }
        return ["localhost", "127.0.0.1"].contains(String(host.prefix { $0 != ":" }))
    }

    /// The answer to a browser that asks whether it may send a request from a configured origin; nil for all others.
    func preflight(_ request: Request) -> Response? {
        guard request.method == .options, let origin = request.headers[.origin], settings.corsOrigins.contains(origin)
        else { return nil }
        var headers: HTTPFields = [:]
        for (name, value) in [
            ("Access-Control-Allow-Methods", "GET, POST, PUT, DELETE"),
            (
                "Access-Control-Allow-Headers",
                "Authorization, Content-Type, Access-Purpose, If-Match, If-None-Match, Last-Event-ID, Prefer, traceparent"
            ),
            ("Access-Control-Max-Age", "600"),
        ] {
            if let name = HTTPField.Name(name) { headers[name] = value }
        }
        return Response(status: .noContent, headers: headers)
    }

    /// Adds what every answer has.
    func complete(_ response: inout Response, to request: Request, _ trace: TraceContext) {
        func set(_ field: HTTPField) {
            if !response.headers.contains(field.name) { response.headers.append(field) }
        }
        for field in Gate.everywhere { set(field) }
        if settings.certificatePath != nil { set(Gate.strictTransport) }
        if !settings.corsOrigins.isEmpty, let origin = request.headers[.origin], settings.corsOrigins.contains(origin) {
            set(HTTPField(name: Gate.allowOrigin, value: origin))
            set(Gate.exposed)
        }
        trace.add(to: &response.headers)
    }

    /// What every answer has that does not say otherwise.
    private static let everywhere = fields([
        ("X-Content-Type-Options", "nosniff"), ("X-Frame-Options", "DENY"), ("Referrer-Policy", "no-referrer"),
        ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
        ("Cross-Origin-Resource-Policy", "same-origin"), ("Cache-Control", "no-store"),
        ("Vary", "Accept, Accept-Language, Authorization"),
    ])
    private static let strictTransport = field("Strict-Transport-Security", "max-age=31536000")
    private static let allowOrigin = field("Access-Control-Allow-Origin", "").name
    private static let exposed = field("Access-Control-Expose-Headers", "ETag, Location, X-Request-Id")

    private static func fields(_ pairs: [(String, String)]) -> [HTTPField] { pairs.map { field($0.0, $0.1) } }

    private static func field(_ name: String, _ value: String) -> HTTPField {
        guard let name = HTTPField.Name(name) else { preconditionFailure("\(name) is no field name") }
        return HTTPField(name: name, value: value)
    }
}

/// A bucket of requests for each principal, refilled by the second.
final class RateLimiter: Sendable {
    private struct Bucket {
        var left: Double
        var at: ContinuousClock.Instant
    }

    private let buckets = Mutex<[String: Bucket]>([:])

    /// Takes one request; nil where it may go on, else the seconds to wait.
    func wait(of principal: String, perSecond rate: Int, now: ContinuousClock.Instant = .now) -> Int? {
        buckets.withLock { buckets in
            var bucket = buckets[principal] ?? Bucket(left: Double(rate), at: now)
            bucket.left = min(Double(rate), bucket.left + (now - bucket.at) / .seconds(1) * Double(rate))
            bucket.at = now
            defer { buckets[principal] = bucket }
            guard bucket.left >= 1 else { return 1 }
            bucket.left -= 1
            return nil
        }
    }
}
