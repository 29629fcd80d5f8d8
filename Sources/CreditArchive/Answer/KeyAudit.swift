internal import CreditModel
internal import EventLog
internal import LogAudit
internal import Projections

/// What became of the data keys that the log's sealed texts need: there, withheld from display, lawfully destroyed, or
/// lost.
///
/// Lawfully destroyed is a key whose destruction the log records (`subjectkey.destroyed`), whatever the key file holds.
public struct KeyAudit {
    /// How many keys there are of each kind; every key in use is counted once.
    public struct Counts: Sendable, Hashable {
        /// Keys that sealed texts of the log name.
        public var used = 0
        /// Those of them whose destruction the log records.
        public var destroyed = 0
        /// Those of them that are there, while the display of their stream has ended (`display.withheld`).
        public var withheld = 0
        /// Those of them that are gone, or do not open their texts, without such a record.
        public var lost = 0

        public init(used: Int, destroyed: Int = 0, withheld: Int = 0, lost: Int = 0) {
            (self.used, self.destroyed, self.withheld, self.lost) = (used, destroyed, withheld, lost)
        }
    }

    private static let findingLimit = 1_000

    private let archive: Archive
    private let size: UInt64

    /// - Parameter size: the entries to look at: as many as there were before the archive's keys were opened.
    init(_ archive: Archive, size: UInt64) { (self.archive, self.size) = (archive, size) }

    /// Looks each key up, and tries it on the first text that was sealed under it.
    ///
    /// Memory: some 50 bytes for each key.
    /// - Returns: nil where the keys are not here, as in an auditor's copy or a backup: then nothing is said of them.
    func run(_ findings: inout [Finding]) throws -> Counts? {
        if let fault = fault() {
            findings.append(Finding(.keysUnusable, fault.english))
            return nil
        }
        // Whoever has the signing key should have the other keys, too.
        guard archive.keys != nil || Files.names(in: archive.folder.keys).contains("signing.key") else { return nil }
        var firstPositions: [UInt32: UInt64] = [:]
        var destroyed: Set<UInt32> = []
        var hasWithheld = false
        try archive.log.store.forEachEntry(in: 0..<size) { position, bytes in
            let entry = try IndexedEntry(Entry(position: position, bytes: Array(bytes)))
            if let id = entry.destroyedKeyID { destroyed.insert(id) }
            if entry.identity.source == EventIdentity.displaySource { hasWithheld = true }
            if let id = entry.keyID, firstPositions[id] == nil { firstPositions[id] = position }
        }
        var counts = Counts(used: firstPositions.count)
        var displays = Displays(archive.log)
        for (id, position) in firstPositions.sorted(by: { $0.value < $1.value }) {
            if destroyed.contains(id) {
                counts.destroyed += 1
                if case .key? = try archive.keys?.lookup(id) {
                    findings.append(Finding(.keyNotDestroyed, at: position, "key \(id)"))
                }
            } else if let reason = try defect(id, position) {
                counts.lost += 1
                guard counts.lost <= KeyAudit.findingLimit else { continue }
                findings.append(Finding(.keyLost, at: position, "key \(id) \(reason)"))
            } else if hasWithheld, try displays.isWithheld(archive.log.entry(at: position).subject) {
                counts.withheld += 1
            }
        }
        if counts.lost > KeyAudit.findingLimit {
            findings.append(
                Finding(.keyLost, "\(counts.lost) keys in all, of which \(KeyAudit.findingLimit) are listed"))
        }
        return counts
    }

    /// Why the key file that is there cannot be used; nil if it can, or there is none.
    private func fault() -> EventLogError? {
        guard archive.keys == nil, Files.names(in: archive.folder.keys).contains("data.keys") else { return nil }
        do throws(EventLogError) {
            _ = try DataKeys(
                path: archive.folder.dataKeys, archiveID: archive.created.archive, highestUsed: nil, canWrite: false,
                random: RandomPool())
            return nil
        } catch {
            return error
        }
    }

    /// Why the texts under a key cannot be read; nil if they can.
    private func defect(_ id: UInt32, _ position: UInt64) throws -> String? {
        guard let keys = archive.keys else { return "and the whole key file are missing" }
        switch try keys.lookup(id) {
        case .missing: return "is not in the key file"
        case .destroyed: return "was overwritten"
        case .skipped: return "was given up unused when the archive was restored"
        case .key: break
        }
        let entry = try archive.log.entry(at: position)
        let isOpened = (try? archive.vault.opened(entry.event(), of: entry.identity)) != nil
        return isOpened ? nil : "in the key file does not open the text at position \(position)"
    }
}
