public import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Foundation
internal import GRDB
internal import TabularText

/// A batch as files: the events as lines, their digest, and the form of the receipt that the other side fills in
/// (`Schema/README.md`, Exchange).
public struct BatchFile: Sendable, Hashable, JSONEncodable {
    public var subscriber: String
    public var batch: UInt64
    public var first: UInt64
    public var position: UInt64
    public var events: Int
    public var digest: String
    /// `exchange-<subscriber>-<day>-<batch>-<first>-<last>.ndjson`.
    public var path: String
    /// As `sha256sum` writes and checks it.
    public var digestPath: String
    public var receiptPath: String

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("subscriber", subscriber)
        writer.member("batch", batch)
        writer.member("first", first)
        writer.member("position", position)
        writer.member("events", events)
        writer.member("digest", digest)
        writer.member("path", path)
        writer.member("digestPath", digestPath)
        writer.member("receiptPath", receiptPath)
        writer.endObject()
    }
}

extension Exchange {
    /// Writes the next batch of a subscriber into a folder; again the same files until their receipt is taken in.
    ///
    /// - Parameters:
    ///   - folder: made where it is missing.
    ///   - limit: of events.
    /// - Returns: nil where there is nothing for it.
    /// - Throws: ``ArchiveError`` as of ``nextBatch(of:by:limit:)``, `cannot-make-folder`, `storage-failed`.
    public func writeFile(
        of name: String, to folder: String, limit: Int = maximumFileBatch, by principal: String
    ) throws -> BatchFile? {
        var batch = try nextBatch(of: name, by: .file, limit: limit)
        // A batch without events only says how far the log was looked at.
        while batch.isEmpty, !batch.isAtEnd { batch = try nextBatch(of: name, by: .file, limit: limit) }
        guard let number = batch.number, let digest = batch.digest else { return nil }
        let folder = ArchiveFolder(folder).path
        try Files.makeFolder(folder)
        // The day of its making, not of its writing: written again it has the same name.
        let made = try store.read { db in
            try Int64.fetchOne(
                db,
                sql: """
                    SELECT made_at FROM batch JOIN subscriber ON subscriber.id = batch.subscriber
                    WHERE name = ? AND removed_at IS NULL AND number = ?
                    """, arguments: [name, Int64(number)])
        }
        let day = CalendarDay(millisecondsSinceEpoch: made ?? archive.clock()).description.replacing("-", with: "")
        let places = "\(String(format: "%06llu", number))-\(batch.first)-\(batch.position - 1)"
        let file = "exchange-\(name)-\(day)-\(places)"
        let written = BatchFile(
            subscriber: name, batch: number, first: batch.first, position: batch.position, events: batch.events.count,
            digest: digest, path: "\(folder)/\(file).ndjson", digestPath: "\(folder)/\(file).ndjson.sha256",
            receiptPath: "\(folder)/\(file).receipt.csv")
        try Files.write(batch.lines, to: written.path, mode: 0o600)
        let hex = digest.dropFirst("sha256:".count)
        try Files.write(Array("\(hex)  \(file).ndjson\n".utf8), to: written.digestPath)
        try Files.write(ReceiptFile.form(written), to: written.receiptPath)
        try store.write { db in
            let subscriber = try Exchange.subscriber(name, db)
            try Exchange.note(
                .written, of: subscriber.id, by: principal, at: archive.clock(), reason: "\(file).ndjson",
                position: batch.position, db)
        }
        return written
    }
}
