public import CanonicalJSON
public import CreditModel
internal import EventLog
public import Projections

/// What a body reached in a year by one scheme: an issued final result. What is only computed (试算) is no score.
public struct IssuedScore: Sendable, Hashable {
    public var scheme: String
    /// The scheme's version, as it was adopted.
    public var version: String?
    public var score: Points?
    public var grade: String?
    public var rank: Int?
    /// Where the result is recorded.
    public var position: UInt64
}

extension IssuedScore: JSONEncodable {
    /// `{scheme, score, grade, rank}` of contract §3, with the version and the position of the result.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("scheme", scheme)
        writer.member("version", version)
        writer.nullable("score", score?.shown)
        writer.nullable("grade", grade)
        writer.nullable("rank", rank)
        writer.member("position", position)
        writer.endObject()
    }
}

extension Auditor {
    /// The final results that belong to a trend: of one body by itself; nil for all others.
    public func scores(
        of scope: TrendQuery.Scope, atPosition position: UInt64? = nil
    ) throws -> [Int: [IssuedScore]]? {
        guard case .body(let id, withSubordinates: false) = scope else { return nil }
        return try scores(of: id, atPosition: position)
    }

    /// The final results of a body by evaluated year, in the order of the schemes' ids; from issued results alone.
    public func scores(of body: BodyID, atPosition position: UInt64? = nil) throws -> [Int: [IssuedScore]] {
        var versions: [String: String] = [:]
        for adoption in try archive.adoptions(atPosition: position) {
            versions[adoption.data.scheme.digest] = adoption.data.scheme.version
        }
        var scores: [Int: [IssuedScore]] = [:]
        for results in try archive.results(atPosition: position) {
            guard let standing = results.standing[body], standing.issue.stage != .preliminary else { continue }
            scores[results.round.year, default: []].append(
                IssuedScore(
                    scheme: results.round.scheme, version: versions[standing.issue.results.scheme],
                    score: standing.result.total, grade: standing.result.grade, rank: standing.result.rank,
                    position: standing.issue.position))
        }
        return scores
    }
}
