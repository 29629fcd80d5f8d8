internal import Assessment
public import CanonicalJSON
internal import CreditModel
internal import TransparencyLog

// The report as data: the same five parts, in the order of the page (contract §3, `report`).

extension BodyReport: JSONObjectEncodable {
    /// `{body, name, …, overview, indicators, problems, basis, remarks}`; scores are decimal strings.
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("body", body.id)
        writer.member("code", body.code)
        writer.member("name", body.name)
        writer.member("kind", body.kind)
        writer.member("region", body.region)
        scheme.writeIdentity(to: &writer)
        writer.member("schemeTitle", scheme.title)
        writer.member("year", year)
        writer.member("from", days.lowerBound)
        writer.member("to", days.upperBound)
        cohort.writeMembers(to: &writer)
        writer.member("isTrial", result == .trial)
        writer.member("issued", result.issued)
        writer.member("visibility", remarks.publication.label)
        writer.member("visibilityRule", remarks.publication.words)
        writer.member("openedTexts", openedTextCount)
        writer.key("overview")
        overview.write(to: &writer, statement: ReportPage(self).statement)
        writer.member("indicators", indicators)
        writer.member("problems", problems)
        writer.member("basis", basis)
        writer.member("remarks", remarks)
    }
}

extension ReportOverview {
    func write(to writer: inout JSONWriter, statement: String) {
        writer.beginObject()
        writer.result(total: total, uncapped: uncapped, grade: grade, gradeHint: gradeHint, rank: rank)
        writer.member("cohort", cohort)
        writer.member("aspects", aspects)
        writer.member("statement", statement)
        writer.member("years", history)
        writer.endObject()
    }
}

extension CohortStatistics: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("size", size)
        writer.member("scored", totals.count)
        writer.nullable("highest", highest)
        writer.nullable("lowest", lowest)
        writer.nullable("mean", mean)
        writer.nullable("median", median)
    }
}

extension ReportOverview.Aspect: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("name", name)
        writer.nullable("score", score)
        writer.member("max", maximum?.description)
        writer.nullable("percent", percent)
        writer.member("role", role.rawValue)
    }
}

extension IssuedResult: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("kind", kind.name)
        writer.member("position", position)
        writer.member("day", day)
        writer.member("actor", actor)
        writer.member("document", document)
        writer.member("snapshot", snapshot)
        writer.member("schemeDigest", scheme)
        writer.member("overlayDigest", overlay)
        writer.member("replaces", replaces)
        writer.member("reason", reason)
    }
}

extension ReportProblems: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.nullable("lost", lostInBase)
        writer.member("losses", losses)
        writer.member("missing", missing)
        writer.member("casesInEffect", inEffect.map(\.id.text))
        writer.member("openRectifications", openRectifications.map(\.id.text))
    }
}

extension ReportProblems.Loss: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", indicator)
        writer.member("name", name)
        writer.member("max", maximum?.description)
        writer.member("score", score)
        writer.member("lost", lost)
        writer.member("working", working)
        writer.member("requirement", requirement)
        writer.member("place", place)
    }
}

extension ReportProblems.Missing: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", indicator)
        writer.member("name", name)
        writer.member("reasons", reasons)
    }
}
