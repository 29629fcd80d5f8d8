internal import CreditModel

/// The files of an evidence bundle and their limits (Schema/README.md, Evidence bundles).
enum BundleLayout {
    static let manifest = "bundle.json"
    static let page = "index.html"
    static let checkpoint = "checkpoint"
    static let receipts = "receipts"
    static let attachments = "attachments"
    static let consistency = "consistency"

    static func receipt(_ position: UInt64) -> String { "\(position).tlog-proof" }

    /// The file of an attachment within its folder: the hexadecimal digits of its digest. The name that the entry gives is
    /// a text like any other and never a file name.
    static func attachment(_ digest: String) -> String { String(digest.dropFirst("sha256:".count)) }

    /// Most entries of a bundle; a case with more is not made, nor read.
    static let maximumEntryCount = 4_096
    /// Most consistency proofs: those from the latest kept checkpoints.
    static let maximumConsistencyCount = 64
    /// Most names in one folder that are looked at.
    static let maximumNameCount = 16_384
    /// Most bytes of `bundle.json` and of `index.html`, which hold at most the opened texts of the entries.
    static let maximumTextByteCount = 64 << 20
}
