internal import TransparencyLog

/// A log exported into a folder, whose bounds its signed head gives.
///
/// The head is a claim: the audit covers no more positions than the files can stand for.
struct ExportLog: SurveyedLog {
    private(set) var bounds = LogBounds()
    let folder: GuardedFolder
    let trust: CheckpointTrust
    /// The sizes of all published checkpoints up to the head, the head's among them, ascending.
    private(set) var publishedSizes: [UInt64] = []
    /// Where each run of 65,536 entries begins in the file of lines; nil where that cannot be told.
    private(set) var lineOffsets: [UInt64?] = []

    /// More names of checkpoints, or of receipts, are not listed.
    static let nameLimit = 1 << 20

    /// - Throws: what keeps an audit from being made; damage is a finding.
    init(_ folder: GuardedFolder, _ trust: CheckpointTrust) throws(AuditError) {
        (self.folder, self.trust) = (folder, trust)
        try reading { log throws(StorageFault) in
            let hasBundles = try log.folder.exists(ExportFile.bundles)
            let hasLines = try log.folder.exists(ExportFile.events)
            log.bounds.holdsEntries = hasBundles || hasLines
        }
        try reading { log throws(StorageFault) in try log.listNames() }
        let head = try readHead()
        try reading { log throws(StorageFault) in try log.listCheckpoints(upTo: head) }
        let claimed = head?.size ?? publishedSizes.last ?? 0
        var inventory = TileInventory(
            folder, sizes: publishedSizes, claimed: claimed, holdsEntries: bounds.holdsEntries)
        try inventory.list(&bounds.findings)
        // A few tiles may be missing, and each is told. Where far more are, the claim is not worth following.
        let greatest = UInt64(FullTile.width) * (2 * inventory.lowestCount + 1024)
        bounds.size = min(claimed, greatest)
        bounds.plausibleEntries = bounds.size * 25
        if bounds.size < claimed {
            let detail = "the head has \(claimed) entries, the folder tiles for \(inventory.lowestCount << 8)"
            bounds.findings.add(.checkpointAhead, at: claimed, detail)
        }
        if bounds.holdsEntries { try measureLines() }
    }

    func reader() throws(AuditError) -> any RunReader {
        do throws(StorageFault) {
            return try ExportReader(self)
        } catch {
            throw error.obstacle ?? AuditError(.cannotOpen, error.message)
        }
    }

    func checkRemainder(_ findings: inout FindingList) throws(AuditError) {
        guard !bounds.holdsEntries else { return }
        var receipts = PublicisedReceipts(self)
        try receipts.check(&findings)
    }

    /// Runs `body`; damage that it meets is a finding.
    private mutating func reading(
        _ body: (inout ExportLog) throws(StorageFault) -> Void
    ) throws(AuditError) {
        do throws(StorageFault) {
            try body(&self)
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            bounds.findings.add(error.finding, error.message)
        }
    }

    /// The files that belong to an export, and no others.
    private mutating func listNames() throws(StorageFault) {
        var expected: Set<String> = [
            ExportFile.checkpoint, ExportFile.checkpoints, ExportFile.tiles, ExportFile.keys, ExportFile.schemas,
        ]
        expected.formUnion(ExportFile.explanations)
        expected.insert(bounds.holdsEntries ? ExportFile.events : ExportFile.publicised)
        _ = try folder.forEachName(in: "", limit: 1000) { name throws(StorageFault) in
            if !expected.contains(name) { bounds.findings.add(.fileUnexpected, String(name.prefix(100))) }
        }
        _ = try folder.forEachName(in: ExportFile.schemas, limit: 1000) { name throws(StorageFault) in
            if !name.hasSuffix(".json") { bounds.findings.add(.fileUnexpected, "schemas/\(name.prefix(100))") }
        }
        for name in ExportFile.explanations { _ = try folder.byteCount(name) }
    }

