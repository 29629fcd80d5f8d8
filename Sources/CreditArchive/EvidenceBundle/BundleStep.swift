internal import CanonicalJSON
internal import CreditModel
internal import EventLog

/// One entry as the page tells it: a heading, a day, and what it says, member by member.
struct BundleStep: Sendable {
    /// What stands beside a label.
    enum Value: Sendable {
        case text(String)
        /// A sealed text at this pointer.
        case sealed(String)
        case change(old: String, new: String)
        case sealedChange(old: String, new: String)
    }

    struct Row: Sendable {
        var label: Phrase
        var value: Value
    }

    var item: BundledEntry
    var heading: Phrase
    /// The day of the fact; nil where there is none but that of recording.
    var day: CalendarDay?
    private(set) var rows: [Row] = []

    /// - Parameter name: what the body was called when the entry speaks of it.
    init(_ item: BundledEntry, bodyName name: (CalendarDay?) -> String?) {
        self.item = item
        let word = CaseFact(item.event, position: item.entry.position)?.step.chinese ?? item.event.type.chinese
        heading = Phrase(word, BundleStep.english(item.event))
        // A body's day of establishment is no day of its registration.
        if case .bodyRegistered = item.event { day = nil } else { day = item.event.day }
        switch item.event {
        case .incidentDetermined(let data): tell(data, name(data.determinedOn))
        case .incidentCorrected(let data):
            tell(data.correction, under: "")
            tell(data.details)
        case .objectionDecided(let data):
            if case .upheldCorrected(let correction) = data.outcome { tell(correction, under: "/correction") }
            tell(data.details)
        case .act(let data):
            add("措施", "measure", data.measure?.rawValue)
            add("整改期限", "due", data.dueOn?.description)
            tell(data.details)
        case .statementAttached(let data):
            add("陈述", "statement", data.text, "/text")
            add("办理部门", "office", data.office)
            add("文号", "document", data.document.map(BundleStep.number))
            add("原系统登记日期", "claimed day", data.claimedRecordedOn?.description)
        case .bodyRegistered(let data): tell(data)
        case .bodyChanged(let data): tell(data)
        case .subjectKeyDestroyed(let data):
            add("抹除范围", "erased", "\(data.stream)（密钥 \(data.keyID)）")
            add("法律依据", "legal basis", data.basis)
            add("批准文号", "document", data.document.map(BundleStep.number))
        case .evaluation(let data): tell(data)
        case .archiveCreated, .originChanged, .keyRotated, .importCompleted, .displayChanged, .observationRecorded,
            .calendarAdopted, .schemeAdopted:
            break
        }
    }

    private mutating func add(_ chinese: String, _ english: String, _ value: String?) {
        if let value { rows.append(Row(label: Phrase(chinese, english), value: .text(value))) }
    }

    private mutating func add(_ chinese: String, _ english: String, _ text: SealableText?, _ pointer: String) {
        if text != nil { rows.append(Row(label: Phrase(chinese, english), value: .sealed(pointer))) }
    }

    private mutating func tell(_ data: EvaluationStep) {
        let actor = data.details.actor
        add("办理单位", "office", "\(actor.office.name)（\(actor.role.rawValue)）")
        add("受评单位", "body", data.content.body?.text)
        add("事由", "ground", data.content.ground?.rawValue)
        add("办理结果", "outcome", data.content.outcome?.rawValue)
        add("措施", "measure", data.content.measure?.rawValue)
        add("期限", "due", data.content.dueOn?.description)
        add("事项", "case", data.content.caseID?.text)
        add("证明材料", "materials", data.content.materials, "/materials")
        add("说明", "note", data.details.note, "/note")
        add("文号", "document", data.details.document.map(BundleStep.number))
        add("原系统登记日期", "claimed day", data.details.claimedRecordedOn?.description)
    }

