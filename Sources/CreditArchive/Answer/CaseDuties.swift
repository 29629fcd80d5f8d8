internal import CreditModel
internal import EventLog
internal import Projections

extension Auditor {
    /// Rectifications that are not reported: of cases in effect whose determination, or whose order, names a limit
    /// (政务公开工作考核实施细则第十三、十四条; 粤府〔2017〕140号重点领域八).
    ///
    /// The facts of cases come from the derived file; of each case that still has something to put right two entries at
    /// most are read, for the limit that they name.
    func caseDuties(on day: CalendarDay, _ moment: Moment, region: String?) throws -> [Duty] {
        var duties: [Duty] = []
        let limit = moment.atPosition ?? .max
        try archive.projections.forEachBodyFile(region.map { Scope.region(prefix: $0) } ?? .all) { file in
            let profile = file.history.profile(asOf: day, atPosition: limit)
            if let region, !profile.region.text.hasPrefix(region) { return }
            for (id, facts) in file.cases {
                let timeline = try CaseTimeline(
                    facts.filter { moment.uses($0.day, recordedAt: $0.position) && $0.day <= day },
                    under: archive.policy)
                guard let state = timeline.state, state.isInEffect,
                    state.rectification == .none || state.rectification == .ordered,
                    let due = try rectificationDue(timeline.facts)
                else { continue }
                duties.append(
                    Duty(
                        round: nil, caseID: id,
                        step: OpenStep(
                            .rectificationReported, name: "整改", body: profile.id, dueOn: due, source: "整改期限（D07）"),
                        bodyName: profile.name, on: day))
            }
        }
        return duties
    }

    /// The limit of a case: the order's, else the determination's.
    private func rectificationDue(_ facts: [CaseFact]) throws -> CalendarDay? {
        var due: CalendarDay?
        for fact in facts {
            switch fact.step {
            case .determined:
                guard case .incidentDetermined(let data) = try archive.log.entry(at: fact.position).event() else {
                    continue
                }
                due = data.rectificationDue
            case .rectificationOrdered:
                guard case .act(let data) = try archive.log.entry(at: fact.position).event() else { continue }
                due = data.dueOn ?? due
            default: continue
            }
        }
        return due
    }
}
