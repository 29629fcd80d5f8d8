internal import CreditModel
internal import EventLog
internal import Projections

/// What the public sees now, by the one rule of ``Auditor/isPublic(_:of:)``; each body is looked up once.
struct PublicSight {
    private let archive: Archive
    /// The cases of a body that the public sees.
    private var known: [BodyID: Set<CaseID>] = [:]

    init(_ archive: Archive) { self.archive = archive }

    /// The cases of a body that the public sees.
    mutating func cases(of body: BodyID) throws -> Set<CaseID> {
        if let answer = known[body] { return answer }
        let auditor = Auditor(archive)
        let cases = try auditor.standing(.body(body)).first?.cases ?? []
        let answer = Set(try cases.filter { try auditor.isPublic($0, of: body) }.map(\.id))
        known[body] = answer
        return answer
    }

    /// Whether an entry of a stream may be handed to the public: of a case that it sees, or of a body whose display was
    /// not ended.
    mutating func sees(_ stream: StreamID) throws -> Bool {
        switch stream.family {
        case "case":
            guard let item = CaseID(String(stream.name)), let body = try archive.projections.body(ofCase: item) else {
                return false
            }
            return try cases(of: body).contains(item)
        case "body": return try !archive.log.isWithheld(stream)
        default: return false
        }
    }
}
