internal import CreditModel
internal import EventLog
internal import Projections

extension Auditor {
    /// Rectifications that are not reported: of cases in effect whose determination, or whose order, names a limit
    /// (政务公开工作考核实施细则第十三、十四条; 粤府〔2017〕140号重点领域八).
    ///
    /// The facts of cases, their limits among them, come from the derived file; no entry is read, and only what may be open
    /// is folded.
    func caseDuties(on day: CalendarDay, _ moment: Moment, region: String?) throws -> [Duty] {
        let limit = moment.atPosition ?? .max
        var duties: [Duty] = []
        try archive.projections.forEachBodyFile(.all) { file in
            let profile = file.history.profile(asOf: day, atPosition: limit)
            if let region, !profile.region.text.hasPrefix(region) { return }
            for (id, facts) in file.cases {
                let known = facts.filter { moment.uses($0.day, recordedAt: $0.position) && $0.day <= day }
                guard known.mayBeUnrectified else { continue }
                let timeline = try CaseTimeline(known, under: archive.policy)
                guard let state = timeline.state, state.isInEffect,
                    state.rectification == .none || state.rectification == .ordered, let due = state.rectificationDue
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
}

extension [CaseFact] {
    /// Whether something may still be to be put right: a limit is named, nothing is reported, nothing revoked.
    fileprivate var mayBeUnrectified: Bool {
        var hasLimit = false
        for fact in self {
            switch fact.step {
            case .rectificationReported, .revoked, .objectionUpheldRevoked: return false
            default: hasLimit = hasLimit || fact.rectificationDue != nil
            }
        }
        return hasLimit
    }
}
