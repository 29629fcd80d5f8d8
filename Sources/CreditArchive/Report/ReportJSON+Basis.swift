public import CanonicalJSON
internal import CreditModel

// （四）评价所依据的主要信息 as data.

extension ReportBasis: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("observations", observations)
        writer.member("cases", cases)
    }
}

extension ReportedObservation: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
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
    }
}

extension ReportedCase: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
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

extension ReportedEvidence: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("name", name)
        writer.member("digest", digest)
    }
}
