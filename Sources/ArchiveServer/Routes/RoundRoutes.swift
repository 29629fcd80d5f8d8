internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import HTTPTypes
internal import Hummingbird
internal import Projections

/// Rounds of evaluation, and what is open in them and in cases (contract §3, `duties`, `round`): for auditors alone.
/// The steps of a round are an office's own affair until a result is issued, and a duty is no record at all.
enum RoundRoutes {
    /// `{on, duties, position}`, overdue first; the keys of a duty are the command line's.
    @Sendable static func duties(_ call: APICall) async throws -> Response {
        let values = try call.query("on", "atPosition", "knownAt", "region", "waitFor")
        try await call.waitForPosition(values)
        let region = try call.region(values)
        if region == nil { try call.requireAllRegions() }
        // A day ahead may be asked for: what will be overdue by then, if nothing is done.
        let on = try values["on"].map { text in
            guard let day = CalendarDay(text) else { throw APICall.malformed("on", "2024-12-31") }
            return day
        }
        let question = try APICall.moment(values)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            let moment = try auditor.pinned(auditor.moment(question))
            let day = on ?? auditor.today
            let duties = try auditor.duties(auditor.duty(on: day, atPosition: moment.atPosition), region: region)
            writer.beginObject()
            writer.member("on", day)
            writer.member("duties", duties)
            writer.member("position", moment.atPosition)
            writer.endObject()
        }
    }

    /// `{rounds: [{round, scheme, year, region}], position}`, in that order.
    @Sendable static func list(_ call: APICall) async throws -> Response {
        let values = try call.query("region", "waitFor")
        try await call.waitForPosition(values)
        let region = try call.region(values)
        if region == nil { try call.requireAllRegions() }
        let auditor = call.service.auditor
        return try await call.answer { writer in
            let moment = try auditor.pinned(Moment())
            writer.beginObject()
            writer.key("rounds")
            writer.beginArray()
            for round in try auditor.rounds() where region.map({ round.region.text.hasPrefix($0) }) ?? true {
                writer.beginObject()
                writer.member("round", round.stream)
                writer.member("scheme", round.scheme)
                writer.member("year", round.year)
                writer.member("region", round.region)
                writer.endObject()
            }
            writer.endArray()
            writer.member("position", moment.atPosition)
            writer.endObject()
        }
    }

    @Sendable static func get(_ call: APICall) async throws -> Response {
        let values = try call.query(APICall.momentParameters + ["waitFor"])
        try await call.waitForPosition(values)
        let year = try call.year()
        guard let region = RegionCode(call.parameter("region")),
            let round = RoundID(scheme: call.parameter("scheme"), year: year, region: region)
        else { throw APICall.malformed("region", "6 digits, of a scheme such as province-integrity") }
        _ = try call.region(["region": region.text])
        let question = try APICall.moment(values)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            try auditor.round(round, auditor.pinned(auditor.moment(question))).write(to: &writer)
        }
    }
}

extension APICall {
    /// The year of the path. Throws `parameter-malformed`.
    func year() throws -> Int {
        let years = UInt64(CalendarDay.years.lowerBound)...UInt64(CalendarDay.years.upperBound)
        return try APICall.number(["year": parameter("year")], "year", in: years).map { Int($0) } ?? 0
    }
}
