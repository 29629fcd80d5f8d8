internal import Assessment
public import CanonicalJSON
public import CreditModel

extension EvaluationAnswer {
    /// Writes every result, or that of one body, as an array.
    public func write(_ only: BodyID?, to writer: inout JSONWriter) {
        writer.beginArray()
        for item in bodies where only.map({ $0 == item.profile.id }) ?? true { write(item, to: &writer) }
        writer.endArray()
    }

    /// Writes `{about, results}`: what belongs to the answer and to none of its bodies stands beside the results.
    public func write(_ only: BodyID?, withSurroundingsTo writer: inout JSONWriter) {
        writer.beginObject()
        writer.key("about")
        writer.beginObject()
        writer.member("scheme", scheme.id)
        writer.member("version", scheme.version)
        writer.member("title", scheme.title)
        let days = scheme.period.days(of: year)
        writer.member("from", days.lowerBound)
        writer.member("to", days.upperBound)
        writer.member("hasGrades", !scheme.grades.isEmpty || scheme.points == nil)
        writer.member("indicators", scheme.indicators.map(\.id))
        writer.member("overlay", scheme.overlay)
        writer.member("outsiders", outsiders)
        writer.member("without", without)
        writer.endObject()
        writer.key("results")
        write(only, to: &writer)
        writer.endObject()
    }

    /// Writes one body's result: `{body, scheme, year, total, grade, rank, indicators}` of contract §3, and beside it the
    /// version and digest of the scheme, the overlay that was used, the cohort and what is to be noted.
    public func write(_ item: EvaluatedBody, to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", item.profile.id)
        if let code = item.profile.code, code.text != item.profile.id.text { writer.member("code", code) }
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
