internal import CanonicalJSON

/// An event that is ready to be appended: everything but what only the log can give it.
///
/// The log adds `sequence`, `recordedtime` and `nonce`. All texts are checked by whoever makes the draft.
public struct EventDraft: Sendable {
    public var identity: EventIdentity
    public var type: String
    public var subject: StreamID
    /// `urn:credit-archive:schema:<type>:<version>`.
    public var dataSchema: String
    /// The sender's CloudEvents `time`, if it gave one.
    public var time: String?
    /// Pseudonymous principals (`key/…`, `operator/…`).
    public var recordedBy: String
    public var proposedBy: String?
    public var approvedBy: String?
    public var importID: String?
    public var importRow: Int64?
    /// The stored form of the fact, in canonical JSON.
    public var data: [UInt8]
    /// The data key under which `data` is sealed, if it has sealed fields.
    public var keyID: UInt32?
    /// The key that this event records as destroyed (`subjectkey.destroyed`).
    public var destroyedKeyID: UInt32?

    public init(
        identity: EventIdentity, type: String, subject: StreamID, dataSchema: String, time: String? = nil,
        recordedBy: String, proposedBy: String? = nil, approvedBy: String? = nil, importID: String? = nil,
        importRow: Int64? = nil, data: [UInt8], keyID: UInt32? = nil, destroyedKeyID: UInt32? = nil
    ) {
        self.identity = identity
        self.type = type
        self.subject = subject
        self.dataSchema = dataSchema
        self.time = time
        self.recordedBy = recordedBy
        self.proposedBy = proposedBy
        self.approvedBy = approvedBy
        self.importID = importID
        self.importRow = importRow
        self.data = data
        self.keyID = keyID
        self.destroyedKeyID = destroyedKeyID
    }
}

/// A batch that is appended whole or not at all, with what it expects of the streams.
public struct AppendRequest: Sendable {
    public var drafts: [EventDraft]
    public var expectations: [(stream: StreamID, version: ExpectedVersion)]
    /// Whether the draft at an index says the same as a stored entry with its identity (entry.md, Identity).
    public var isSameContent: @Sendable (_ draft: Int, _ entry: Entry) throws -> Bool

    public init(
        _ drafts: [EventDraft], expecting expectations: [(stream: StreamID, version: ExpectedVersion)] = [],
        isSameContent: (@Sendable (_ draft: Int, _ entry: Entry) throws -> Bool)? = nil
    ) {
        self.drafts = drafts
        self.expectations = expectations
        self.isSameContent =
            isSameContent ?? { index, entry in
                entry.type == drafts[index].type && entry.subject == drafts[index].subject
                    && Array(entry.data.source) == drafts[index].data
            }
    }
}

/// What became of one draft.
public struct AppendOutcome: Sendable, Hashable {
    /// The event's position: new, or where it stood already.
    public var position: UInt64
    /// It was there before with the same content; nothing was added.
    public var isDuplicate: Bool

    public init(position: UInt64, isDuplicate: Bool) {
        self.position = position
        self.isDuplicate = isDuplicate
    }
}
