internal import CanonicalJSON
public import CreditModel
internal import EventLog
internal import Foundation
internal import Projections
internal import TransparencyLog

/// Makes the evidence bundle of one case: a folder that outsiders read and verify without the archive.
///
/// It holds a receipt with each entry of the case, of its body and of the erasures of their texts, the checkpoint, the
/// sealed texts that were chosen with what it takes to check them, the attachments, `bundle.json` and a page for people
/// (Schema/README.md, Evidence bundles). Nothing sealed is written unless it was chosen.
public struct EvidenceBundle: Sendable {
    public struct Options: Sendable {
        /// The sealed texts to disclose.
        public var opened: Set<SealedPlace> = []
        /// Every sealed text is disclosed that was not erased.
        public var opensAll = false
        public var includesAttachments = true

        public init() {}
    }

    public struct Report: Sendable, Hashable {
        public var path: String
        public var origin: String
        /// The number of entries that the checkpoint signs.
        public var size: UInt64
        public var body: BodyID
        public var entries: Int
        public var opened: [SealedPlace]
        /// Texts that stay sealed and could be opened by whoever has the keys.
        public var sealed: [SealedPlace]
        public var erased: [SealedPlace]
        public var attachments: Int
        /// Attachments that are named by digest only.
        public var attachmentsLeftOut: Int
    }

    private let archive: Archive
    private let options: Options

    public init(_ archive: Archive, _ options: Options = Options()) {
        self.archive = archive
        self.options = options
    }

    /// Whether a signed checkpoint is kept that covers every entry of the case and its body, so that none has to be made.
    public func hasCheckpoint(for id: CaseID) throws -> Bool {
        guard let (size, _) = try archive.log.store.latestCheckpoint() else { return false }
        return try gather(id).allSatisfy { $0.entry.position < size }
    }

    /// Writes the bundle into a folder that is new or empty: whole or not at all.
    ///
    /// Throws ``ArchiveError`` `case-not-found`, `folder-not-empty`, `sealed-text-unknown`, `text-erased`,
    /// `text-key-missing`, `checkpoint-missing`, `evidence-missing`, `evidence-damaged`; ``EventLogError`` on damage.
    public func write(case id: CaseID, to path: String) throws -> Report {
        let folder = ArchiveFolder(path)
        try Archive.requireFree(folder)
        let items = try gather(id)
        guard case .incidentDetermined(let incident)? = items.first(where: { $0.part == .caseEntry })?.event else {
            throw EventLogError.damaged("事项 \(id) 不以认定开始", "the case \(id) does not begin with its determination")
        }
        let (head, note, verifier) = try checkpoint(covering: items)
        let openings = try open(items)
        var contents = BundleContents(
            caseID: id, body: incident.body, checkpoint: head, verifier: verifier, entries: items, openings: openings,
            included: [], consistency: [], madeAt: RecordedTime.text(milliseconds: archive.clock()))
        if options.includesAttachments { contents.included = Set(contents.attachments.map(\.evidence.digest)) }
        let (earlier, proofs) = try consistency(to: head, note)
        contents.consistency = earlier
        let draft = ArchiveFolder(folder.path + ".making-\(getpid())")
        try? FileManager.default.removeItem(atPath: draft.path)
        do {
            try write(contents, note, proofs, to: draft.path)
            guard rename(draft.path, folder.path) == 0 else { throw ArchiveError.storage(folder.path, errno) }
            let code = DurableFile.syncFolder(of: folder.path)
            guard code == 0 else { throw ArchiveError.storage(folder.path, code) }
        } catch {
            try? FileManager.default.removeItem(atPath: draft.path)
            throw error
        }
        return report(contents, folder.path)
    }

    private func report(_ contents: BundleContents, _ path: String) -> Report {
        var report = Report(
            path: path, origin: contents.checkpoint.origin, size: contents.checkpoint.size, body: contents.body,
            entries: contents.entries.count, opened: [], sealed: [], erased: [],
            attachments: contents.included.count,
            attachmentsLeftOut: contents.attachments.count - contents.included.count)
        for text in contents.sealedTexts {
            switch text.state {
            case .opened: report.opened.append(text.place)
            case .sealed: report.sealed.append(text.place)
            case .erased: report.erased.append(text.place)
            }
        }
        return report
    }
}

// MARK: What goes in

