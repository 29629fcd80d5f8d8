import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Projections
import Testing

/// Differences between two moments, against the standings at both.
@Suite struct DifferenceTests {
    /// Two moments of which the first uses nothing that the second does not.
    private func moments(_ size: UInt64, _ random: inout SeededGenerator) -> (from: Moment, to: Moment) {
        func pair<Value: Comparable>(_ one: Value?, _ two: Value?) -> (Value?, Value?) {
            guard let one, let two else { return (one ?? two, nil) }
            return (min(one, two), max(one, two))
        }
        func day() -> CalendarDay? {
            let days = Int.random(in: -20...3_000, using: &random)
            return days > 2_500 ? nil : RandomFacts.firstDay.adding(days: days)
        }
        let days = pair(day(), day())
        let positions = pair(UInt64.random(in: 0..<size, using: &random), UInt64.random(in: 0..<size, using: &random))
        return (Moment(asOf: days.0, atPosition: positions.0), Moment(asOf: days.1, atPosition: positions.1))
    }

    private func values(_ standing: Standing, _ id: CaseID) -> [CaseField: FieldValue] {
        guard let item = standing.cases.first(where: { $0.id == id }) else {
            return [
                .status: .absent, .severity: .absent, .category: .absent, .area: .absent, .amount: .absent,
                .repairedOn: .absent, .determinedOn: .absent, .inDispute: .flag(false), .publicised: .flag(false),
            ]
        }
        func text(_ value: String?) -> FieldValue { value.map(FieldValue.text) ?? .absent }
        return [
            .status: text(item.status.rawValue), .severity: text(item.severity.rawValue),
            .category: text(item.category.rawValue), .area: text(item.area?.rawValue),
            .amount: text(item.amount?.description), .repairedOn: text(item.repairedOn?.description),
            .determinedOn: text(item.determinedOn.description), .inDispute: .flag(item.inDispute),
            .publicised: .flag(item.isPublicised),
        ]
    }

    @Test(arguments: [71, 72] as [UInt64])
    func aDifferenceIsThatOfTheStandings(_ stream: UInt64) async throws {
        let history = try RandomHistory(stream: stream)
        try await history.grow(by: 400)
        let archive = try await history.open(.reading)
        let auditor = Auditor(archive)
        let size = try archive.log.head().size
        var random = SeededGenerator(stream: 400 + stream)
        var (compared, byTime) = (0, 0)
        for _ in 0..<40 {
            let (from, to) = moments(size, &random)
            let before = try auditor.standing(.all, asOf: from.asOf, atPosition: from.atPosition)
            for new in try auditor.standing(.all, asOf: to.asOf, atPosition: to.atPosition) {
                let difference = try auditor.difference(of: new.body.id, from: from, to: to)
                let old = before.first { $0.body.id == new.body.id }
                check(difference, old, new, (from, to))
                compared += difference.found.cases.count
                byTime += difference.found.cases.flatMap(\.changes).count { $0.positions.isEmpty }
            }
        }
        #expect(compared > 100 && byTime > 0, "\(compared), \(byTime)")
    }

    private func check(
        _ difference: Difference, _ old: Standing?, _ new: Standing, _ moments: (from: Moment, to: Moment)
    ) {
        let found = difference.found
        #expect(found.body == new.body)
        for field in BodyField.allCases {
            let (was, now) = (field.value(of: old?.body), field.value(of: new.body))
            let change = found.profile.first { $0.field == field }
            #expect(change?.old == (was == now ? nil : was) && change?.new == (was == now ? nil : now))
        }
        for field in CountField.allCases {
            let (was, now) = (field.value(of: old), field.value(of: new))
            let change = found.counts.first { $0.field == field }
            #expect(change?.old == (was == now ? nil : was) && change?.new == (was == now ? nil : now))
        }
        for id in Set(new.cases.map(\.id) + (old?.cases ?? []).map(\.id)) {
            let (was, now) = (old.map { values($0, id) } ?? values(new, CaseID("nobody") ?? id), values(new, id))
            let item = found.cases.first { $0.id == id }
            for (field, value) in now {
                let change = item?.changes.first { $0.field == field }
                #expect(change?.new == (value == was[field] ? nil : value), "\(id) \(field)")
                #expect(change?.old == (value == was[field] ? nil : was[field]), "\(id) \(field)")
            }
        }
        // Time alone changes publicity and nothing else; every entry lies beyond the earlier moment and within the later.
        for change in found.cases.flatMap(\.changes) where change.field != .publicised {
            #expect(!change.positions.isEmpty, "\(change)")
        }
        let steps = difference.steps
        #expect(steps.map(\.position) == found.positions && Set(found.positions).count == found.positions.count)
        for step in steps {
            guard let day = step.day, step.type != .bodyRegistered else { continue }
            #expect(moments.to.uses(day, recordedAt: step.position))
            #expect(!moments.from.uses(day, recordedAt: step.position))
        }
    }

    @Test func nothingBetweenTheSameMomentsAndEverythingSinceTheBeginning() async throws {
        let history = try RandomHistory(stream: 73)
        try await history.grow(by: 200)
        let archive = try await history.open(.reading)
        let auditor = Auditor(archive)
        for standing in try auditor.standing(.all) {
            let id = standing.body.id
            let same = try auditor.difference(of: id, from: .now, to: .now)
            #expect(same.found.profile.isEmpty && same.found.counts.isEmpty && same.found.cases.isEmpty)
            #expect(same.steps.isEmpty)
            let whole = try auditor.difference(of: id, from: nil, to: .now)
            let trail = try auditor.trail(ofBody: id).filter { $0.type != .observationRecorded }
            #expect(whole.steps.map(\.position) == trail.map(\.position))
            #expect(whole.steps.map(\.recordedTime) == trail.map(\.recordedTime))
            #expect(whole.found.cases.filter(\.isNew).map(\.id) == standing.cases.map(\.id))
            #expect(whole.found.profile.contains { $0.field == .name && $0.old == .absent })
        }
    }

    @Test func theMomentsAreInOrderAndTheBodyIsThere() async throws {
        let history = try RandomHistory(stream: 74)
        try await history.grow(by: 100)
        let archive = try await history.open(.reading)
        let auditor = Auditor(archive)
        let id = try #require(try auditor.standing(.all).first).body.id
        let day = RandomFacts.firstDay
        func code(_ from: Moment?, _ to: Moment) -> String? {
            do {
                _ = try auditor.difference(of: id, from: from, to: to)
                return nil
            } catch { return ArchiveError(error).code }
        }
        #expect(code(Moment(asOf: day.adding(days: 1)), Moment(asOf: day)) == "range-empty")
        #expect(code(Moment(atPosition: 50), Moment(atPosition: 49)) == "range-empty")
        #expect(code(Moment(atPosition: 50), Moment(asOf: day, atPosition: 50)) == nil)
        #expect(code(nil, Moment(atPosition: 0)) == "body-not-yet")
        #expect(code(Moment(asOf: day), Moment(asOf: day)) == nil)
    }
}
