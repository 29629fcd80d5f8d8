import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

/// Whichever way the read models came about, they are those of a fresh fold of the same prefix (design, what must never
/// be, 2): a law of the archive.
@Suite struct PrefixLawTests {
    @Test func followedRebuiltAndFreshlyFoldedAreTheSameAfterEveryAppend() async {
        await LawRun.forEach(LawRun.seeds(2, long: 300)) { seed in
            let history = try RandomHistory(seed: seed)
            // The folder goes with the last reference to it.
            defer { withExtendedLifetime(history) {} }
            let archive = try await history.open(.writing)
            var size: UInt64 = 0
            var difference: String?
            try await history.grow(archive, by: isLongRun ? 60 : 20) {
                guard difference == nil, try archive.log.head().size != size else { return }
                size = try archive.log.head().size
                difference = try self.difference(archive)
            }
            return difference
        }
    }

    /// At each position once, by rebuilds into the folder itself, and by a fold in a folder that never saw any of it.
    private func difference(_ archive: Archive) throws -> String? {
        try archive.projections.fold()
        let size = try archive.log.head().size
        guard let views = try archive.projections.viewsState(), let facts = try archive.projections.factsState() else {
            return "nothing is folded at \(size)"
        }
        guard views.size == size, facts.size == size else { return "\(views.size) and \(facts.size), not \(size)" }
        let scratch = try TemporaryFolder()
        let fresh = ProjectionSet(folder: scratch.path, log: archive.log, policy: archive.policy)
        try fresh.fold()
        if try fresh.viewsState()?.digest != views.digest { return "a fresh fold of \(size) differs" }
        if try fresh.factsState()?.digest != facts.digest { return "fresh facts of \(size) differ" }
        for (fromLog, isDry) in [(false, true), (true, false)] {
            let report = try Administrator(archive).rebuild(RebuildOptions(fromLog: fromLog, dryRun: isDry))
            guard report.digest == views.digest, report.digestMatchesLive == true, report.events == size else {
                return "a rebuild of \(size) differs (from the log: \(fromLog))"
            }
        }
        guard try archive.projections.viewsState()?.digest == views.digest,
            try archive.projections.factsState()?.digest == facts.digest
        else { return "what was rebuilt of \(size) differs" }
        // And what they say is what the entries say.
        let plain = try PlainFold(archive.entryBytes())
        return try Answers.difference(
            Answers(archive).standings(.init()), plain.standings(.init(), today: archive.today.description))
    }
}
