import ArchiveTesting
import Foundation
import Testing

/// Appends that are cut off at a random moment, again and again on the same archive.
@Suite struct AppendKillTests {
    private static let rounds = isLongRun ? 150 : 6

    struct Manner: Sendable, CustomStringConvertible {
        var description: String
        var batch: Int
        var tasks: Int
        var stream: UInt64
    }

    @Test(arguments: [
        Manner(description: "one event a call", batch: 1, tasks: 1, stream: 90),
        Manner(description: "batches", batch: 40, tasks: 1, stream: 91),
        Manner(description: "many callers", batch: 3, tasks: 8, stream: 92),
    ])
    func aKillLosesNothingAcknowledgedAndLeavesNothingHalf(_ manner: Manner) throws {
        let archive = try ProgramArchive()
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        let checkpoint = try archive.file("checkpoint.txt", archive("checkpoint").text)
        var random = SeededGenerator(stream: manner.stream)
        var acknowledged: [Appender.Acknowledged] = []
        var (first, killed) = (0, 0)
        for round in 0..<AppendKillTests.rounds {
            let label = "\(manner), round \(round)"
            let appender = try Appender(archive, first: first, count: 3_000, batch: manner.batch, tasks: manner.tasks)
            appender.wait(forAcknowledgements: Int.random(in: 1...(12 * manner.batch), using: &random))
            usleep(UInt32.random(in: 0...5_000, using: &random))
            appender.running.kill()
            let end = try appender.running.finish()
            if end.status == -SIGKILL { killed += 1 }
            let news = Appender.acknowledged(end.output)
            #expect(!news.isEmpty, "\(label): \(end.errors)")
            acknowledged += news
            // Nothing has mended anything yet.
            try Appender.check(acknowledged, batch: manner.batch, in: archive, label)
            // The next begins with calls that were made: their answers must be what they were.
            first = (news.compactMap { Int($0.id.prefix { $0 != "/" }) }.max() ?? 0) + 1 - manner.tasks
            if round % 3 == 2 || round == AppendKillTests.rounds - 1 {
                let verify = try archive(
                    "verify", "--deep", "--key", archive.verifierKey, "--against", checkpoint)
                #expect(verify.status == 0, "\(label): \(verify.text) \(verify.errors)")
            }
            first = max(0, first)
        }
        #expect(killed > AppendKillTests.rounds / 2, "too few were cut off to say anything")
        let cases = try archive("standing", County.body).list().first.flatMap { $0["cases"] as? [Any] }
        let determined = try LogRows(archive: archive.path).ids(of: Appender.source).filter { $0.hasSuffix("/0") }
        #expect(cases?.count == determined.count)
        print("killed appends, \(manner): \(killed) kills, \(acknowledged.count) acknowledged, all there")
    }
}
