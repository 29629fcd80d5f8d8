internal import CreditArchive
internal import HTTPTypes
internal import Hummingbird
internal import Logging
internal import NIOCore

/// Every request's way: route, key, rate, role, use case, answer. Errors leave as problem+json, and nothing else does.
struct APIResponder: HTTPResponder {
    typealias Context = ClosingContext

    private let service: ArchiveService
    private let matcher: RouteMatcher

    init(_ service: ArchiveService) {
        self.service = service
        matcher = RouteMatcher(RouteTable.routes)
    }

    func respond(to request: Request, context: ClosingContext) async throws -> Response {
        let start = ContinuousClock.now
        let trace = TraceContext(request.headers)
        let language = APILanguage(acceptLanguage: request.headers[.acceptLanguage])
        var principal = Principal.anybody
        var operation = "unrouted"
        var response: Response
        let requestID = trace.requestID
        do {
            try service.gate.checkOrigin(of: request)
            if let preflight = service.gate.preflight(request) {
                response = preflight
            } else {
                let (route, parameters) = try route(of: request)
                operation = route.operation
                principal = try service.gate.principal(of: request)
                try service.gate.admit(principal, to: route)
                let call = APICall(
                    service: service, request: request, path: parameters, principal: principal, language: language,
                    requestID: requestID)
                response = try await route.handler(call)
                if route.readsRecords { try service.recordReading(call, status: response.status.code) }
            }
        } catch {
            let told = ServiceError(error)
            if told.status.code >= 500 {
                context.logger.error(
                    "\(told.error.english)", metadata: ["requestId": "\(requestID)", "code": "\(told.error.code)"])
            }
            if told.endsConnection { context.closeSoon() }
            response = Problem(error: told, language: language, requestID: requestID).response
        }
        service.gate.complete(&response, to: request, trace)
        if request.method == .head { response = response.createHeadResponse() }
        let elapsed = start.duration(to: .now)
        service.metrics.answered(operation, request.method, response.status.code, elapsed)
        context.logger.info(
            "request",
            metadata: [
                "requestId": "\(requestID)", "traceId": "\(trace.traceID)", "method": "\(request.method.rawValue)",
                "path": "\(request.uri.path)", "operation": "\(operation)", "status": "\(response.status.code)",
                "principal": "\(principal.id)", "microseconds": "\(Int(elapsed / .microseconds(1)))",
            ])
        return response
    }

    private func route(of request: Request) throws -> (Route, [String: String]) {
        switch matcher.match(request.method, request.uri.path) {
        case .found(let route, let parameters): return (route, parameters)
        case .otherMethods(let methods):
            let names = Set(methods.map(\.rawValue) + (methods.contains(.get) ? ["HEAD"] : [])).sorted()
            let list = names.joined(separator: ", ")
            throw ServiceError(
                .methodNotAllowed, "method-not-allowed", chinese: "此处不能用 \(request.method.rawValue)；可用：\(list)",
                english: "\(request.method.rawValue) does not apply here; use \(list)", headers: [.allow: list])
        case .nothing:
            throw ServiceError(
                .notFound, "no-such-route", chinese: "没有这个地址；服务的说明见 /openapi.yaml",
                english: "there is nothing at this address; /openapi.yaml describes the service")
        }
    }
}
