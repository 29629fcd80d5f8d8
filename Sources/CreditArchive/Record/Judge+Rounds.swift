internal import CreditModel
internal import EventLog
internal import Projections

// What the domain says of the steps of a round of evaluation.
extension Judge {
    func step(_ data: EvaluationStep, _ submission: Submission) throws -> Verdict {
        if data.type == .evaluatorsRecommended { return try recommend(data, submission) }
        guard let id = RoundID(stream: submission.subject.text) else {
            throw Judge.subjectMalformed(submission.subject)
        }
        try requireBodies(data)
        // A re-issue names the position of what it replaces: the log alone knows positions.
        if data.type == .evaluationReissued, !pending.values.contains(where: { $0.subject == submission.subject }) {
            rounds[id] = nil
        }
        do { return try step(data, submission, of: id) } catch let refusal as Refusal {
            guard try isBehind(id, submission.subject) else { throw refusal }
            // An import or another recorder has appended to the round since it was loaded.
            rounds[id] = nil
            return try step(data, submission, of: id)
        }
    }

    private func step(_ data: EvaluationStep, _ submission: Submission, of id: RoundID) throws -> Verdict {
        let file = try roundFile(id)
        let known = try processes.scheme(id.scheme, data.content.choice ?? file.timeline.state.choice)
        try requireYear(known.scheme, of: id)
        let rules = RoundRules(process: known.process, calendar: try archive.calendars.calendar())
        var around = try surroundings(data, of: id)
        around.period = period(data.type, known.scheme, of: id)
        around.strangers = try strangers(
            data.content.bodies + data.content.added, known.scheme, of: id, evaluator: file.timeline.state.evaluator)
        let key = submission.event.hasText ? try usable(file.key) ?? takeKey() : nil
        let sealed = try seal(submission, key)
        guard case .evaluation(let step) = sealed else { preconditionFailure("a step stays a step") }
        var timeline = file.timeline
        try timeline.accept(
            RoundFact(step, position: CaseFact.firstUnrecorded + file.count), under: rules, in: around)
        if let results = data.content.results, !submission.isComputedHere { try requireComputed(results, of: id) }
        file.timeline = timeline
        let expected = file.count == 0 ? ExpectedVersion.none : .exact(file.count - 1)
        file.count += 1
        file.key = key ?? file.key
        return .accepted(draft(sealed, submission, key: key), expecting: expected)
    }

    /// The round, as the log and what is under way have it.
    private func roundFile(_ id: RoundID) throws -> RoundFile {
        if let file = rounds[id] { return file }
        guard let stream = StreamID(id.stream) else { preconditionFailure("a round's stream has a name") }
        let head = try archive.log.stream(stream)
        let file = RoundFile(
            try RoundTimeline(id, in: archive.log), count: head.count, key: try existingKey(of: head))
        rounds[id] = file
        return file
    }

    /// Whether the log has more of a round than is known here, while nothing of it is under way.
    private func isBehind(_ id: RoundID, _ stream: StreamID) throws -> Bool {
        guard !rehearsal, let file = rounds[id], try archive.log.stream(stream).count != file.count else {
            return false
        }
        return !pending.values.contains { $0.subject == stream }
    }

    /// Every body that a step names is registered, and of the kind that it says.
    private func requireBodies(_ data: EvaluationStep) throws {
        let content = data.content
        for assessed in content.bodies + content.added {
            guard let history = try register.history(assessed.body) else { throw Judge.bodyUnknown(assessed.body.text) }
            guard history.registration.kind == assessed.kind else {
                throw Refusal(
                    "kind-differs", field: "受评单位",
                    chinese: "\(assessed.body) 登记为\(history.registration.kind.rawValue)，不是\(assessed.kind.rawValue)",
                    english: "\(assessed.body) is registered as \(history.registration.kind.rawValue), not as "
                        + assessed.kind.rawValue)
            }
        }
        let named = [content.body].compactMap(\.self) + (content.results?.results.map(\.body) ?? [])
        for body in named where try register.history(body) == nil { throw Judge.bodyUnknown(body.text) }
    }

