import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// As of a day, at a position and as known at a time, alone and together, every answer is that of a plain fold of the
/// entries (contract §2).
@Suite struct MomentLawTests {
    @Test func standingsAreThoseOfAPlainFoldAtEveryMoment() async {
        var seen: Set<String> = []
        await LawRun.forEach(LawRun.seeds(3, long: 1_500)) { seed in
            let grown = try await Grown(seed: seed)
            // The folder goes with the last reference to it.
            defer { withExtendedLifetime(grown) {} }
            let archive = grown.reader
            let plain = try PlainFold(archive.entryBytes())
            let today = archive.today.description
            for moment in moments(plain, SeededGenerator(seed: seed ^ 1), 20) {
                let expected = plain.standings(moment, today: today)
                if let difference = try Answers.difference(Answers(archive).standings(moment), expected) {
                    return "\(moment): \(difference)"
                }
                for item in expected.flatMap({ $0["cases"] as? [[String: Any]] ?? [] }) {
                    seen.insert("\(item["status"] ?? "") \(item["inDispute"] ?? "")")
                }
            }
            return nil
        }
        // Without repairs, revocations and disputes the comparison would say little.
        #expect(seen.isSuperset(of: ["inEffect false", "inEffect true", "repaired false", "revoked false"]), "\(seen)")
    }

    @Test func trendsAreThoseOfAPlainFoldAtEveryMoment() async {
        await LawRun.forEach(LawRun.seeds(3, long: 1_500)) { seed in
            let grown = try await Grown(seed: seed)
            // The folder goes with the last reference to it.
            defer { withExtendedLifetime(grown) {} }
            let archive = grown.reader
            let plain = try PlainFold(archive.entryBytes())
            var random = SeededGenerator(seed: seed ^ 2)
            for moment in moments(plain, SeededGenerator(seed: seed ^ 3), 6) {
                let bodies = plain.standings(moment, today: "").compactMap { $0["body"] as? String }
                var scopes: [PlainFold.Scope] = [.all, .region(prefix: random.pick(["4198", "419801", "41", "42"]))]
                if !bodies.isEmpty {
                    scopes.append(.body(random.pick(bodies), withSubordinates: true))
                    scopes.append(.body(random.pick(bodies), withSubordinates: false))
                }
                for scope in scopes {
                    let difference = try Answers.difference(
                        Answers(archive).trend(scope, moment), plain.trend(scope, moment))
                    if let difference { return "\(scope), \(moment): \(difference)" }
                }
            }
            return nil
        }
    }

    /// What is publicised ends on its day by itself, without an event: read models and folds agree on every day.
    @Test func publicityEndsOnItsDayInReadModelsAndInFolds() async {
        await LawRun.forEach(LawRun.seeds(1, long: 200)) { seed in
            let history = try RandomHistory(seed: seed)
            // The folder goes with the last reference to it.
            defer { withExtendedLifetime(history) {} }
            try await history.grow(by: 200)
            let plain = try await PlainFold(history.open(.reading).entryBytes())
            var counts: Set<Int> = []
            // Some ends of publicity, and the days before them: what a day makes a difference to.
            let ends = Set(plain.publicityEnds(.init())).compactMap { CalendarDay($0) }.sorted()
            for today in ends.prefix(12).flatMap({ [$0.adding(days: -1), $0] }) {
                // Eight in the morning of that day in Asia/Shanghai.
                history.clock.milliseconds = Int64(today.ordinal) * 86_400_000
                let archive = try await history.open(.reading)
                let expected = plain.standings(.init(), today: today.description)
                counts.insert(expected.compactMap { $0["publicised"] as? Int }.reduce(0, +))
                for moment in [PlainFold.Moment(), PlainFold.Moment(atPosition: plain.size - 1)] {
                    if let difference = try Answers.difference(Answers(archive).standings(moment), expected) {
                        return "on \(today), \(moment): \(difference)"
                    }
                }
            }
            return counts.count > 1 ? nil : "publicity never changed"
        }
    }

    /// A history whose writer is still open, beside a reader: the derived files lack what was appended last.
    private struct Grown {
        let history: RandomHistory
        let writer: Archive
        let reader: Archive

        init(seed: UInt64) async throws {
            history = try RandomHistory(seed: seed)
            try await history.grow(by: 160)
            writer = try await history.open(.writing)
            try await history.grow(writer, by: 60)
            reader = try await history.open(.reading)
        }
    }

    /// Every position, and days and times around facts, alone and together.
    private func moments(_ plain: PlainFold, _ random: SeededGenerator, _ count: Int) -> [PlainFold.Moment] {
        var random = random
        var moments = [
            PlainFold.Moment(), .init(atPosition: 0), .init(asOf: RandomFacts.lastDay.description, atPosition: 0),
            .init(asOf: "1999-12-31"),
        ]
        for _ in 0..<count {
            let day = RandomFacts.firstDay.adding(days: random.below(2_470) - 20).description
            let position = random.below(plain.size)
            let time = random.chance(20) ? "2026-01-05" : plain.recordedTime(at: random.below(plain.size))
            moments += [
                .init(asOf: day), .init(atPosition: position), .init(knownAt: time),
                .init(asOf: day, atPosition: position), .init(asOf: day, knownAt: time),
                .init(asOf: day, atPosition: position, knownAt: time),
            ]
        }
        return moments
    }
}
