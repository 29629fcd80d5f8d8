/// A defect of a log that an audit reports: the log on disk is not what was written and signed.
public struct Finding: Sendable, Hashable {
    /// What kind of defect it is; more may be added, so a `switch` over codes needs a default.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The stable name, in lowercase with hyphens, such as `entry-altered`.
        public let rawValue: String

        /// A code with the given stable name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The stable name.
        public var description: String { rawValue }
    }

    /// What kind of defect it is.
    public let code: Code
    /// The position of the entry concerned, or the size of the head or checkpoint; nil where there is none.
    public let position: UInt64?
    /// Where and what exactly, in English, for a log line.
    public let detail: String

    /// A defect, where it is and what exactly.
    public init(_ code: Code, at position: UInt64? = nil, _ detail: String) {
        self.code = code
        self.position = position
        self.detail = detail
    }

    /// One sentence in Chinese: what is wrong and what to do.
    public var chinese: String { "\(code.messages.chinese)（\(detail)）" }

    /// One sentence in English: what is wrong and what to do.
    public var english: String { "\(code.messages.english) (\(detail))" }
}

extension Finding: CustomStringConvertible {
    /// The code, the position and the detail, for a log line.
    public var description: String {
        "\(code)\(position.map { " at \($0)" } ?? ""): \(detail)"
    }
}

extension Finding.Code {
    /// Positions without an entry.
    public static let entryMissing = Self(rawValue: "entry-missing")
    /// Entries at impossible positions, or after the last head.
    public static let entryExtra = Self(rawValue: "entry-extra")
    /// An entry that does not have the hash its tile has.
    public static let entryAltered = Self(rawValue: "entry-altered")
    /// A full tile is not there.
    public static let tileMissing = Self(rawValue: "tile-missing")
    /// A tile that the size does not call for.
    public static let tileExtra = Self(rawValue: "tile-extra")
    /// A tile whose hashes or root are not those of the tree.
    public static let tileAltered = Self(rawValue: "tile-altered")
    /// No head covers the entries.
    public static let headMissing = Self(rawValue: "head-missing")
    /// A head that is not the root at its size.
    public static let headWrong = Self(rawValue: "head-wrong")
    /// A checkpoint that cannot be read, or stands under another size.
    public static let checkpointMalformed = Self(rawValue: "checkpoint-malformed")
    /// A checkpoint of another log.
    public static let checkpointOrigin = Self(rawValue: "checkpoint-origin")
    /// A checkpoint whose signature by a pinned key fails.
    public static let checkpointSignature = Self(rawValue: "checkpoint-signature")
    /// A checkpoint that none of the pinned keys signed.
    public static let checkpointKeyUnknown = Self(rawValue: "checkpoint-key-unknown")
    /// A checkpoint that a key signed after it was replaced.
    public static let checkpointKeyReplaced = Self(rawValue: "checkpoint-key-replaced")
    /// The log goes on under a key that no pinned one vouches for.
    public static let keyUnfollowed = Self(rawValue: "key-unfollowed")
    /// A signed checkpoint of more entries than there are.
    public static let checkpointAhead = Self(rawValue: "checkpoint-ahead")
    /// A signed checkpoint that is not the root at its size.
    public static let checkpointWrong = Self(rawValue: "checkpoint-wrong")
    /// An earlier checkpoint that the caller gave is of more entries than there are.
    public static let logTruncated = Self(rawValue: "log-truncated")
    /// An earlier checkpoint that the caller gave is not the root at its size.
    public static let historyRewritten = Self(rawValue: "history-rewritten")
    /// An earlier checkpoint that the caller gave is not signed by a pinned key, or is of another log.
    public static let earlierUntrusted = Self(rawValue: "earlier-checkpoint-untrusted")
    /// SQLite cannot read a part of the file.
    public static let storageDamaged = Self(rawValue: "storage-damaged")
    /// A table is not there or has another form.
    public static let tableMissing = Self(rawValue: "table-missing")
    /// A table has an index beside it, which could show other content than the table's own.
    public static let indexExtra = Self(rawValue: "index-extra")
    /// An entry of more than 65,535 bytes.
    public static let entryTooLong = Self(rawValue: "entry-too-long")
    /// An entry that is not strict canonical JSON.
    public static let entryNotCanonical = Self(rawValue: "entry-not-canonical")
    /// An envelope with a key that no version of the format has.
    public static let envelopeUnknownKey = Self(rawValue: "envelope-unknown-key")
    /// An envelope that lacks a key, or has a value of another form.
    public static let envelopeMalformed = Self(rawValue: "envelope-malformed")
    /// The entries of a stream are not numbered 0, 1, 2, ….
    public static let sequenceBroken = Self(rawValue: "sequence-broken")
    /// An entry recorded before the one in front of it.
    public static let timeBackwards = Self(rawValue: "time-backwards")
    /// Two entries with the same source and id.
    public static let identityRepeated = Self(rawValue: "identity-repeated")
}

