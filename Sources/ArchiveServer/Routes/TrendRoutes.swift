internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import HTTPTypes
internal import Hummingbird
internal import Projections

/// Trends by 归属年度 (contract §2, Trend).
enum TrendRoutes {
    @Sendable static func ofBody(_ call: APICall) async throws -> Response {
        let values = try call.query(["from", "to", "withSubordinates", "waitFor"] + APICall.momentParameters)
        let isWhole = try APICall.flag(values, "withSubordinates")
        let (auditor, name) = (call.service.auditor, call.parameter("body"))
        return try await answer(values, call) {
            let body = try auditor.body(named: name)
            try call.requireReadable(body)
            return .body(body, withSubordinates: isWhole)
        }
    }

    @Sendable static func ofScope(_ call: APICall) async throws -> Response {
        let values = try call.query(["from", "to", "region", "waitFor"] + APICall.momentParameters)
        let region = try call.region(values)
        if region == nil { try call.requireAllRegions() }
        let scope: TrendQuery.Scope = region.map { .region(prefix: $0) } ?? .all
        return try await answer(values, call) { scope }
    }

    private static func answer(
        _ values: [String: String], _ call: APICall, _ scope: @escaping @Sendable () throws -> TrendQuery.Scope
    ) async throws -> Response {
        try await call.waitForPosition(values)
        let years = UInt64(CalendarDay.years.lowerBound)...UInt64(CalendarDay.years.upperBound)
        let from = try APICall.number(values, "from", in: years).map { Int($0) }
        let to = try APICall.number(values, "to", in: years).map { Int($0) }
        if let from, let to, from > to {
            throw ServiceError(
                .badRequest, "range-empty", field: "from", chinese: "起始年度 \(from) 晚于结束年度 \(to)",
                english: "the years begin at \(from), after their end at \(to)")
        }
        let question = try APICall.moment(values)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            let (scope, moment) = (try scope(), try auditor.moment(question))
            let answer = try auditor.trend(TrendQuery(scope, from: from, to: to, at: moment))
            try answer.write(to: &writer, scores: auditor.scores(of: scope, atPosition: moment.atPosition))
        }
    }
}
