internal import Assessment
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import HTTPTypes
internal import Hummingbird
internal import Projections

/// Scores of a scheme's cohorts, and why (contract §5).
enum EvaluationRoutes {
    private static let parameters = ["region", "atPosition", "knownAt", "without", "waitFor"]

    /// The question, by the scheme that is in force for the year, as the command line has it.
    private static func question(
        _ call: APICall, _ values: [String: String]
    ) throws -> @Sendable () throws -> EvaluationQuery {
        let (scheme, year, region) = (call.parameter("scheme"), try call.year(), try call.region(values))
        let moment = try APICall.moment(values)
        let without = try (values["without"].map { $0.split(separator: ",", omittingEmptySubsequences: false) } ?? [])
            .map { text in
                try APICall.number(["without": String(text)], "without", in: 0...UInt64(Int64.max)) ?? 0
            }
        let auditor = call.service.auditor
        return {
            let position = try auditor.moment(moment).atPosition
            return EvaluationQuery(
                try auditor.scheme(scheme, year: year, atPosition: position), year: year, region: region,
                atPosition: position, without: Set(without))
        }
    }

    @Sendable static func evaluate(_ call: APICall) async throws -> Response {
        let values = try call.query(parameters + ["body", "about"])
        let isAbout = try APICall.flag(values, "about")
        try await call.waitForPosition(values)
        if values["region"] == nil, values["body"] == nil { try call.requireAllRegions() }
        let question = try question(call, values)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            var query = try question()
            let only = try values["body"].map { try auditor.body(named: $0) }
            if let only {
                try call.requireReadable(only)
                query.region = try query.region ?? auditor.area(of: only, query)
            }
            let answer = try auditor.evaluate(query)
            if isAbout {
                answer.write(only, withSurroundingsTo: &writer)
            } else {
                answer.write(only, to: &writer)
            }
        }
    }

    @Sendable static func explain(_ call: APICall) async throws -> Response {
        let values = try call.query(parameters)
        try await call.waitForPosition(values)
        let question = try question(call, values)
        let auditor = call.service.auditor
        let (name, indicator) = (call.parameter("body"), call.parameter("indicator"))
        return try await call.answer { writer in
            let body = try auditor.body(named: name)
            try call.requireReadable(body)
            try auditor.explain(indicator, of: body, question()).write(to: &writer)
        }
    }
}
