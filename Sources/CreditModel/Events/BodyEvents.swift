public import CanonicalJSON

/// A body enters the archive.
public struct BodyRegistered: Sendable, Hashable, JSONEncodable {
    public var code: USCC?
    public var name: String
    public var kind: BodyKind
    public var level: BodyLevel?
    public var region: RegionCode
    public var parent: BodyID?
    public var establishedOn: CalendarDay?
    public var claimedRecordedOn: CalendarDay?

    public init(
        code: USCC?, name: String, kind: BodyKind, level: BodyLevel?, region: RegionCode, parent: BodyID?,
        establishedOn: CalendarDay?, claimedRecordedOn: CalendarDay? = nil
    ) {
        self.code = code
        self.name = name
        self.kind = kind
        self.level = level
        self.region = region
        self.parent = parent
        self.establishedOn = establishedOn
        self.claimedRecordedOn = claimedRecordedOn
    }

    init(reading fields: inout JSONFields) throws(JSONFault) {
        claimedRecordedOn = try fields.optional("claimedRecordedOn")
        code = try fields.optional("code")
        establishedOn = try fields.optional("establishedOn")
        kind = try fields.required("kind")
        level = try fields.optional("level")
        name = try fields.required("name").name()
        parent = try fields.optional("parent")
        region = try fields.required("region")
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("claimedRecordedOn", claimedRecordedOn)
        writer.member("code", code)
        writer.member("establishedOn", establishedOn)
        writer.member("kind", kind)
        writer.member("level", level)
        writer.member("name", name)
        writer.member("parent", parent)
        writer.member("region", region)
        writer.endObject()
    }
}

/// A body's name, code, region or parent changes from a day on, or the body is abolished.
public struct BodyChanged: Sendable, Hashable, JSONEncodable {
    public enum Change: Sendable, Hashable {
        case renamed(String)
        case recoded(USCC)
        case moved(RegionCode)
        case reparented(BodyID?)
        case abolished(successor: BodyID?)
    }

    public var change: Change
    public var effectiveOn: CalendarDay
    public var document: DocumentNumber?
    public var note: SealableText?
    public var claimedRecordedOn: CalendarDay?

    public init(
        _ change: Change, effectiveOn: CalendarDay, document: DocumentNumber? = nil, note: SealableText? = nil,
        claimedRecordedOn: CalendarDay? = nil
    ) {
        self.change = change
        self.effectiveOn = effectiveOn
        self.document = document
        self.note = note
        self.claimedRecordedOn = claimedRecordedOn
    }

    public var type: EventType {
        switch change {
        case .renamed: .bodyRenamed
        case .recoded: .bodyRecoded
        case .moved: .bodyMoved
        case .reparented: .bodyReparented
        case .abolished: .bodyAbolished
        }
    }

    init(type: EventType, reading fields: inout JSONFields, form: EventForm) throws(JSONFault) {
        switch type {
        case .bodyRenamed: change = .renamed(try fields.required("name").name())
        case .bodyRecoded: change = .recoded(try fields.required("code"))
        case .bodyMoved: change = .moved(try fields.required("region"))
        case .bodyReparented: change = .reparented(try fields.optional("parent"))
        default: change = .abolished(successor: try fields.optional("successor"))
        }
        claimedRecordedOn = try fields.optional("claimedRecordedOn")
        document = try fields.optional("document")
        effectiveOn = try fields.required("effectiveOn")
        note = try fields.optionalText("note", form: form, limit: freeTextLimit)
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("claimedRecordedOn", claimedRecordedOn)
        if case .recoded(let code) = change { writer.member("code", code) }
        writer.member("document", document)
        writer.member("effectiveOn", effectiveOn)
        if case .renamed(let name) = change { writer.member("name", name) }
        writer.member("note", note)
        switch change {
        case .moved(let region): writer.member("region", region)
        case .reparented(let parent): writer.member("parent", parent)
        case .abolished(let successor): writer.member("successor", successor)
        default: break
        }
        writer.endObject()
    }
}
