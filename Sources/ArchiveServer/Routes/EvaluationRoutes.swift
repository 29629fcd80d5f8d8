internal import Assessment
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import HTTPTypes
internal import Hummingbird
internal import Projections

/// Scores of a scheme's cohorts, and why (contract §5).
enum EvaluationRoutes {
    private static func query(_ call: APICall, region: String?) throws -> EvaluationQuery {
        let scheme = try SchemeLibrary.published.scheme(call.parameter("scheme"), overlayAt: nil)
        let years = UInt64(CalendarDay.years.lowerBound)...UInt64(CalendarDay.years.upperBound)
        let year = try APICall.number(["year": call.parameter("year")], "year", in: years).map { Int($0) } ?? 0
        return EvaluationQuery(scheme, year: year, region: region)
    }

    @Sendable static func evaluate(_ call: APICall) async throws -> Response {
        let values = try call.query("region", "body", "waitFor")
        try await call.waitForPosition(values)
        let region = try call.region(values)
        if region == nil, values["body"] == nil { try call.requireAllRegions() }
        let query = try query(call, region: region)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            var query = query
            let only = try values["body"].map { try auditor.body(named: $0) }
            if let only {
                try call.requireReadable(only)
                query.region = try query.region ?? auditor.area(of: only, query)
            }
            let answer = try auditor.evaluate(query)
            writer.beginArray()
            for item in answer.bodies where only.map({ $0 == item.profile.id }) ?? true {
                answer.write(item, to: &writer)
            }
            writer.endArray()
        }
    }

    @Sendable static func explain(_ call: APICall) async throws -> Response {
        let values = try call.query("region", "waitFor")
        try await call.waitForPosition(values)
        let query = try query(call, region: call.region(values))
        let auditor = call.service.auditor
        let (name, indicator) = (call.parameter("body"), call.parameter("indicator"))
        return try await call.answer { writer in
            let body = try auditor.body(named: name)
            try call.requireReadable(body)
            try auditor.explain(indicator, of: body, query).write(to: &writer)
        }
    }
}
