public import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation

/// An archive that grows by random facts through its real doors: events one by one and in batches, files of rows that
/// overlap, and retries; late registrations are among them, and what the rules refuse is passed over.
///
/// Not thread-safe; one test works with it.
public final class RandomHistory {
    public let archive: TestArchive
    public var facts: RandomFacts
    /// What was accepted, and refused; duplicates are neither.
    public private(set) var outcomes = (accepted: 0, refused: 0, duplicates: 0)
    private var sent: [HandedFact] = []
    private var imported: [HandedFact.Row] = []
    private var files = 0

    public var folder: ArchiveFolder { archive.folder }
    public var clock: ManualClock { archive.clock }

    public init(seed: UInt64, distinctDays: Bool = false) throws {
        archive = try TestArchive()
        facts = RandomFacts(SeededGenerator(seed: seed), distinctDays: distinctDays)
    }

    /// - Parameter stream: tells the histories of one run apart.
    public convenience init(stream: UInt64) throws { try self.init(seed: SeededGenerator(stream: stream).seed) }

    public func open(_ access: Archive.Access) async throws -> Archive { try await archive.open(access) }

    /// Hands in `count` times, and closes the archive.
    public func grow(by count: Int) async throws {
        try await archive.writing { try await grow($0, by: count) }
    }

    public func grow(_ archive: Archive, by count: Int, then look: () async throws -> Void = {}) async throws {
        let recorder = try Recorder(archive, recordedBy: "operator/random")
        for _ in 0..<count {
            try await step(archive, recorder)
            try await look()
        }
    }

    private func step(_ archive: Archive, _ recorder: Recorder) async throws {
        clock.advance(milliseconds: Int64(facts.random.below(5_000)))
        switch facts.random.below(100) {
        case 0..<6: try await handFile(archive)
        case 6..<12: try await hand(batch: (0...facts.random.below(4)).map { _ in facts.next() }, to: recorder)
        case 12..<15 where !sent.isEmpty:
            // A retry of what was accepted, and what it meets is its own position.
            let fact = facts.random.pick(sent)
            let again = try await recorder.append(cloudEvents: Array(fact.cloudEvent.utf8))
            guard again.map(\.isDuplicate) == [true] else { throw Surprise("\(fact.id) is no duplicate") }
            outcomes.duplicates += 1
        default: try await hand(batch: [facts.next()], to: recorder)
        }
    }

    /// A batch is taken whole or not at all.
    private func hand(batch: [HandedFact], to recorder: Recorder) async throws {
        let text = "[" + batch.map(\.cloudEvent).joined(separator: ",") + "]"
        var isAccepted = true
        do { _ = try await recorder.append(cloudEvents: Array(text.utf8)) } catch let error as ArchiveError
            where error.kind == .refused
        {
            isAccepted = false
        }
        for fact in batch { facts.settle(fact, accepted: isAccepted) }
        if isAccepted { sent += batch }
        outcomes.accepted += isAccepted ? batch.count : 0
        outcomes.refused += isAccepted ? 0 : batch.count
    }

    /// The next facts as a file of rows, merged with rows that earlier files had.
    private func handFile(_ archive: Archive) async throws {
        let news = (0..<(3 + facts.random.below(12))).map { _ in facts.next() }.compactMap { fact in
            fact.row.map { (fact, $0) }
        }
        for template in [ImportCompleted.Template.bodies, .incidents, .dispositions] {
            let old = imported.filter { $0.template == template && facts.random.chance(30) }
            let rows = news.filter { $0.1.template == template }
            guard !rows.isEmpty else { continue }
            files += 1
            let merged = old + rows.map(\.1)
            let path = try self.archive.file("rows-\(files).csv", merged.csv)
            let report = try await Importer(archive, Importer.Options()).run(template, path: path)
            let refused = Set(report.problems.map(\.row))
            guard refused.allSatisfy({ $0 >= old.count + 2 }), report.duplicates >= Int64(old.count) else {
                throw Surprise("rows that were imported before: \(report.problems.map(\.english))")
            }
            for (number, (fact, row)) in rows.enumerated() {
                let isAccepted = !refused.contains(old.count + number + 2)
                facts.settle(fact, accepted: isAccepted)
                if isAccepted { imported.append(row) } else { outcomes.refused += 1 }
            }
            outcomes.accepted += Int(report.accepted)
            outcomes.duplicates += Int(report.duplicates)
        }
    }

    /// What no archive should do, whatever it is handed.
    public struct Surprise: Error, CustomStringConvertible {
        public let description: String

        init(_ description: String) { self.description = description }
    }
}

extension Archive {
    /// The exact bytes of every entry, by position.
    public func entryBytes() throws -> [[UInt8]] {
        var entries: [[UInt8]] = []
        try log.forEachEntry(in: 0..<log.head().size) { entries.append($0.bytes) }
        return entries
    }
}
