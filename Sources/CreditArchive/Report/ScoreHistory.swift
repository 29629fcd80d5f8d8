public import Assessment
public import CanonicalJSON
public import CreditModel
internal import EventLog
public import Projections

/// One body's result by one scheme in one year. Scores of two schemes are never one series: each says whose it is.
public struct YearScore: Sendable {
    public var year: Int
    public var scheme: Scheme
    public var body: BodyID
    public var name: String
    public var score: BodyScore
    public var cohortSize: Int
    /// By theme, as shares of the themes' maxima: all that may be compared across schemes (Q26).
    public var themes: [ThemeScore]

    /// What two results must share to be points of one line: scheme, version, document and overlay.
    public struct Series: Sendable, Hashable {
        public var scheme: String
        public var version: String
        public var digest: String
        public var overlay: String?
    }

    public var series: Series {
        Series(scheme: scheme.id, version: scheme.version, digest: scheme.digest, overlay: scheme.overlay?.digest)
    }

    /// Per cent of full marks.
    public var percent: Score? {
        score.total.flatMap { total in scheme.points.flatMap { Score.percent(of: total.value, in: $0) } }
    }
}

/// The results of bodies over the years, by every scheme for which they have reported something. Each cohort of a scheme
/// and year is evaluated once, however many bodies are asked for.
struct ScoreHistory {
    private struct Key: Hashable {
        var scheme: String
        var year: Int
    }

    private struct Evaluated {
        var evidence: CohortEvidence
        var scheme: Scheme
        var year: Int
        var scores: [CohortKey: [BodyScore]] = [:]
    }

    private let archive: Archive
    private let years: ClosedRange<Int>
    private var evaluated: [Key: Evaluated] = [:]
    private var given: [Key: Scheme] = [:]

    /// - Parameter years: nil: from 2000 to this year.
    init(_ archive: Archive, years: ClosedRange<Int>? = nil) {
        self.archive = archive
        self.years = years ?? 2000...archive.today.year
    }

    /// From here on the scheme, as it was changed by an overlay, is what counts for its year.
    mutating func use(_ scheme: Scheme, year: Int) { given[Key(scheme: scheme.id, year: year)] = scheme }

    /// The results of a body, by year and then by scheme. Schemes that cannot compute, or whose cohorts the body is not in,
    /// give none.
    mutating func scores(of body: BodyID) throws -> [YearScore] {
        var scores: [YearScore] = []
        for year in years {
            for id in try schemes(reportedBy: body, in: year) {
                if let score = try score(of: body, Key(scheme: id, year: year)) { scores.append(score) }
            }
        }
        return scores
    }

    private func schemes(reportedBy body: BodyID, in year: Int) throws -> [String] {
        let stream = StreamID.observations(body: body.text, year: year)
        guard try archive.log.stream(stream).count > 0 else { return [] }
        var schemes: Set<String> = []
        for entry in try archive.log.entries(of: stream) {
            if case .observationRecorded(let data) = try entry.event() { schemes.insert(data.scheme) }
        }
        return schemes.sorted()
    }

    private mutating func score(of body: BodyID, _ key: Key) throws -> YearScore? {
        guard var cohorts = try evaluated[key] ?? evaluate(key) else { return nil }
        defer { evaluated[key] = cohorts }
        guard let profile = cohorts.evidence.profiles[body], let cohort = cohorts.evidence.key(of: body) else {
            return nil
        }
        if cohorts.scores[cohort] == nil {
            let members = try cohorts.evidence.members(of: cohort)
            cohorts.scores[cohort] = try Evaluator(cohorts.scheme, year: key.year).evaluate(members)
        }
        let scores = cohorts.scores[cohort] ?? []
        guard let score = scores.first(where: { $0.body == body }) else { return nil }
        return YearScore(
            year: key.year, scheme: cohorts.scheme, body: body, name: profile.name, score: score,
            cohortSize: scores.count, themes: SchemeLibrary.published.themes.scores(of: score, by: cohorts.scheme))
    }

    private func evaluate(_ key: Key) throws -> Evaluated? {
        guard let scheme = given[key] ?? SchemeLibrary.published.schemes.first(where: { $0.id == key.scheme }),
            (try? Evaluator(scheme, year: key.year)) != nil
        else { return nil }
        let query = EvaluationQuery(scheme, year: key.year)
        return Evaluated(evidence: try CohortEvidence(archive, query), scheme: scheme, year: key.year)
    }
}

extension Auditor {
    /// The results of bodies by year, scheme by scheme, with their themes (Q26).
    ///
    /// - Parameters:
    ///   - scope: which bodies.
    ///   - years: nil: from 2000 to this year.
    public func yearScores(_ scope: Scope, years: ClosedRange<Int>? = nil) throws -> [YearScore] {
        var history = ScoreHistory(archive, years: years)
        var bodies: [BodyID] = []
        try archive.projections.forEachBodyFile(scope) { bodies.append($0.history.id) }
        return try bodies.sorted().flatMap { try history.scores(of: $0) }
    }
}

extension YearScore: JSONEncodable {
    /// `{year, body, name, scheme, schemeVersion, overlay, total, max, percent, grade, rank, cohortSize, themes}`.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("year", year)
        writer.member("body", body)
        writer.member("name", name)
        writer.member("scheme", scheme.id)
        writer.member("schemeVersion", scheme.version)
        writer.member("schemeDigest", scheme.digest)
        writer.member("overlay", scheme.overlay)
        writer.nullable("total", score.total)
        writer.member("max", scheme.points?.description)
        writer.nullable("percent", percent)
        writer.nullable("grade", score.grade)
        writer.nullable("rank", score.rank)
        writer.member("cohortSize", cohortSize)
        writer.member("themes", themes)
        writer.endObject()
    }
}