    private mutating func tell(_ data: IncidentDetermined, _ name: String?) {
        add("失信主体", "body", (name.map { "\($0)　" } ?? "") + data.body.text)
        add("失信类别", "category", "\(data.category.rawValue) \(data.category.name)")
        add("重点领域", "area", data.area.map { "\($0.rawValue) \($0.name)" })
        add("严重程度", "severity", data.severity.rawValue)
        add("涉及金额", "amount", data.amount.map { "\($0) 万元" })
        add("失信事实", "fact", data.fact, "/fact")
        add("依据文书", "basis", "\(data.basis.title) \(BundleStep.number(data.basis.number))")
        add("认定部门", "authority", data.authority + (data.authorityCode.map { "　\($0.text)" } ?? ""))
        add("发生日期", "occurred on", data.occurredOn.description)
        add("认定日期", "determined on", data.determinedOn.description)
        add("整改要求", "rectification", data.rectification, "/rectification")
        add("整改期限", "due", data.rectificationDue?.description)
        add("信息来源", "channel", "\(data.channel.rawValue) \(data.channel.name)")
        add("结论状态", "conclusion", data.conclusion?.rawValue)
        add("公开属性", "visibility", data.visibility.rawValue)
        add("归属年度", "attributed year", String(data.attributedYear))
        add("原系统登记日期", "claimed day", data.claimedRecordedOn?.description)
    }

    private mutating func tell(_ details: ActDetails) {
        add("办理部门", "office", details.office)
        add("文号", "document", details.document.map(BundleStep.number))
        add("说明", "note", details.note, "/note")
        add("原系统登记日期", "claimed day", details.claimedRecordedOn?.description)
    }

    private mutating func tell(_ correction: Correction, under prefix: String) {
        func code(_ value: (some CodeList)?) -> String { value.map { "\($0.rawValue) \($0.name)" } ?? "—" }
        func amount(_ value: Amount?) -> String { value.map { "\($0) 万元" } ?? "—" }
        let value: Value =
            switch correction {
            case .category(let old, let new): .change(old: code(old), new: code(new))
            case .area(let old, let new): .change(old: code(old), new: code(new))
            case .fact: .sealedChange(old: prefix + "/old", new: prefix + "/new")
            case .severity(let old, let new): .change(old: old.rawValue, new: new.rawValue)
            case .amount(let old, let new): .change(old: amount(old), new: amount(new))
            case .basisTitle(let old, let new), .basisNumber(let old, let new): .change(old: old, new: new)
            }
        rows.append(Row(label: Phrase("更正 " + correction.field.rawValue, "corrected"), value: value))
    }

    private mutating func tell(_ data: BodyRegistered) {
        add("名称", "name", data.name)
        add("统一社会信用代码", "code", data.code?.text)
        add("主体类型", "kind", data.kind.rawValue)
        add("层级", "level", data.level?.rawValue)
        add("行政区划代码", "region", data.region.text)
        add("上级", "parent", data.parent?.text)
        add("成立日期", "established on", data.establishedOn?.description)
        add("原系统登记日期", "claimed day", data.claimedRecordedOn?.description)
    }

    private mutating func tell(_ data: BodyChanged) {
        switch data.change {
        case .renamed(let name): add("新名称", "name", name)
        case .recoded(let code): add("新代码", "code", code.text)
        case .moved(let region): add("新行政区划代码", "region", region.text)
        case .reparented(let parent): add("新上级", "parent", parent?.text ?? "—")
        case .abolished(let successor): add("承继主体", "successor", successor?.text ?? "—")
        }
        add("生效日期", "effective on", data.effectiveOn.description)
        add("文号", "document", data.document.map(BundleStep.number))
        add("说明", "note", data.note, "/note")
    }

    /// 文号, with what the source wrote where that differs.
    private static func number(_ number: DocumentNumber) -> String {
        number.normalised + (number.written.map { "（原文：\($0)）" } ?? "")
    }

    /// The type, told apart where the Chinese word is.
    private static func english(_ event: CreditEvent) -> String {
        guard case .objectionDecided(let data) = event else { return event.type.rawValue }
        let outcome =
            switch data.outcome {
            case .upheldCorrected: "upheld, corrected"
            case .upheldRevoked: "upheld, revoked"
            case .dismissed: "dismissed"
            }
        return "\(event.type.rawValue): \(outcome)"
    }
}
