public import CanonicalJSON

/// A recorded fact: one case per shape of data; ``type`` tells the event types apart that share a shape.
///
/// Indirect: an event is passed along many hands, and a copy is one reference instead of a dozen.
public indirect enum CreditEvent: Sendable, Hashable {
    case archiveCreated(ArchiveCreated)
    case originChanged(OriginChanged)
    case keyRotated(KeyRotated)
    case importCompleted(ImportCompleted)
    case subjectKeyDestroyed(SubjectKeyDestroyed)
    case displayChanged(DisplayChanged)
    case bodyRegistered(BodyRegistered)
    case bodyChanged(BodyChanged)
    case incidentDetermined(IncidentDetermined)
    case incidentCorrected(IncidentCorrected)
    case objectionDecided(ObjectionDecided)
    case act(CaseAct)
    case statementAttached(StatementAttached)
    case observationRecorded(ObservationRecorded)
    case calendarAdopted(CalendarAdopted)
    case schemeAdopted(SchemeAdopted)
    case evaluation(EvaluationStep)

    public var type: EventType {
        switch self {
        case .archiveCreated: .archiveCreated
        case .originChanged: .originChanged
        case .keyRotated: .keyRotated
        case .importCompleted: .importCompleted
        case .subjectKeyDestroyed: .subjectKeyDestroyed
        case .displayChanged(let data): data.type
        case .bodyRegistered: .bodyRegistered
        case .bodyChanged(let data): data.type
        case .incidentDetermined: .incidentDetermined
        case .incidentCorrected: .incidentCorrected
        case .objectionDecided: .objectionDecided
        case .act(let data): data.type
        case .statementAttached: .statementAttached
        case .observationRecorded: .observationRecorded
        case .calendarAdopted: .calendarAdopted
        case .schemeAdopted: .schemeAdopted
        case .evaluation(let data): data.type
        }
    }

    /// Reads the data of the current version of `type`. Throws ``JSONFault`` with pointers within the data.
    public init(type: EventType, data: JSONNode, form: EventForm) throws(JSONFault) {
        var fields = try data.fields()
        switch type {
        case .archiveCreated: self = .archiveCreated(try ArchiveCreated(reading: &fields))
        case .originChanged: self = .originChanged(try OriginChanged(reading: &fields))
        case .keyRotated: self = .keyRotated(try KeyRotated(reading: &fields))
        case .importCompleted: self = .importCompleted(try ImportCompleted(reading: &fields))
        case .subjectKeyDestroyed: self = .subjectKeyDestroyed(try SubjectKeyDestroyed(reading: &fields))
        case .displayWithheld, .displayRestored:
            self = .displayChanged(try DisplayChanged(type: type, reading: &fields))
        case .bodyRegistered: self = .bodyRegistered(try BodyRegistered(reading: &fields))
        case .bodyRenamed, .bodyRecoded, .bodyMoved, .bodyReparented, .bodyAbolished:
            self = .bodyChanged(try BodyChanged(type: type, reading: &fields, form: form))
        case .incidentDetermined: self = .incidentDetermined(try IncidentDetermined(reading: &fields, form: form))
        case .incidentCorrected: self = .incidentCorrected(try IncidentCorrected(reading: &fields, form: form))
        case .objectionDecided: self = .objectionDecided(try ObjectionDecided(reading: &fields, form: form))
        case .statementAttached: self = .statementAttached(try StatementAttached(reading: &fields, form: form))
        case .observationRecorded: self = .observationRecorded(try ObservationRecorded(reading: &fields, form: form))
        case .calendarAdopted: self = .calendarAdopted(try CalendarAdopted(reading: &fields))
        case .schemeAdopted: self = .schemeAdopted(try SchemeAdopted(reading: &fields))
        case _ where EvaluationStep.types.contains(type):
            self = .evaluation(try EvaluationStep(type: type, reading: &fields, form: form))
        default: self = .act(try CaseAct(type: type, reading: &fields, form: form))
        }
        try fields.finish()
    }

    /// The same event with every text replaced by what `transform` makes of it; `pointer` is the text's place in `data`.
    public func mapTexts<Failure: Error>(
        _ transform: (_ pointer: String, _ text: SealableText) throws(Failure) -> SealableText
    ) throws(Failure) -> CreditEvent {
        switch self {
        case .archiveCreated, .originChanged, .keyRotated, .importCompleted, .subjectKeyDestroyed, .displayChanged,
            .bodyRegistered, .calendarAdopted, .schemeAdopted:
            return self
        case .bodyChanged(var data):
            data.note = try data.note.mapped("/note", transform)
            return .bodyChanged(data)
        case .incidentDetermined(var data):
            data.fact = try transform("/fact", data.fact)
            data.rectification = try data.rectification.mapped("/rectification", transform)
            return .incidentDetermined(data)
        case .incidentCorrected(var data):
            data.details.note = try data.details.note.mapped("/note", transform)
            data.correction = try data.correction.mapTexts(under: "", transform)
            return .incidentCorrected(data)
        case .objectionDecided(var data):
            data.details.note = try data.details.note.mapped("/note", transform)
            if case .upheldCorrected(let correction) = data.outcome {
                data.outcome = .upheldCorrected(try correction.mapTexts(under: "/correction", transform))
            }
            return .objectionDecided(data)
        case .act(var data):
            data.details.note = try data.details.note.mapped("/note", transform)
            return .act(data)
        case .statementAttached(var data):
            data.text = try data.text.mapped("/text", transform)
            return .statementAttached(data)
        case .observationRecorded(var data):
            data.note = try data.note.mapped("/note", transform)
            return .observationRecorded(data)
        case .evaluation(var data):
            data.details.note = try data.details.note.mapped("/note", transform)
            data.content.materials = try data.content.materials.mapped("/materials", transform)
            return .evaluation(data)
        }
    }

    /// The case's correction that this event carries, if it carries one.
    public var correction: Correction? {
        switch self {
        case .incidentCorrected(let data): data.correction
        case .objectionDecided(let data):
            if case .upheldCorrected(let correction) = data.outcome { correction } else { nil }
        default: nil
        }
    }

    /// The same event with another correction in place of the one it carries.
    public func replacingCorrection(_ correction: Correction) -> CreditEvent {
        switch self {
        case .incidentCorrected(var data):
            data.correction = correction
            return .incidentCorrected(data)
        case .objectionDecided(var data):
            data.outcome = .upheldCorrected(correction)
            return .objectionDecided(data)
        default: return self
        }
    }
}

