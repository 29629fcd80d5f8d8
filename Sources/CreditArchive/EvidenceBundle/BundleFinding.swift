internal import CanonicalJSON

/// A defect of an evidence bundle: it is not what its maker's program writes, or it does not prove what it says.
public struct BundleFinding: Sendable, Hashable {
    /// What kind of defect it is; more may be added, so a `switch` over codes needs a default.
    public struct Code: Sendable, Hashable, RawRepresentable {
        /// The stable name, in lowercase with hyphens, such as `entry-unproven`.
        public let rawValue: String

        /// A code with the given stable name.
        public init(rawValue: String) { self.rawValue = rawValue }
    }

    public var code: Code
    /// The file concerned, within the bundle; for `--against` the caller's own name for it. Without control characters.
    public var file: String
    /// What exactly, in both languages.
    public var detail: (chinese: String, english: String) { (chineseDetail, englishDetail) }

    private var chineseDetail: String
    private var englishDetail: String

    init(_ code: Code, _ file: String, _ chinese: String, _ english: String) {
        self.code = code
        self.file = BundleFinding.shown(file)
        chineseDetail = BundleFinding.shown(chinese)
        englishDetail = BundleFinding.shown(english)
    }

    init(_ code: Code, _ file: String, _ error: any Error) {
        let error = ArchiveError(error)
        self.init(code, file, error.chinese, error.english)
    }

    init(_ code: Code, _ file: String, _ fault: BundleFolder.Fault) {
        self.init(code, file, fault.chinese, fault.english)
    }

    /// One sentence in Chinese: what is wrong and what to do.
    public var chinese: String { "\(code.sentence.chinese)（\(chineseDetail)）" }

    /// One sentence in English: what is wrong and what to do.
    public var english: String { "\(code.sentence.english) (\(englishDetail))" }

    /// A name out of a hostile folder, for a terminal: short, without controls or marks of direction.
    private static func shown(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars.prefix(600) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }
}

extension BundleFinding.Code {
    /// A file or folder that does not belong to the bundle.
    public static let fileForeign = Self(rawValue: "file-foreign")
    /// A file that the bundle should have is missing, is no regular file, or is too large.
    public static let fileUnusable = Self(rawValue: "file-unusable")
    /// `bundle.json` is not strict JSON of its form, or not in canonical form.
    public static let manifestMalformed = Self(rawValue: "manifest-malformed")
    /// `bundle.json` says something else than the receipts and files.
    public static let manifestDiffers = Self(rawValue: "manifest-differs")
    /// The checkpoint is not signed by the pinned key, or is of another log.
    public static let checkpointUntrusted = Self(rawValue: "checkpoint-untrusted")
    /// A receipt cannot be read, or its place is another one.
    public static let receiptMalformed = Self(rawValue: "receipt-malformed")
    /// A receipt is under another checkpoint than the bundle's.
    public static let receiptCheckpoint = Self(rawValue: "receipt-checkpoint")
    /// A receipt does not prove its entry.
    public static let entryUnproven = Self(rawValue: "entry-unproven")
    /// An entry is not canonical, or no event of the archive's types.
    public static let entryUndecodable = Self(rawValue: "entry-undecodable")
    /// An entry belongs to another case or body, or its part is another one.
    public static let entryForeign = Self(rawValue: "entry-foreign")
    /// The versions of a stream are not 0, 1, 2, … in order of position, or the stream does not begin as it must.
    public static let streamBroken = Self(rawValue: "stream-broken")
    /// An opened text is not the one that was recorded, or is of no sealed field.
    public static let openingFalse = Self(rawValue: "opening-false")
    /// A text is disclosed whose erasure the bundle itself records.
    public static let openingErased = Self(rawValue: "opening-erased")
    /// An attachment is not the file that the entry names.
    public static let attachmentAltered = Self(rawValue: "attachment-altered")
    /// The page says something else than the entries.
    public static let pageDiffers = Self(rawValue: "page-differs")
    /// A consistency proof of the bundle cannot be read, does not hold, or is for another checkpoint.
    public static let consistencyMalformed = Self(rawValue: "consistency-malformed")
    /// A checkpoint that the caller gave is not signed by a pinned key, or is of another log.
    public static let againstUntrusted = Self(rawValue: "against-untrusted")
    /// There is no proof between the bundle's checkpoint and one that the caller gave.
    public static let againstUnproven = Self(rawValue: "against-unproven")
    /// The bundle's checkpoint and one that the caller gave are of two histories.
    public static let historyRewritten = Self(rawValue: "history-rewritten")

