internal import CanonicalJSON
internal import CreditArchive
internal import HTTPTypes
internal import Hummingbird
internal import Projections

/// By what bodies are assessed and days are counted. Schemes and the State Council's notices are published documents and
/// everybody may know them; that and when an archive adopted a scheme is an entry of its log, and for auditors.
enum SchemeRoutes {
    @Sendable static func list(_ call: APICall) async throws -> Response {
        let isReader = call.principal.may(.auditor)
        let values = try call.query(["waitFor"] + (isReader ? ["atPosition", "knownAt"] : []))
        try await call.waitForPosition(values)
        let question = try APICall.moment(values)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            let moment = try auditor.pinned(auditor.moment(question))
            let published = SchemeLibrary.published
            writer.beginObject()
            writer.key("schemes")
            writer.beginArray()
            for scheme in try auditor.schemes(atPosition: moment.atPosition)
            // A scheme that the archive alone has is known to the log alone.
            where isReader || (try? published.scheme(scheme.id)) != nil {
                scheme.write(to: &writer, withAdoptions: isReader)
            }
            writer.endArray()
            writer.member("position", moment.atPosition)
            writer.endObject()
        }
    }

    @Sendable static func calendars(_ call: APICall) async throws -> Response {
        let isReader = call.principal.may(.auditor)
        let values = try call.query(["waitFor"] + (isReader ? ["atPosition", "knownAt"] : []))
        try await call.waitForPosition(values)
        let question = try APICall.moment(values)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            let moment = try auditor.pinned(auditor.moment(question))
            writer.beginObject()
            writer.member("years", try auditor.calendarYears(atPosition: moment.atPosition))
            writer.member("position", moment.atPosition)
            writer.endObject()
        }
    }
}
