public import CanonicalJSON

/// What every act on a case says: when, who, by which document.
public struct ActDetails: Sendable, Hashable {
    /// 日期: the day of this fact in the case's timeline.
    public var occurredOn: CalendarDay
    /// 办理部门.
    public var office: String
    public var document: DocumentNumber?
    /// 说明.
    public var note: SealableText?
    public var evidence: [Evidence]
    public var claimedRecordedOn: CalendarDay?

    public init(
        occurredOn: CalendarDay, office: String, document: DocumentNumber? = nil, note: SealableText? = nil,
        evidence: [Evidence] = [], claimedRecordedOn: CalendarDay? = nil
    ) {
        self.occurredOn = occurredOn
        self.office = office
        self.document = document
        self.note = note
        self.evidence = evidence
        self.claimedRecordedOn = claimedRecordedOn
    }

    init(reading fields: inout JSONFields, form: EventForm) throws(JSONFault) {
        claimedRecordedOn = try fields.optional("claimedRecordedOn")
        document = try fields.optional("document")
        evidence = try Evidence.list(fields.optional("evidence"))
        note = try fields.optionalText("note", form: form, limit: freeTextLimit)
        occurredOn = try fields.required("occurredOn")
        office = try fields.required("office").name()
    }
}

/// An act on a case that says no more than ``ActDetails``, but for the two that carry one member more.
public struct CaseAct: Sendable, Hashable, JSONEncodable {
    public let type: EventType
    public var details: ActDetails
    /// `rectification.ordered` only: 整改期限.
    public var dueOn: CalendarDay?
    /// `measure.imposed` only.
    public var measure: Measure?

    /// The types of this shape.
    public static let types: Set<EventType> = [
        .incidentRevoked, .rectificationOrdered, .rectificationReported, .rectificationAccepted, .objectionFiled,
        .objectionWithdrawn, .repairApplied, .repairAccepted, .repairDeclined, .repairGranted, .repairRefused,
        .repairRescinded, .measureImposed, .measureLifted, .publicityExpired,
    ]

    public init(_ type: EventType, _ details: ActDetails, dueOn: CalendarDay? = nil, measure: Measure? = nil) {
        precondition(CaseAct.types.contains(type), "\(type.rawValue) has another shape")
        self.type = type
        self.details = details
        self.dueOn = dueOn
        self.measure = measure
    }

    init(type: EventType, reading fields: inout JSONFields, form: EventForm) throws(JSONFault) {
        precondition(CaseAct.types.contains(type), "\(type.rawValue) has another shape")
        self.type = type
        details = try ActDetails(reading: &fields, form: form)
        dueOn = type == .rectificationOrdered ? try fields.optional("dueOn") : nil
        measure = type == .measureImposed ? try fields.optional("measure") : nil
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("claimedRecordedOn", details.claimedRecordedOn)
        writer.member("document", details.document)
        writer.member("dueOn", dueOn)
        if !details.evidence.isEmpty { writer.member("evidence", details.evidence) }
        writer.member("measure", measure)
        writer.member("note", details.note)
        writer.member("occurredOn", details.occurredOn)
        writer.member("office", details.office)
        writer.endObject()
    }
}

/// 更正 by the authority itself.
public struct IncidentCorrected: Sendable, Hashable, JSONEncodable {
    public var details: ActDetails
    public var correction: Correction

    public init(_ details: ActDetails, _ correction: Correction) {
        self.details = details
        self.correction = correction
    }

    init(reading fields: inout JSONFields, form: EventForm) throws(JSONFault) {
        details = try ActDetails(reading: &fields, form: form)
        correction = try Correction(reading: &fields, form: form)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("claimedRecordedOn", details.claimedRecordedOn)
        writer.member("document", details.document)
        if !details.evidence.isEmpty { writer.member("evidence", details.evidence) }
        writer.member("field", correction.field)
        correction.writeNew(to: &writer)
        writer.member("note", details.note)
        writer.member("occurredOn", details.occurredOn)
        writer.member("office", details.office)
        correction.writeOld(to: &writer)
        writer.endObject()
    }
}

/// The decision on an objection; one that upholds it by correction carries the correction.
public struct ObjectionDecided: Sendable, Hashable, JSONEncodable {
    public enum Outcome: Sendable, Hashable {
        case upheldCorrected(Correction)
        case upheldRevoked
        case dismissed

        var word: String {
            switch self {
            case .upheldCorrected: "upheldCorrected"
            case .upheldRevoked: "upheldRevoked"
            case .dismissed: "dismissed"
            }
        }
    }

    public var details: ActDetails
    public var outcome: Outcome

    public init(_ details: ActDetails, _ outcome: Outcome) {
        self.details = details
        self.outcome = outcome
    }

    init(reading fields: inout JSONFields, form: EventForm) throws(JSONFault) {
        details = try ActDetails(reading: &fields, form: form)
        let word = try fields.required("outcome")
        switch try word.string() {
        case "upheldCorrected":
            var inner = try fields.required("correction").fields()
            outcome = .upheldCorrected(try Correction(reading: &inner, form: form))
            try inner.finish()
        case "upheldRevoked": outcome = .upheldRevoked
        case "dismissed": outcome = .dismissed
        default: throw word.fault(.badValue, "upheldCorrected | upheldRevoked | dismissed")
        }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("claimedRecordedOn", details.claimedRecordedOn)
        if case .upheldCorrected(let correction) = outcome {
            writer.key("correction")
            writer.beginObject()
            writer.member("field", correction.field)
            correction.writeNew(to: &writer)
            correction.writeOld(to: &writer)
            writer.endObject()
        }
        writer.member("document", details.document)
        if !details.evidence.isEmpty { writer.member("evidence", details.evidence) }
        writer.member("note", details.note)
        writer.member("occurredOn", details.occurredOn)
        writer.member("office", details.office)
        writer.member("outcome", outcome.word)
        writer.endObject()
    }
}

/// 主体陈述: what the body itself has to say; possible at any time.
public struct StatementAttached: Sendable, Hashable, JSONEncodable {
    public var occurredOn: CalendarDay
    public var office: String
    /// At most 500 characters; absent where the statement is only in the document or the attachments.
    public var text: SealableText?
    public var document: DocumentNumber?
    public var evidence: [Evidence]
    public var claimedRecordedOn: CalendarDay?

    public init(
        occurredOn: CalendarDay, office: String, text: SealableText?, document: DocumentNumber? = nil,
        evidence: [Evidence] = [], claimedRecordedOn: CalendarDay? = nil
    ) {
        self.occurredOn = occurredOn
        self.office = office
        self.text = text
        self.document = document
        self.evidence = evidence
        self.claimedRecordedOn = claimedRecordedOn
    }

    init(reading fields: inout JSONFields, form: EventForm) throws(JSONFault) {
        claimedRecordedOn = try fields.optional("claimedRecordedOn")
        document = try fields.optional("document")
        evidence = try Evidence.list(fields.optional("evidence"))
        occurredOn = try fields.required("occurredOn")
        office = try fields.required("office").name()
        text = try fields.optionalText("text", form: form, limit: statementLimit)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("claimedRecordedOn", claimedRecordedOn)
        writer.member("document", document)
        if !evidence.isEmpty { writer.member("evidence", evidence) }
        writer.member("occurredOn", occurredOn)
        writer.member("office", office)
        writer.member("text", text)
        writer.endObject()
    }
}
