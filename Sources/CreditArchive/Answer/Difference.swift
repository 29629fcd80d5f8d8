public import CanonicalJSON
public import CreditModel
internal import EventLog
public import Projections

/// What changed of a body between two moments, told to people, and the entries that did it.
public struct Difference: Sendable {
    /// An entry that the later moment uses and the earlier does not.
    public struct Step: Sendable, Hashable {
        public var position: UInt64
        public var recordedTime: String
        public var type: EventType
        public var subject: String
        /// The day of the fact.
        public var day: CalendarDay?
    }

    public var found: BodyDifference
    /// In order of recording.
    public var steps: [Step]
    /// Nil: before anything was recorded.
    public var from: Moment?
    public var to: Moment
    /// The 失信事实 of cases that differ, by commitment, as far as there is a key for them.
    let texts: [Commitment: String]

    /// A sealed text as it is read, or why it cannot be.
    public func text(_ commitment: Commitment) -> String { texts[commitment] ?? "〔密封 sealed〕" }
}

extension Auditor {
    /// Compares a body at two moments.
    ///
    /// - Parameters:
    ///   - from: nil: before anything was recorded. What it does not say is as at `to`, so that
    ///     `from` one day and `to` another compare two days by the same records.
    ///   - to: what it does not say is now.
    /// - Throws: ``ArchiveError`` `range-empty` where `from` is after `to`, `body-not-yet` where the body was not registered
    ///   by then; ``EventLogError`` on damage.
    public func difference(of id: BodyID, from: Moment?, to: Moment) throws -> Difference {
        try catchUpIndex()
        let to = try pinned(to)
        let from = from.map { Moment(asOf: $0.asOf ?? to.asOf, atPosition: $0.atPosition ?? to.atPosition) }
        if let from { try requireOrder(from, to) }
        let query = DifferenceQuery(from: from, to: to, today: archive.today)
        var found: BodyDifference?
        var registered: UInt64 = 0
        try archive.projections.forEachBodyFile(.body(id)) { file in
            registered = file.history.position
            found = try query.run(on: file, under: archive.policy)
        }
        guard let found else {
            throw ArchiveError(
                .badInput, "body-not-yet",
                chinese: "主体 \(id) 登记于位置 \(registered)，在要比较的时刻之后；请用更晚的时刻",
                english: "the body \(id) was registered at position \(registered), after the moments compared; "
                    + "use later ones")
        }
        var (steps, texts) = ([Difference.Step](), [Commitment: String]())
        var check = try LeafCheck(archive.log)
        for position in found.positions {
            let entry = try archive.log.entry(at: position)
            try check.check(entry)
            let event = try entry.event()
            steps.append(
                Difference.Step(
                    position: position, recordedTime: entry.recordedTime, type: event.type, subject: entry.subject.text,
                    day: event.day))
        }
        for item in found.cases where item.changes.contains(where: { $0.field == .fact }) {
            try texts.merge(factTexts(of: item.id)) { first, _ in first }
        }
        return Difference(found: found, steps: steps, from: from, to: to, texts: texts)
    }

    private func requireOrder(_ from: Moment, _ to: Moment) throws(ArchiveError) {
        let isDayLater = from.asOf.map { day in to.asOf.map { day > $0 } ?? false } ?? false
        let isPositionLater = (from.atPosition ?? .max) > (to.atPosition ?? .max)
        guard isDayLater || isPositionLater else { return }
        let what = isDayLater ? ("日期", "day") : ("收录位置", "position")
        throw ArchiveError(
            .badInput, "range-empty", chinese: "--from 的\(what.0)晚于 --to 的；较早的时刻写在 --from，请对调",
            english: "the \(what.1) of --from is after that of --to; the earlier moment goes to --from, swap them")
    }

    /// Every 失信事实 that was ever in force in a case, opened.
    private func factTexts(of id: CaseID) throws -> [Commitment: String] {
        var texts: [Commitment: String] = [:]
        let isWithheld = try archive.log.isWithheld(.case(id.text))
        for entry in try archive.log.entries(of: .case(id.text)) {
            let event = try entry.event()
            let teller = EventTeller(
                vault: archive.vault, entry: entry, event: event, before: nil, isWithheld: isWithheld)
            if let (commitment, text) = try teller.factInForce() { texts[commitment] = text }
        }
        return texts
    }
}
