public import Assessment
public import CreditModel
public import TransparencyLog

/// （五）其他需要载明的内容: what a reader must know of the result, and how to check it.
public struct ReportRemarks: Sendable {
    /// A signed checkpoint that the report names.
    public struct SignedHead: Sendable, Hashable {
        public var origin: String
        public var size: UInt64
        public var root: Digest32
        /// Id and SHA-256 of the key that signed it.
        public var keyID: String
        public var fingerprint: String
    }

    /// A treatment of an ambiguity, with what the catalogue says of it.
    public struct Treatment: Sendable, Hashable {
        /// Indicators for which it holds; empty for the scheme as a whole.
        public var indicators: [String]
        public var option: String
        public var choice: String
        /// Register numbers.
        public var register: [String]
        public var question: Bilingual
        public var title: Bilingual
    }

    /// The last position that the result is computed from.
    public var snapshot: UInt64?
    /// When that entry was recorded: UTC, RFC 3339.
    public var snapshotTime: String?
    /// When the report was made, by this machine's clock: UTC, RFC 3339.
    public var madeAt: String
    /// The latest signed checkpoint; nil where the log has none.
    public var head: SignedHead?
    /// The inclusion proof of the issued result's entry under that checkpoint (C2SP tlog-proof), without the entry itself,
    /// which holds other bodies' results; nil for a trial, or where the checkpoint does not reach it.
    public var receipt: String?
    /// Days of the year that belong to no period of the scheme (Q01), and the body's cases determined on them.
    public var uncoveredDays: [CalendarDay]
    public var uncoveredCases: [CaseID]
    public var treatments: [Treatment]
    /// What the scheme says of publication.
    public var publication: Publication
    /// What the round of this scheme, year and region has on record; nil where there is none.
    public var round: ReportedRound?
    /// Where the printed scores are issued ones: what a computation from their snapshot gives that differs from them. Must
    /// be nothing; else the result was not computed here.
    public var differences: [Difference]
    /// What the issued result would be by the records of now; nil where it would be the same, and for a trial. It holds
    /// until an event re-issues it.
    public var proposal: ResultChange?
    /// What was recorded of the body and its cases since the snapshot; empty for a trial.
    public var later: [LaterEntry]

    /// Whether the checkpoint reaches everything that the result is computed from.
    public var headCoversSnapshot: Bool {
        guard let head, let snapshot else { return false }
        return snapshot < head.size
    }

    /// A score that is not what was issued.
    public struct Difference: Sendable, Hashable {
        /// Nil for the total.
        public var indicator: String?
        public var issued: Score?
        public var computed: Score?
    }

    /// An entry beyond the snapshot: the report's parts one to four do not know it.
    public struct LaterEntry: Sendable, Hashable {
        public var position: UInt64
        /// The case, the indicator with its input, or the body itself.
        public var subject: String
        /// The event's type, in the field's word.
        public var title: String
        /// The day of the fact.
        public var day: CalendarDay?
    }
}

/// Who may see a result (register Q19).
public enum Publication: Sendable, Hashable {
    /// 《政务诚信评价办法》第十四条: during the pilot neither information nor results are public.
    case withheld
    /// An office has chosen gradual publication (粤府〔2017〕140号) by an overlay.
    case published
    /// The scheme's source says nothing.
    case unstated

    init(_ scheme: Scheme) {
        self =
            switch scheme.options.choices["publication"] {
            case "withheld": .withheld
            case "published": .published
            default: .unstated
            }
    }

    /// For the head of a report.
    public var label: String {
        switch self {
        case .withheld, .unstated: "内部"
        case .published: "可依法公开"
        }
    }

    public var words: String {
        switch self {
        case .withheld: "试行期间，政务诚信信息和评价结果暂不向社会公开（《政务诚信评价办法》第十四条）。本报告供有权知悉的机关使用。"
        case .published: "本方案经调整文件选定“依法逐步公开”（粤府〔2017〕140号；登记号 Q19）。公开前请核对个人信息和密封文本。"
        case .unstated: "方案来源没有公开或保密的规定；在主办机关另作决定之前，本报告按内部文件处理（登记号 Q19）。"
        }
    }
}
