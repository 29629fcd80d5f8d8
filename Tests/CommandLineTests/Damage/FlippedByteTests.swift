import ArchiveTesting
import Foundation
import Testing

/// One changed byte of the log, in each kind of place of an SQLite file.
@Suite struct FlippedByteTests {
    /// Of each region of the file a few bytes, all in a long run, through the program itself.
    @Test func everyRegionIsCheckedOrMeansNothing() throws {
        let archive = try SmallArchive.copy()
        let file = LogFile(archive)
        let sound = try file.bytes()
        let contents = try #require(file.contents())
        var random = SeededGenerator(stream: 110)
        let map = try file.pageMap()
        #expect(map.regions.values.joined().reduce(0) { $0 + $1.count } == sound.count)
        for (region, ranges) in map.regions.sorted(by: { $0.key < $1.key }) {
            let all = ranges.flatMap { Array($0) }
            let places = all.shuffled(using: &random).prefix(isLongRun ? 2_000 : 3)
            var (found, meaningless) = (0, 0)
            for place in places {
                var altered = sound
                altered[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
                try file.write(altered)
                let label = "\(region), byte \(place)"
                let verify = try archive("verify", "--key", archive.verifierKey)
                switch verify.status {
                case 0:
                    meaningless += 1
                    #expect(file.contents() == contents, "\(label) is altered and nobody says so")
                case 1:
                    found += 1
                    let findings = try #require(verify.object()["findings"] as? [[String: Any]])
                    #expect(findings.first?["code"] is String && findings.first?["detail"] is String, "\(label)")
                default:
                    found += 1
                    ToldError.check(verify, status: 5, naming: [["log.sqlite"]], label)
                }
            }
            if ["entry cell", "tile cell", "tile overflow", "head cell", "checkpoint cell"].contains(region) {
                #expect(found > 0, "\(region): nothing found")
            }
            print(
                "flipped bytes, \(region): \(places.count) of \(all.count), \(found) found, \(meaningless) meaningless")
        }
    }

    /// An entry whose bytes were changed is named, and never shown or proven, wherever it lies.
    @Test(arguments: [70, 100, 200, 290])
    func aDamagedEntryIsAnErrorAndNotAnAnswer(_ position: Int) throws {
        let archive = try SmallArchive.copy()
        let file = LogFile(archive)
        // A statement's text or a determination's day: still good JSON.
        try file.alter(
            "UPDATE entry SET blob = CAST(replace(replace(CAST(blob AS TEXT), '2023-04-01', '2023-04-02'), "
                + "'2023-03-05', '2023-03-06') AS BLOB) WHERE position = \(position)")
        let verify = try archive("verify")
        #expect(verify.status == 1)
        let findings = try #require(verify.object()["findings"] as? [[String: Any]])
        // Past the last full tile the next head, or checkpoint, tells.
        #expect(findings.contains { (($0["position"] as? Int) ?? 0) >= position }, "\(findings)")
        for name in SmallArchive.derived {
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: "\(archive.path)/\(name)\(suffix)")
            }
        }
        let caseName = "crash-\((position - 65) / 60)"
        for arguments in [
            ["standing", "--all"], ["standing", County.body], ["trail", caseName], ["prove", String(position)],
            ["replay", "--from", String(position)], ["append"],
        ] {
            let event =
                #"{"specversion":"1.0","id":"n","source":"urn:n","type":"statement.attached","#
                + #""subject":"case/\#(caseName)","data":{"occurredOn":"2023-04-01","office":"县局","text":"x"}}"#
            let result = try Program.run(["--archive", archive.path] + arguments, input: event)
            ToldError.check(result, status: 5, naming: [["verify", "tree", "damaged"]], "\(arguments) at \(position)")
        }
    }

    @Test func aLogThatWasCutShortIsSoundAndCaughtByAnOlderCheckpoint() throws {
        let archive = try SmallArchive.copy()
        let file = LogFile(archive)
        let bodies = try archive("standing", "--all").list().count
        let late = archive.folder.file("copy/late.txt")
        let early = archive.folder.file("copy/early.txt")
        #expect(try archive("verify", "--key", archive.verifierKey, "--against", late).status == 0)
        // Back to an earlier head, with everything that belongs to later ones gone.
        let size = try file.number("SELECT size FROM head ORDER BY size DESC LIMIT 1 OFFSET 2")
        try file.alter(
            """
            DELETE FROM entry WHERE position >= \(size); DELETE FROM head WHERE size > \(size);
            DELETE FROM checkpoint WHERE size > \(size); DELETE FROM tile WHERE ("index" + 1) * 256 > \(size)
            """)
        let alone = try archive("verify", "--deep", "--key", archive.verifierKey)
        // Files that were derived from the longer log tell, too; without them it is sound by itself.
        let codes = (try alone.object()["findings"] as? [[String: Any]])?.compactMap { $0["code"] as? String }
        #expect(Set(codes ?? []).isSubset(of: ["derived-ahead"]), "\(alone.text)")
        #expect(try archive("verify", "--key", archive.verifierKey, "--against", early).status == 0)
        let against = try archive("verify", "--key", archive.verifierKey, "--against", late)
        #expect(against.status == 1)
        #expect(against.text.contains("log-truncated"), "\(against.text)")
        // Readers and writers take what is there; the derived files of the longer log are not believed.
        #expect(try archive("standing", "--all").list().count == bodies)
        let cases = try archive("standing", County.body).list().first?["cases"] as? [Any]
        let determined = try LogRows(archive: archive.path).ids(of: Appender.source).filter { $0.hasSuffix("/0") }
        #expect(cases?.count == determined.count)
        #expect(try archive("rebuild").status == 0)
        #expect(try archive("verify", "--deep", "--key", archive.verifierKey).status == 0)
    }
}
