internal import CreditArchive
internal import HTTPTypes
internal import Hummingbird

/// One operation of the service: the row of the table from which requests are routed and to which the OpenAPI document
/// is held.
struct Route: Sendable {
    typealias Handler = @Sendable (APICall) async throws -> Response

    /// The `operationId` of the OpenAPI document.
    let operation: String
    let method: HTTPRequest.Method
    /// As OpenAPI writes it, with names in braces; a last one that ends in `*` takes the rest of the path.
    let path: String
    /// Who may; ``Role/public``: everybody.
    let roles: Set<Role>
    /// Whether it shows records that are not public, so that each reading is recorded.
    let readsRecords: Bool
    let handler: Handler

    let segments: [Substring]

    init(
        _ operation: String, _ method: HTTPRequest.Method, _ path: String, for roles: Set<Role>,
        readsRecords: Bool = false, _ handler: @escaping Handler
    ) {
        self.operation = operation
        self.method = method
        self.path = path
        self.roles = roles
        self.readsRecords = readsRecords
        self.handler = handler
        segments = path.split(separator: "/")
    }

    /// The path without the mark of a part that takes the rest: as the OpenAPI document has it.
    var documentedPath: String { path.replacing("*}", with: "}") }
}

/// Finds the route of a request.
struct RouteMatcher: Sendable {
    enum Match {
        case found(Route, [String: String])
        /// The path is there, with other methods.
        case otherMethods([HTTPRequest.Method])
        case nothing
    }

    private let byCount: [Int: [Route]]
    private let open: [Route]

    init(_ routes: [Route]) {
        open = routes.filter { $0.path.hasSuffix("*}") }
        byCount = Dictionary(grouping: routes.filter { !$0.path.hasSuffix("*}") }, by: \.segments.count)
    }

    /// - Parameter path: as it was sent, still encoded.
    func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        // No empty segment, so that no two paths are one: `//v1` and `/v1/` are nothing.
        guard path.utf8.first == UInt8(ascii: "/") else { return .nothing }
        let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false)
        var methods: [HTTPRequest.Method] = []
        for route in (byCount[parts.count] ?? []) + open {
            guard let parameters = RouteMatcher.parameters(route, parts) else { continue }
            if route.method == method || method == .head && route.method == .get { return .found(route, parameters) }
            methods.append(route.method)
        }
        return methods.isEmpty ? .nothing : .otherMethods(methods)
    }

    private static func parameters(_ route: Route, _ parts: [Substring]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (place, segment) in route.segments.enumerated() {
            guard segment.first == "{" else {
                guard place < parts.count, parts[place] == segment else { return nil }
                continue
            }
            if segment.hasSuffix("*}") {
                guard place < parts.count else { return nil }
                parameters[String(segment.dropFirst().dropLast(2))] = parts[place...].joined(separator: "/")
                return parameters
            }
            guard place < parts.count, !parts[place].isEmpty,
                let value = APICall.percentDecoded(String(parts[place]))
            else { return nil }
            parameters[String(segment.dropFirst().dropLast())] = value
        }
        return parameters
    }
}
