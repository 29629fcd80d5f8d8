import ArchiveTesting
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

/// The archive's answers beside those of the plain fold, in JSON, one text for each body or year.
struct Answers {
    let auditor: Auditor
    let today: CalendarDay

    init(_ archive: Archive) {
        auditor = Auditor(archive)
        today = archive.today
    }

    /// The moment as the archive takes it; a position and a time together are two questions, of which the earlier counts.
    private func moment(_ moment: PlainFold.Moment) throws -> Moment {
        let position = moment.atPosition.map(UInt64.init)
        var found = try auditor.moment(MomentQuestion(asOf: moment.asOf, atPosition: position))
        guard let time = moment.knownAt else { return found }
        let known = try auditor.moment(MomentQuestion(asOf: moment.asOf, knownAt: time))
        found.atPosition = [found.atPosition, known.atPosition].compactMap { $0 }.min()
        return found
    }

    func standings(_ moment: PlainFold.Moment) throws -> [[String: Any]] {
        let found = try self.moment(moment)
        return try auditor.standing(.all, asOf: found.asOf, atPosition: found.atPosition).map { try JSON.object($0) }
    }

    func trend(_ scope: PlainFold.Scope, _ moment: PlainFold.Moment) throws -> [[String: Any]] {
        let asked: TrendQuery.Scope =
            switch scope {
            case .all: .all
            case .region(let prefix): .region(prefix: prefix)
            case .body(let id, let withSubordinates):
                .body(try #require(BodyID(id)), withSubordinates: withSubordinates)
            }
        return try auditor.trend(TrendQuery(asked, at: self.moment(moment))).years.map { try JSON.object($0) }
    }

    /// What differs; nil where nothing does. Keys that only the archive's answers have are passed over.
    static func difference(_ answers: [[String: Any]], _ expected: [[String: Any]]) throws -> String? {
        guard answers.count == expected.count else { return "\(answers.count) answers, not \(expected.count)" }
        for (answer, oracle) in zip(answers, expected) {
            let (found, wanted) = (try text(restricted(answer, to: oracle)), try text(oracle))
            if found != wanted { return "\(found)\nis not\n\(wanted)" }
        }
        return nil
    }

    private static func restricted(_ answer: [String: Any], to oracle: [String: Any]) -> [String: Any] {
        var answer = answer.filter { oracle.keys.contains($0.key) }
        if let cases = answer["cases"] as? [[String: Any]],
            let keys = (oracle["cases"] as? [[String: Any]])?.first?.keys
        {
            answer["cases"] = cases.map { item in item.filter { keys.contains($0.key) } }
        }
        return answer
    }

    private static func text(_ object: [String: Any]) throws -> String {
        String(decoding: try JSONSerialization.data(withJSONObject: object, options: [.sortedKeys]), as: UTF8.self)
    }
}

/// The histories of a run: few by default, as many as `count` says where the long runs are asked for.
enum LawRun {
    /// Seeds from `SEED` on, or from a fixed one; long runs begin at a new one every time. Printed with each failure:
    /// `SEED=<seed>` makes it the first history of the next run.
    static func seeds(_ few: Int, long count: Int) -> [UInt64] {
        let first = TestSeed.given ?? (isLongRun ? UInt64.random(in: 0...UInt64.max) : TestSeed.value)
        print("SEED=\(first) (first of \(isLongRun ? count : few) histories)")
        return (0..<UInt64(isLongRun ? count : few)).map { first &+ $0 }
    }

    /// Runs `body` for each seed; the first that fails, or throws, ends the run.
    static func forEach(
        _ seeds: [UInt64], _ body: (_ seed: UInt64) async throws -> String?
    ) async {
        for (number, seed) in seeds.enumerated() {
            do {
                guard let difference = try await body(seed) else { continue }
                Issue.record("SEED=\(seed), history \(number): \(difference)")
            } catch {
                Issue.record("SEED=\(seed), history \(number): \(ArchiveError(error).english)")
            }
            return
        }
    }
}
