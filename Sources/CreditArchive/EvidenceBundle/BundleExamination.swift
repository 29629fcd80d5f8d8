internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Projections
internal import TransparencyLog

/// Goes through a bundle's folder, from the checkpoint down; every defect becomes a finding.
struct BundleExamination {
    let folder: BundleFolder
    let keys: [NoteVerifier]
    var findings: [BundleFinding] = []
    /// The bundle's checkpoint, once it is verified.
    private(set) var head: Checkpoint?
    /// The bundle's consistency proofs.
    private(set) var consistency: [ConsistencyText] = []

    init(folder: BundleFolder, keys: [NoteVerifier]) {
        self.folder = folder
        self.keys = keys
    }

    /// What of the bundle was proven; nil where already the manifest or the checkpoint is unusable.
    ///
    /// Throws ``ArchiveError`` `bundle-missing` where there is no bundle at all.
    mutating func run() throws(ArchiveError) -> BundleContents? {
        try checkNames()
        guard let (manifest, bytes) = readManifest(), let (note, verifier) = readCheckpoint(), let head else {
            return nil
        }
        let items = readEntries(manifest, note, verifier)
        checkStreams(items, manifest)
        checkErasures(items)
        let openings = checkOpenings(manifest, items)
        var contents = BundleContents(
            caseID: manifest.caseID, body: manifest.body, checkpoint: head, verifier: verifier, entries: items,
            openings: openings, included: [], consistency: [], madeAt: manifest.madeAt)
        contents.included = checkAttachments(manifest, contents.attachments.map(\.evidence.digest))
        contents.consistency = readConsistency(manifest, note, head)
        // What has failed so far makes both files differ; once is enough.
        guard findings.allSatisfy({ $0.code == .fileForeign }) else { return contents }
        compare(contents, bytes)
        return contents
    }

    mutating func add(_ code: BundleFinding.Code, _ file: String, _ chinese: String, _ english: String) {
        findings.append(BundleFinding(code, file, chinese, english))
    }

    // MARK: Files

    private mutating func checkNames() throws(ArchiveError) {
        let limit = BundleLayout.maximumNameCount
        guard let names = try? folder.names(limit: limit), names.contains(BundleLayout.manifest) else {
            throw ArchiveError(
                .badInput, "bundle-missing", chinese: "\(folder.path) 不是证据包（没有 bundle.json）；请检查路径",
                english: "\(folder.path) is no evidence bundle (it has no bundle.json); check the path")
        }
        let files = [BundleLayout.manifest, BundleLayout.page, BundleLayout.checkpoint]
        let folders = [BundleLayout.receipts, BundleLayout.attachments, BundleLayout.consistency]
        for name in names.prefix(limit) {
            if folders.contains(name) {
                if folder.kind(name) != .folder { add(.fileUnusable, name, "应为目录", "it should be a folder") }
            } else if !files.contains(name) {
                add(.fileForeign, name, "不在规定的文件之列", "not among the files of a bundle")
            }
        }
        if names.count > limit { add(.fileForeign, ".", "文件多于 \(limit) 个", "more than \(limit) files") }
    }

    /// What stands in a folder of the bundle beside what belongs there.
    private mutating func checkNames(in subfolder: String, expected: Set<String>) {
        let limit = BundleLayout.maximumNameCount
        do throws(BundleFolder.Fault) {
            guard let names = try folder.names(in: subfolder, limit: limit) else { return }
            for name in names.prefix(limit) where !expected.contains(name) {
                add(.fileForeign, "\(subfolder)/\(name)", "bundle.json 没有列出", "bundle.json does not list it")
            }
            if names.count > limit { add(.fileForeign, subfolder, "文件多于 \(limit) 个", "more than \(limit) files") }
        } catch {
            findings.append(BundleFinding(.fileUnusable, subfolder, error))
        }
    }

    private mutating func read(_ name: String, in subfolder: String? = nil, limit: Int) -> [UInt8]? {
        do throws(BundleFolder.Fault) { return try folder.read(name, in: subfolder, limit: limit) } catch {
            findings.append(BundleFinding(.fileUnusable, subfolder.map { "\($0)/\(name)" } ?? name, error))
            return nil
        }
    }

    // MARK: Manifest and checkpoint

    private mutating func readManifest() -> (manifest: BundleManifest, bytes: [UInt8])? {
        let name = BundleLayout.manifest
        guard let bytes = read(name, limit: BundleLayout.maximumTextByteCount) else { return nil }
        do {
            let manifest = try BundleManifest(json: JSONDocument(parsing: bytes).root)
            let positions = manifest.entries.map(\.position)
            guard positions.count <= BundleLayout.maximumEntryCount,
                manifest.consistency.count <= BundleLayout.maximumConsistencyCount,
                zip(positions, positions.dropFirst()).allSatisfy({ $0 < $1 })
            else {
                add(.manifestMalformed, name, "条目过多或没有按位置排列", "too many entries, or not in order of position")
                return nil
            }
            return (manifest, bytes)
        } catch {
            findings.append(BundleFinding(.manifestMalformed, name, error))
            return nil
        }
    }