extension EvidenceBundle {
    /// The entries of the case, of its body, and of the erasures of their texts, by position.
    private func gather(_ id: CaseID) throws -> [BundledEntry] {
        try Auditor(archive).catchUpIndex()
        let entries = try archive.log.entries(of: .case(id.text))
        guard let first = entries.first, case .incidentDetermined(let incident) = try first.event() else {
            throw ArchiveError(
                .notFound, "case-not-found", chinese: "没有事项 \(id)", english: "there is no case \(id)")
        }
        let registered = try archive.log.entries(of: .body(incident.body.text))
        var items = try entries.map { BundledEntry(part: .caseEntry, entry: $0, event: try $0.event()) }
        items += try registered.map { BundledEntry(part: .body, entry: $0, event: try $0.event()) }
        items += try erasures(ofKeys: Set(items.flatMap { $0.event.sealedFields.map(\.field.keyID) }))
        guard items.count <= BundleLayout.maximumEntryCount else {
            throw ArchiveError(
                .badInput, "bundle-too-large",
                chinese: "事项 \(id) 共 \(items.count) 条，超过证据包的 \(BundleLayout.maximumEntryCount) 条；请用 export 导出整个日志",
                english:
                    "the case \(id) has \(items.count) entries, more than the \(BundleLayout.maximumEntryCount) of "
                    + "a bundle; export the whole log")
        }
        return items.sorted { $0.entry.position < $1.entry.position }
    }

    private func erasures(ofKeys keys: Set<UInt32>) throws -> [BundledEntry] {
        try keys.compactMap { key in
            guard let position = try archive.log.index.position(of: .destruction(ofKey: key)) else { return nil }
            let entry = try archive.log.entry(at: position)
            let event = try entry.event()
            guard case .subjectKeyDestroyed(let data) = event, data.keyID == key else { return nil }
            return BundledEntry(part: .erasure, entry: entry, event: event)
        }
    }

    /// The latest signed checkpoint, which must cover the entries, and the key that signed it.
    private func checkpoint(
        covering items: [BundledEntry]
    ) throws -> (head: Checkpoint, note: [UInt8], verifier: NoteVerifier) {
        guard let (size, text) = try archive.log.store.latestCheckpoint(),
            items.allSatisfy({ $0.entry.position < size })
        else {
            throw ArchiveError(
                .unavailable, "checkpoint-missing", chinese: "还没有覆盖这些条目的已签名检查点；请先在可写的档案库上运行 checkpoint",
                english: "no signed checkpoint covers these entries yet; run checkpoint on the archive first")
        }
        let bytes = Array(text.utf8)
        let note = try Note(parsing: bytes)
        let keys = try archive.origins.map { try NoteVerifier($0.verifierKey) }
        guard let signature = try note.verify(trusting: keys).first else {
            preconditionFailure("a verified note has a signature")
        }
        return (try Checkpoint(text: note.text), bytes, signature.verifier)
    }

    /// Discloses what was chosen. Throws ``ArchiveError`` where a chosen text is not there or cannot be opened.
    private func open(_ items: [BundledEntry]) throws -> [SealedPlace: FieldDisclosure] {
        var openings: [SealedPlace: FieldDisclosure] = [:]
        var wanted = options.opened
        for item in items {
            for (pointer, field) in item.event.sealedFields {
                let place = SealedPlace(position: item.entry.position, pointer: pointer)
                let isNamed = wanted.remove(place) != nil
                guard isNamed || options.opensAll else { continue }
                // Display has ended, and so has disclosure: of all that are left, these stay sealed.
                if try archive.log.isWithheld(item.entry.subject) {
                    if isNamed { throw withheld(place, item.entry.subject) }
                    continue
                }
                let stands = archive.vault.place(item.entry.identity, item.event.type, pointer)
                switch try archive.vault.disclose(field, at: stands) {
                case .disclosed(let disclosure): openings[place] = disclosure
                case .erased: if isNamed { throw erased(place, field.keyID, items) }
                case .keyMissing: throw EvidenceBundle.keyMissing(place)
                }
            }
        }
        guard let unknown = wanted.min() else { return openings }
        let known = items.flatMap { item in
            item.event.sealedFields.map { "\(item.entry.position):\($0.pointer)" }
        }
        let list = known.isEmpty ? "—" : known.prefix(40).joined(separator: " ")
        throw ArchiveError(
            .badInput, "sealed-text-unknown", field: "--open", chinese: "本事项没有密封文本 \(unknown)；有：\(list)",
            english: "the case has no sealed text \(unknown); it has: \(list)")
    }

