internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Foundation
internal import Schema

/// A synthetic province of any size, with the sample county among it, appended through the recorder like a platform's.
///
/// The same seed and size give the same content (nonces, keys and recording times aside). Running it again adds nothing.
public struct DemoProvince {
    public struct Report: Sendable, Hashable {
        public var bodies: Int
        /// Events that were added.
        public var events: Int
        public var duplicates: Int
        /// Entries in the log afterwards.
        public var size: UInt64
    }

    private let archive: Archive
    private let events: Int
    private let seed: UInt64
    private static let batch = 1_000
    /// The origin of archives that demo data may go into: what is appended cannot be taken back.
    public static let origin = "demo.example/province"

    /// Refuses an archive that was not made for demo data.
    public static func requireDemo(_ archive: Archive) throws(ArchiveError) {
        guard archive.created.origin == origin else {
            throw ArchiveError(
                .badInput, "not-a-demo",
                chinese: "\(archive.folder.path) 不是演示档案库（\(archive.created.origin)），不写入演示数据；请换一个路径",
                english:
                    "\(archive.folder.path) is no demo archive (\(archive.created.origin)): no demo data goes into it; choose another path"
            )
        }
    }

    public init(_ archive: Archive, events: Int, seed: UInt64) {
        self.archive = archive
        self.events = events
        self.seed = seed
    }

    /// Appends everything; returns when it is durable.
    public func run(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) async throws -> Report {
        try await importCounty()
        let recorder = try Recorder(archive, recordedBy: "operator/demo")
        var stream = DemoStream(events: events, seed: seed)
        var report = Report(bodies: stream.bodyCount, events: 0, duplicates: 0, size: 0)
        while case let batch = stream.next(DemoProvince.batch), !batch.isEmpty {
            for item in try await recorder.append(batch) {
                if item.isDuplicate { report.duplicates += 1 } else { report.events += 1 }
            }
            progress(report.events + report.duplicates, events)
        }
        report.size = try archive.log.head().size
        return report
    }

    /// The synthetic events as submissions, for measurements.
    public static func submissions(count: Int, seed: UInt64, eventsPerBody: Int = 500) -> [Submission] {
        var stream = DemoStream(events: count, seed: seed, eventsPerBody: eventsPerBody)
        return stream.next(count)
    }

    /// The synthetic events as platforms send them: JSON arrays of 1,000 CloudEvents, first the bodies, then `lanes`
    /// platforms with cases of their own.
    public static func cloudEvents(count: Int, seed: UInt64, lanes: Int) -> (bodies: [[UInt8]], lanes: [[[UInt8]]]) {
        let all = submissions(count: count, seed: seed)
        let bodies = all.filter { $0.subject.family == "body" }
        let cases = all.filter { $0.subject.family != "body" }
        let lane: (Int) -> [Submission] = { number in
            cases.filter { $0.subject.text.utf8.reduce(0) { $0 &* 31 &+ Int($1) }.magnitude % UInt(lanes) == number }
        }
        return (batches(bodies), (0..<lanes).map { batches(lane($0)) })
    }

    private static func batches(_ submissions: [Submission]) -> [[UInt8]] {
        stride(from: 0, to: submissions.count, by: batch).map { start in
            var writer = JSONWriter(reserving: 1 << 20)
            writer.beginArray()
            for submission in submissions[start..<min(start + batch, submissions.count)] {
                submission.writeCloudEvent(to: &writer)
            }
            writer.endArray()
            return writer.bytes
        }
    }

    /// Imports the sample county from the embedded files.
    private func importCounty() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("county-\(UUID().uuidString)").path
        try Files.makeFolder(folder, mode: 0o700)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for (template, bytes) in Schema.demoCounty {
            guard let kind = ImportCompleted.Template(rawValue: template) else { continue }
            let path = folder + "/\(template).csv"
            try Files.write(bytes, to: path)
            var options = Importer.Options()
            options.recordedBy = "operator/demo"
            _ = try await Importer(archive, options).run(kind, path: path)
        }
    }
}
