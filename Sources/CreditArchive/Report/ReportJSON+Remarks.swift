internal import Assessment
public import CanonicalJSON
internal import CreditModel
internal import TransparencyLog

// （五）其他需要载明的内容 as data.

extension ReportRemarks: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
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
        writer.nullable("proposedReissue", proposal)
        writer.member("recordedSince", later)
        writer.member("treatments", treatments)
    }
}

extension ReportRemarks.SignedHead: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("origin", origin)
        writer.member("size", size)
        writer.member("root", root.base64)
        writer.member("keyID", keyID)
        writer.member("fingerprint", fingerprint)
    }
}

extension ReportRemarks.Treatment: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("option", option)
        writer.member("choice", choice)
        writer.member("register", register)
        writer.member("question", question.chinese)
        writer.member("title", title.chinese)
        writer.member("indicators", indicators)
    }
}

extension ReportRemarks.Difference: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.nullable("indicator", indicator)
        writer.nullable("issued", issued)
        writer.nullable("computed", computed)
    }
}

extension ReportRemarks.LaterEntry: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("position", position)
        writer.member("subject", subject)
        writer.member("title", title)
        writer.member("day", day)
    }
}

extension ReportedRound: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
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
    }
}

extension ReportedRound.Step: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("position", position)
        writer.member("day", day)
        writer.member("title", title)
        writer.member("actor", actor)
        writer.member("document", document)
        writer.member("detail", detail)
    }
}
