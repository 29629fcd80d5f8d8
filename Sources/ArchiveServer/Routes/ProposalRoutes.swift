internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// Acts that need two persons (经办, 审批): proposed with one key, approved or returned with another. Each principal sees
/// the proposals that it has made, that it may decide, or that lie in its region as an auditor; the public none.
enum ProposalRoutes {
    private static let maximumBody = 1 << 20

    /// A CloudEvent in binary or structured mode, or in JSON what no platform submits: an erasure, a re-issue.
    @Sendable static func propose(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let desk = call.service.desk
        let principal = call.principal
        let isWish =
            (call.header(.contentType) ?? "").lowercased().hasPrefix("application/json")
            && !call.request.headers.contains { $0.name.canonicalName == "ce-specversion" }
        let kept: (proposal: Proposal, isNew: Bool)
        if isWish {
            let wish: ProposalWish
            do {
                wish = try ProposalWish(json: JSONDocument(parsing: await call.body(upTo: maximumBody)).root)
            } catch let fault as JSONFault {
                throw ArchiveError(fault)
            }
            let auditor = call.service.auditor
            kept = try await call.blocking { try wish.propose(at: desk, auditor, by: principal) }
        } else {
            let mode = try CloudEventMode(call.request.headers)
            guard !mode.isBatch else {
                throw ServiceError(
                    .unsupportedMediaType, "content-type-unsupported", field: "Content-Type",
                    chinese: "每个提案是一个事件：application/cloudevents+json",
                    english: "a proposal is one event: application/cloudevents+json")
            }
            let submissions = try mode.submissions(await call.body(upTo: maximumBody), call.request.headers)
            kept = try await call.blocking { try desk.propose(submissions[0], by: principal) }
        }
        return .json(kept.isNew ? .created : .ok, [.location: "/v1/proposals/\(kept.proposal.id)"]) {
            kept.proposal.write(to: &$0, withContent: false)
        }
    }

    /// `{proposals}`, the newest first, without what they propose.
    @Sendable static func list(_ call: APICall) async throws -> Response {
        let values = try call.query("state", "act", "limit")
        var query = ProposalQuery()
        query.state = try values["state"].map { text in
            guard let state = Proposal.State(rawValue: text) else {
                throw APICall.malformed("state", Proposal.State.allCases.map(\.rawValue).joined(separator: " | "))
            }
            return state
        }
        query.act = try values["act"].map { text in
            guard let act = TwoPersonAct(rawValue: text) else {
                throw APICall.malformed("act", TwoPersonAct.allCases.map(\.rawValue).joined(separator: " | "))
            }
            return act
        }
        query.limit = Int(try APICall.number(values, "limit", in: 1...1_000) ?? 1_000)
        let (desk, principal, wanted) = (call.service.desk, call.principal, query)
        let proposals = try await call.blocking { try desk.list(wanted, for: principal) }
        return .json { writer in
            writer.beginObject()
            writer.key("proposals")
            writer.beginArray()
            for proposal in proposals { proposal.write(to: &writer, withContent: false) }
            writer.endArray()
            writer.endObject()
        }
    }

    @Sendable static func get(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let (desk, principal, id) = (call.service.desk, call.principal, call.parameter("proposal"))
        let proposal = try await call.blocking { try desk.proposal(id, for: principal) }
        return .json { proposal.write(to: &$0) }
    }

    @Sendable static func approve(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let proposal = try await call.service.desk.approve(call.parameter("proposal"), by: call.principal)
        let location = proposal.position.map { "/v1/events/\($0)" }
        return .json(.ok, location.map { [.location: $0] } ?? [:]) { proposal.write(to: &$0, withContent: false) }
    }

    /// `{reason}`.
    @Sendable static func giveBack(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let reason: String
        do {
            var fields = try JSONDocument(parsing: await call.body(upTo: 65_536)).root.fields()
            reason = try fields.required("reason")
            try fields.finish()
        } catch let fault as JSONFault {
            throw ArchiveError(fault)
        }
        let (desk, principal, id) = (call.service.desk, call.principal, call.parameter("proposal"))
        let proposal = try await call.blocking { try desk.giveBack(id, reason: reason, by: principal) }
        return .json { proposal.write(to: &$0, withContent: false) }
    }

    /// `{acts, policies}`: what needs two persons now, and every policy that was ever set.
    @Sendable static func policy(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let policies = try call.service.archive.twoPersons.all()
        return .json { writer in
            writer.beginObject()
            let acts = policies.last?.acts ?? []
            writer.member("acts", TwoPersonAct.allCases.filter(acts.contains).map(\.rawValue))
            writer.member("policies", policies)
            writer.endObject()
        }
    }
}

/// `{erasure: {stream, basis, document?}}` or `{reissue: {scheme, year, region, reason, office, role?, officeCode?, on,
/// document?, bodies?}}`.
private enum ProposalWish: JSONDecodable, Sendable {
    case erasure(stream: String, basis: String, document: String?)
    case reissue(RoundID, bodies: [String]?, reason: String, EvaluationStep.Details)

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        if let node = fields.optional("erasure") {
            var inner = try node.fields()
            self = .erasure(
                stream: try inner.required("stream"), basis: try inner.required("basis"),
                document: try inner.optional("document"))
            try inner.finish()
        } else {
            let node = try fields.required("reissue")
            var inner = try node.fields()
            let (scheme, year): (String, Int64) = (try inner.required("scheme"), try inner.required("year").integer())
            let regionNode = try inner.required("region")
            guard let region = RegionCode(try regionNode.string()),
                let round = RoundID(scheme: scheme, year: Int(clamping: year), region: region)
            else { throw regionNode.fault(.badValue, "six digits, of a scheme and a year") }
            let role = try inner.optional("role").map { (node) throws(JSONFault) in
                guard let role = ActorRole(codeOrName: try node.string()) else {
                    throw node.fault(.badValue, ActorRole.allCases.map(\.rawValue).joined(separator: " | "))
                }
                return role
            }
            let office = try inner.required("office")
            guard PlainText.isName(try office.string(), limit: 200) else {
                throw office.fault(.badValue, "1–200 characters")
            }
            let details = EvaluationStep.Details(
                StepActor(
                    role ?? .evaluator, name: try office.string(), code: try inner.optional("officeCode")),
                on: try inner.required("on"), document: try inner.optional("document"), note: nil)
            self = .reissue(
                round, bodies: try inner.optional("bodies"), reason: try inner.required("reason"), details)
            try inner.finish()
        }
        try fields.finish()
    }

    func propose(
        at desk: ProposalDesk, _ auditor: Auditor, by principal: Principal
    ) throws -> (proposal: Proposal, isNew: Bool) {
        switch self {
        case .erasure(let stream, let basis, let document):
            return try desk.proposeErasure(of: stream, basis: basis, document: document, by: principal)
        case .reissue(let round, let bodies, let reason, let details):
            return try desk.proposeReissue(
                round, bodies: bodies?.map { try auditor.body(named: $0) }, reason: reason, details, by: principal)
        }
    }
}