    fileprivate var sentence: (chinese: String, english: String) {
        BundleFinding.Code.sentences[self] ?? ("证据包有缺陷，请勿采信", "The bundle has a defect: do not rely on it")
    }

    private static let sentences: [BundleFinding.Code: (chinese: String, english: String)] = [
        .fileForeign: ("有不属于证据包的文件，请查明来源", "There is a file that does not belong: find out where it came from"),
        .fileUnusable: ("文件缺失或不可用，请重新索取证据包", "A file is missing or cannot be used: ask for the bundle again"),
        .manifestMalformed: ("bundle.json 无法读取或不是规范形式，请重新索取", "bundle.json cannot be read: ask for the bundle again"),
        .manifestDiffers: (
            "bundle.json 与条目和文件不符，请勿采信", "bundle.json says something else than the entries and files: do not rely on it"
        ),
        .checkpointUntrusted: (
            "检查点没有你指定的密钥的有效签名，请核对密钥来源；核对无误则勿采信",
            "The checkpoint is not validly signed by the key you pinned: check where the key came from, else do not rely on it"
        ),
        .receiptMalformed: (
            "收据无法读取或位置不符，请重新索取", "A receipt cannot be read or is of another position: ask for it again"
        ),
        .receiptCheckpoint: ("收据出自另一检查点，请勿采信", "A receipt is under another checkpoint: do not rely on it"),
        .entryUnproven: ("收据不能证明其条目，条目可能被改动，请勿采信", "A receipt does not prove its entry, which may have been altered"),
        .entryUndecodable: ("条目不规范或无法解读，请升级程序或报告", "An entry cannot be read: use a newer version or report it"),
        .entryForeign: ("条目不属于本事项，请勿采信", "An entry does not belong to the case: do not rely on the bundle"),
        .streamBroken: ("条目的版本不连续，有条目被略去或混入", "The versions have a gap: an entry was left out or put in"),
        .openingFalse: ("公开的文本不是当时收录的原文，请勿采信", "An opened text is not the one that was recorded: do not rely on it"),
        .openingErased: (
            "公开了已依法抹除的文本，请停止传播并报告", "A lawfully erased text is disclosed: stop passing it on and report it"
        ),
        .attachmentAltered: (
            "附件不是条目所列的文件，请勿采信", "An attachment is not the file that the entry names: do not rely on it"
        ),
        .pageDiffers: ("页面所讲与条目不符，请勿采信页面", "The page says something else than the entries: do not rely on the page"),
        .consistencyMalformed: (
            "一致性证明无法读取或不成立，请重新索取",
            "A consistency proof cannot be read or does not hold: ask for the bundle again"
        ),
        .againstUntrusted: (
            "对照的检查点没有受信任的签名或属于另一日志，请核对来源",
            "A checkpoint given with --against is not signed by a pinned key or is of another log: check where it came from"
        ),
        .againstUnproven: (
            "与对照的检查点之间没有一致性证明；请向日志索取（prove-consistency），再用 --consistency 给出",
            "There is no proof between the bundle's checkpoint and yours: ask the log for one (prove-consistency) and give "
                + "it with --consistency"
        ),
        .historyRewritten: (
            "与对照的检查点不是同一段历史，历史被改写，请停止使用并报告",
            "The bundle and your checkpoint are of two histories, one was rewritten: do not use it and report it"
        ),
    ]
}
