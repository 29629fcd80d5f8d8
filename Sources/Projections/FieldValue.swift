public import CanonicalJSON
internal import CreditModel

/// The value of one field of a body or a case, as answers show and compare it.
public enum FieldValue: Sendable, Hashable {
    case absent
    case text(String)
    case flag(Bool)
    case number(Int)
    /// A sealed text, known by its commitment alone.
    case sealed(Commitment)

    init(_ text: String?) { self = text.map(FieldValue.text) ?? .absent }
    init(_ day: CalendarDay?) { self.init(day?.description) }
}
