import CanonicalJSON
import CreditModel

/// The timeline rule once more, written plainly: sort all facts, then ask of each what the contract's table asks of the
/// facts before it. No state is kept; every question looks through the facts again.
struct PlainJudge {
    struct Entry {
        var day: CalendarDay
        var order: Int
        var step: CaseStep
    }

    /// What the facts come to, in words of the contract.
    struct Outcome: Equatable {
        var status: String
        var inDispute: Bool
        var measureImposed: Bool
        var repairedOn: CalendarDay?
        var revokedOn: CalendarDay?
        var record: CaseRecord
    }

    private let before: [Entry]
    private let policy: CreditPolicy

    /// Nil where some fact is impossible.
    static func isLegal(_ entries: [Entry], under policy: CreditPolicy) -> Bool {
        let sorted = sorted(entries)
        return sorted.indices.allSatisfy { index in
            PlainJudge(before: Array(sorted[..<index]), policy: policy).allows(sorted[index])
        }
    }

    /// What legal facts come to; nil before the determination.
    static func outcome(of entries: [Entry], under policy: CreditPolicy) -> Outcome? {
        let judge = PlainJudge(before: sorted(entries), policy: policy)
        guard let record = judge.record else { return nil }
        return Outcome(
            status: judge.revokedOn != nil ? "revoked" : judge.isRepaired ? "repaired" : "inEffect",
            inDispute: judge.objectionIsOpen, measureImposed: judge.measureIsImposed, repairedOn: judge.repairedOn,
            revokedOn: judge.revokedOn, record: record)
    }

    private static func sorted(_ entries: [Entry]) -> [Entry] {
        entries.sorted { ($0.day, $0.order) < ($1.day, $1.order) }
    }

    // MARK: Questions about the facts before

    private func last(of steps: [CaseStep]) -> CaseStep? {
        before.last { entry in steps.contains { $0.chinese == entry.step.chinese } }?.step
    }

    private func has(_ step: CaseStep) -> Bool { last(of: [step]) != nil }

    private var revokedOn: CalendarDay? {
        before.first { $0.step == .revoked || $0.step == .objectionUpheldRevoked }?.day
    }

    private var isRepaired: Bool { last(of: [.repairGranted, .repairRescinded]) == .repairGranted }

    private var repairedOn: CalendarDay? {
        isRepaired ? before.last { $0.step == .repairGranted }?.day : nil
    }

    private var isInEffect: Bool { revokedOn == nil && !isRepaired }

    private static let anyCorrection = CaseStep.objectionUpheldCorrected(.severity(old: .minor, new: .minor))

    private var objectionIsOpen: Bool {
        revokedOn == nil
            && last(of: [.objectionFiled, .objectionDismissed, .objectionWithdrawn, Self.anyCorrection])
                == .objectionFiled
    }

    private var measureIsImposed: Bool {
        revokedOn == nil && last(of: [.measureImposed, .measureLifted]) == .measureImposed
    }

    private var lastOfRepair: CaseStep? {
        last(of: [
            .repairApplied, .repairAccepted, .repairDeclined, .repairGranted, .repairRefused, .repairRescinded,
        ])
    }

    private var determination: (day: CalendarDay, record: CaseRecord)? {
        for entry in before {
            if case .determined(let record) = entry.step { return (entry.day, record) }
        }
        return nil
    }

    /// The record with every correction of the facts before.
    private var record: CaseRecord? {
        guard var record = determination?.record else { return nil }
        for case .some(let correction) in before.map({ PlainJudge.correction(of: $0.step) }) {
            switch correction {
            case .category(_, let new): record.category = new
            case .area(_, let new): record.area = new
            case .fact(_, let new): record.fact = new
            case .severity(_, let new): record.severity = new
            case .amount(_, let new): record.amount = new
            case .basisTitle(_, let new): record.basisTitle = new
            case .basisNumber(_, let new): record.basisNumber = new
            }
        }
        return record
    }

    private static func correction(of step: CaseStep) -> CaseCorrection? {
        switch step {
        case .corrected(let correction), .objectionUpheldCorrected(let correction): correction
        default: nil
        }
    }

    private func fits(_ correction: CaseCorrection) -> Bool {
        guard let record else { return false }
        return switch correction {
        case .category(let old, let new): old == record.category && old != new
        case .area(let old, let new): old == record.area && old != new
        case .fact(let old, let new): old == record.fact && old != new
        case .severity(let old, let new): old == record.severity && old != new
        case .amount(let old, let new): old?.millionths == record.amount?.millionths && old != new
        case .basisTitle(let old, let new): old == record.basisTitle && old != new
        case .basisNumber(let old, let new): old == record.basisNumber && old != new
        }
    }

    // MARK: The table

    private func allows(_ entry: Entry) -> Bool {
        if entry.step == .statement { return true }
        guard let determination, let record else { return entry.step.chinese == "失信认定" }
        guard revokedOn == nil else { return false }
        let term = policy.shortestTermMonths[record.category]?[record.severity] ?? 0
        let publicity = policy.longestPublicityMonths[record.severity] ?? 0
        return switch entry.step {
        case .determined: false
        case .corrected(let correction): isInEffect && fits(correction)
        case .revoked: true
        case .rectificationOrdered: isInEffect && !has(.rectificationOrdered)
        case .rectificationReported: has(.rectificationOrdered) && !has(.rectificationReported)
        case .rectificationAccepted: has(.rectificationReported) && !has(.rectificationAccepted)
        case .objectionFiled: isInEffect && !objectionIsOpen
        case .objectionUpheldCorrected(let correction): objectionIsOpen && fits(correction)
        case .objectionUpheldRevoked, .objectionDismissed, .objectionWithdrawn: objectionIsOpen
        case .repairApplied:
            isInEffect && lastOfRepair != .repairApplied && lastOfRepair != .repairAccepted
                && has(.rectificationAccepted) && entry.day >= determination.day.adding(months: term)
        case .repairAccepted, .repairDeclined: isInEffect && lastOfRepair == .repairApplied
        case .repairGranted, .repairRefused: isInEffect && lastOfRepair == .repairAccepted
        case .repairRescinded: isRepaired
        case .measureImposed: isInEffect && !measureIsImposed
        case .measureLifted: measureIsImposed
        case .publicityExpired:
            record.visibility == .open && !has(.publicityExpired)
                && entry.day >= determination.day.adding(months: publicity)
        case .statement: true
        }
    }
}
