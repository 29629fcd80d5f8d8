public import CreditModel
internal import EventLog
public import Projections
public import TransparencyLog

/// One step of an audit trail: an entry, told to people (contract §3, `trail`).
public struct TrailStep: Sendable {
    public struct Change: Sendable, Hashable {
        public var field: String
        public var old: String
        public var new: String
    }

    public var position: UInt64
    public var recordedTime: String
    public var recordedBy: String
    /// Who has proposed and who has approved it, where two persons acted.
    public var proposedBy: String?
    public var approvedBy: String?
    /// The day of the fact: 发生日期 of an incident, 日期 of a disposition.
    public var occurredOn: CalendarDay?
    /// 认定日期, of a determination.
    public var determinedOn: CalendarDay?
    public var type: EventType
    public var subject: String
    public var chinese: String
    public var english: String
    /// 文号, with the document's title where it has one.
    public var document: String?
    public var changes: [Change]
    public var leafHash: Digest32
}

extension Auditor {
    /// The trail of a case, in order of recording: what the moment uses, by the day of each fact and its position.
    ///
    /// A query of the log, entry by entry. Throws ``ArchiveError`` `case-not-found`, ``EventLogError`` on damage.
    public func trail(ofCase id: CaseID, at moment: Moment = .now) throws -> [TrailStep] {
        try catchUpIndex()
        let positions = try archive.log.stream(.case(id.text)).positions
        guard !positions.isEmpty else {
            throw ArchiveError(
                .notFound, "case-not-found", chinese: "没有事项 \(id)", english: "there is no case \(id)")
        }
        return try steps(positions, at: moment)
    }

    /// The trail of a body with all its cases and observations, and the steps of rounds that are about it: what an
    /// evaluation uploads is entered in the body's file (《政务诚信评价办法》第十一条第七项).
    public func trail(ofBody id: BodyID, at moment: Moment = .now) throws -> [TrailStep] {
        try steps((positions(of: id) + roundPositions(of: id)).sorted(), at: moment)
    }

    /// Each entry is held against the tree first: an altered one is an error, never a step.
    private func steps(_ positions: [UInt64], at moment: Moment) throws -> [TrailStep] {
        var check = try LeafCheck(archive.log)
        var displays = Displays(archive.log)
        var steps: [TrailStep] = []
        for position in positions where moment.atPosition.map({ position <= $0 }) ?? true {
            let entry = try archive.log.entry(at: position)
            try check.check(entry)
            let event = try entry.event()
            if let day = event.usedFrom, !moment.uses(day, recordedAt: position) { continue }
            steps.append(try step(entry, event, isWithheld: displays.isWithheld(entry.subject)))
        }
        return steps
    }

    private func step(_ entry: Entry, _ event: CreditEvent, isWithheld: Bool) throws -> TrailStep {
        let before = try profile(before: entry, event)
        let teller = EventTeller(
            vault: archive.vault, entry: entry, event: event, before: before, isWithheld: isWithheld)
        let (chinese, english) = try teller.summary()
        var determinedOn: CalendarDay?
        var occurredOn = event.day
        if case .incidentDetermined(let data) = event {
            (occurredOn, determinedOn) = (data.occurredOn, data.determinedOn)
        }
        return TrailStep(
            position: entry.position, recordedTime: entry.recordedTime, recordedBy: entry.recordedBy,
            proposedBy: entry.proposedBy, approvedBy: entry.approvedBy, occurredOn: occurredOn,
            determinedOn: determinedOn, type: event.type, subject: entry.subject.text,
            chinese: chinese, english: english, document: teller.document, changes: try teller.changes(),
            leafHash: entry.bytes.withUnsafeBytes { MerkleHash.leaf($0) })
    }
}

extension Auditor {
    /// The history of a body as the log has it, by what was recorded before a position; nil where it is not registered.
    func history(of id: BodyID, before position: UInt64 = .max) throws -> BodyHistory? {
        var history: BodyHistory?
        for earlier in try archive.log.entries(of: .body(id.text)) where earlier.position < position {
            switch try earlier.event() {
            case .bodyRegistered(let data):
                history = BodyHistory(id: id, registration: data, position: earlier.position)
            case .bodyChanged(let data): history?.add(data, position: earlier.position)
            default: break
            }
        }
        return history
    }

    /// What held of a body on the day of a change, by what was recorded before it.
    private func profile(before entry: Entry, _ event: CreditEvent) throws -> BodyHistory.Profile? {
        guard case .bodyChanged(let data) = event, let id = BodyID(String(entry.subject.name)) else { return nil }
        let history = try history(of: id, before: entry.position)
        return history?.profile(asOf: data.effectiveOn)
    }
}

extension CreditEvent {
    /// The day from which an answer as of a day uses the fact; nil for what holds from when it was recorded, as a
    /// registration does whatever its 成立日期.
    fileprivate var usedFrom: CalendarDay? {
        if case .bodyRegistered = self { nil } else { day }
    }
}