    // MARK: What a step touches outside its round

    private func surroundings(_ data: EvaluationStep, of id: RoundID) throws -> StepSurroundings {
        let content = data.content
        let day = data.details.occurredOn
        var around = StepSurroundings(today: archive.today)
        if data.type == .evaluationCommissioned { around.recommended = try recommended(for: id.region, on: day) }
        guard let body = content.body, let history = try register.history(body) else { return around }
        let actor = data.details.actor
        if actor.role == .assessed { around.actorIsBody = isSame(actor.office, history) }
        if data.type == .evaluationUploaded, history.registration.kind == .government {
            around.openDepartments = try openDepartments(of: history, in: id, on: day)
        }
        if let caseID = content.caseID, let file = try caseFile(caseID), let state = file.timeline.state {
            around.record = StepSurroundings.NamedRecord(
                body: file.body, category: state.record.category, determinedOn: state.determinedOn)
        }
        return around
    }

    /// Whether an office is a body: by any code that the body ever had, or by any of its names.
    func isSame(_ office: NamedOffice, _ history: BodyHistory) -> Bool {
        var names = [history.registration.name]
        var codes = [history.registration.code?.text ?? history.id.text, history.id.text]
        for change in history.changes {
            switch change.change {
            case .renamed(let name): names.append(name)
            case .recoded(let code): codes.append(code.text)
            default: break
            }
        }
        if let code = office.code { return codes.contains(code.text) }
        return names.contains { $0.utf8.elementsEqual(office.name.utf8) }
    }

    /// The departments of a government whose reports of the same scheme and year are not uploaded on `day`; nil where
    /// no round of theirs is recorded (《政务诚信评价办法》第十条第三项).
    private func openDepartments(of history: BodyHistory, in id: RoundID, on day: CalendarDay) throws -> [BodyID]? {
        let region = history.profile(asOf: id.lastDay).region
        guard let six = RegionCode(String(region.text.prefix(6))),
            let own = RoundID(scheme: id.scheme, year: id.year, region: six)
        else { return nil }
        let departments = try roundFile(own).timeline.state(asOf: day).bodies.values
            .filter { $0.kind == .department || $0.kind == .directlyAffiliated }
        guard !departments.isEmpty else { return nil }
        return departments.filter { !$0.has(.evaluationUploaded) }.map(\.body).sorted()
    }

    // MARK: Recommended evaluators

    private func recommend(_ data: EvaluationStep, _ submission: Submission) throws -> Verdict {
        guard EvaluatorsStream.province(of: submission.subject.text) != nil else {
            throw Judge.subjectMalformed(submission.subject)
        }
        guard data.details.actor.role == .provincialCreditAuthority else {
            throw Refusal(
                "step-wrong-actor", field: "办理单位角色", chinese: "评价机构推荐名单由省信用主管部门公布（《政务诚信评价办法》第六条）",
                english:
                    "the list of recommended evaluators is the provincial credit authority's to publish (评价办法 art. 6)")
        }
        let day = data.details.occurredOn
        guard day <= archive.today else { throw Refusal.inTheFuture(day, today: archive.today, field: "日期") }
        return try appendToStream(submission)
    }

    /// The list in force in a region's province on `day`: of those dated on or before it the latest; nil where there is
    /// none.
    private func recommended(for region: RegionCode, on day: CalendarDay) throws -> [NamedOffice]? {
        guard let province = EvaluatorsStream.province(of: region),
            let stream = StreamID(EvaluatorsStream.name(province: province))
        else { return nil }
        var lists: [EvaluationStep] = []
        for entry in try archive.log.entries(of: stream) {
            if case .evaluation(let step) = try entry.event() { lists.append(step) }
        }
        // One that came in the same batch is in force, too.
        for case .evaluation(let step) in pending.values.filter({ $0.subject == stream }).map(\.event) {
            lists.append(step)
        }
        let inForce = lists.enumerated().filter { $0.element.details.occurredOn <= day }
            .max { ($0.element.details.occurredOn, $0.offset) < ($1.element.details.occurredOn, $1.offset) }
        return inForce?.element.content.evaluators
    }
}