extension CreditEvent: JSONEncodable {
    /// Writes `data` in canonical form.
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .archiveCreated(let data): data.write(to: &writer)
        case .originChanged(let data): data.write(to: &writer)
        case .keyRotated(let data): data.write(to: &writer)
        case .importCompleted(let data): data.write(to: &writer)
        case .subjectKeyDestroyed(let data): data.write(to: &writer)
        case .displayChanged(let data): data.write(to: &writer)
        case .bodyRegistered(let data): data.write(to: &writer)
        case .bodyChanged(let data): data.write(to: &writer)
        case .incidentDetermined(let data): data.write(to: &writer)
        case .incidentCorrected(let data): data.write(to: &writer)
        case .objectionDecided(let data): data.write(to: &writer)
        case .act(let data): data.write(to: &writer)
        case .statementAttached(let data): data.write(to: &writer)
        case .observationRecorded(let data): data.write(to: &writer)
        case .calendarAdopted(let data): data.write(to: &writer)
        case .schemeAdopted(let data): data.write(to: &writer)
        case .evaluation(let data): data.write(to: &writer)
        }
    }
}

extension SealableText? {
    func mapped<Failure: Error>(
        _ pointer: String, _ transform: (String, SealableText) throws(Failure) -> SealableText
    ) throws(Failure) -> SealableText? {
        guard let text = self else { return nil }
        return try transform(pointer, text)
    }
}

extension JSONFields {
    /// A text of at most `limit` characters, plain or sealed by `form`.
    mutating func optionalText(_ key: StaticString, form: EventForm, limit: Int) throws(JSONFault) -> SealableText? {
        guard let node = optional(key) else { return nil }
        return try SealableText(json: node, form: form, limit: limit)
    }

    mutating func optionalName(_ key: StaticString, limit: Int = 200) throws(JSONFault) -> String? {
        guard let node = optional(key) else { return nil }
        return try node.name(limit: limit)
    }
}

/// Most characters of a free text (facts, notes, demands).
public let freeTextLimit = 2000
/// Most characters of a 主体陈述 (contract §1).
public let statementLimit = 500
