public import CanonicalJSON
public import CreditModel
internal import EventLog
public import Projections

/// A page of the register of bodies.
public struct BodyPage: Sendable {
    public var profiles: [BodyHistory.Profile]
    /// Behind which id the next page begins; nil where there is none.
    public var next: BodyID?
    /// The last position that the answer reflects.
    public var position: UInt64?
}

extension Auditor {
    /// The registered bodies in scope, in order of their ids. Throws ``EventLogError`` on damage.
    public func bodies(_ scope: Scope, after: BodyID? = nil, limit: Int) throws -> BodyPage {
        let (all, position) = try StandingQuery.profiles(scope, on: archive.projections)
        let rest = after.map { after in all.drop { $0.id <= after } } ?? all[...]
        let page = Array(rest.prefix(limit))
        return BodyPage(profiles: page, next: rest.count > page.count ? page.last?.id : nil, position: position)
    }

    /// A body as it is registered now. Throws ``ArchiveError`` `body-not-found`, ``EventLogError`` on damage.
    public func profile(of id: BodyID) throws -> BodyHistory.Profile {
        guard let profile = try history(of: id)?.profile() else {
            throw ArchiveError(
                .notFound, "body-not-found", chinese: "没有主体“\(id)”；请用统一社会信用代码或登记的全称",
                english: "there is no body '\(id)'; use its 统一社会信用代码 or its registered name")
        }
        return profile
    }

    /// The body of a case. Throws ``ArchiveError`` `case-not-found`, ``EventLogError`` on damage.
    public func body(ofCase id: CaseID) throws -> BodyID {
        guard let body = try archive.projections.body(ofCase: id) else {
            throw ArchiveError(
                .notFound, "case-not-found", chinese: "没有事项 \(id)", english: "there is no case \(id)")
        }
        return body
    }

    /// The standing of one case: its body's, with this case alone. Throws as ``body(ofCase:)``.
    public func standing(ofCase id: CaseID) throws -> Standing {
        guard var found = try standing(.body(body(ofCase: id))).first else {
            throw EventLogError.damaged("事项 \(id) 的主体未登记", "the body of the case \(id) is not registered")
        }
        found.cases.removeAll { $0.id != id }
        return found
    }

    /// What the public sees of bodies: the cases in publication, and nothing of the others (contract §2, Publicised).
    public func publicised(_ scope: Scope) throws -> [PublicStanding] {
        try standing(scope).map(publicView)
    }

    /// What the public sees of a body's standing.
    public func publicView(of standing: Standing) throws -> PublicStanding {
        PublicStanding(standing, showing: try standing.cases.filter { try isPublic($0, of: standing.body.id) })
    }
}

/// What is publicised of a body: no counts of what is not, no text.
public struct PublicStanding: Sendable, JSONEncodable {
    private let standing: Standing

    /// - Parameter cases: those that the public sees.
    init(_ standing: Standing, showing cases: [StandingCase]) {
        var standing = standing
        standing.cases = cases
        self.standing = standing
    }

    public var cases: [StandingCase] { standing.cases }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", standing.body.id)
        if let code = standing.body.code, code.text != standing.body.id.text { writer.member("code", code) }
        writer.member("name", standing.body.name)
        writer.member("publicised", standing.cases.count)
        writer.member("cases", standing.cases)
        writer.member("position", standing.position)
        writer.endObject()
    }
}

extension BodyHistory.Profile {
    /// The registration as an answer of the service.
    public func write(answerTo writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", id)
        writer.member("code", code)
        writer.member("name", name)
        writer.member("kind", kind)
        writer.member("level", level)
        writer.member("region", region)
        writer.member("parent", parent)
        writer.member("establishedOn", establishedOn)
        writer.member("abolishedOn", abolishedOn)
        writer.endObject()
    }
}
