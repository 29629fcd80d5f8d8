public import CreditModel

/// What changed of a body between two moments, and the positions of the entries that did it.
public struct BodyDifference: Sendable, Hashable {
    /// One field that differs.
    public struct Change<Field: Sendable & Hashable>: Sendable, Hashable {
        public var field: Field
        public var old: FieldValue
        public var new: FieldValue
        /// The entries that changed the field, used by the later moment alone; none where time alone did it, as when a
        /// term of publicity ends.
        public var positions: [UInt64]
    }

    /// One case that differs, or of which something was recorded.
    public struct Case: Sendable, Hashable {
        public var id: CaseID
        /// Nothing was known of the case at the earlier moment.
        public var isNew: Bool
        public var changes: [Change<CaseField>]
        /// Every entry of the case that the later moment alone uses, whether it changed a field or not.
        public var positions: [UInt64]
    }

    /// The body at the later moment.
    public var body: BodyHistory.Profile
    public var profile: [Change<BodyField>]
    public var counts: [Change<CountField>]
    public var cases: [Case]
    /// The entries of the body itself and of its cases that the later moment alone uses, in order of recording.
    public var positions: [UInt64]
}
