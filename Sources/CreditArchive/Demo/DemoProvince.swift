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
    private static let source = "urn:demo:platform"
    private static let batch = 1_000
    /// Cases that go on side by side.
    private static let concurrentCases = 300

    public init(_ archive: Archive, events: Int, seed: UInt64) {
        self.archive = archive
        self.events = events
        self.seed = seed
    }

    /// Appends everything; returns when it is durable.
    public func run(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) async throws -> Report {
        try await importCounty()
        let recorder = try Recorder(archive, recordedBy: "operator/demo")
        let register = DemoRegister(count: events == 0 ? 0 : max(34, events / 500))
        var random = SeededGenerator(seed: seed)
        var batch: [Submission] = []
        var sent = 0
        var report = Report(bodies: register.bodies.count, events: 0, duplicates: 0, size: 0)
        func flush() async throws {
            guard !batch.isEmpty else { return }
            for item in try await recorder.append(batch) {
                if item.isDuplicate { report.duplicates += 1 } else { report.events += 1 }
            }
            batch.removeAll(keepingCapacity: true)
            progress(report.events + report.duplicates, events)
        }
        for body in register.bodies.prefix(events) {
            batch.append(submission(.bodyRegistered(body.event), .body(body.id.text), number: sent, &random))
            sent += 1
            if batch.count == DemoProvince.batch { try await flush() }
        }
        var made = min(events, register.bodies.count)
        var cases: [(life: DemoCase, next: Int)] = []
        var number = 0
        while made < events {
            while cases.count < DemoProvince.concurrentCases {
                number += 1
                cases.append((DemoCase(number: number, of: random.pick(register.bodies), &random), 0))
            }
            let index = Int.random(in: 0..<cases.count, using: &random)
            let life = cases[index].life
            batch.append(submission(life.events[cases[index].next], .case(life.id), number: sent, &random))
            sent += 1
            made += 1
            cases[index].next += 1
            if cases[index].next == life.events.count {
                cases.swapAt(index, cases.count - 1)
                cases.removeLast()
            }
            if batch.count == DemoProvince.batch { try await flush() }
        }
        try await flush()
        report.size = try archive.log.head().size
        return report
    }

    private func submission(
        _ event: CreditEvent, _ stream: StreamID, number: Int, _ random: inout SeededGenerator
    ) -> Submission {
        Submission(
            identity: EventIdentity(source: DemoProvince.source, id: uuid(number, &random)), subject: stream, event: event)
    }

    /// A UUIDv7 (RFC 9562 §5.7) as a platform makes it: time-ordered by when the platform sends it, random otherwise.
    private func uuid(_ number: Int, _ random: inout SeededGenerator) -> String {
        let milliseconds = 1_600_000_000_000 + UInt64(number) * 7
        let high = milliseconds << 16 | 0x7000 | random.next() & 0xFFF
        let low = 0x8000_0000_0000_0000 | random.next() >> 2
        let hex = DemoProvince.hex(high) + DemoProvince.hex(low)
        let cuts = [0, 8, 12, 16, 20, 32]
        return zip(cuts, cuts.dropFirst()).map { from, to in
            String(hex[hex.index(hex.startIndex, offsetBy: from)..<hex.index(hex.startIndex, offsetBy: to)])
        }.joined(separator: "-")
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
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
