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
    /// The parts in braces, with their places.
    let parameters: [(place: Int, name: String)]
    let takesRest: Bool

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
        takesRest = path.hasSuffix("*}")
        parameters = segments.enumerated().filter { $0.element.first == "{" }.map { place, segment in
            (place, String(segment.dropFirst().dropLast(segment.hasSuffix("*}") ? 2 : 1)))
        }
    }

    /// The path without the mark of a part that takes the rest: as the OpenAPI document has it.
    var documentedPath: String { path.replacing("*}", with: "}") }
}

/// Finds the route of a request: a tree of the paths' parts.
struct RouteMatcher: Sendable {
    enum Match {
        case found(Route, [String: String])
        /// The path is there, with other methods.
        case otherMethods([HTTPRequest.Method])
        case nothing
    }

    private struct Node {
        var fixed: [Substring: Node] = [:]
        /// What a part in braces leads to: one node, whatever the part is called by each route.
        var parameter: [Node] = []
        var routes: [Route] = []
        /// Those that take the rest of the path.
        var open: [Route] = []

        mutating func add(_ route: Route, _ segments: ArraySlice<Substring>) {
            guard let segment = segments.first else { return routes.append(route) }
            if segment.hasSuffix("*}") { return open.append(route) }
            if segment.first == "{" {
                if parameter.isEmpty { parameter = [Node()] }
                parameter[0].add(route, segments.dropFirst())
            } else {
                fixed[segment, default: Node()].add(route, segments.dropFirst())
            }
        }

        /// The routes of a path: by the part as it stands rather than by a parameter.
        func routes(_ parts: ArraySlice<Substring>) -> [Route] {
            guard let part = parts.first else { return routes }
            let rest = parts.dropFirst()
            if let next = fixed[part], case let found = next.routes(rest), !found.isEmpty { return found }
            if !part.isEmpty, let next = parameter.first, case let found = next.routes(rest), !found.isEmpty {
                return found
            }
            return open
        }
    }

    private var root = Node()

    init(_ routes: [Route]) {
        for route in routes { root.add(route, route.segments[...]) }
    }

    /// - Parameter path: as it was sent, still encoded.
    func match(_ method: HTTPRequest.Method, _ path: String) -> Match {
        // No empty segment, so that no two paths are one: `//v1` and `/v1/` are nothing.
        guard path.utf8.first == UInt8(ascii: "/") else { return .nothing }
        let parts = path.utf8.dropFirst().split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .map { Substring($0) }
        let routes = root.routes(parts[...])
        let wanted: HTTPRequest.Method = method == .head ? .get : method
        guard let route = routes.first(where: { $0.method == wanted || $0.method == method }) else {
            return routes.isEmpty ? .nothing : .otherMethods(routes.map(\.method))
        }
        guard let parameters = RouteMatcher.parameters(route, parts) else { return .nothing }
        return .found(route, parameters)
    }

    /// The parts in braces, decoded; nil where one is no percent-encoded UTF-8.
    private static func parameters(_ route: Route, _ parts: [Substring]) -> [String: String]? {
        var parameters: [String: String] = [:]
        for (place, name) in route.parameters {
            guard !route.takesRest || place < route.segments.count - 1 else {
                parameters[name] = parts[place...].joined(separator: "/")
                return parameters
            }
            guard let value = APICall.percentDecoded(String(parts[place])) else { return nil }
            parameters[name] = value
        }
        return parameters
    }
}
