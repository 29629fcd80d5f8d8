/// A body's registration and its dated changes: what it was called, coded and subordinate to on any day.
public struct BodyHistory: Sendable {
    public let id: BodyID
    public let registration: BodyRegistered
    /// Position of the registration.
    public let position: UInt64
    /// By day of effect, then by order of recording.
    public private(set) var changes: [DatedChange] = []

    public struct DatedChange: Sendable {
        public var day: CalendarDay
        public var position: UInt64
        public var change: BodyChanged.Change
    }

    /// What holds of a body on a day.
    public struct Profile: Sendable, Hashable {
        public var id: BodyID
        public var code: USCC?
        public var name: String
        public var kind: BodyKind
        public var level: BodyLevel?
        public var region: RegionCode
        public var parent: BodyID?
        public var establishedOn: CalendarDay?
        public var abolishedOn: CalendarDay?

        public init(
            id: BodyID, code: USCC?, name: String, kind: BodyKind, level: BodyLevel?, region: RegionCode,
            parent: BodyID?, establishedOn: CalendarDay?, abolishedOn: CalendarDay?
        ) {
            self.id = id
            self.code = code
            self.name = name
            self.kind = kind
            self.level = level
            self.region = region
            self.parent = parent
            self.establishedOn = establishedOn
            self.abolishedOn = abolishedOn
        }
    }

    public init(id: BodyID, registration: BodyRegistered, position: UInt64) {
        self.id = id
        self.registration = registration
        self.position = position
    }

    /// Puts a change that was accepted in its place.
    public mutating func add(_ event: BodyChanged, position: UInt64) {
        let change = DatedChange(day: event.effectiveOn, position: position, change: event.change)
        let place = changes.firstIndex { ($0.day, $0.position) > (change.day, change.position) } ?? changes.endIndex
        changes.insert(change, at: place)
    }

    /// The history as only some of its entries tell it; nil without its registration.
    public func keeping(_ isUsed: (UInt64) -> Bool) -> BodyHistory? {
        guard isUsed(position) else { return nil }
        var kept = self
        kept.changes.removeAll { !isUsed($0.position) }
        return kept
    }

    /// The profile on `day` (nil: after all changes), from what was recorded at or before `position`.
    public func profile(asOf day: CalendarDay? = nil, atPosition position: UInt64 = .max) -> Profile {
        var profile = Profile(
            id: id, code: registration.code, name: registration.name, kind: registration.kind,
            level: registration.level, region: registration.region, parent: registration.parent,
            establishedOn: registration.establishedOn, abolishedOn: nil)
        for change in changes where change.position <= position && day.map({ change.day <= $0 }) ?? true {
            switch change.change {
            case .renamed(let name): profile.name = name
            case .recoded(let code): profile.code = code
            case .moved(let region): profile.region = region
            case .reparented(let parent): profile.parent = parent
            case .abolished: profile.abolishedOn = change.day
            }
        }
        return profile
    }

    /// Judges a change against this history. Throws ``Refusal``.
    ///
    /// Whether codes and parents are free and registered is judged by whoever knows all bodies.
    public func judge(_ event: BodyChanged, today: CalendarDay) throws(Refusal) {
        guard event.effectiveOn <= today else { throw .inTheFuture(event.effectiveOn, today: today, field: "生效日期") }
        if let established = registration.establishedOn, event.effectiveOn < established {
            throw Refusal(
                "before-establishment", field: "生效日期", chinese: "生效日期早于成立日期 \(established)",
                english: "the change lies before the body was established on \(established)")
        }
        let before = profile(asOf: event.effectiveOn)
        if let abolished = profile().abolishedOn {
            throw Refusal(
                "body-abolished", field: "主体", chinese: "主体已于 \(abolished) 撤销，不能再变更",
                english: "the body was abolished on \(abolished); nothing of it changes any more")
        }
        let unchanged =
            switch event.change {
            case .renamed(let name): before.name.utf8.elementsEqual(name.utf8)
            case .recoded(let code): before.code == code
            case .moved(let region): before.region == region
            case .reparented(let parent): before.parent == parent
            case .abolished: false
            }
        guard !unchanged else {
            throw Refusal(
                "changes-nothing", field: nil, chinese: "该日主体的登记与变更后相同，变更没有内容",
                english: "on that day the body is registered so already; the change changes nothing")
        }
        if case .abolished = event.change, let later = changes.last(where: { $0.day > event.effectiveOn }) {
            throw Refusal(
                "changes-after-abolition", field: "生效日期", chinese: "\(later.day) 还有变更，主体不能在此之前撤销",
                english: "a change of \(later.day) is recorded; the body cannot have been abolished before it")
        }
    }
}
