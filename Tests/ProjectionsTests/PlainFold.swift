import CreditModel
import EventLog
import Foundation
import Projections

/// The standing of every body folded from the whole log as plainly as can be: no caches, no files, no rules of legality,
/// since what is in the log is legal.
struct PlainFold {
    private let events: [(position: UInt64, subject: String, event: CreditEvent)]

    init(_ entries: [Entry]) throws {
        events = try entries.map { ($0.position, String($0.subject.name), try $0.event()) }
    }

    struct Case: Equatable, Comparable {
        var id: String
        var category: CreditModel.Category
        var area: KeyArea?
        var severity: Severity
        var status = "inEffect"
        var inDispute = false
        var isPublicised = false
        var determinedOn: CalendarDay
        var repairedOn: CalendarDay?
        var amount: Amount?

        static func < (left: Case, right: Case) -> Bool {
            Array(left.id.utf8).lexicographicallyPrecedes(Array(right.id.utf8))
        }
    }

    struct Body: Equatable {
        var id: String
        var code: String?
        var name: String
        var region: String
        var parent: String?
        var abolishedOn: CalendarDay?
        var cases: [Case] = []
    }

    /// The answer for facts dated by `day` and recorded by `position`, publicity as of `today`.
    func answer(asOf day: CalendarDay?, atPosition position: UInt64?, today: CalendarDay) -> [Body] {
        let known = events.filter { $0.position <= position ?? .max }
        var bodies: [Body] = []
        for item in known {
            guard case .bodyRegistered(let data) = item.event else { continue }
            var body = Body(
                id: item.subject, code: data.code?.text, name: data.name, region: data.region.text,
                parent: data.parent?.text)
            for change in inOrder(known.filter { $0.subject == item.subject }, by: day) { apply(change, to: &body) }
            bodies.append(body)
        }
        for item in known {
            guard case .incidentDetermined(let data) = item.event, day.map({ data.determinedOn <= $0 }) ?? true else {
                continue
            }
            let facts = inOrder(known.filter { $0.subject == item.subject }, by: day)
            let folded = fold(item.subject, data, facts, on: day ?? today)
            for index in bodies.indices where bodies[index].id == data.body.text { bodies[index].cases.append(folded) }
        }
        for index in bodies.indices { bodies[index].cases.sort() }
        return bodies.sorted { Array($0.id.utf8).lexicographicallyPrecedes(Array($1.id.utf8)) }
    }

    private func inOrder(
        _ items: [(position: UInt64, subject: String, event: CreditEvent)], by limit: CalendarDay?
    ) -> [CreditEvent] {
        let dated = items.compactMap { item in PlainFold.day(item.event).map { ($0, item.position, item.event) } }
        return dated.filter { item in limit.map { item.0 <= $0 } ?? true }
            .sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
    }

    private static func day(_ event: CreditEvent) -> CalendarDay? {
        switch event {
        case .incidentCorrected(let data): data.details.occurredOn
        case .objectionDecided(let data): data.details.occurredOn
        case .act(let data): data.details.occurredOn
        case .bodyChanged(let data): data.effectiveOn
        default: nil
        }
    }

    private func apply(_ event: CreditEvent, to body: inout Body) {
        guard case .bodyChanged(let data) = event else { return }
        switch data.change {
        case .renamed(let name): body.name = name
        case .recoded(let code): body.code = code.text
        case .moved(let region): body.region = region.text
        case .reparented(let parent): body.parent = parent?.text
        case .abolished: body.abolishedOn = data.effectiveOn
        }
    }

    private func fold(_ id: String, _ data: IncidentDetermined, _ facts: [CreditEvent], on day: CalendarDay) -> Case {
        var state = Case(
            id: id, category: data.category, area: data.area, severity: data.severity, determinedOn: data.determinedOn,
            amount: data.amount)
        for fact in facts {
            switch fact {
            case .incidentCorrected(let fact): correct(fact.correction, &state)
            case .objectionDecided(let fact):
                state.inDispute = false
                if case .upheldCorrected(let correction) = fact.outcome { correct(correction, &state) }
                if case .upheldRevoked = fact.outcome { state.status = "revoked" }
            case .act(let fact): act(fact, &state)
            default: break
            }
        }
        // 轻微 3 months, 一般 1 year, 严重 3 years (contract §2).
        let months = [Severity.minor: 3, .ordinary: 12, .serious: 36][state.severity] ?? 0
        state.isPublicised =
            data.visibility == .open && state.status == "inEffect" && data.determinedOn <= day
            && day < data.determinedOn.adding(months: months)
        return state
    }

    private func act(_ fact: CaseAct, _ state: inout Case) {
        switch fact.type {
        case .incidentRevoked: (state.status, state.inDispute) = ("revoked", false)
        case .objectionFiled: state.inDispute = true
        case .objectionWithdrawn: state.inDispute = false
        case .repairGranted: (state.status, state.repairedOn) = ("repaired", fact.details.occurredOn)
        case .repairRescinded: (state.status, state.repairedOn) = ("inEffect", nil)
        default: break
        }
    }

    private func correct(_ correction: Correction, _ state: inout Case) {
        switch correction {
        case .category(_, let new): state.category = new
        case .area(_, let new): state.area = new
        case .severity(_, let new): state.severity = new
        case .amount(_, let new): state.amount = new
        case .fact, .basisTitle, .basisNumber: break
        }
    }
}

extension PlainFold.Body {
    init(_ standing: Standing) {
        self.init(
            id: standing.body.id.text, code: standing.body.code?.text, name: standing.body.name,
            region: standing.body.region.text, parent: standing.body.parent?.text,
            abolishedOn: standing.body.abolishedOn)
        cases = standing.cases.map { item in
            PlainFold.Case(
                id: item.id.text, category: item.category, area: item.area, severity: item.severity,
                status: item.status.rawValue, inDispute: item.inDispute, isPublicised: item.isPublicised,
                determinedOn: item.determinedOn, repairedOn: item.repairedOn, amount: item.amount)
        }
    }
}
