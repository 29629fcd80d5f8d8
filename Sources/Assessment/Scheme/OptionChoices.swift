/// A treatment of an ambiguity that changes how the engine computes. The choices stand in `options.yaml` with their
/// Chinese and English names; a test holds both lists equal.
public protocol OptionChoice: RawRepresentable, CaseIterable, Sendable where RawValue == String {
    /// The option's name in schemes and overlays.
    static var option: String { get }
}

/// Q05: a rate whose base is zero.
enum ZeroBase: String, OptionChoice {
    case full, zero, exclude, manual
    static let option = "zeroBase"
}

/// Q03: how 依排序计分 places those between the two ends.
enum RankScoring: String, OptionChoice {
    case dense, competition, linear
    static let option = "rank"
}

/// Q06: whether a category that was not generated counts when it is explained (提供说明).
enum ExplainedCategory: String, OptionChoice {
    case accepted, refused
    static let option = "explained"
}

/// Q06: what 无监管权限的提供说明不扣分 means.
enum ExemptScore: String, OptionChoice {
    case full, exclude
    static let option = "exempt"
}

/// Q09: whether deductions stop at zero where the source does not say 扣完为止.
enum DeductionFloor: String, OptionChoice {
    case zero, none
    static let option = "floor"
}

/// Q10: whether a body to which an indicator's wording does not apply may be left out of it, with a reason.
enum NotApplicable: String, OptionChoice {
    case allowed, refused
    static let option = "notApplicable"
}

/// §3.1 XZ18: one case that is both overdue and complained of.
enum OccurrenceCounting: String, OptionChoice {
    case occurrences, cases
    static let option = "counting"
}

/// §3.1 XZ03: whether the deadline's own day is in time.
enum DeadlineDay: String, OptionChoice {
    case inclusive, exclusive
    static let option = "deadlineDay"
}

/// Q08, §3.2 XB11: which records of the archive count.
public enum RecordTiming: String, OptionChoice {
    case anyDay, lastDay, determined
    public static let option = "counted"
}

/// Q27: whether records of the bodies below count against a body.
enum RollUp: String, OptionChoice {
    case subordinates, own
    static let option = "rollUp"
}

/// Q21: the order of the cap and the deductions.
enum CapOrder: String, OptionChoice {
    case capFirst, deductFirst
    static let option = "capOrder"
}

/// Q20: whether a bonus item may be earned more than once.
enum BonusRepeat: String, OptionChoice {
    case each, once
    static let option = "repeated"
}

/// Whether an input without 佐证材料 counts.
enum EvidenceRule: String, OptionChoice {
    case listed, required
    static let option = "evidence"
}

/// The options that the engine acts on; all others of `options.yaml` state a reading without another one.
enum EngineOptions {
    static let all: [any OptionChoice.Type] = [
        ZeroBase.self, RankScoring.self, ExplainedCategory.self, ExemptScore.self, DeductionFloor.self,
        NotApplicable.self, OccurrenceCounting.self, DeadlineDay.self, RecordTiming.self, RollUp.self, CapOrder.self,
        BonusRepeat.self, EvidenceRule.self,
    ]
}
