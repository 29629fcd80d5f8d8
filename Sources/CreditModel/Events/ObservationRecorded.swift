public import CanonicalJSON

/// 指标数据: one input of one indicator of a scheme, for the body and year of its stream.
public struct ObservationRecorded: Sendable, Hashable, JSONEncodable {
    public var scheme: String
    public var indicator: String
    public var input: String
    /// Canonical: a decimal, a day, or a word of the input's list.
    public var value: String
    /// 填报日期.
    public var reportedOn: CalendarDay
    /// 佐证材料 as described.
    public var note: SealableText?
    public var evidence: [Evidence]
    public var claimedRecordedOn: CalendarDay?

    public init(
        scheme: String, indicator: String, input: String, value: String, reportedOn: CalendarDay, note: SealableText?,
        evidence: [Evidence] = [], claimedRecordedOn: CalendarDay? = nil
    ) {
        self.scheme = scheme
        self.indicator = indicator
        self.input = input
        self.value = value
        self.reportedOn = reportedOn
        self.note = note
        self.evidence = evidence
        self.claimedRecordedOn = claimedRecordedOn
    }

    init(reading fields: inout JSONFields, form: EventForm) throws(JSONFault) {
        claimedRecordedOn = try fields.optional("claimedRecordedOn")
        evidence = try Evidence.list(fields.optional("evidence"))
        indicator = try fields.required("indicator").indicatorID()
        input = try fields.required("input").text("a lower-case word of at most 64 characters") { bytes in
            (1...64).contains(bytes.count) && bytes.first.map { (0x61...0x7A).contains($0) } == true
                && bytes.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_")
                }
        }
        note = try fields.optionalText("note", form: form, limit: freeTextLimit)
        reportedOn = try fields.required("reportedOn")
        scheme = try fields.required("scheme").slug()
        value = try fields.required("value").name(limit: 64)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("claimedRecordedOn", claimedRecordedOn)
        if !evidence.isEmpty { writer.member("evidence", evidence) }
        writer.member("indicator", indicator)
        writer.member("input", input)
        writer.member("note", note)
        writer.member("reportedOn", reportedOn)
        writer.member("scheme", scheme)
        writer.member("value", value)
        writer.endObject()
    }
}

extension JSONNode {
    /// The id of an indicator: two capitals and two digits.
    func indicatorID() throws(JSONFault) -> String {
        try text("two capitals and two digits") { bytes in
            bytes.count == 4 && bytes.prefix(2).allSatisfy { (0x41...0x5A).contains($0) }
                && bytes.dropFirst(2).allSatisfy { (0x30...0x39).contains($0) }
        }
    }
}
