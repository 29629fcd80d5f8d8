internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Projections

// What the domain says of each kind of event: refused, or accepted in stored form.
extension Judge {
    func decide(_ submission: Submission) throws -> Verdict {
        guard !submission.event.isOwnRecord else {
            let type = submission.event.type.rawValue
            throw Refusal(
                "type-reserved", field: "type", chinese: "\(type) 由系统自行记录，不能提交",
                english: "\(type) is recorded by the archive itself and cannot be submitted")
        }
        guard submission.missingEvidence.isEmpty else { throw Judge.evidenceFolderNeeded }
        // A rehearsal keeps no attachments, and has looked at those that rows name.
        if !rehearsal, let missing = submission.event.evidence.first(where: { !archive.evidence.holds($0.digest) }) {
            throw Judge.evidenceUnknown(missing)
        }
        switch submission.event {
        case .bodyRegistered(let data): return try register(data, submission)
        case .bodyChanged(let data): return try change(data, submission)
        case .incidentDetermined(let data): return try determine(data, submission)
        case .observationRecorded: return try observe(submission)
        case .evaluation(let data): return try step(data, submission)
        default: return try act(submission)
        }
    }

    private func register(_ data: BodyRegistered, _ submission: Submission) throws -> Verdict {
        let id = try bodyID(submission.subject)
        guard try register.history(id) == nil else {
            throw Refusal(
                "body-exists", field: "统一社会信用代码", chinese: "主体 \(id) 已登记；变更须用变更事件",
                english: "the body \(id) is registered already; a change needs a change event")
        }
        if let code = data.code, let owner = try register.body(code: code) { throw Judge.codeTaken(code, owner.id) }
        if let day = data.establishedOn, day > archive.today {
            throw Refusal.inTheFuture(day, today: archive.today, field: "成立日期")
        }
        if let parent = data.parent {
            guard try parent != id && (register.history(parent) != nil || register.awaited.contains(parent)) else {
                throw Judge.parentUnknown(parent)
            }
        }
        register.add(data, id: id)
        return .accepted(draft(submission.event, submission, key: nil), expecting: .none)
    }

    private func change(_ data: BodyChanged, _ submission: Submission) throws -> Verdict {
        let id = try bodyID(submission.subject)
        guard let history = try register.history(id) else { throw Judge.bodyUnknown(id.text) }
        try history.judge(data, today: archive.today)
        switch data.change {
        case .recoded(let code):
            if let owner = try register.body(code: code)?.id, owner != id { throw Judge.codeTaken(code, owner) }
        case .reparented(let parent?):
            guard try register.history(parent) != nil else { throw Judge.parentUnknown(parent) }
            guard try !register.isAbove(id, parent) else {
                throw Refusal(
                    "parent-below", field: "上级统一社会信用代码", chinese: "\(parent) 是 \(id) 自身或其下级，不能作为上级",
                    english: "\(parent) is \(id) itself or stands below it; it cannot be its parent")
            }
        case .abolished(let successor?):
            guard try register.history(successor) != nil else { throw Judge.bodyUnknown(successor.text) }
        default: break
        }
        let key = data.note == nil ? nil : try takeKey()
        let sealed = try seal(submission, key)
        try register.add(data, to: id)
        // Changes of one body under way at once are judged here, one after the other.
        return .accepted(draft(sealed, submission, key: key), expecting: .any)
    }

    private func determine(_ data: IncidentDetermined, _ submission: Submission) throws -> Verdict {
        let id = try caseID(submission.subject)
        guard let history = try register.history(data.body) else { throw Judge.bodyUnknown(data.body.text) }
        guard data.occurredOn <= data.determinedOn else {
            throw Refusal.determinedBefore(occurred: data.occurredOn, determined: data.determinedOn)
        }
        if let established = history.registration.establishedOn, data.occurredOn < established {
            throw Refusal.beforeEstablishment(occurred: data.occurredOn, established: established)
        }
        guard try caseFile(id) == nil else {
            throw Refusal(
                "case-exists", field: "事项编号", chinese: "事项 \(id) 已在档案中，内容不同；更改须用更正等处置",
                english: "the case \(id) is in the archive with other content; a change needs a disposition")
        }
        let file = CaseFile(body: data.body)
        let key = try takeKey()
        file.key = key
        let sealed = try seal(submission, key)
        try accept(sealed, into: file, of: submission)
        cases[id] = file
        return .accepted(draft(sealed, submission, key: key), expecting: .none)
    }

    private func act(_ submission: Submission) throws -> Verdict {
        let id = try caseID(submission.subject)
        do { return try act(submission, on: id) } catch let refusal as Refusal {
            guard try isBehind(id, submission.subject) else { throw refusal }
            // An import or another recorder has appended to the case since it was loaded.
            cases[id] = nil
            return try act(submission, on: id)
        }
    }

