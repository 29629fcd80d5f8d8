internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import HTTPTypes
internal import Hummingbird
internal import Projections

/// Cases, trails and differences.
enum TrailRoutes {
    @Sendable static func ofBody(_ call: APICall) async throws -> Response {
        let (auditor, name) = (call.service.auditor, call.parameter("body"))
        return try await trail(call) { moment in
            let body = try auditor.body(named: name)
            try call.requireReadable(body)
            return try auditor.trail(ofBody: body, at: moment)
        }
    }

    @Sendable static func ofCase(_ call: APICall) async throws -> Response {
        let auditor = call.service.auditor
        let id = try caseID(call)
        return try await trail(call) { moment in
            try call.requireReadable(auditor.body(ofCase: id))
            return try auditor.trail(ofCase: id, at: moment)
        }
    }

    private static func trail(
        _ call: APICall, _ steps: @escaping @Sendable (Moment) throws -> [TrailStep]
    ) async throws -> Response {
        let values = try call.query(APICall.momentParameters + ["waitFor"])
        try await call.waitForPosition(values)
        let question = try APICall.moment(values)
        let (auditor, language) = (call.service.auditor, call.language)
        return try await call.answer { writer in
            // What is appended while this is told belongs to the next answer.
            let moment = try auditor.pinned(auditor.moment(question))
            try steps(moment).write(to: &writer, position: moment.atPosition, inChinese: language == .chinese)
        }
    }

    private static func caseID(_ call: APICall) throws -> CaseID {
        guard let id = CaseID(call.parameter("case")) else { throw APICall.malformed("case", "a 事项编号") }
        return id
    }

    /// One case as its body's standing has it; to the public while it is publicised.
    @Sendable static func item(_ call: APICall) async throws -> Response {
        try await call.waitForPosition(call.query("waitFor"))
        let id = try caseID(call)
        let isReader = call.principal.may(.auditor)
        let auditor = call.service.auditor
        return try await call.answer { writer in
            let standing: Standing
            do { standing = try auditor.standing(ofCase: id) } catch let error as ArchiveError
                where error.code == "case-not-found" && !isReader
            { throw notPublic(id) }
            if isReader { try call.requireReadable(standing.body.id) }
            // To the public a case that is not publicised is not there at all.
            guard let item = standing.cases.first,
                try isReader || auditor.isPublic(item, of: standing.body.id)
            else { throw notPublic(id) }
            writer.beginObject()
            writer.member("body", standing.body.id)
            writer.member("name", standing.body.name)
            writer.member("record", item)
            writer.member("position", standing.position)
            writer.endObject()
        }
    }

    private static func notPublic(_ id: CaseID) -> ArchiveError {
        ArchiveError(
            .notFound, "case-not-found", chinese: "没有公示中的事项 \(id)", english: "there is no publicised case \(id)")
    }

    @Sendable static func diff(_ call: APICall) async throws -> Response {
        let names = APICall.momentParameters.flatMap { name in
            ["from", "to"].map { $0 + name.prefix(1).uppercased() + name.dropFirst() }
        }
        let values = try call.query(names + ["waitFor"])
        try await call.waitForPosition(values)
        let from = try APICall.moment(values, prefix: "from")
        let to = try APICall.moment(values, prefix: "to")
        let (auditor, name) = (call.service.auditor, call.parameter("body"))
        return try await call.answer { writer in
            let body = try auditor.body(named: name)
            try call.requireReadable(body)
            let earlier = try from.isEmpty ? nil : auditor.moment(from)
            try auditor.difference(of: body, from: earlier, to: auditor.moment(to)).write(to: &writer)
        }
    }
}
