public import CreditModel
internal import EventLog
internal import TransparencyLog

/// Verifies an evidence bundle with nothing but its folder and keys that the caller trusts.
///
/// What it proves: each entry is in the log of the pinned key, the case's versions are here without a gap from 0 on, the
/// opened texts are those that were recorded, attachments are the files that entries name, and `bundle.json` and the page
/// say what the entries say. It cannot prove that the case has no later entry.
public struct BundleVerification: Sendable {
    /// A file of the caller's, under the name by which findings speak of it.
    public struct NamedFile: Sendable {
        public var name: String
        public var bytes: [UInt8]

        public init(name: String, bytes: [UInt8]) { (self.name, self.bytes) = (name, bytes) }
    }

    public struct Options: Sendable {
        /// Verifier keys of the log (C2SP signed-note), from a source that the caller trusts; at least one.
        public var verifierKeys: [String] = []
        /// Checkpoints of the log that the caller has from elsewhere.
        public var against: [NamedFile] = []
        /// Consistency proofs between those and the bundle's, where it does not hold one itself.
        public var consistency: [NamedFile] = []

        public init() {}
    }

    public struct Outcome: Sendable {
        /// The first 1,000 defects.
        public var findings: [BundleFinding] = []
        public var findingCount = 0
        /// What the verified part of the bundle is of; nil where it could not be read so far.
        public var caseID: CaseID?
        public var body: BodyID?
        public var origin: String?
        /// The number of entries that the checkpoint signs.
        public var size: UInt64?
        /// Entries that were proven, and of them those of the case.
        public var entries = 0
        public var caseEntries = 0
        public var opened: [SealedPlace] = []
        public var sealed: [SealedPlace] = []
        public var erased: [SealedPlace] = []
        public var attachments = 0
        public var attachmentsLeftOut = 0

        public var isSound: Bool { findingCount == 0 }
    }

    private let path: String
    private let options: Options

    public init(_ path: String, _ options: Options) {
        self.path = path
        self.options = options
    }

    /// Checks everything. A bundle that does not hold is an outcome; throws ``ArchiveError`` `bundle-missing`,
    /// `key-malformed`, or as the caller's own files are malformed.
    public func run() throws -> Outcome {
        let keys = try options.verifierKeys.map { try NoteVerifier($0) }
        let against = try options.against.map { try OfflineCheckpoint(parsing: $0) }
        let proofs = try options.consistency.map { file in
            do { return try ConsistencyText(parsing: file.bytes) } catch { throw ArchiveError(error, in: file.name) }
        }
        var examination = BundleExamination(folder: BundleFolder(path: path), keys: keys)
        let contents = try examination.run()
        if let head = examination.head {
            for checkpoint in against {
                examination.compare(checkpoint, with: head, by: examination.consistency + proofs)
            }
        }
        return outcome(examination, contents)
    }

    private func outcome(_ examination: BundleExamination, _ contents: BundleContents?) -> Outcome {
        var outcome = Outcome()
        outcome.findings = Array(examination.findings.prefix(1_000))
        outcome.findingCount = examination.findings.count
        outcome.origin = examination.head?.origin
        outcome.size = examination.head?.size
        guard let contents else { return outcome }
        outcome.caseID = contents.caseID
        outcome.body = contents.body
        outcome.entries = contents.entries.count
        outcome.caseEntries = contents.entries(.caseEntry).count
        for text in contents.sealedTexts {
            switch text.state {
            case .opened: outcome.opened.append(text.place)
            case .sealed: outcome.sealed.append(text.place)
            case .erased: outcome.erased.append(text.place)
            }
        }
        outcome.attachments = contents.included.count
        outcome.attachmentsLeftOut = contents.attachments.count - contents.included.count
        return outcome
    }
}

/// A checkpoint out of a file of the caller's, read and not verified yet.
struct OfflineCheckpoint: Sendable {
    var name: String
    var note: Note

    init(parsing file: BundleVerification.NamedFile) throws {
        name = file.name
        do { note = try Note(parsing: file.bytes) } catch { throw ArchiveError(error, in: file.name) }
    }

    /// The checkpoint, if one of the keys signed it and it is of that key's log.
    ///
    /// The origin is the key's name, never what the note says; a witness's key does not count.
    static func trusted(
        _ note: Note, by keys: [NoteVerifier]
    ) throws(TransparencyError) -> (head: Checkpoint, verifier: NoteVerifier) {
        let signatures = try note.verify(trusting: keys.filter { $0.algorithm == .ed25519 })
        let head = try Checkpoint(text: note.text)
        guard let signature = signatures.first(where: { $0.verifier.name.utf8.elementsEqual(head.origin.utf8) }) else {
            throw TransparencyError(
                .originMismatch, "it speaks for \(head.origin.prefix(200)), not for the log of a pinned key")
        }
        return (head, signature.verifier)
    }
}

extension ArchiveError {
    /// An error of the caller's own file, by its name.
    fileprivate init(_ error: any Error, in file: String) {
        self.init(error)
        field = file
    }
}