    /// Whether the log has more of a case than is known here, while nothing of it is under way.
    private func isBehind(_ id: CaseID, _ stream: StreamID) throws -> Bool {
        guard !rehearsal, let file = cases[id], try archive.log.stream(stream).count != file.count else { return false }
        return !pending.values.contains { $0.subject == stream }
    }

    private func act(_ submission: Submission, on id: CaseID) throws -> Verdict {
        guard let file = try caseFile(id) else {
            throw Refusal(
                "case-unknown", field: "事项编号", chinese: "档案中没有事项 \(id)；请先登记失信事项或核对编号",
                english: "there is no case \(id) in the archive; record its determination first, or check the number")
        }
        let expected = ExpectedVersion.exact(file.count - 1)
        var submission = submission
        submission.event = try resolvingOldFact(of: submission.event, in: file)
        let key = try usable(file.key) ?? takeKey()
        let sealed = try seal(submission, key)
        try accept(sealed, into: file, of: submission)
        file.key = key
        return .accepted(draft(sealed, submission, key: key), expecting: expected)
    }

    private func observe(_ submission: Submission) throws -> Verdict {
        guard let (body, _) = ObservationStream.parse(submission.subject) else {
            throw Judge.subjectMalformed(submission.subject)
        }
        guard try register.history(body) != nil else { throw Judge.bodyUnknown(body.text) }
        guard case .observationRecorded(let data) = submission.event else { preconditionFailure("an observation") }
        guard data.reportedOn <= archive.today else {
            throw Refusal.inTheFuture(data.reportedOn, today: archive.today, field: "填报日期")
        }
        try checkObservation(data)
        return try appendToStream(submission)
    }

    /// Accepts an event of a stream that is nothing but a sequence: sealed under the stream's key, behind its last event.
    func appendToStream(_ submission: Submission) throws -> Verdict {
        var stream =
            try sequences[submission.subject]
            ?? {
                let head = try archive.log.stream(submission.subject)
                return (head.count, try existingKey(of: head))
            }()
        stream.key = usable(stream.key)
        if submission.event.hasText, stream.key == nil { stream.key = try takeKey() }
        let sealed = try seal(submission, stream.key)
        let expected = stream.count == 0 ? ExpectedVersion.none : .exact(stream.count - 1)
        stream.count += 1
        sequences[submission.subject] = stream
        return .accepted(
            draft(sealed, submission, key: submission.event.hasText ? stream.key : nil), expecting: expected)
    }

    /// The timeline rule, and what else changes with an accepted fact.
    private func accept(_ sealed: CreditEvent, into file: CaseFile, of submission: Submission) throws {
        guard let fact = CaseFact(sealed, position: CaseFact.unrecorded) else {
            preconditionFailure("case events are facts")
        }
        try file.timeline.accept(fact, under: archive.policy, today: archive.today)
        // Its position comes with the commit; until it is read again it sorts behind all recorded ones, in order.
        file.timeline.record(at: CaseFact.firstUnrecorded + file.count)
        file.count += 1
        file.remember(sealed, of: submission.identity, archive.vault)
    }

    /// A correction of 失信事实 names the text it replaces: the one in force on its day, if that is what it says.
    private func resolvingOldFact(of event: CreditEvent, in file: CaseFile) throws -> CreditEvent {
        guard case .fact(let old, let new, _) = event.correction, let day = event.day else { return event }
        guard let state = try file.timeline.state(asOf: day, under: archive.policy) else {
            // Before the determination nothing is in force; the timeline rule will say so.
            return event.replacingCorrection(.fact(old: old, new: new, replaces: file.timeline.state?.record.fact))
        }
        guard let (field, place) = file.facts[state.record.fact] else {
            preconditionFailure("facts come with their case")
        }
        switch try openFact(field, place) {
        case .text(let text):
            guard text == old.plain else { throw Judge.oldFactDiffers }
            guard new.plain != old.plain else {
                throw Refusal(
                    "correction-changes-nothing", field: "新值", chinese: "失信事实的原值与新值相同",
                    english: "the old and the new value of 失信事实 are the same")
            }
            return event.replacingCorrection(.fact(old: old, new: new, replaces: state.record.fact))
        case .erased, .keyMissing:
            throw Refusal(
                "fact-erased", field: "原值", chinese: "原失信事实文本已依法抹除或密钥缺失，无法更正",
                english: "the old text is erased or its key is missing; it cannot be corrected")
        }
    }

    static let oldFactDiffers = Refusal(
        "old-value-differs", field: "原值", chinese: "原值与当日档案中的失信事实不符，请查明后以现值为原值重报",
        english: "the old value is not what the archive has for 失信事实 on that day; look it up and send that")
}
