internal import Assessment
internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Projections

/// Reads the records behind a result, up to a position.
struct ReportBasisReader {
    private let archive: Archive
    private let scheme: Scheme
    private let year: Int
    private let position: UInt64

    init(_ archive: Archive, _ scheme: Scheme, year: Int, upTo position: UInt64) {
        self.archive = archive
        self.scheme = scheme
        self.year = year
        self.position = position
    }

    /// What was reported for the scheme and year, in the order of its indicators and inputs.
    func observations(of body: BodyID, _ texts: inout ReportTexts) throws -> [ReportedObservation] {
        var found: [ReportedObservation] = []
        var latest: [String: UInt64] = [:]
        for entry in try archive.log.entries(of: .observations(body: body.text, year: year)) {
            let event = try entry.event()
            guard entry.position <= position, case .observationRecorded(let data) = event, data.scheme == scheme.id
            else { continue }
            let definition = scheme[indicator: data.indicator]?.inputs.first { $0.name == data.input }
            latest["\(data.indicator) \(data.input)"] = entry.position
            found.append(
                ReportedObservation(
                    position: entry.position, indicator: data.indicator, input: data.input,
                    label: definition?.label ?? data.input, value: data.value, reportedOn: data.reportedOn,
                    note: try texts.shown(data.note, "/note", of: entry, event),
                    evidence: data.evidence.map(ReportedEvidence.init), isSuperseded: false,
                    isUnknown: definition == nil))
        }
        for index in found.indices {
            found[index].isSuperseded =
                latest["\(found[index].indicator) \(found[index].input)"] != found[index].position
        }
        return found.sorted { (place($0), $0.position) < (place($1), $1.position) }
    }

    /// What was recorded beyond the reader's position of the body itself, of its cases and of its inputs, in order of
    /// recording.
    func laterEntries(of body: BodyID, upTo end: UInt64) throws -> [ReportRemarks.LaterEntry] {
        var streams: [StreamID] = [.body(body.text), .observations(body: body.text, year: year)]
        try archive.projections.forEachBodyFile(.body(body)) { file in streams += file.cases.keys.map { .case($0.text) }
        }
        let entries = try streams.flatMap { try archive.log.entries(of: $0) }
            .filter { position < $0.position && $0.position <= end }.sorted { $0.position < $1.position }
        return try entries.compactMap { entry in
            let event = try entry.event()
            var subject = String(entry.subject.name)
            if case .observationRecorded(let data) = event {
                guard data.scheme == scheme.id else { return nil }
                subject = "\(data.indicator) \(data.input)"
            }
            return ReportRemarks.LaterEntry(
                position: entry.position, subject: subject, title: event.type.chinese, day: event.day)
        }
    }

    /// The place of an input in the scheme; what it does not know comes last.
    private func place(_ observation: ReportedObservation) -> Int {
        guard let row = scheme.indicators.firstIndex(where: { $0.id == observation.indicator }) else { return .max }
        let column = scheme.indicators[row].inputs.firstIndex { $0.name == observation.input } ?? 999
        return row * 1_000 + column
    }

    /// The cases that belong into the report of a body, by id.
    func cases(
        of body: BodyHistory.Profile, counted explanations: [Explanation], uncovered: [CaseID],
        names: [BodyID: BodyHistory.Profile], _ texts: inout ReportTexts
    ) throws -> [ReportedCase] {
        var states: [CaseID: CaseState] = [:]
        var reasons: [CaseID: [ReportedCase.Reason]] = [:]
        try archive.projections.forEachBodyFile(.body(body.id)) { file in
            for (id, state) in try file.states(asOf: nil, atPosition: position, under: archive.policy) {
                states[id] = state
                if state.record.attributedYear == year { reasons[id, default: []].append(.attributedYear) }
                if state.isInEffect { reasons[id, default: []].append(.inEffect) }
            }
        }
        for (id, indicator) in try countedCases(explanations) {
            reasons[id, default: []].append(.counted(indicator: indicator))
        }
        for id in uncovered { reasons[id, default: []].append(.uncoveredDay) }
        return try reasons.keys.sorted().compactMap { id in
            try reported(id, states[id], reasons[id] ?? [], names, &texts)
        }
    }

    /// The cases that indicators count, by the positions behind their scores.
    private func countedCases(_ explanations: [Explanation]) throws -> [(id: CaseID, indicator: String)] {
        var found: [(id: CaseID, indicator: String)] = []
        for told in explanations {
            let counted = scheme[indicator: told.score.id]?.inputs.filter { $0.records != nil }.map(\.name) ?? []
            let positions = told.score.inputs.filter { counted.contains($0.name) }.flatMap(\.value.positions)
            for position in positions {
                let entry = try archive.log.entry(at: position)
                guard case .incidentDetermined = try entry.event(), let id = CaseID(String(entry.subject.name)) else {
                    continue
                }
                found.append((id, told.score.id))
            }
        }
        return found
    }

    private func reported(
        _ id: CaseID, _ known: CaseState?, _ reasons: [ReportedCase.Reason], _ names: [BodyID: BodyHistory.Profile],
        _ texts: inout ReportTexts
    ) throws -> ReportedCase? {
        let entries = try archive.log.entries(of: .case(id.text)).filter { $0.position <= position }
        let events = try entries.map { (entry: $0, event: try $0.event()) }
        let facts = events.compactMap { CaseFact($0.event, position: $0.entry.position) }
        guard let first = events.first, case .incidentDetermined(let incident) = first.event,
            let state = try known ?? CaseTimeline(facts, under: archive.policy).state
        else { return nil }
        var fact = try texts.shown(incident.fact, "/fact", of: first.entry, first.event)
        var due = incident.rectificationDue
        for (entry, event) in events {
            if case .fact(_, let new, _) = event.correction, new.sealed?.commitment == state.record.fact {
                let pointer = event.type == .objectionDecided ? "/correction/new" : "/new"
                fact = try texts.shown(new, pointer, of: entry, event)
            }
            if case .act(let act) = event, act.type == .rectificationOrdered { due = act.dueOn ?? due }
        }
        return ReportedCase(
            id: id, body: state.record.body, bodyName: names[state.record.body]?.name ?? state.record.body.text,
            category: state.record.category, area: state.record.area, severity: state.record.severity,
            amount: state.record.amount, status: state.status, inDispute: state.objectionOpen,
            determinedOn: state.determinedOn, attributedYear: state.record.attributedYear,
            document: "\(state.record.basisTitle) \(state.record.basisNumber)", authority: incident.authority,
            channel: incident.channel, fact: fact, rectification: state.rectification,
            requirement: try texts.shown(incident.rectification, "/rectification", of: first.entry, first.event),
            rectificationDue: due, positions: entries.map(\.position).sorted(),
            evidence: events.flatMap { $0.event.evidence.map(ReportedEvidence.init) }, reasons: reasons)
    }
}

extension ReportedEvidence {
    init(_ evidence: Evidence) { self.init(name: evidence.name, digest: evidence.digest) }
}
