internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import HTTPTypes
internal import Hummingbird
internal import Projections

/// Results that rounds have issued (contract §3, `results`), and what they would be now.
///
/// Whoever may not read records is shown final results of schemes whose documents say that they are published, and of
/// those neither indicators nor trials (register Q19); of all others he learns nothing, not even that they are there.
enum ResultRoutes {
    @Sendable static func results(_ call: APICall) async throws -> Response {
        let isReader = call.principal.may(.auditor)
        let values = try call.query(["region", "waitFor"] + (isReader ? ["atPosition", "knownAt"] : []))
        try await call.waitForPosition(values)
        let region = try call.region(values)
        if isReader, region == nil { try call.requireAllRegions() }
        let (scheme, year) = (call.parameter("scheme"), try call.year())
        let question = try APICall.moment(values)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            let moment = try auditor.pinned(auditor.moment(question))
            writer.beginObject()
            writer.key("results")
            writer.beginArray()
            if isReader {
                let found = try auditor.results(
                    scheme: scheme, year: year, region: region, atPosition: moment.atPosition)
                for results in found { try write(results, auditor, to: &writer) }
            } else {
                for shown in try auditor.publicResults(scheme: scheme, year: year, region: region) {
                    shown.write(to: &writer)
                }
            }
            writer.endArray()
            writer.member("position", moment.atPosition)
            writer.endObject()
        }
    }

    private static func write(_ results: RoundResults, _ auditor: Auditor, to writer: inout JSONWriter) throws {
        let trials = try auditor.trials(of: results)
        for (body, standing) in results.standing.sorted(by: { $0.key < $1.key }) {
            results.write(standing, trial: trials[body], to: &writer)
        }
    }

    /// `{changes, unreproduced, position}`: what `results reissue` would record; `unreproduced` are bodies whose issued
    /// result is not what its snapshot gives.
    @Sendable static func changes(_ call: APICall) async throws -> Response {
        let values = try call.query("region", "atPosition", "knownAt", "waitFor")
        try await call.waitForPosition(values)
        let region = try call.region(values)
        if region == nil { try call.requireAllRegions() }
        let (scheme, year) = (call.parameter("scheme"), try call.year())
        let question = try APICall.moment(values)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            let moment = try auditor.pinned(auditor.moment(question))
            let reviews = try auditor.review(
                scheme: scheme, year: year, region: region, atPosition: moment.atPosition)
            writer.beginObject()
            writer.member("changes", reviews.flatMap(\.changes))
            writer.member("unreproduced", reviews.flatMap(\.unreproduced))
            writer.member("position", moment.atPosition)
            writer.endObject()
        }
    }
}
