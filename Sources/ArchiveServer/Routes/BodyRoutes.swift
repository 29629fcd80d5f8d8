internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import HTTPTypes
internal import Hummingbird
internal import Projections

/// The register of bodies and their standing. Whoever may not read records is shown those in publication alone.
enum BodyRoutes {
    private static let defaultPage: UInt64 = 100
    private static let maximumPage: UInt64 = 1_000

    /// The scope and page of a list. Throws where a parameter is malformed.
    private struct ListQuestion: Sendable {
        let scope: Auditor.Scope
        let after: BodyID?
        let limit: Int
        let words: [(String, String)]

        init(_ values: [String: String], _ call: APICall) throws {
            let region = try call.region(values)
            if region == nil, call.principal.may(.auditor) { try call.requireAllRegions() }
            scope = region.map { .region(prefix: $0) } ?? .all
            after = try values["after"].map { text in
                guard let id = BodyID(text) else { throw APICall.malformed("after", "a body id") }
                return id
            }
            limit = Int(try APICall.number(values, "limit", in: 1...maximumPage) ?? defaultPage)
            words = ["region", "limit"].compactMap { name in values[name].map { (name, $0) } }
        }

        func link(behind id: BodyID, _ call: APICall) -> String { call.link([("after", id.text)] + words) }
    }

    @Sendable static func list(_ call: APICall) async throws -> Response {
        let values = try call.query("region", "after", "limit", "waitFor")
        try await call.waitForPosition(values)
        let question = try ListQuestion(values, call)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            let page = try auditor.bodies(question.scope, after: question.after, limit: question.limit)
            writer.beginObject()
            writer.key("bodies")
            writer.beginArray()
            for profile in page.profiles { profile.write(answerTo: &writer) }
            writer.endArray()
            writer.member("next", page.next.map { question.link(behind: $0, call) })
            writer.member("position", page.position)
            writer.endObject()
        }
    }

    @Sendable static func get(_ call: APICall) async throws -> Response {
        try await call.waitForPosition(call.query("waitFor"))
        let (auditor, name) = (call.service.auditor, call.parameter("body"))
        return try await call.answer { writer in
            try auditor.profile(of: auditor.body(named: name)).write(answerTo: &writer)
        }
    }

    @Sendable static func standing(_ call: APICall) async throws -> Response {
        let isReader = call.principal.may(.auditor)
        // Past moments are for those who read everything: what was public once need not be public now.
        let values = try call.query((isReader ? APICall.momentParameters : []) + ["waitFor"])
        try await call.waitForPosition(values)
        let question = try APICall.moment(values)
        let (auditor, name) = (call.service.auditor, call.parameter("body"))
        let atOnce = { () throws -> (any JSONEncodable)? in
            guard isReader, question.isEmpty, let body = BodyID(name),
                let standing = try auditor.standingAtOnce(of: body),
                call.principal.scope.allows(standing.body.region)
            else { return nil }
            return standing
        }
        return try await call.answer(atOnce: atOnce) { writer in
            let body = try auditor.body(named: name)
            guard isReader else {
                guard let shown = try auditor.publicised(.body(body)).first else { throw notYet(body) }
                shown.write(to: &writer)
                return
            }
            try call.requireReadable(body)
            let moment = try auditor.moment(question)
            let found = try auditor.standing(.body(body), asOf: moment.asOf, atPosition: moment.atPosition)
            guard let standing = found.first else { throw notYet(body) }
            standing.write(to: &writer)
        }
    }

    private static func notYet(_ body: BodyID) -> ArchiveError {
        ArchiveError(
            .notFound, "body-not-yet", chinese: "主体 \(body) 届时尚未登记",
            english: "the body \(body) was not registered by then")
    }

    @Sendable static func standings(_ call: APICall) async throws -> Response {
        let isReader = call.principal.may(.auditor)
        let values = try call.query(
            ["region", "after", "limit", "waitFor"] + (isReader ? APICall.momentParameters : []))
        try await call.waitForPosition(values)
        let question = try ListQuestion(values, call)
        let momentQuestion = try APICall.moment(values)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            let moment = try auditor.moment(momentQuestion)
            let words = APICall.momentParameters.compactMap { name in values[name].map { (name, $0) } }
            func write<Shown: JSONEncodable>(_ all: [(id: BodyID, shown: Shown)]) {
                let rest = all.filter { item in question.after.map { item.id > $0 } ?? true }
                let page = rest.prefix(question.limit)
                writer.beginObject()
                writer.member("standings", page.map(\.shown))
                if rest.count > page.count, let last = page.last {
                    writer.member("next", call.link([("after", last.id.text)] + question.words + words))
                }
                writer.endObject()
            }
            let all = try auditor.standing(question.scope, asOf: moment.asOf, atPosition: moment.atPosition)
            if isReader {
                write(all.map { (id: $0.body.id, shown: $0) })
            } else {
                let shown = try all.map { (id: $0.body.id, shown: try auditor.publicView(of: $0)) }
                write(shown.filter { !$0.shown.cases.isEmpty })
            }
        }
    }
}
