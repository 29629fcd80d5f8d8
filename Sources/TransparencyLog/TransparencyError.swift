/// Why bytes, keys or proofs of the log were refused.
public struct TransparencyError: Error, Sendable, Hashable {
    /// What kind of refusal it is; more may be added, so a `switch` over codes needs a default.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The stable name, in lowercase with hyphens, such as `note-malformed`.
        public let rawValue: String

        /// A code with the given stable name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The stable name.
        public var description: String { rawValue }
    }

    /// What kind of refusal it is.
    public let code: Code
    /// Where and what exactly, in English, for a log line; never holds secret bytes.
    public let detail: String

    /// An error with its code and what exactly was wrong.
    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }
}

extension TransparencyError.Code {
    /// The bytes are not a signed note (C2SP signed-note).
    public static let noteMalformed = Self(rawValue: "note-malformed")
    /// A signed note or receipt exceeds the size that is read.
    public static let noteTooLarge = Self(rawValue: "note-too-large")
    /// A signature of a known key does not fit the text.
    public static let signatureInvalid = Self(rawValue: "signature-invalid")
    /// None of the trusted keys signed.
    public static let signatureMissing = Self(rawValue: "signature-missing")
    /// A signer or verifier key string is not in the form that C2SP signed-note gives.
    public static let keyMalformed = Self(rawValue: "key-malformed")
    /// The text of a note is not a checkpoint (C2SP tlog-checkpoint).
    public static let checkpointMalformed = Self(rawValue: "checkpoint-malformed")
    /// A checkpoint speaks for another log than the pinned one.
    public static let originMismatch = Self(rawValue: "origin-mismatch")
    /// The bytes are not a receipt (C2SP tlog-proof).
    public static let receiptMalformed = Self(rawValue: "receipt-malformed")
    /// The bytes are not a consistency proof (C2SP tlog-witness, the body of add-checkpoint).
    public static let consistencyMalformed = Self(rawValue: "consistency-malformed")
    /// A proof does not lead to the root.
    public static let proofInvalid = Self(rawValue: "proof-invalid")
    /// A tile path is not in the one form of C2SP tlog-tiles.
    public static let tilePathMalformed = Self(rawValue: "tile-path-malformed")
    /// A tile has another width than was asked for.
    public static let tileIncomplete = Self(rawValue: "tile-incomplete")
    /// An entry bundle is cut short, or an entry exceeds 65,535 bytes.
    public static let bundleMalformed = Self(rawValue: "bundle-malformed")
    /// An index or a size lies outside the tree.
    public static let rangeInvalid = Self(rawValue: "range-invalid")
    /// The given right edge cannot belong to a tree of the given size.
    public static let edgeInvalid = Self(rawValue: "edge-invalid")
}

extension TransparencyError: CustomStringConvertible {
    /// The code and the detail, for a log line.
    public var description: String { "\(code): \(detail)" }

    /// One sentence in Chinese: what is wrong and what to do.
    public var chinese: String { "\(messages.chinese)（\(detail)）" }

    /// One sentence in English: what is wrong and what to do.
    public var english: String { "\(messages.english) (\(detail))" }

    private var messages: (chinese: String, english: String) {
        switch code {
        case .noteMalformed:
            ("签名文件的格式不对，请重新获取原件，不要用会改动换行或编码的工具转存", "This is not a signed note: fetch the original again, byte for byte")
        case .noteTooLarge:
            (
                "文件超过允许的大小，请确认取到的是检查点或凭据本身",
                "The file is larger than allowed: make sure that it is the checkpoint or receipt itself"
            )
        case .signatureInvalid:
            (
                "签名与内容不符，内容可能被改动，请停止使用并报告",
                "A signature does not fit the text, which may have been altered: do not use it and report it"
            )
        case .signatureMissing:
            ("没有任何受信任的密钥签过名，请核对所用的验证密钥", "No trusted key has signed: check which verifier key you pinned")
        case .keyMalformed:
            ("密钥字符串的格式不对，请从原处完整复制", "The key string is malformed: copy it again in full")
        case .checkpointMalformed:
            ("检查点的内容不符合格式，请向发布方重新获取", "The text is not a checkpoint: fetch it again from its publisher")
        case .originMismatch:
            ("检查点属于另一个日志，请核对日志名称", "The checkpoint belongs to another log: check the origin you pinned")
        case .receiptMalformed:
            ("凭据的格式不对，请向开具方重新索取", "The receipt is malformed: ask its issuer for a new one")
        case .consistencyMalformed:
            ("一致性证明的格式不对，请重新索取", "The consistency proof is malformed: ask for a new one")
        case .proofInvalid:
            (
                "证明不成立，记录与日志不符，请停止使用并报告",
                "The proof does not hold, the record is not what the log has: do not use it and report it"
            )
        case .tilePathMalformed:
            ("哈希块的路径不符合规范，请按规范书写", "The tile path is not in its one allowed form: write it as C2SP tlog-tiles says")
        case .tileIncomplete:
            ("哈希块不完整，请对日志做一次完整检查", "A tile is incomplete: run a full audit of the log")
        case .bundleMalformed:
            ("记录包不完整或单条记录过长，请重新获取", "The entry bundle is cut short or an entry is too long: fetch it again")
        case .rangeInvalid:
            ("序号或数量超出日志的范围，请用日志已有的位置", "The index or size lies outside the log: ask for a position that it has")
        case .edgeInvalid:
            ("树的右缘与数量不符，请从记录重建", "The right edge does not fit the size: rebuild it from the entries")
        default:
            ("日志的校验未通过，请报告", "The log was refused: report this")
        }
    }
}
