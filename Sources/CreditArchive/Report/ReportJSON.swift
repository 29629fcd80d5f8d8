internal import Assessment
public import CanonicalJSON
internal import CreditModel
internal import TransparencyLog

// The report as data: the same five parts, in the order of the page (contract §3, `report`).

extension BodyReport: JSONEncodable {
    /// `{body, name, …, overview, indicators, problems, basis, remarks}`; scores are decimal strings.
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", body.id)
        writer.member("code", body.code)
        writer.member("name", body.name)
        writer.member("kind", body.kind)
        writer.member("region", body.region)
        writer.member("scheme", scheme.id)
        writer.member("schemeTitle", scheme.title)
        writer.member("schemeVersion", scheme.version)
        writer.member("schemeDigest", scheme.digest)
        writer.member("overlay", scheme.overlay)
        writer.member("year", year)
        writer.member("from", days.lowerBound)
        writer.member("to", days.upperBound)
        writer.member("area", cohort.area)
        writer.member("class", cohort.bodyClass)
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
        writer.endObject()
    }
}

extension ReportOverview {
    func write(to writer: inout JSONWriter, statement: String) {
        writer.beginObject()
        writer.nullable("total", total)
        writer.member("uncapped", uncapped)
        writer.nullable("grade", grade)
        writer.member("gradeHint", gradeHint)
        writer.nullable("rank", rank)
        writer.member("cohort", cohort)
        writer.member("aspects", aspects)
        writer.member("statement", statement)
        writer.member("years", history)
        writer.endObject()
    }
}

extension CohortStatistics: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("size", size)
        writer.member("scored", totals.count)
        writer.nullable("highest", highest)
        writer.nullable("lowest", lowest)
        writer.nullable("mean", mean)
        writer.nullable("median", median)
        writer.endObject()
    }
}

extension ReportOverview.Aspect: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.nullable("score", score)
        writer.member("max", maximum?.description)
        writer.nullable("percent", percent)
        writer.member("role", role.rawValue)
        writer.endObject()
    }
}

extension IssuedResult: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
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
        writer.endObject()
    }
}

extension ReportProblems: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.nullable("lost", lostInBase)
        writer.member("losses", losses)
        writer.member("missing", missing)
        writer.member("casesInEffect", inEffect.map(\.id.text))
        writer.member("openRectifications", openRectifications.map(\.id.text))
        writer.endObject()
    }
}

extension ReportProblems.Loss: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", indicator)
        writer.member("name", name)
        writer.member("max", maximum?.description)
        writer.member("score", score)
        writer.member("lost", lost)
        writer.member("working", working)
        writer.member("requirement", requirement)
        writer.member("place", place)
        writer.endObject()
    }
}

extension ReportProblems.Missing: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("id", indicator)
        writer.member("name", name)
        writer.member("reasons", reasons)
        writer.endObject()
    }
}

extension ReportBasis: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("observations", observations)
        writer.member("cases", cases)
        writer.endObject()
    }
}

extension ReportedObservation: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("position", position)
        writer.member("indicator", indicator)
        writer.member("input", input)
        writer.member("label", label)
        writer.member("value", value)
        writer.member("reportedOn", reportedOn)
        writer.member("note", note)
        writer.member("evidence", evidence)
        if isSuperseded { writer.member("superseded", true) }
        if isUnknown { writer.member("unknown", true) }
        writer.endObject()
    }
}

extension ReportedCase: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("case", id.text)
        writer.member("body", body)
        writer.member("name", bodyName)
        writer.member("category", category)
        writer.member("area", area)
        writer.member("severity", severity)
        writer.member("amount", amount)
        writer.member("status", status)
        writer.member("inDispute", inDispute)
        writer.member("determinedOn", determinedOn)
        writer.member("attributedYear", attributedYear)
        writer.member("document", document)
        writer.member("authority", authority)
        writer.member("channel", channel)
        writer.member("fact", fact)
        writer.member("rectification", rectificationWords)
        writer.member("requirement", requirement)
        writer.member("rectificationDue", rectificationDue)
        writer.member("positions", positions)
        writer.member("evidence", evidence)
        writer.member("reasons", reasons.map(\.words))
        writer.endObject()
    }
}

extension ReportedText: JSONEncodable {
    /// `{"text"}`, or `{"state"}` of one that is not shown; null for none.
    public func write(to writer: inout JSONWriter) {
        if case .absent = self { return writer.null() }
        writer.beginObject()
        switch self {
        case .open(let text): writer.member("text", text)
        case .sealed: writer.member("state", "sealed")
        case .erased: writer.member("state", "erased")
        case .keyMissing: writer.member("state", "keyMissing")
        case .absent: break
        }
        writer.endObject()
    }
}

extension ReportedEvidence: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("digest", digest)
        writer.endObject()
    }
}

extension ReportRemarks: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.nullable("snapshot", snapshot)
        writer.member("snapshotTime", snapshotTime)
        writer.member("madeAt", madeAt)
        writer.member("checkpoint", head)
        writer.member("checkpointCoversSnapshot", headCoversSnapshot)
        writer.member("receipt", receipt)
        writer.member("uncoveredDays", uncoveredDays)
        writer.member("uncoveredCases", uncoveredCases.map(\.text))
        writer.member("round", round)
        writer.member("differences", differences)
        writer.member("treatments", treatments)
        writer.endObject()
    }
}

extension ReportRemarks.SignedHead: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("origin", origin)
        writer.member("size", size)
        writer.member("root", root.base64)
        writer.member("keyID", keyID)
        writer.member("fingerprint", fingerprint)
        writer.endObject()
    }
}

extension ReportRemarks.Treatment: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("option", option)
        writer.member("choice", choice)
        writer.member("register", register)
        writer.member("question", question.chinese)
        writer.member("title", title.chinese)
        writer.member("indicators", indicators)
        writer.endObject()
    }
}

extension ReportRemarks.Difference: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("basis", basis == .snapshot ? "snapshot" : "now")
        writer.nullable("indicator", indicator)
        writer.nullable("issued", issued)
        writer.nullable("computed", computed)
        writer.endObject()
    }
}

extension ReportedRound: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("stream", stream)
        switch selfReport {
        case .filed(let day, let position):
            writer.member("selfReport", "filed")
            writer.member("selfReportOn", day)
            writer.member("selfReportPosition", position)
        case .stillLate(let day, let position):
            writer.member("selfReport", "stillLate")
            writer.member("urgedOn", day)
            writer.member("urgedPosition", position)
        case .notFiled: writer.member("selfReport", "notFiled")
        }
        writer.member("steps", steps)
        writer.endObject()
    }
}

extension ReportedRound.Step: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("position", position)
        writer.member("day", day)
        writer.member("title", title)
        writer.member("actor", actor)
        writer.member("document", document)
        writer.member("detail", detail)
        writer.endObject()
    }
}
