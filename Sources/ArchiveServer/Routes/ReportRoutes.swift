internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// Reports of 第十二条's five parts and their compilation (第十三条), as HTML or JSON by `Accept`.
///
/// For auditors alone: a report tells of cases that are not publicised and of trials. Readings are recorded.
enum ReportRoutes {
    private enum Format { case json, page }

    private static func format(_ accept: String?) throws -> Format {
        guard let accept else { return .json }
        for range in accept.lowercased().split(separator: ",") {
            switch range.split(separator: ";").first?.filter({ $0 != " " }) {
            case "text/html", "text/*": return .page
            case "application/json", "application/*", "*/*": return .json
            default: continue
            }
        }
        throw ServiceError(
            .notAcceptable, "not-acceptable", field: "Accept", chinese: "可用的格式：application/json、text/html",
            english: "the formats are application/json and text/html")
    }

    @Sendable static func ofBody(_ call: APICall) async throws -> Response {
        let values = try call.query("year", "scheme", "region", "openTexts", "waitFor")
        try await call.waitForPosition(values)
        let years = UInt64(CalendarDay.years.lowerBound)...UInt64(CalendarDay.years.upperBound)
        guard let year = try APICall.number(values, "year", in: years).map({ Int($0) }) else {
            throw APICall.malformed("year", "\(years.lowerBound)…\(years.upperBound)")
        }
        let (region, opens) = (try call.region(values), try APICall.flag(values, "openTexts"))
        let (auditor, name, scheme) = (call.service.auditor, call.parameter("body"), values["scheme"])
        return try await answer(call) {
            let body = try auditor.body(named: name)
            try call.requireReadable(body)
            let id = try scheme ?? auditor.scheme(ofReportOn: body, in: year)
            let query = EvaluationQuery(try auditor.scheme(id, year: year), year: year, region: region)
            let report = try auditor.report(on: body, ReportQuery(query, opensTexts: opens))
            return Made(json: { report.write(to: &$0) }, page: { report.page })
        }
    }

    @Sendable static func compilation(_ call: APICall) async throws -> Response {
        let values = try call.query("region", "openTexts", "waitFor")
        try await call.waitForPosition(values)
        let (region, opens) = (try call.region(values), try APICall.flag(values, "openTexts"))
        if region == nil { try call.requireAllRegions() }
        let (auditor, id, year) = (call.service.auditor, call.parameter("scheme"), try call.year())
        return try await answer(call) {
            let query = EvaluationQuery(try auditor.scheme(id, year: year), year: year, region: region)
            let made = try auditor.compilation(ReportQuery(query, opensTexts: opens))
            return Made(json: { made.write(to: &$0) }, page: { made.page })
        }
    }

    /// A report or a compilation, in the format that is wanted.
    private struct Made {
        var json: (inout JSONWriter) -> Void
        var page: () -> [UInt8]
    }

    private static func answer(_ call: APICall, _ make: @escaping @Sendable () throws -> Made) async throws -> Response
    {
        let format = try format(call.header(.accept))
        // The receipt in a report is under the latest checkpoint, which may be signed while nothing is recorded.
        let auditor = call.service.auditor
        let signed = try await call.blocking { try auditor.latestCheckpoint()?.size ?? 0 }
        guard format == .page else {
            return try await call.answer(as: "application/json", mark: "-\(signed)") {
                var writer = JSONWriter(reserving: 65_536)
                try make().json(&writer)
                return writer.bytes + [0x0A]
            }
        }
        var response = try await call.answer(as: "text/html; charset=utf-8", mark: "-\(signed)-html") {
            try make().page()
        }
        response.headers[.contentSecurityPolicy] = policy
        return response
    }

    /// The page has a style sheet and drawings of its own, and nothing that runs or is loaded.
    private static let policy =
        "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
