public import CanonicalJSON

/// A fact of a case's timeline: what `evolve` folds, without texts.
public struct CaseFact: Sendable, Hashable {
    /// The day of the fact.
    public var day: CalendarDay
    /// Position in the log; ``unrecorded`` for a fact under judgement.
    public var position: UInt64
    public var step: CaseStep
    /// 整改期限, where a determination or an order to rectify names one.
    public var rectificationDue: CalendarDay?

    public static let unrecorded = UInt64.max
    /// Positions from here on stand for facts that are accepted and on their way into the log, in their order.
    public static let firstUnrecorded = UInt64(1) << 63

    public init(day: CalendarDay, position: UInt64, step: CaseStep, rectificationDue: CalendarDay? = nil) {
        self.day = day
        self.position = position
        self.step = step
        self.rectificationDue = rectificationDue
    }

    /// Timeline order: by day, then by the order of recording (contract §1, the timeline rule).
    public func precedes(_ other: CaseFact) -> Bool {
        day == other.day ? position < other.position : day < other.day
    }
}

/// What happened to a case.
public enum CaseStep: Sendable, Hashable {
    case determined(CaseRecord)
    case corrected(CaseCorrection)
    case revoked
    case rectificationOrdered
    case rectificationReported
    case rectificationAccepted
    case objectionFiled
    case objectionUpheldCorrected(CaseCorrection)
    case objectionUpheldRevoked
    case objectionDismissed
    case objectionWithdrawn
    case repairApplied
    case repairAccepted
    case repairDeclined
    case repairGranted
    case repairRefused
    case repairRescinded
    case measureImposed
    case measureLifted
    case publicityExpired
    case statement
}

/// The structured part of a determination.
public struct CaseRecord: Sendable, Hashable {
    public var body: BodyID
    public var category: Category
    public var area: KeyArea?
    public var severity: Severity
    /// 万元.
    public var amount: Amount?
    public var visibility: Visibility
    public var attributedYear: Int
    public var basisTitle: String
    /// Normalised 文号.
    public var basisNumber: String
    /// The sealed 失信事实, known by its commitment.
    public var fact: Commitment

    public init(
        body: BodyID, category: Category, area: KeyArea?, severity: Severity, amount: Amount?, visibility: Visibility,
        attributedYear: Int, basisTitle: String, basisNumber: String, fact: Commitment
    ) {
        self.body = body
        self.category = category
        self.area = area
        self.severity = severity
        self.amount = amount
        self.visibility = visibility
        self.attributedYear = attributedYear
        self.basisTitle = basisTitle
        self.basisNumber = basisNumber
        self.fact = fact
    }
}

/// A correction as the timeline sees it: texts by their commitments.
public enum CaseCorrection: Sendable, Hashable {
    case category(old: Category, new: Category)
    case area(old: KeyArea?, new: KeyArea?)
    case fact(old: Commitment, new: Commitment)
    case severity(old: Severity, new: Severity)
    case amount(old: Amount?, new: Amount?)
    case basisTitle(old: String, new: String)
    case basisNumber(old: String, new: String)

    public var field: Correction.Field {
        switch self {
        case .category: .category
        case .area: .area
        case .fact: .fact
        case .severity: .severity
        case .amount: .amount
        case .basisTitle: .basisTitle
        case .basisNumber: .basisNumber
        }
    }

    var changesNothing: Bool {
        switch self {
        case .category(let old, let new): old == new
        case .area(let old, let new): old == new
        case .fact(let old, let new): old == new
        case .severity(let old, let new): old == new
        case .amount(let old, let new): old == new
        // By bytes, as old values are matched: a compatibility ideograph may well be what is corrected.
        case .basisTitle(let old, let new), .basisNumber(let old, let new): old.utf8.elementsEqual(new.utf8)
        }
    }
}

