internal import CreditModel
internal import EventLog
internal import EventLogSQLite
internal import Foundation
internal import LogAudit
internal import Projections

/// The deep half: everything derived, against a fresh fold of the whole log in a folder of its own.
struct DerivedAudit {
    private let folder: ArchiveFolder
    /// What became of the keys of sealed texts; nil where the keys are not here.
    private(set) var keys: KeyAudit.Counts?

    init(_ folder: ArchiveFolder) { self.folder = folder }

    mutating func run() throws -> [Finding] {
        // Before the keys are opened: the key of a text is in the key file before the text is in the log, so whatever is
        // appended meanwhile is left to the next audit.
        let audited = try SQLiteLogStore(path: folder.log, writable: false).head().size
        let archive = try Archive(opening: folder, for: .reading)
        let scratch = FileManager.default.temporaryDirectory
            .appendingPathComponent("credit-archive-audit-\(UUID().uuidString)").path
        try Files.makeFolder(scratch, mode: 0o700)
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let fresh = ProjectionSet(folder: scratch, log: archive.log, policy: archive.policy)
        do {
            try fresh.fold()
        } catch let error as EventLogError where error.code == .damaged {
            return [Finding(.entryUndecodable, error.english)]
        }
        var findings: [Finding] = []
        compare(.factsDiffer, archive, try? fresh.factsState(), &findings) { try archive.projections.factsState() }
        let live = (try? archive.projections.projectionStates()) ?? []
        let stops = try (live.isEmpty ? fresh.projectionStates() : live).compactMap(\.stop)
        for stop in stops {
            findings.append(Finding(.projectionStopped, at: stop.position, "\(stop.projection): \(stop.english)"))
        }
        if stops.isEmpty {
            compare(.viewsDiffer, archive, try? fresh.viewsState(), &findings) { try archive.projections.viewsState() }
        }
        let index = try SQLiteLogIndex(path: scratch + "/index.sqlite", writable: true)
        try IndexCatchUp.run(store: archive.log.store, index: index)
        let kept = try SQLiteLogIndex(path: folder.index, writable: false)
        compare(.indexDiffers, archive, try? index.contents(), &findings) { try kept.contents() }
        try checkEvidence(archive, &findings)
        keys = try KeyAudit(archive, size: audited).run(&findings)
        return findings
    }

    /// Files that lag behind are no defect: readers fold the rest. One at the log's end must say what a fresh one says,
    /// and none can know more than the log.
    private func compare(
        _ code: Finding.Code, _ archive: Archive, _ fresh: (size: UInt64, digest: String)?, _ findings: inout [Finding],
        kept: () throws -> (size: UInt64, digest: String)?
    ) {
        do {
            guard let kept = try kept() else { return }
            // Read after the file: somebody may append and fold meanwhile.
            let size = try archive.log.head().size
            if kept.size > size {
                findings.append(Finding(.derivedAhead, "\(kept.size) > \(size)"))
            } else if let fresh, kept.size == fresh.size, kept.digest != fresh.digest {
                findings.append(Finding(code, "\(kept.digest), fresh: \(fresh.digest)"))
            }
        } catch {
            findings.append(Finding(code, ArchiveError(error).english))
        }
    }

    private func checkEvidence(_ archive: Archive, _ findings: inout [Finding]) throws {
        var seen: Set<String> = []
        let log = archive.log.store
        try EvidenceReferences.forEach(in: 0..<archive.log.head().size, of: log) { position, digest in
            guard seen.insert(digest).inserted else { return }
            do throws(ArchiveError) { _ = try archive.evidence.bytes(digest) } catch {
                findings.append(Finding(.evidenceDamaged, at: position, error.english))
            }
        }
    }
}