// What an audit of an exported folder adds.
extension Finding.Code {
    /// A file that belongs to the export is not there.
    public static let fileMissing = Self(rawValue: "file-missing")
    /// A file that does not belong to the export.
    public static let fileUnexpected = Self(rawValue: "file-unexpected")
    /// A link, a folder, a pipe or a device stands in place of a plain file.
    public static let fileIrregular = Self(rawValue: "file-irregular")
    /// A file is longer than what it should hold can be; it was not read.
    public static let fileOversized = Self(rawValue: "file-oversized")
    /// A folder has more names than it can lawfully have; the rest was not listed.
    public static let folderTooLarge = Self(rawValue: "folder-too-large")
    /// A bundle does not hold the entries that it should, one length in front of each.
    public static let bundleMalformed = Self(rawValue: "bundle-malformed")
    /// A partial tile or partial bundle that differs from the entries.
    public static let partialAltered = Self(rawValue: "partial-altered")
    /// The file of lines does not have the entries' bytes.
    public static let eventsDiffer = Self(rawValue: "events-differ")
    /// A line of the list of keys is no verifier key.
    public static let keysMalformed = Self(rawValue: "keys-malformed")
    /// A receipt that proves nothing, or that the index of receipts describes wrongly.
    public static let receiptWrong = Self(rawValue: "receipt-wrong")
}

// What an audit of the files derived from a log adds; the sentences stand with the others.
extension Finding.Code {
    /// The first entry is not the archive's creation.
    public static let creationMissing = Self(rawValue: "creation-missing")
    /// An entry is no event of the archive's types, or breaks the rules of its case.
    public static let entryUndecodable = Self(rawValue: "entry-undecodable")
    /// Decoded facts differ from a fresh decoding of the log.
    public static let factsDiffer = Self(rawValue: "facts-differ")
    /// Identities or streams differ from those of the log.
    public static let indexDiffers = Self(rawValue: "index-differs")
    /// A derived file follows a longer log than there is.
    public static let derivedAhead = Self(rawValue: "derived-ahead")
    /// The log names another key than the one that the caller trusts.
    public static let keyForeign = Self(rawValue: "key-foreign")
    /// A key was given and nothing in the log is signed.
    public static let checkpointMissing = Self(rawValue: "checkpoint-missing")
    /// Read models differ from a fresh fold of the log.
    public static let viewsDiffer = Self(rawValue: "views-differ")
    /// A projection has stopped at an entry that its fold cannot take.
    public static let projectionStopped = Self(rawValue: "projection-stopped")
    /// The latest checkpoint lacks cosignatures that the caller's policy asks for.
    public static let quorumMissed = Self(rawValue: "quorum-missed")
    /// A kept cosignature cannot be read or does not fit its checkpoint.
    public static let cosignatureInvalid = Self(rawValue: "cosignature-invalid")
    /// A data key that sealed texts need is gone, and the log does not say that it was destroyed.
    public static let keyLost = Self(rawValue: "key-lost")
    /// A data key that the log says is destroyed is still in the key file.
    public static let keyNotDestroyed = Self(rawValue: "key-not-destroyed")
    /// The key file is of another archive or damaged.
    public static let keysUnusable = Self(rawValue: "keys-unusable")
    /// An attachment or adopted document is missing or altered.
    public static let evidenceDamaged = Self(rawValue: "evidence-damaged")
}
