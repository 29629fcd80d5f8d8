internal import CanonicalJSON
internal import CreditModel
internal import EventLog

/// A case as the judge works with it: its timeline, its data key, and its sealed facts.
final class CaseFile {
    let body: BodyID
    var timeline: CaseTimeline
    /// Number of events in the stream, those under way included.
    var count: UInt64
    /// The key of the case's texts; taken with its first text.
    var key: (id: UInt32, bytes: [UInt8])?
    /// The sealed 失信事实 that were ever in force, by commitment, with their places.
    var facts: [Commitment: (field: SealedField, place: FieldCipher.Place)] = [:]

    init(body: BodyID) {
        self.body = body
        timeline = CaseTimeline()
        count = 0
    }

    /// Remembers the sealed 失信事实 that a stored event brings.
    func remember(_ event: CreditEvent, of identity: EventIdentity, _ vault: TextVault) {
        switch event {
        case .incidentDetermined(let data):
            guard let field = data.fact.sealed else { return }
            facts[field.commitment] = (field, vault.place(identity, event.type, "/fact"))
        default:
            guard case .fact(_, let new, _) = event.correction, let field = new.sealed else { return }
            let pointer = event.type == .objectionDecided ? "/correction/new" : "/new"
            facts[field.commitment] = (field, vault.place(identity, event.type, pointer))
        }
    }
}
