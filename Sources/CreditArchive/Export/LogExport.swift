internal import EventLog
internal import Foundation
internal import Schema
internal import TransparencyLog

/// Writes the log as outsiders read it: a C2SP tlog-tiles log in a folder, with what is needed to understand it.
///
/// ```
/// checkpoint                          the signed tree head; written last
/// checkpoints/<size>                  every checkpoint that was published
/// tile/<L>/<N>[.p/<W>]                hashes, partial tiles for every published checkpoint
/// tile/entries/<N>[.p/<W>]            the entries themselves       (not with `publicOnly`)
/// events.ndjson                       the same entries, one a line (not with `publicOnly`)
/// publicised/                         records in publication, with receipts (only with `publicOnly`)
/// schemas/*.json, log.vkey            what the data say, whose log it is
/// AUDIT.md, audit.py                  how to check all of it without this program
/// ```
/// Every hash is derived from the entries again on the way; an export of a damaged log stops and names the place. An
/// export into the folder of an earlier one adds what is new; one that was broken off is completed by the next.
public struct LogExport {
    public struct Report: Sendable, Hashable {
        /// The name under the exported checkpoint.
        public var origin: String
        /// Entries under the exported checkpoint.
        public var size: UInt64
        /// Published checkpoints.
        public var checkpoints: Int
        /// Tiles, bundles and checkpoints that were not there before.
        public var filesWritten: Int
        /// Publicised cases, in a public export.
        public var publicised: Int
    }

    private let archive: Archive
    private let publicOnly: Bool

    /// - Parameter publicOnly: leave the entries out and add the publicised records with their receipts.
    public init(_ archive: Archive, publicOnly: Bool = false) {
        self.archive = archive
        self.publicOnly = publicOnly
    }

    /// Writes everything under `checkpoint`, a note of this log that it keeps; blocks.
    ///
    /// Memory: one tile a level and one bundle; with `publicOnly` also all standings. Throws ``ArchiveError``
    /// `export-foreign`, `export-not-empty`, `export-mixed`, `export-locked`, `export-ahead`, `export-differs`,
    /// `storage-failed`; ``EventLogError`` where the log is damaged.
    public func run(
        to path: String, checkpoint: String, progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }
    ) throws -> Report {
        let note = try Note(parsing: Array(checkpoint.utf8))
        let head = try Checkpoint(text: note.text)
        let folder = try ExportFolder(path: path, keys: archive.origins.map(\.verifierKey), publicOnly: publicOnly)
        try folder.begin(head)
        let checkpoints = try writeLog(upTo: head, folder, progress)
        for (name, bytes) in Schema.eventSchemas { try folder.write(bytes, at: "schemas/\(name)") }
        try folder.write(guide(), at: "AUDIT.md")
        try folder.write(Schema.auditProgram, at: "audit.py")
        let publicised = publicOnly ? try PublicisedRecords(archive, under: note).write(to: folder) : 0
        try folder.sync()
        try Files.write(note.bytes, to: "\(path)/checkpoint")
        return Report(
            origin: head.origin, size: head.size, checkpoints: checkpoints, filesWritten: folder.written,
            publicised: publicised)
    }

    /// Writes tiles, entries and checkpoints. All checkpoints that were ever signed are promises that the export keeps.
    ///
    /// - Returns: how many there are.
    private func writeLog(
        upTo head: Checkpoint, _ folder: ExportFolder, _ progress: (UInt64, UInt64) -> Void
    ) throws -> Int {
        var tiles = try TileExport(archive.log.store, to: folder, holdsEntries: !publicOnly)
        var count = 0
        try archive.log.store.forEachCheckpoint { size, text in
            guard size <= head.size else { return }
            let note = try Note(parsing: Array(text.utf8))
            let checkpoint = try Checkpoint(text: note.text)
            guard checkpoint.size == size else {
                throw EventLogError.damaged(
                    "大小 \(size) 的检查点写着 \(checkpoint.size)", "the checkpoint of size \(size) says \(checkpoint.size)")
            }
            try tiles.advance(to: checkpoint) { progress($0, head.size) }
            try folder.keep(note, of: size)
            count += 1
        }
        try tiles.finish()
        return count
    }

    private func guide() -> [UInt8] {
        let keys = archive.origins.map(\.verifierKey).joined(separator: "\n")
        return Array(
            String(decoding: publicOnly ? Schema.publicAuditGuide : Schema.auditGuide, as: UTF8.self)
                .replacing("{{origin}}", with: archive.origin.origin).replacing("{{keys}}", with: keys).utf8)
    }
}