    private mutating func readCheckpoint() -> (note: [UInt8], verifier: NoteVerifier)? {
        guard let bytes = read(BundleLayout.checkpoint, limit: Note.maximumByteCount) else { return nil }
        do {
            let (head, verifier) = try OfflineCheckpoint.trusted(Note(parsing: bytes), by: keys)
            self.head = head
            return (bytes, verifier)
        } catch {
            findings.append(BundleFinding(.checkpointUntrusted, BundleLayout.checkpoint, error))
            return nil
        }
    }

    // MARK: Entries

    private mutating func readEntries(
        _ manifest: BundleManifest, _ note: [UInt8], _ verifier: NoteVerifier
    ) -> [BundledEntry] {
        var items: [BundledEntry] = []
        for item in manifest.entries {
            let name = BundleLayout.receipt(item.position)
            // The entry in base64, the hashes, and the checkpoint.
            let limit = Entry.maximumBytes / 3 * 4 + 64 * 48 + note.count
            guard let bytes = read(name, in: BundleLayout.receipts, limit: limit) else { continue }
            if let entry = prove(item, bytes, note, verifier, "\(BundleLayout.receipts)/\(name)") {
                items.append(entry)
            }
        }
        checkNames(
            in: BundleLayout.receipts, expected: Set(manifest.entries.map { BundleLayout.receipt($0.position) }))
        return items
    }

    private mutating func prove(
        _ item: BundleManifest.Item, _ bytes: [UInt8], _ note: [UInt8], _ verifier: NoteVerifier, _ file: String
    ) -> BundledEntry? {
        let entry: [UInt8]
        do throws(TransparencyError) {
            let receipt = try TlogProof(parsing: bytes)
            guard receipt.index == item.position, let extra = receipt.extra else {
                add(
                    .receiptMalformed, file, "不是位置 \(item.position) 的自带条目的收据",
                    "no receipt with the entry at \(item.position)")
                return nil
            }
            guard receipt.checkpoint == note else {
                add(.receiptCheckpoint, file, "与 checkpoint 文件不同", "it differs from the file checkpoint")
                return nil
            }
            _ = try receipt.verify(entry: extra, origin: verifier.name, trusting: [verifier])
            entry = extra
        } catch {
            let code: BundleFinding.Code = error.code == .receiptMalformed ? .receiptMalformed : .entryUnproven
            findings.append(BundleFinding(code, file, error))
            return nil
        }
        do {
            try CanonicalForm.check(entry)
            let read = try Entry(position: item.position, bytes: entry)
            return BundledEntry(part: item.part, entry: read, event: try read.event())
        } catch {
            findings.append(BundleFinding(.entryUndecodable, file, error))
            return nil
        }
    }

    // MARK: The two files that tell of the rest

    private mutating func compare(_ contents: BundleContents, _ manifest: [UInt8]) {
        if contents.manifest.bytes != manifest {
            add(
                .manifestDiffers, BundleLayout.manifest, "与依条目重新生成的不同",
                "it differs from the one made anew from the entries")
        }
        guard let page = read(BundleLayout.page, limit: BundleLayout.maximumTextByteCount) else { return }
        if BundlePage(contents).bytes != page {
            add(.pageDiffers, BundleLayout.page, "与依条目重新生成的页面不同", "it differs from the one made anew from the entries")
        }
    }

    // MARK: Attachments and consistency

    /// - Returns: the digests whose files are here and right.
    private mutating func checkAttachments(_ manifest: BundleManifest, _ named: [String]) -> Set<String> {
        var included: Set<String> = []
        var expected: Set<String> = []
        for digest in named where manifest.attachments.contains(where: { $0.isIncluded && $0.digest == digest }) {
            let name = BundleLayout.attachment(digest)
            let file = "\(BundleLayout.attachments)/\(name)"
            expected.insert(name)
            do throws(BundleFolder.Fault) {
                let found = try folder.digest(
                    name, in: BundleLayout.attachments, limit: EvidenceStore.maximumBytes)
                if found.hex != name {
                    add(.attachmentAltered, file, "其 SHA-256 为 \(found.hex)", "its SHA-256 is \(found.hex)")
                }
                included.insert(digest)
            } catch {
                findings.append(BundleFinding(.fileUnusable, file, error))
            }
        }
        checkNames(in: BundleLayout.attachments, expected: expected)
        return included
    }

    /// - Returns: the earlier states that are proven to be beginnings of the bundle's.
    private mutating func readConsistency(
        _ manifest: BundleManifest, _ note: [UInt8], _ head: Checkpoint
    ) -> [BundleManifest.Earlier] {
        let limit = ConsistencyText.maximumHashCount * 48 + 64 + note.count
        var proven: [BundleManifest.Earlier] = []
        for earlier in manifest.consistency {
            let name = String(earlier.size)
            guard let bytes = read(name, in: BundleLayout.consistency, limit: limit) else { continue }
            let file = "\(BundleLayout.consistency)/\(name)"
            do throws(TransparencyError) {
                let proof = try ConsistencyText(parsing: bytes)
                guard proof.checkpoint == note else {
                    add(.consistencyMalformed, file, "出自另一检查点", "it is for another checkpoint")
                    continue
                }
                try proof.verify(
                    from: Checkpoint(origin: head.origin, size: earlier.size, root: earlier.root), to: head)
                consistency.append(proof)
                proven.append(earlier)
            } catch {
                findings.append(BundleFinding(.consistencyMalformed, file, error))
            }
        }
        checkNames(in: BundleLayout.consistency, expected: Set(manifest.consistency.map { String($0.size) }))
        return proven
    }
}