    private func withheld(_ place: SealedPlace, _ stream: StreamID) -> ArchiveError {
        ArchiveError(
            .refused, "text-withheld", field: "--open",
            chinese: "\(stream) 已停止展示，文本 \(place) 不能公开；请去掉这一项，或依规定先恢复展示（display restore）",
            english:
                "the display of \(stream) has ended, so the text \(place) cannot be disclosed; leave it out, or restore "
                + "the display first where the rules allow it (display restore)")
    }

    private func erased(_ place: SealedPlace, _ key: UInt32, _ items: [BundledEntry]) -> ArchiveError {
        let erasure = items.erasure(ofKey: key)
        let position = erasure.map { String($0.position) } ?? "—"
        let basis = erasure?.basis ?? "—"
        return ArchiveError(
            .refused, "text-erased", field: "--open",
            chinese: "文本 \(place) 已依法抹除（位置 \(position)，依据：\(basis)），无法公开；请去掉这一项",
            english:
                "the text \(place) was lawfully erased (by the entry at \(position), basis: \(basis)) and cannot be "
                + "disclosed; leave it out")
    }

    private static func keyMissing(_ place: SealedPlace) -> ArchiveError {
        ArchiveError(
            .unavailable, "text-key-missing", field: "--open",
            chinese: "文本 \(place) 的密钥不在此处或已丢失，无法公开；请在持有密钥的档案库上运行，或从密钥备份恢复（keys restore），或去掉这一项",
            english:
                "the key of the text \(place) is not here or is lost; run this where the keys are, restore them from "
                + "their backup (keys restore), or leave it out")
    }

    /// Proofs that the checkpoints kept before are beginnings of this one, so that whoever holds one of them can tell.
    private func consistency(
        to head: Checkpoint, _ note: [UInt8]
    ) throws -> (earlier: [BundleManifest.Earlier], proofs: [ConsistencyText]) {
        var sizes: [UInt64] = []
        try archive.log.store.forEachCheckpoint { size, _ in if size > 0, size < head.size { sizes.append(size) } }
        let auditor = Auditor(archive)
        var earlier: [BundleManifest.Earlier] = []
        var proofs: [ConsistencyText] = []
        for size in sizes.suffix(BundleLayout.maximumConsistencyCount) {
            let answer = try auditor.consistency(from: size, to: head.size)
            earlier.append(.init(size: size, root: answer.old.head.root))
            proofs.append(try ConsistencyText(oldSize: size, hashes: answer.hashes, checkpoint: note))
        }
        return (earlier, proofs)
    }
}

// MARK: Files

extension EvidenceBundle {
    /// Texts that were opened are for the holder of the bundle alone: nobody else may read the files.
    private func write(
        _ contents: BundleContents, _ note: [UInt8], _ proofs: [ConsistencyText], to folder: String
    ) throws {
        func keep(_ bytes: [UInt8], _ name: String) throws {
            try Files.write(bytes, to: "\(folder)/\(name)", mode: 0o600)
        }
        try Files.makeFolder(folder, mode: 0o700)
        try Files.makeFolder("\(folder)/\(BundleLayout.receipts)", mode: 0o700)
        let auditor = Auditor(archive)
        let text = String(decoding: note, as: UTF8.self)
        for item in contents.entries {
            let receipt = try auditor.receipt(for: item.entry.position, checkpoint: text)
            try keep(receipt.bytes, "\(BundleLayout.receipts)/\(BundleLayout.receipt(item.entry.position))")
        }
        if !proofs.isEmpty { try Files.makeFolder("\(folder)/\(BundleLayout.consistency)", mode: 0o700) }
        for proof in proofs { try keep(proof.bytes, "\(BundleLayout.consistency)/\(proof.oldSize)") }
        if !contents.included.isEmpty {
            try Files.makeFolder("\(folder)/\(BundleLayout.attachments)", mode: 0o700)
        }
        for digest in contents.included.sorted() {
            let bytes = try archive.evidence.bytes(digest)
            try keep(bytes, "\(BundleLayout.attachments)/\(BundleLayout.attachment(digest))")
        }
        try keep(note, BundleLayout.checkpoint)
        try keep(contents.manifest.bytes, BundleLayout.manifest)
        try keep(BundlePage(contents).bytes, BundleLayout.page)
    }
}
