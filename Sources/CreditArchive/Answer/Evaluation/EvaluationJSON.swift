internal import Assessment
public import CanonicalJSON
internal import CreditModel

extension EvaluationAnswer {
    /// Writes one body's result: `{body, scheme, year, total, grade, rank, indicators}` of contract §3, and beside it the
    /// version and digest of the scheme, the overlay that was used, the cohort and what is to be noted.
    public func write(_ item: EvaluatedBody, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", item.profile.id)
        writer.member("name", item.profile.name)
        scheme.writeIdentity(to: &writer)
        writer.member("year", year)
        item.cohort.writeMembers(to: &writer)
        writer.result(
            total: item.score.total, uncapped: item.score.uncapped, grade: item.score.grade,
            gradeHint: item.score.gradeHint, rank: item.score.rank)
        if !item.score.groups.isEmpty { writer.member("groups", item.score.groups) }
        if let hint = item.departments {
            writer.key("departmentMean")
            writer.beginObject()
            writer.member("mean", hint.mean)
            writer.member("bodies", hint.bodies)
            writer.endObject()
        }
        writer.member("indicators", item.score.indicators)
        if !item.score.notices.isEmpty { writer.member("notices", item.score.notices) }
        if !item.uncovered.isEmpty { writer.member("uncoveredCases", item.uncovered.map(\.text)) }
        writer.member("position", position)
        if !without.isEmpty { writer.member("without", without) }
        writer.endObject()
    }
}
