public import CanonicalJSON

/// 失信认定: an authority has determined that a body broke its word; opens the case.
public struct IncidentDetermined: Sendable, Hashable, JSONEncodable {
    public var body: BodyID
    public var category: Category
    public var area: KeyArea?
    /// 失信事实.
    public var fact: SealableText
    public var basis: BasisDocument
    /// 认定部门.
    public var authority: String
    public var authorityCode: USCC?
    /// 发生日期.
    public var occurredOn: CalendarDay
    /// 认定日期: the day of this fact in the case's timeline.
    public var determinedOn: CalendarDay
    public var severity: Severity
    /// 涉及金额, 万元.
    public var amount: Amount?
    /// 整改要求.
    public var rectification: SealableText?
    /// 整改期限.
    public var rectificationDue: CalendarDay?
    public var channel: SourceChannel
    public var conclusion: Conclusion?
    public var visibility: Visibility
    /// 归属年度.
    public var attributedYear: Int
    public var evidence: [Evidence]
    /// The source system's own recording day, as it claims.
    public var claimedRecordedOn: CalendarDay?

    public init(
        body: BodyID, category: Category, area: KeyArea?, fact: SealableText, basis: BasisDocument, authority: String,
        authorityCode: USCC?, occurredOn: CalendarDay, determinedOn: CalendarDay, severity: Severity, amount: Amount?,
        rectification: SealableText?, rectificationDue: CalendarDay?, channel: SourceChannel, conclusion: Conclusion?,
        visibility: Visibility, attributedYear: Int, evidence: [Evidence] = [], claimedRecordedOn: CalendarDay? = nil
    ) {
        self.body = body
        self.category = category
        self.area = area
        self.fact = fact
        self.basis = basis
        self.authority = authority
        self.authorityCode = authorityCode
        self.occurredOn = occurredOn
        self.determinedOn = determinedOn
        self.severity = severity
        self.amount = amount
        self.rectification = rectification
        self.rectificationDue = rectificationDue
        self.channel = channel
        self.conclusion = conclusion
        self.visibility = visibility
        self.attributedYear = attributedYear
        self.evidence = evidence
        self.claimedRecordedOn = claimedRecordedOn
    }

    init(reading fields: inout JSONFields, form: EventForm) throws(JSONFault) {
        amount = try fields.optional("amount")
        area = try fields.optional("area")
        attributedYear = Int(try fields.required("attributedYear").integer(in: 1900...2999))
        authority = try fields.required("authority").name()
        authorityCode = try fields.optional("authorityCode")
        basis = try fields.required("basis")
        body = try fields.required("body")
        category = try fields.required("category")
        channel = try fields.required("channel")
        claimedRecordedOn = try fields.optional("claimedRecordedOn")
        conclusion = try fields.optional("conclusion")
        determinedOn = try fields.required("determinedOn")
        evidence = try Evidence.list(fields.optional("evidence"))
        fact = try SealableText(json: fields.required("fact"), form: form, limit: freeTextLimit)
        occurredOn = try fields.required("occurredOn")
        rectification = try fields.optionalText("rectification", form: form, limit: freeTextLimit)
        rectificationDue = try fields.optional("rectificationDue")
        severity = try fields.required("severity")
        visibility = try fields.required("visibility")
        if let required = channel.requiredConclusion, conclusion != required {
            let pointer = fields.object.pointer + "/conclusion"
            throw JSONFault(
                conclusion == nil ? .missingMember : .badValue, at: pointer,
                "\(channel.rawValue) needs \(required.rawValue) (《政务诚信评价办法》第八条)")
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("amount", amount)
        writer.member("area", area)
        writer.member("attributedYear", attributedYear)
        writer.member("authority", authority)
        writer.member("authorityCode", authorityCode)
        writer.member("basis", basis)
        writer.member("body", body)
        writer.member("category", category)
        writer.member("channel", channel)
        writer.member("claimedRecordedOn", claimedRecordedOn)
        writer.member("conclusion", conclusion)
        writer.member("determinedOn", determinedOn)
        if !evidence.isEmpty { writer.member("evidence", evidence) }
        writer.member("fact", fact)
        writer.member("occurredOn", occurredOn)
        writer.member("rectification", rectification)
        writer.member("rectificationDue", rectificationDue)
        writer.member("severity", severity)
        writer.member("visibility", visibility)
        writer.endObject()
    }
}
