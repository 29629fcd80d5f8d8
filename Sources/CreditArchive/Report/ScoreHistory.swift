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
    /// Where the score was issued; nil for one that is only computed (试算).
    public var issued: IssuedResult?

    /// What two results must share to be points of one line: scheme, version, document and overlay.
    public struct Series: Sendable, Hashable {
        public var scheme: String
        public var version: String
        public var digest: String
        public var overlay: String?
    }

    /// 已签发 with its position, or 试算.
    public var resultWords: String { issued.map { "已签发（位置 \($0.position)）" } ?? "试算" }

    public var series: Series {
        Series(scheme: scheme.id, version: scheme.version, digest: scheme.digest, overlay: scheme.overlay?.digest)
    }

    /// Per cent of full marks.
    public var percent: Score? {
        score.total.flatMap { total in scheme.points.flatMap { Score.percent(of: total.value, in: $0) } }
    }
}

/// The results of bodies over the years, by every scheme for which they have reported something: as they were issued, and
/// computed where nothing was. Each cohort of a scheme and year is evaluated once, however many bodies are asked for.
struct ScoreHistory {
    private struct Key: Hashable {
        var scheme: String
        var year: Int
    }

    /// A scheme and year by certain documents.
    private struct Basis: Hashable {
        var key: Key
        var digest: String
        var overlay: String?
    }

    private struct Evaluated {
        var evidence: CohortEvidence
        var scores: [CohortKey: [BodyScore]] = [:]
        var rounds: [CohortKey: RoundReader?] = [:]
    }

    private let archive: Archive
    private let years: ClosedRange<Int>
    private var evaluated: [Basis: Evaluated] = [:]
    private var inForce: [Key: Scheme] = [:]
    private var given: Set<Key> = []

    /// - Parameter years: nil: from 2000 to this year.
    init(_ archive: Archive, years: ClosedRange<Int>? = nil) {
        self.archive = archive
        self.years = years ?? 2000...archive.today.year
    }

    /// From here on the scheme, as it was changed by an overlay, is what counts for its year: what was issued by other
    /// documents does not.
    mutating func use(_ scheme: Scheme, year: Int) {
        inForce[Key(scheme: scheme.id, year: year)] = scheme
        given.insert(Key(scheme: scheme.id, year: year))
    }

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
        guard let own = scheme(key), let first = try score(of: body, key, by: own) else { return nil }
        guard !given.contains(key), let issued = first.issued else { return first.scored }
        // By the documents that it was issued by, whatever is in force now.
        guard issued.scheme != own.digest || issued.overlay != own.overlay?.digest else { return first.scored }
        let scheme = try archive.scheme(key.scheme, digest: issued.scheme, overlay: issued.overlay)
        return try score(of: body, key, by: scheme)?.scored ?? first.scored
    }

    /// The scheme that counts for a year: given, adopted, or as published; nil where there is none.
    private mutating func scheme(_ key: Key) -> Scheme? {
        if let known = inForce[key] { return known }
        let found = try? Auditor(archive).scheme(key.scheme, year: key.year)
        inForce[key] = found
        return found
    }

    /// A body's score by certain documents, and the result that was issued for it, by whatever documents.
    private mutating func score(
        of body: BodyID, _ key: Key, by scheme: Scheme
    ) throws -> (scored: YearScore, issued: IssuedResult?)? {
        let basis = Basis(key: key, digest: scheme.digest, overlay: scheme.overlay?.digest)
        guard var cohorts = try evaluated[basis] ?? evaluate(scheme, year: key.year) else { return nil }
        defer { evaluated[basis] = cohorts }
        guard let profile = cohorts.evidence.profiles[body], let cohort = cohorts.evidence.key(of: body) else {
            return nil
        }
        if cohorts.scores[cohort] == nil {
            let members = try cohorts.evidence.members(of: cohort)
            cohorts.scores[cohort] = try Evaluator(scheme, year: key.year).evaluate(members)
            cohorts.rounds[cohort] = .some(
                try RoundReader(
                    archive, scheme: scheme.id, year: key.year, area: cohort.area,
                    about: cohorts.evidence.bodies(of: cohort), upTo: cohorts.evidence.position ?? 0))
        }
        let scores = cohorts.scores[cohort] ?? []
        guard var score = scores.first(where: { $0.body == body }) else { return nil }
        let issued = (cohorts.rounds[cohort] ?? nil)?.issued(for: body)
        var printed: IssuedResult?
        if let issued, issued.issued.scheme == basis.digest, issued.issued.overlay == basis.overlay {
            score = score.issued(issued.own)
            printed = issued.issued
        }
        return (
            YearScore(
                year: key.year, scheme: scheme, body: body, name: profile.name, score: score, cohortSize: scores.count,
                themes: SchemeLibrary.published.themes.scores(of: score, by: scheme), issued: printed), issued?.issued
        )
    }

    private func evaluate(_ scheme: Scheme, year: Int) throws -> Evaluated? {
        guard (try? Evaluator(scheme, year: year)) != nil else { return nil }
        return Evaluated(evidence: try CohortEvidence(archive, EvaluationQuery(scheme, year: year)))
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
    /// `{year, body, name, scheme, schemeVersion, overlay, total, max, percent, grade, rank, cohortSize, themes, isTrial, position}`.
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
        writer.member("isTrial", issued == nil)
        writer.member("position", issued?.position)
        writer.endObject()
    }
}
