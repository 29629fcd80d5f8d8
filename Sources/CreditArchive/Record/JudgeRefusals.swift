internal import CanonicalJSON
internal import CreditModel
internal import EventLog

extension Judge {
    /// Refuses what the policy reserves to two persons where one alone records it.
    func requirePersons(of submission: Submission) throws(Refusal) {
        guard submission.persons == nil, !twoPersonActs.isEmpty, let act = TwoPersonAct(submission.event),
            twoPersonActs.contains(act)
        else { return }
        throw Refusal(
            "two-persons-needed", field: "type",
            chinese: "本档案库规定“\(act.chinese)”须由两人办理；请提出提案（HTTP：POST /v1/proposals；命令行：--propose），由另一人审批",
            english:
                "this archive reserves '\(act.rawValue)' to two persons; propose it (HTTP: POST /v1/proposals; command "
                + "line: --propose) and have another person approve it")
    }

    static func bodyUnknown(_ id: String) -> Refusal {
        Refusal(
            "body-not-registered", field: "统一社会信用代码", chinese: "主体 \(id) 未登记；请先导入主体登记或核对代码",
            english: "the body \(id) is not registered; register it first, or check the code")
    }

    static func parentUnknown(_ id: BodyID) -> Refusal {
        Refusal(
            "parent-not-registered", field: "上级统一社会信用代码", chinese: "上级主体 \(id) 未登记，本文件中也没有；请补登或核对代码",
            english: "the parent \(id) is not registered, nor in this file; register it, or check the code")
    }

    static func codeTaken(_ code: USCC, _ owner: BodyID) -> Refusal {
        Refusal(
            "code-taken", field: "统一社会信用代码", chinese: "代码 \(code) 已属于主体 \(owner)",
            english: "the code \(code) belongs to the body \(owner)")
    }

    static let evidenceFolderNeeded = Refusal(
        "evidence-folder-needed", field: "附件", chinese: "行中列有附件，请用 --evidence 指明附件目录",
        english: "the row names attachments; say where they are with --evidence")

    static func evidenceUnknown(_ evidence: Evidence) -> Refusal {
        Refusal(
            "evidence-missing", field: "evidence", chinese: "附件 \(evidence.name)（\(evidence.digest)）不在档案库中；请连同文件一起提交",
            english:
                "the attachment \(evidence.name) (\(evidence.digest)) is not in the archive; hand in the file with the event"
        )
    }

    static func subjectMalformed(_ stream: StreamID) -> Refusal {
        Refusal(
            "subject-malformed", field: "subject", chinese: "subject “\(stream)” 与事件类型不符",
            english: "the subject '\(stream)' does not fit the event's type")
    }

    func bodyID(_ stream: StreamID) throws(Refusal) -> BodyID {
        guard stream.family == "body", let id = BodyID(String(stream.name)) else {
            throw Judge.subjectMalformed(stream)
        }
        return id
    }

    func caseID(_ stream: StreamID) throws(Refusal) -> CaseID {
        guard stream.family == "case", let id = CaseID(String(stream.name)) else {
            throw Judge.subjectMalformed(stream)
        }
        return id
    }
}

extension Refusal {
    static func determinedBefore(occurred: CalendarDay, determined: CalendarDay) -> Refusal {
        Refusal(
            "determined-before-occurred", field: "认定日期", chinese: "认定日期 \(determined) 早于发生日期 \(occurred)，请核对",
            english: "determined on \(determined), before it occurred on \(occurred)")
    }

    static func beforeEstablishment(occurred: CalendarDay, established: CalendarDay) -> Refusal {
        Refusal(
            "before-establishment", field: "发生日期", chinese: "发生日期 \(occurred) 早于主体成立日期 \(established)，请核对",
            english: "it occurred on \(occurred), before the body was established on \(established)")
    }
}

extension CreditEvent {
    /// The day of the fact in its case's timeline.
    var day: CalendarDay? {
        switch self {
        case .incidentDetermined(let data): data.determinedOn
        case .incidentCorrected(let data): data.details.occurredOn
        case .objectionDecided(let data): data.details.occurredOn
        case .act(let data): data.details.occurredOn
        case .statementAttached(let data): data.occurredOn
        case .bodyChanged(let data): data.effectiveOn
        case .observationRecorded(let data): data.reportedOn
        case .bodyRegistered(let data): data.establishedOn
        case .calendarAdopted(let data): data.occurredOn
        case .schemeAdopted(let data): data.occurredOn
        case .evaluation(let data): data.details.occurredOn
        case .archiveCreated, .originChanged, .keyRotated, .importCompleted, .subjectKeyDestroyed, .displayChanged: nil
        }
    }

    /// Whether the event has a text that the log seals.
    var hasText: Bool {
        switch self {
        case .archiveCreated, .originChanged, .keyRotated, .importCompleted, .subjectKeyDestroyed, .displayChanged,
            .bodyRegistered, .calendarAdopted, .schemeAdopted:
            false
        case .incidentDetermined: true
        case .bodyChanged(let data): data.note != nil
        case .statementAttached(let data): data.text != nil
        case .observationRecorded(let data): data.note != nil
        case .evaluation(let data): data.details.note != nil || data.content.materials != nil
        case .incidentCorrected, .objectionDecided, .act:
            if case .fact = correction { true } else { details?.note != nil }
        }
    }

    /// Whether it is an event that the archive records by itself.
    var isOwnRecord: Bool { type.streamFamily == "archive" }
}
