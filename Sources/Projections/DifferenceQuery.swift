public import CreditModel
internal import EventLog

/// Compares a body at two moments.
public struct DifferenceQuery: Sendable {
    /// The earlier moment; nil: before anything was recorded. It uses no fact that the later one does not.
    public var from: Moment?
    public var to: Moment
    public var today: CalendarDay

    /// - Parameter from: not after `to`, neither by day nor by position.
    public init(from: Moment?, to: Moment, today: CalendarDay) {
        self.from = from
        self.to = to
        self.today = today
    }

    /// The difference; nil where the body was not registered yet at the later moment.
    public func run(on file: BodyFile, under policy: CreditPolicy) throws -> BodyDifference? {
        let history = file.history
        guard to.atPosition.map({ history.position <= $0 }) ?? true else { return nil }
        let (body, profile, bodyPositions) = profileChanges(history)
        var cases: [BodyDifference.Case] = []
        for (id, facts) in file.cases.sorted(by: { $0.key < $1.key }) {
            do {
                if let found = try difference(of: id, facts, under: policy) { cases.append(found) }
            } catch {
                throw EventLogError.undecodable(facts.last?.position ?? 0, error.english)
            }
        }
        let positions = (bodyPositions + cases.flatMap(\.positions)).sorted()
        let counts = try counts(file, cases, under: policy)
        return BodyDifference(body: body, profile: profile, counts: counts, cases: cases, positions: positions)
    }

    private func wasUsed(_ day: CalendarDay, _ position: UInt64) -> Bool {
        from?.uses(day, recordedAt: position) ?? false
    }

    /// A registration holds from when it was recorded, whatever the day.
    private func wasRegistered(_ history: BodyHistory) -> Bool {
        from.map { from in from.atPosition.map { history.position <= $0 } ?? true } ?? false
    }

    private func profileChanges(
        _ history: BodyHistory
    ) -> (BodyHistory.Profile, [BodyDifference.Change<BodyField>], [UInt64]) {
        var now = BodyHistory(id: history.id, registration: history.registration, position: history.position)
        let wasThere = wasRegistered(history)
        let old = wasThere ? history.profile(asOf: from?.asOf, atPosition: from?.atPosition ?? .max) : nil
        var causes: [BodyField: [UInt64]] = [:]
        var positions: [UInt64] = []
        func note(_ before: BodyHistory.Profile?, at position: UInt64) {
            positions.append(position)
            for field in BodyField.allCases where field.value(of: before) != field.value(of: now.profile()) {
                causes[field, default: []].append(position)
            }
        }
        if !wasThere { note(nil, at: history.position) }
        for change in history.changes where to.uses(change.day, recordedAt: change.position) {
            let before = now.profile()
            now.add(BodyChanged(change.change, effectiveOn: change.day), position: change.position)
            if !wasUsed(change.day, change.position) { note(before, at: change.position) }
        }
        let new = now.profile()
        return (new, changes(BodyField.allCases, causes) { ($0.value(of: old), $0.value(of: new)) }, positions.sorted())
    }

    private func difference(
        of id: CaseID, _ facts: [CaseFact], under policy: CreditPolicy
    ) throws(Refusal) -> BodyDifference.Case? {
        let timeline = try CaseTimeline(facts.filter(to.uses), under: policy)
        let old = try CaseTimeline(facts.filter { from?.uses($0) ?? false }, under: policy)
        let (oldDay, newDay) = (from?.asOf ?? today, to.asOf ?? today)
        var causes: [CaseField: [UInt64]] = [:]
        var positions: [UInt64] = []
        var before: CaseState?
        for (index, fact) in timeline.facts.enumerated() {
            let after = try CaseTimeline(Array(timeline.facts[...index]), under: policy).state
            if !wasUsed(fact.day, fact.position) {
                positions.append(fact.position)
                for field in CaseField.allCases
                where field.value(of: before, on: newDay, under: policy)
                    != field.value(of: after, on: newDay, under: policy)
                {
                    causes[field, default: []].append(fact.position)
                }
            }
            before = after
        }
        let changes = changes(CaseField.allCases, causes) { field in
            (
                field.value(of: old.state, on: oldDay, under: policy),
                field.value(of: timeline.state, on: newDay, under: policy)
            )
        }
        guard !changes.isEmpty || !positions.isEmpty else { return nil }
        return BodyDifference.Case(
            id: id, isNew: old.state == nil && timeline.state != nil, changes: changes, positions: positions.sorted())
    }

    private func counts(
        _ file: BodyFile, _ cases: [BodyDifference.Case], under policy: CreditPolicy
    ) throws -> [BodyDifference.Change<CountField>] {
        let old = try wasRegistered(file.history) ? standing(file, at: from ?? .now, under: policy) : nil
        let new = try standing(file, at: to, under: policy)
        var causes: [CountField: [UInt64]] = [:]
        for count in CountField.allCases {
            let changed = cases.flatMap(\.changes).filter { count.causes.contains($0.field) }
            causes[count] = Array(Set(changed.flatMap(\.positions)))
        }
        return changes(CountField.allCases, causes) { ($0.value(of: old), $0.value(of: new)) }
    }

    private func standing(_ file: BodyFile, at moment: Moment, under policy: CreditPolicy) throws -> Standing {
        let position = moment.atPosition ?? .max
        do {
            return Standing(
                body: file.history.profile(asOf: moment.asOf, atPosition: position),
                cases: try file.states(asOf: moment.asOf, atPosition: position, under: policy).map {
                    StandingCase(id: $0.id, state: $0.state, on: moment.asOf ?? today, under: policy)
                }, position: moment.atPosition)
        } catch {
            throw EventLogError.undecodable(moment.atPosition ?? 0, error.english)
        }
    }

    private func changes<Field: Hashable & Sendable>(
        _ fields: [Field], _ causes: [Field: [UInt64]], _ values: (Field) -> (old: FieldValue, new: FieldValue)
    ) -> [BodyDifference.Change<Field>] {
        fields.compactMap { field in
            let (old, new) = values(field)
            guard old != new else { return nil }
            return BodyDifference.Change(field: field, old: old, new: new, positions: (causes[field] ?? []).sorted())
        }
    }
}
