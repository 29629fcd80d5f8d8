internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation
internal import Projections

/// Rebuilds: alone, and beside appends and answers.
extension Benchmarks {
    func rebuilds() async throws {
        let archive = try Archive(opening: archive(), for: .writing)
        // Asked for alone, there is nothing in the archive yet.
        if try archive.log.head().size < UInt64(events) {
            _ = try await DemoProvince(archive, events: events, seed: 1).run()
            try archive.projections.fold()
        }
        try rate(archive)
        try await answersMeanwhile(archive)
        try await appendsMeanwhile(archive)
        try archive.close()
    }

    /// The best of three, so that what else the machine does counts least.
    private func rate(_ archive: Archive) throws {
        for fromLog in [false, true] {
            var best: RebuildReport?
            var peak = 0
            for _ in 0..<3 {
                var report: RebuildReport?
                peak = try Process.peakMegabytes {
                    report = try Administrator(archive).rebuild(RebuildOptions(fromLog: fromLog))
                }
                if let report, report.seconds < best?.seconds ?? .infinity { best = report }
            }
            guard let best else { continue }
            Line(
                name: fromLog ? "rebuild from the log" : "rebuild from facts", amount: Int(best.events),
                unit: "events", seconds: best.seconds,
                note: (best.digestMatchesLive == true ? "digest equal to the live one" : "DIGEST DIFFERS")
                    + "; best of 3; peak \(peak) MiB"
            ).show()
        }
    }

    /// A reader that asks all the while sees no older and no half-built view.
    private func answersMeanwhile(_ archive: Archive) async throws {
        let reader = Auditor(try Archive(opening: archiveFolder, for: .reading))
        let expected = try reader.standing(.all)
        guard let someone = expected.first(where: { !$0.cases.isEmpty }) else { return }
        try await withThrowingTaskGroup(of: Int.self) { group in
            group.addTask {
                var count = 0
                while !Task.isCancelled {
                    guard try reader.standing(.body(someone.body.id)) == [someone] else {
                        throw BenchError("a reader saw another view during a rebuild")
                    }
                    count += 1
                }
                return count
            }
            let seconds = try await timed {
                for _ in 0..<3 { _ = try await Administrator(archive).rebuildInBackground() }
            }
            group.cancelAll()
            for try await count in group {
                Line(
                    name: "answers during rebuilds", amount: count, unit: "answers", seconds: seconds,
                    note: "3 rebuilds; every answer whole and none older"
                ).show()
            }
        }
    }

    /// How fast batches of 1,000 are appended, alone and while one rebuild follows another.
    private func appendsMeanwhile(_ archive: Archive) async throws {
        let recorder = try Recorder(archive, recordedBy: "operator/bench")
        guard let body = try Auditor(archive).standing(.all).first?.body.id else { return }
        let count = max(5, min(events / 10_000, 100))
        let alone = try await timed { try await append(0..<count, against: body, recorder) }
        let rebuilds = Task {
            var rebuilt = 0
            while !Task.isCancelled {
                do {
                    _ = try await Administrator(archive).rebuildInBackground()
                    rebuilt += 1
                } catch is CancellationError { break }
            }
            return rebuilt
        }
        let meanwhile = try await timed { try await append(count..<2 * count, against: body, recorder) }
        rebuilds.cancel()
        let rebuilt = try await rebuilds.value
        Line(
            name: "append during rebuilds", amount: count * 1_000, unit: "events", seconds: meanwhile,
            note: String(format: "%.2f of the rate without; %d rebuilds ended", alone / meanwhile, rebuilt)
        ).show()
    }

    /// Batches of 1,000 new cases.
    private func append(_ batches: Range<Int>, against body: BodyID, _ recorder: Recorder) async throws {
        for batch in batches {
            let submissions = (0..<1_000).map { number in
                Submission(
                    identity: EventIdentity(source: "urn:bench:platform", id: "\(batch * 1_000 + number)"),
                    subject: .case("bench-\(batch * 1_000 + number)"), event: incident(against: body))
            }
            _ = try await recorder.append(submissions)
        }
    }

    private func incident(against body: BodyID) -> CreditEvent {
        let day = CalendarDay(ordinal: 19_500)
        guard let number = DocumentNumber("云信〔2023〕7号") else { preconditionFailure("a fixed text") }
        return .incidentDetermined(
            IncidentDetermined(
                body: body, category: .r05, area: .k1, fact: .plain("未按约定履行义务，核查记录在案"),
                basis: BasisDocument(title: "行政决定书", number: number), authority: "县发展和改革局", authorityCode: nil,
                occurredOn: day, determinedOn: day, severity: .ordinary, amount: nil, rectification: nil,
                rectificationDue: nil, channel: .c01, conclusion: nil, visibility: .open, attributedYear: day.year))
    }
}
