public import CanonicalJSON
public import CreditModel
internal import EventLog
internal import Projections

/// An issued result as the public sees it: what was reached, and nothing of how.
///
/// Results are internal unless somebody has decided otherwise: 《政务诚信评价办法》第十四条 keeps them from the public during the
/// pilot, 粤府〔2017〕140号 has them published step by step; register Q19 makes it the scheme's option `publication`. So the
/// public sees a result only where the documents by which it was issued say `published`, and only one that is final:
/// a preliminary one is a proposal to the body (第十一条第三项), a trial is no result at all.
public struct PublicResult: Sendable, Hashable {
    public var body: BodyID
    public var name: String
    public var round: RoundID
    public var standing: RoundResults.Standing
}

extension PublicResult: JSONEncodable {
    /// The keys of an auditor's answer, without indicators, trial and reason.
    public func write(to writer: inout JSONWriter) {
        let (result, issue) = (standing.result, standing.issue)
        writer.beginObject()
        writer.member("body", body)
        writer.member("name", name)
        writer.member("round", round.stream)
        writer.member("stage", issue.stage.rawValue)
        writer.nullable("total", result.total)
        writer.member("uncapped", result.uncapped)
        writer.nullable("grade", result.grade)
        writer.nullable("rank", result.rank)
        writer.member("position", issue.position)
        writer.member("scheme", issue.results.scheme)
        writer.member("overlay", issue.results.overlay)
        writer.member("occurredOn", issue.occurredOn)
        writer.member("document", issue.document)
        writer.endObject()
    }
}

extension RoundResults {
    /// Whether an issue is final: a 最终评价, or a re-issue that goes back to one.
    func isFinal(_ issue: ResultIssue) -> Bool {
        switch issue.stage {
        case .final: true
        case .preliminary: false
        case .reissued:
            issues.first { $0.position == issue.replaces }.map { $0.position < issue.position && isFinal($0) } ?? false
        }
    }
}

extension Auditor {
    /// The final results of a scheme and year that are published, of every region or of one, by round and body.
    ///
    /// Throws ``ArchiveError`` where a document is missing, ``EventLogError`` on damage.
    public func publicResults(scheme: String, year: Int, region: String? = nil) throws -> [PublicResult] {
        var publications: [ResultIssue.Documents: Publication] = [:]
        func isPublished(_ issue: ResultIssue, _ round: RoundID) throws -> Bool {
            if let known = publications[issue.documents] { return known == .published }
            let found = Publication(
                try archive.scheme(round.scheme, digest: issue.results.scheme, overlay: issue.results.overlay))
            publications[issue.documents] = found
            return found == .published
        }
        var displays = Displays(archive.log)
        var shown: [PublicResult] = []
        for results in try self.results(scheme: scheme, year: year, region: region) {
            guard let stream = StreamID(results.round.stream), try !displays.isWithheld(stream) else { continue }
            for (body, standing) in results.standing.sorted(by: { $0.key < $1.key })
            where try results.isFinal(standing.issue) && isPublished(standing.issue, results.round)
                && !displays.isWithheld(.body(body.text))
            {
                shown.append(
                    PublicResult(
                        body: body, name: try profile(of: body).name, round: results.round, standing: standing))
            }
        }
        return shown
    }
}

extension ResultIssue {
    /// The documents that an issue was computed by.
    struct Documents: Hashable {
        var scheme: String
        var overlay: String?
    }

    var documents: Documents { Documents(scheme: results.scheme, overlay: results.overlay) }
}