extension CaseFact {
    /// The timeline fact of a stored event, nil for events that are not about a case.
    ///
    /// A correction of 失信事实 in submitted form has no commitments yet and gives nil too.
    public init?(_ event: CreditEvent, position: UInt64) {
        let day: CalendarDay
        let step: CaseStep
        var due: CalendarDay?
        switch event {
        case .incidentDetermined(let data):
            guard let fact = data.fact.sealed?.commitment else { return nil }
            day = data.determinedOn
            due = data.rectificationDue
            step = .determined(
                CaseRecord(
                    body: data.body, category: data.category, area: data.area, severity: data.severity,
                    amount: data.amount, visibility: data.visibility, attributedYear: data.attributedYear,
                    basisTitle: data.basis.title, basisNumber: data.basis.number.normalised, fact: fact))
        case .incidentCorrected(let data):
            guard let correction = CaseCorrection(data.correction) else { return nil }
            day = data.details.occurredOn
            step = .corrected(correction)
        case .objectionDecided(let data):
            day = data.details.occurredOn
            switch data.outcome {
            case .upheldCorrected(let correction):
                guard let correction = CaseCorrection(correction) else { return nil }
                step = .objectionUpheldCorrected(correction)
            case .upheldRevoked: step = .objectionUpheldRevoked
            case .dismissed: step = .objectionDismissed
            }
        case .act(let data):
            guard let simple = CaseStep(data.type) else { return nil }
            day = data.details.occurredOn
            due = data.dueOn
            step = simple
        case .statementAttached(let data):
            day = data.occurredOn
            step = .statement
        default: return nil
        }
        self.init(day: day, position: position, step: step, rectificationDue: due)
    }
}

extension CaseCorrection {
    init?(_ correction: Correction) {
        switch correction {
        case .category(let old, let new): self = .category(old: old, new: new)
        case .area(let old, let new): self = .area(old: old, new: new)
        case .fact(_, let new, let replaces):
            guard let old = replaces, let new = new.sealed?.commitment else { return nil }
            self = .fact(old: old, new: new)
        case .severity(let old, let new): self = .severity(old: old, new: new)
        case .amount(let old, let new): self = .amount(old: old, new: new)
        case .basisTitle(let old, let new): self = .basisTitle(old: old, new: new)
        case .basisNumber(let old, let new): self = .basisNumber(old: old, new: new)
        }
    }
}

extension CaseStep {
    /// The steps that carry nothing but their day.
    init?(_ type: EventType) {
        switch type {
        case .incidentRevoked: self = .revoked
        case .rectificationOrdered: self = .rectificationOrdered
        case .rectificationReported: self = .rectificationReported
        case .rectificationAccepted: self = .rectificationAccepted
        case .objectionFiled: self = .objectionFiled
        case .objectionWithdrawn: self = .objectionWithdrawn
        case .repairApplied: self = .repairApplied
        case .repairAccepted: self = .repairAccepted
        case .repairDeclined: self = .repairDeclined
        case .repairGranted: self = .repairGranted
        case .repairRefused: self = .repairRefused
        case .repairRescinded: self = .repairRescinded
        case .measureImposed: self = .measureImposed
        case .measureLifted: self = .measureLifted
        case .publicityExpired: self = .publicityExpired
        default: return nil
        }
    }

    /// The name of the step in the words of the templates (处置类型).
    public var chinese: String {
        switch self {
        case .determined: "失信认定"
        case .corrected: "更正"
        case .revoked: "撤销"
        case .rectificationOrdered: "整改责令"
        case .rectificationReported: "整改报告"
        case .rectificationAccepted: "整改验收"
        case .objectionFiled: "异议提出"
        case .objectionUpheldCorrected: "异议成立更正"
        case .objectionUpheldRevoked: "异议成立撤销"
        case .objectionDismissed: "异议不成立"
        case .objectionWithdrawn: "异议撤回"
        case .repairApplied: "修复申请"
        case .repairAccepted: "修复受理"
        case .repairDeclined: "修复不予受理"
        case .repairGranted: "修复准予"
        case .repairRefused: "修复不予"
        case .repairRescinded: "修复撤销"
        case .measureImposed: "措施实施"
        case .measureLifted: "措施解除"
        case .publicityExpired: "公示期满"
        case .statement: "主体陈述"
        }
    }
}
