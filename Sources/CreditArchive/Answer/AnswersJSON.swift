public import CanonicalJSON
internal import CreditModel
internal import EventLog
public import Projections
internal import TransparencyLog

// The JSON of answers (contract §3). Keys come in reading order.

extension Standing: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("body", body.id)
        if let code = body.code, code.text != body.id.text { writer.member("code", code) }
        writer.member("name", body.name)
        writer.member("worstInEffect", worstInEffect?.rawValue ?? "无")
        writer.key("inEffect")
        writer.beginObject()
        writer.member("轻微", inEffect(.minor))
        writer.member("一般", inEffect(.ordinary))
        writer.member("严重", inEffect(.serious))
        writer.endObject()
        writer.member("inDispute", inDispute)
        writer.member("repaired", repaired)
        writer.member("revoked", revoked)
        writer.member("publicised", publicised)
        writer.member("cases", cases)
        writer.member("position", position)
        writer.endObject()
    }
}

extension StandingCase: JSONEncodable {
    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("case", id.text)
        writer.member("category", category)
        writer.nullable("area", area)
        writer.member("severity", severity)
        writer.member("status", status)
        writer.member("inDispute", inDispute)
        writer.member("publicised", isPublicised)
        writer.member("determinedOn", determinedOn)
        writer.nullable("repairedOn", repairedOn)
        writer.nullable("amount", amount)
        writer.endObject()
    }
}

extension TrendYear: JSONEncodable {
    public func write(to writer: inout JSONWriter) { write(to: &writer, position: nil, scores: nil) }

    /// - Parameters:
    ///   - position: the last position that the answer reflects; written where a moment was asked for, so that the plain
    ///     answer has exactly the members of contract §3.
    ///   - scores: the final results of the year, where one body was asked about; left out where none was issued.
    public func write(to writer: inout JSONWriter, position: UInt64?, scores: [IssuedScore]?) {
        writer.beginObject()
        writer.member("year", year)
        writer.member("determined", determined)
        writer.member("revoked", revoked)
        writer.member("repaired", repaired)
        writer.member("inEffectAtYearEnd", inEffectAtYearEnd)
        writer.key("byCategory")
        writer.counts(byCategory)
        writer.key("byArea")
        writer.counts(byArea)
        writer.key("bySeverity")
        writer.counts(bySeverity)
        writer.member("amount", amount.twoDecimals)
        if let scores, !scores.isEmpty { writer.member("scores", scores) }
        writer.member("position", position)
        writer.endObject()
    }
}

extension TrendAnswer {
    /// Writes `{years, before?, position?}`: `before` is what the first year is compared with, where one was asked for.
    ///
    /// - Parameter scores: the final results of the body, where one was asked about.
    public func write(to writer: inout JSONWriter, scores: [Int: [IssuedScore]]?) {
        writer.beginObject()
        writer.key("years")
        writer.beginArray()
        for year in years {
            year.write(to: &writer, position: nil, scores: scores.map { $0[year.year] ?? [] })
        }
        writer.endArray()
        writer.member("before", before)
        writer.member("position", position)
        writer.endObject()
    }
}

extension [TrailStep] {
    /// Writes `{steps, position?}`.
    public func write(to writer: inout JSONWriter, position: UInt64?, inChinese: Bool) {
        writer.beginObject()
        writer.key("steps")
        writer.beginArray()
        for step in self { step.write(to: &writer, inChinese: inChinese) }
        writer.endArray()
        writer.member("position", position)
        writer.endObject()
    }
}

extension TrailStep {
    /// Writes the step with its summary in the language asked for.
    public func write(to writer: inout JSONWriter, inChinese: Bool) {
        writer.beginObject()
        writer.member("position", position)
        writer.member("recordedTime", recordedTime)
        writer.member("recordedBy", recordedBy)
        writer.member("proposedBy", proposedBy)
        writer.member("approvedBy", approvedBy)
        writer.nullable("occurredOn", occurredOn)
        writer.member("determinedOn", determinedOn)
        writer.member("type", type.rawValue)
        writer.member("subject", subject)
        writer.member("summary", inChinese ? chinese : english)
        writer.nullable("document", document)
        writer.key("changes")
        writer.beginArray()
        for change in changes {
            writer.beginObject()
            writer.member("field", change.field)
            writer.member("old", change.old)
            writer.member("new", change.new)
            writer.endObject()
        }
        writer.endArray()
        writer.member("leafHash", leafHash.hex)
        writer.endObject()
    }
}

extension ImportReport {
    /// Writes the report with its reasons in the language asked for.
    public func write(to writer: inout JSONWriter, inChinese: Bool) {
        writer.beginObject()
        writer.member("file", file)
        writer.member("template", template)
        writer.member("encoding", encoding)
        writer.member("rows", rows)
        writer.member("accepted", accepted)
        writer.member("duplicates", duplicates)
        writer.member("rejectedRows", rejectedRows)
        writer.key("rejected")
        write(problems, to: &writer, inChinese)
        writer.key("notices")
        write(notices, to: &writer, inChinese)
        writer.member("importId", importID)
        if isDryRun { writer.member("dryRun", true) }
        writer.endObject()
    }

    private func write(_ problems: [RowProblem], to writer: inout JSONWriter, _ inChinese: Bool) {
        writer.beginArray()
        for problem in problems { problem.write(to: &writer, inChinese: inChinese) }
        writer.endArray()
    }
}

extension RowProblem {
    /// Writes the error with its reason in the language asked for, and in both.
    public func write(to writer: inout JSONWriter, inChinese: Bool) {
        writer.beginObject()
        writer.member("row", row)
        writer.member("column", column)
        writer.member("code", code)
        writer.member("reason", inChinese ? chinese : english)
        writer.member("reasonZh", chinese)
        writer.member("reasonEn", english)
        writer.endObject()
    }
}

extension JSONWriter {
    /// Counts by code, in the order of the list; zeros left out.
    mutating func counts<List: CodeList>(_ counts: [List: Int]) {
        beginObject()
        for value in List.allCases {
            if let count = counts[value], count > 0 {
                key(value.rawValue)
                integer(count)
            }
        }
        endObject()
    }
}
