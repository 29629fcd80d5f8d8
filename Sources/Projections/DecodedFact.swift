internal import CanonicalJSON
public import CreditModel
public import EventLog

/// What one entry means for answers: a fact of a case or of a body, an observation, or nothing.
public enum DecodedFact: Sendable {
    case ofCase(CaseID, CaseFact)
    case ofBody(BodyID, BodyFact)
    case observed(Observation)
    /// An entry that no answer folds.
    case other

    public enum BodyFact: Sendable {
        case registered(BodyRegistered)
        case changed(BodyChanged)
    }

    /// Decodes an entry. Throws ``EventLogError`` `log-damaged` naming the position: damage is never served.
    public init(_ entry: Entry, codec: EventCodec) throws(EventLogError) {
        let event: CreditEvent
        do {
            event = try entry.event(codec)
        } catch {
            throw error
        }
        switch event {
        case .bodyRegistered(let data): self = .ofBody(try entry.bodyID(), .registered(data))
        case .bodyChanged(let data): self = .ofBody(try entry.bodyID(), .changed(data))
        case .observationRecorded(let data): self = .observed(try Observation(data, entry))
        case .archiveCreated, .originChanged, .keyRotated, .importCompleted, .subjectKeyDestroyed, .displayChanged,
            .calendarAdopted, .evaluation, .schemeAdopted:
            self = .other
        default:
            guard let id = CaseID(String(entry.subject.name)), let fact = CaseFact(event, position: entry.position)
            else {
                throw .undecodable(entry.position, "subject")
            }
            self = .ofCase(id, fact)
        }
    }
}

extension Entry {
    /// The event of this entry. Throws ``EventLogError`` `log-damaged` naming the position and the member.
    public func event(_ codec: EventCodec = .standard) throws(EventLogError) -> CreditEvent {
        guard let schema = EventCodec.parse(schema: dataSchema), schema.form == .stored, schema.type.rawValue == type,
            subject.family == schema.type.streamFamily
        else { throw .undecodable(position, "dataschema \(dataSchema)") }
        do {
            return try codec.decode(type: schema.type, version: schema.version, data: data, form: .stored)
        } catch {
            throw .undecodable(position, error.english)
        }
    }

    func bodyID() throws(EventLogError) -> BodyID {
        guard let id = BodyID(String(subject.name)) else { throw .undecodable(position, "subject \(subject)") }
        return id
    }
}

extension EventLogError {
    static func undecodable(_ position: UInt64, _ what: String) -> EventLogError {
        .damaged("位置 \(position) 的条目无法解读（\(what)）", "the entry at position \(position) cannot be read (\(what))")
    }
}