    /// The signed head; nil if it cannot be used.
    private mutating func readHead() throws(AuditError) -> Checkpoint? {
        var head: Checkpoint?
        try reading { log throws(StorageFault) in
            let buffer = FileBuffer()
            guard try log.folder.read(ExportFile.checkpoint, limit: Note.maximumByteCount, into: buffer) else {
                log.bounds.findings.add(.fileMissing, ExportFile.checkpoint)
                return
            }
            guard let note = try? Note(parsing: [UInt8](buffer.content)), let read = try? Checkpoint(text: note.text)
            else {
                log.bounds.findings.add(.checkpointMalformed, "\(ExportFile.checkpoint) is no signed checkpoint")
                return
            }
            guard log.trust.examine(size: Int64(read.size), note: buffer.content, &log.bounds.findings) != nil,
                read.size > 0
            else { return }
            // One that nobody trusted signed says nothing of the folder: the published ones bound it then.
            log.bounds.latestCheckpoint = String(decoding: buffer.content, as: UTF8.self)
            head = read
            // The published checkpoint of that size is held against the tree; both have to say the same.
            guard
                try log.folder.read(
                    "\(ExportFile.checkpoints)/\(read.size)", limit: Note.maximumByteCount, into: buffer)
            else {
                log.bounds.findings.add(.fileMissing, at: read.size, "\(ExportFile.checkpoints)/\(read.size)")
                return
            }
            if (try? Note(parsing: [UInt8](buffer.content)))?.text != note.text {
                let detail = "\(ExportFile.checkpoint) and \(ExportFile.checkpoints)/\(read.size) say different things"
                log.bounds.findings.add(.checkpointWrong, at: read.size, detail)
            }
        }
        return head
    }

    private mutating func listCheckpoints(upTo head: Checkpoint?) throws(StorageFault) {
        var sizes: Set<UInt64> = []
        defer {
            if let head { sizes.insert(head.size) }
            publishedSizes = sizes.sorted()
        }
        let isThere = try folder.forEachName(
            in: ExportFile.checkpoints, limit: ExportLog.nameLimit
        ) { name throws(StorageFault) in
            guard let size = UInt64(name), String(size) == name, size <= TreeBuilder.maximumSize, size > 0 else {
                bounds.findings.add(.fileUnexpected, "\(ExportFile.checkpoints)/\(name.prefix(100))")
                return
            }
            if let head, size > head.size {
                let detail = "\(ExportFile.checkpoints)/\(size), the head has \(head.size) entries"
                bounds.findings.add(.checkpointAhead, at: size, detail)
            } else {
                sizes.insert(size)
            }
        }
        if !isThere { bounds.findings.add(.fileMissing, ExportFile.checkpoints) }
    }

    /// Finds out from the lengths of the bundles where each run begins in the file of lines, which has one byte less
    /// for each entry.
    private mutating func measureLines() throws(AuditError) {
        var offset: UInt64? = 0
        var index: UInt64 = 0
        while index << 8 < bounds.size {
            if index & 255 == 0 { lineOffsets.append(offset) }
            let width = min(UInt64(FullTile.width), bounds.size - (index << 8))
            var length: UInt64?
            do throws(StorageFault) {
                guard let bundle = TileCoordinate(entries: index, width: Int(width)) else { break }
                length = try folder.byteCount(bundle.path)
            } catch {
                // The reader of the run will meet it again and report it.
                if let obstacle = error.obstacle { throw obstacle }
            }
            if let before = offset, let length, length >= 2 * width, length <= width * ExportReader.entryByteLimit {
                offset = before + length - width
            } else {
                offset = nil
            }
            index += 1
        }
        try reading { log throws(StorageFault) in
            guard let length = try log.folder.byteCount(ExportFile.events) else {
                log.bounds.findings.add(.fileMissing, ExportFile.events)
                return
            }
            if let offset, offset != length {
                let detail = "\(ExportFile.events) has \(length) bytes, the entries as lines \(offset)"
                log.bounds.findings.add(.eventsDiffer, detail)
            }
        }
    }
}
