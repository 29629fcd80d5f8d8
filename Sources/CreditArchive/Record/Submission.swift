public import CreditModel
public import EventLog

/// An event that somebody wants recorded, in submitted form: checked in shape, not yet judged.
public struct Submission: Sendable {
    public var identity: EventIdentity
    public var subject: StreamID
    public var event: CreditEvent
    /// The sender's CloudEvents `time`.
    public var time: String?
    public var importID: String?
    public var importRow: Int64?
    /// Who records it; nil: whoever the recorder was made for.
    public var recordedBy: String?
    /// What whoever records it may record; nil: anything.
    public var scope: RecordingScope?
    /// Who has proposed and who has approved it; nil for an act of one person. Only a ``ProposalDesk`` says it.
    var persons: Persons?
    /// What the sender expects of the stream before this event; nil: nothing but what the domain needs.
    public var expected: ExpectedVersion?
    /// Attachments named in the row while no folder of attachments was given: a row that is recorded already is a
    /// duplicate all the same, a new one is refused.
    var missingEvidence: [String] = []
    /// No folder of attachments was given: attachments do not count when the row is compared with what is recorded.
    var ignoresEvidence = false
    /// Results that the archive itself has computed for this submission, and that need not be computed again.
    package var isComputedHere = false

    /// The two persons of an act, as they stand in its entry (`proposedby`, `approvedby`).
    struct Persons: Sendable, Hashable {
        var proposedBy: String
        var approvedBy: String
    }

    public init(
        identity: EventIdentity, subject: StreamID, event: CreditEvent, time: String? = nil, importID: String? = nil,
        importRow: Int64? = nil
    ) {
        self.identity = identity
        self.subject = subject
        self.event = event
        self.time = time
        self.importID = importID
        self.importRow = importRow
    }
}

/// What became of a submission.
public struct Recorded: Sendable, Hashable {
    /// The CloudEvents id.
    public var id: String
    public var position: UInt64
    public var isDuplicate: Bool
}
