internal import CanonicalJSON

/// What a case is after some of its facts.
public struct CaseState: Sendable, Hashable {
    public enum Rectification: UInt8, Sendable { case none, ordered, reported, accepted }
    public enum Repair: UInt8, Sendable { case none, applied, accepted, granted }

    /// The record with every correction so far.
    public var record: CaseRecord
    public var determinedOn: CalendarDay
    public var rectification = Rectification.none
    /// 整改期限 of the order, else of the determination; nil where neither names one.
    public var rectificationDue: CalendarDay?
    public var objectionOpen = false
    public var repair = Repair.none
    public var repairedOn: CalendarDay?
    public var revokedOn: CalendarDay?
    public var measureImposed = false
    public var publicityExpired = false

    /// 在册状态 (contract §2).
    public enum Status: String, CodeList {
        case inEffect, repaired, revoked
        public static let listName = "状态"

        public var name: String {
            switch self {
            case .inEffect: "在册"
            case .repaired: "已修复"
            case .revoked: "已撤销"
            }
        }
    }

    public var status: Status {
        if revokedOn != nil { return .revoked }
        return repair == .granted ? .repaired : .inEffect
    }

    public var isInEffect: Bool { status == .inEffect }

    init(_ record: CaseRecord, determinedOn: CalendarDay) {
        self.record = record
        self.determinedOn = determinedOn
    }

    /// Whether the record is publicised on `day` (contract §2): in effect, 公开, and within the longest term.
    public func isPublicised(on day: CalendarDay, under policy: CreditPolicy) -> Bool {
        isInEffect && record.visibility == .open && determinedOn <= day
            && day < policy.publicityEnds(determinedOn: determinedOn, severity: record.severity)
    }
}

extension CaseState {
    /// The state after `fact`. Throws a ``Refusal`` where the step is not possible in this state (contract §1).
    static func evolve(
        _ state: CaseState?, _ fact: CaseFact, under policy: CreditPolicy
    ) throws(Refusal) -> CaseState? {
        if case .statement = fact.step { return state }
        guard var next = state else {
            guard case .determined(let record) = fact.step else { throw .beforeDetermination(fact) }
            var first = CaseState(record, determinedOn: fact.day)
            first.rectificationDue = fact.rectificationDue
            return first
        }
        guard next.revokedOn == nil else { throw .afterRevocation(fact) }
        try next.apply(fact, under: policy)
        return next
    }

    private mutating func apply(_ fact: CaseFact, under policy: CreditPolicy) throws(Refusal) {
        switch fact.step {
        case .determined: throw .determinedTwice(fact)
        case .statement: return
        case .corrected(let correction):
            try require(isInEffect, fact, .inEffect)
            try correct(correction, fact)
        case .revoked: revoke(on: fact.day)
        case .rectificationOrdered:
            try require(isInEffect, fact, .inEffect)
            try require(rectification == .none, fact, .noRectification)
            rectification = .ordered
            rectificationDue = fact.rectificationDue ?? rectificationDue
        case .rectificationReported:
            try require(rectification == .ordered, fact, .rectificationOrdered)
            rectification = .reported
        case .rectificationAccepted:
            try require(rectification == .reported, fact, .rectificationReported)
            rectification = .accepted
        case .objectionFiled:
            try require(isInEffect, fact, .inEffect)
            try require(!objectionOpen, fact, .noOpenObjection)
            objectionOpen = true
        case .objectionUpheldCorrected(let correction):
            try require(objectionOpen, fact, .openObjection)
            objectionOpen = false
            try correct(correction, fact)
        case .objectionUpheldRevoked:
            try require(objectionOpen, fact, .openObjection)
            revoke(on: fact.day)
        case .objectionDismissed, .objectionWithdrawn:
            try require(objectionOpen, fact, .openObjection)
            objectionOpen = false
        case .measureImposed:
            try require(isInEffect, fact, .inEffect)
            try require(!measureImposed, fact, .noMeasure)
            measureImposed = true
        case .measureLifted:
            try require(measureImposed, fact, .measure)
            measureImposed = false
        case .publicityExpired:
            try require(record.visibility == .open && !publicityExpired, fact, .publicised)
            let end = policy.publicityEnds(determinedOn: determinedOn, severity: record.severity)
            guard fact.day >= end else { throw .tooEarly(fact, until: end) }
            publicityExpired = true
        default: try applyRepair(fact, under: policy)
        }
    }

    private mutating func applyRepair(_ fact: CaseFact, under policy: CreditPolicy) throws(Refusal) {
        if case .repairRescinded = fact.step {
            try require(repair == .granted, fact, .repaired)
            repair = .none
            repairedOn = nil
            return
        }
        try require(isInEffect, fact, .inEffect)
        switch fact.step {
        case .repairApplied:
            try require(repair == .none, fact, .noApplication)
            try require(rectification == .accepted, fact, .rectificationAccepted)
            let earliest = policy.earliestRepair(
                determinedOn: determinedOn, category: record.category, severity: record.severity)
            guard fact.day >= earliest else { throw .tooEarly(fact, until: earliest) }
            repair = .applied
        case .repairAccepted:
            try require(repair == .applied, fact, .application)
            repair = .accepted
        case .repairDeclined:
            try require(repair == .applied, fact, .application)
            repair = .none
        case .repairGranted:
            try require(repair == .accepted, fact, .acceptedApplication)
            repair = .granted
            repairedOn = fact.day
        default:
            try require(repair == .accepted, fact, .acceptedApplication)
            repair = .none
        }
    }

    /// A revocation closes an open objection and lifts a measure by itself (contract §1).
    private mutating func revoke(on day: CalendarDay) {
        revokedOn = day
        objectionOpen = false
        measureImposed = false
    }

    private mutating func correct(_ correction: CaseCorrection, _ fact: CaseFact) throws(Refusal) {
        guard !correction.changesNothing else { throw .changesNothing(fact, correction.field) }
        switch correction {
        case .category(let old, let new):
            try match(record.category == old, fact, correction.field)
            record.category = new
        case .area(let old, let new):
            try match(record.area == old, fact, correction.field)
            record.area = new
        case .fact(let old, let new):
            try match(record.fact == old, fact, correction.field)
            record.fact = new
        case .severity(let old, let new):
            try match(record.severity == old, fact, correction.field)
            record.severity = new
        case .amount(let old, let new):
            try match(record.amount == old, fact, correction.field)
            record.amount = new
        case .basisTitle(let old, let new):
            try match(record.basisTitle.utf8.elementsEqual(old.utf8), fact, correction.field)
            record.basisTitle = new
        case .basisNumber(let old, let new):
            try match(record.basisNumber.utf8.elementsEqual(old.utf8), fact, correction.field)
            record.basisNumber = new
        }
    }

    private func match(_ matches: Bool, _ fact: CaseFact, _ field: Correction.Field) throws(Refusal) {
        guard matches else { throw .oldValueDiffers(fact, field) }
    }

    private func require(_ holds: Bool, _ fact: CaseFact, _ condition: StepCondition) throws(Refusal) {
        guard holds else { throw .impossible(fact, condition, in: self) }
    }
}
