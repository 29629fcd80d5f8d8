import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// Facts that lie on days of their own come to the same, in whatever order they were recorded (contract §1, the timeline
/// rule).
@Suite struct OrderLawTests {
    @Test func anyOrderInWhichTheSameFactsAreAcceptedEndsInTheSame() async {
        var otherOrders = 0
        await LawRun.forEach(LawRun.seeds(4, long: 1_500)) { seed in
            let first = try RandomHistory(seed: seed, distinctDays: true)
            var accepted: [HandedFact] = []
            // The folder goes with the last reference to it.
            defer { withExtendedLifetime(first) {} }
            let archive = try await first.open(.writing)
            let recorder = try Recorder(archive, recordedBy: "operator/first")
            for _ in 0..<120 {
                let fact = first.facts.next()
                let isAccepted = try await hand(fact, to: recorder)
                first.facts.settle(fact, accepted: isAccepted)
                if isAccepted { accepted.append(fact) }
            }
            let expected = try outcome(of: archive)
            for round in 0..<2 {
                var random = SeededGenerator(seed: seed ^ UInt64(round + 5))
                let (other, order) = try await anotherOrder(of: accepted, &random)
                defer { withExtendedLifetime(other) {} }
                // Some sets of facts have no other order than that of their days.
                guard order.count == accepted.count else { continue }
                if order.map(\.id) != accepted.map(\.id) { otherOrders += 1 }
                if let difference = try Answers.difference(outcome(of: other.archive), expected) {
                    return "in the order \(order.map { "\($0.id) \($0.type.rawValue)" }): \(difference)"
                }
            }
            return nil
        }
        #expect(otherOrders > 3)
    }

    private func hand(_ fact: HandedFact, to recorder: Recorder) async throws -> Bool {
        do { _ = try await recorder.append(cloudEvents: Array(fact.cloudEvent.utf8)) } catch let error as ArchiveError
            where error.kind == .refused
        {
            return false
        }
        return true
    }

    /// Keeps the archive's folder as long as the archive.
    private struct Copy {
        var folder: TestArchive
        var archive: Archive
    }

    /// The facts in an order of chance: what is refused waits until what it needs was recorded.
    private func anotherOrder(
        of facts: [HandedFact], _ random: inout SeededGenerator
    ) async throws -> (Copy, [HandedFact]) {
        let folder = try TestArchive()
        let archive = try await folder.open(.writing)
        let recorder = try Recorder(archive, recordedBy: "operator/second")
        var waiting = facts.shuffled(using: &random)
        var order: [HandedFact] = []
        var hasGrown = true
        while hasGrown, !waiting.isEmpty {
            hasGrown = false
            var refused: [HandedFact] = []
            for fact in waiting {
                if try await hand(fact, to: recorder) {
                    order.append(fact)
                    hasGrown = true
                } else {
                    refused.append(fact)
                }
            }
            waiting = refused
        }
        return (Copy(folder: folder, archive: archive), order)
    }

    /// Standings today and on days between, and the trend: all without positions, which tell the order.
    private func outcome(of archive: Archive) throws -> [[String: Any]] {
        let days =
            [nil] + stride(from: 0, through: 2_400, by: 300).map { RandomFacts.firstDay.adding(days: $0).description }
        return try days.flatMap { day in
            let moment = PlainFold.Moment(asOf: day)
            return try Answers(archive).standings(moment).map { answer in
                answer.filter { $0.key != "position" }
            } + Answers(archive).trend(.all, moment)
        }
    }
}
