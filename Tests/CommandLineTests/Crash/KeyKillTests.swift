import ArchiveTesting
import Foundation
import Testing

/// The key's commands are killed at each of their calls that change a file: a few by default, all in a long run.
@Suite struct KeyKillTests {
    private static let passphrase = ["CREDIT_ARCHIVE_PASSPHRASE": "eine lange Parole"]

    /// Runs `arguments` on copies of an archive, killed at one call after another.
    private func kill(
        _ base: ProgramArchive, _ arguments: [String], environment: [String: String] = [:], seed: UInt64,
        then check: (ProgramArchive, String) throws -> Void
    ) throws {
        func round(_ fault: FaultyDisk.Fault?, at number: Int) throws -> (ProgramArchive, Int, Int32) {
            let archive = try ProgramArchive(copying: base, inMemory: true)
            let log = archive.folder.file("calls")
            let faulty = try FaultyDisk.environment(
                archive.path, in: archive.folder, fault: fault, at: number, log: log)
            let result = try Program.run(
                ["--archive", archive.path] + arguments, environment: faulty.merging(environment) { $1 })
            return (archive, fault == nil ? try FaultyDisk.calls(log).count : 0, result.status)
        }
        let (_, count, status) = try round(nil, at: 0)
        #expect(status == 0 && count > 5, "\(arguments)")
        var random = SeededGenerator(stream: seed)
        let numbers = isLongRun ? Array(1...count) : (0..<8).map { _ in 1 + random.below(count) }
        for number in numbers {
            let (archive, _, status) = try round(.kill, at: number)
            #expect([-SIGKILL, 0].contains(status))
            try check(archive, "\(arguments.joined(separator: " ")), killed at call \(number) of \(count)")
        }
        print("\(arguments.joined(separator: " ")): killed at \(numbers.count) of \(count) calls")
    }

    private func base() throws -> ProgramArchive {
        let archive = try ProgramArchive(inMemory: true)
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        return archive
    }

    @Test(arguments: [[], ["--destroy-old"], ["--lost", "--basis", "硬盘损坏"]])
    func aChangeOfKeyGoesOnWhereverItWasCutOff(_ how: [String]) throws {
        let base = try base()
        let before = try base("verify").object()["entries"] as? Int ?? 0
        try kill(base, ["keys", "rotate"] + how, seed: UInt64(0x6B00 + how.count)) { archive, label in
            let verify = try archive("verify", "--deep")
            #expect(verify.status == 0, "\(label): \(verify.text)")
            // Others can go on in between.
            let body =
                #"{"specversion":"1.0","id":"1","source":"urn:p","type":"body.registered","subject":"body/b","#
                + #""data":{"name":"县局","kind":"工作部门","region":"419801"}}"#
            #expect(try archive("append", input: body).status == 0, "\(label)")
            let again = try Program.run(["--archive", archive.path, "keys", "rotate"] + how)
            #expect(again.status == 0, "\(label): \(again.errors)")
            let key = try #require(again.object()["verifierKey"] as? String)
            let checkpoint = try archive("checkpoint")
            #expect(checkpoint.status == 0, "\(label): \(checkpoint.errors)")
            let changes = try archive("replay", "--type", "key.rotated").lines().count
            let entries = try archive("verify").object()["entries"] as? Int ?? 0
            #expect(entries == before + 1 + changes && (1...2).contains(changes), "\(label)")
            // A second change only where the first had come to its end.
            #expect(try changes == 1 || again.object()["resumed"] as? Bool == false, "\(label)")
            #expect(try archive("verify", "--deep", "--key", key).status == 0, "\(label)")
            let old = try archive("verify", "--key", archive.verifierKey)
            #expect(old.status == (how.contains("--lost") ? 1 : 0), "\(label): \(old.text)")
            #expect(try archive("doctor").status == 0, "\(label)")
        }
    }

    @Test func aKeyIsThereInOneFormOrTheOther() throws {
        let base = try base()
        let secret = try Data(contentsOf: URL(fileURLWithPath: base.path + "/keys/signing.key")).prefix(60)
        try kill(base, ["keys", "encrypt"], environment: KeyKillTests.passphrase, seed: 0x6C00) { archive, label in
            let shown = try archive("keys", "show").object()
            #expect(["plain", "encrypted"].contains(shown["form"] as? String), "\(label)")
            #expect(try archive("checkpoint", environment: KeyKillTests.passphrase).status == 0, "\(label)")
            let isPlain = shown["form"] as? String == "plain"
            let again = try Program.run(
                ["--archive", archive.path, "keys"]
                    + (isPlain ? ["encrypt"] : ["rotate", "--destroy-old"]),
                environment: KeyKillTests.passphrase)
            #expect(again.status == 0, "\(label): \(again.errors)")
            for name in try FileManager.default.contentsOfDirectory(atPath: archive.path + "/keys") {
                let bytes = FileManager.default.contents(atPath: archive.path + "/keys/" + name) ?? Data()
                #expect(bytes.range(of: secret) == nil, "\(label): \(name)")
            }
            #expect(try archive("doctor").status == 0, "\(label)")
        }
    }

    /// Ed25519 signs the same text in the same way, so that what was signed and not stored is signed again to the byte.
    @Test func aCheckpointThatWasSignedAndNotStoredIsTheSameAgain() throws {
        let base = try base()
        let expected = try ProgramArchive(copying: base, inMemory: true)("checkpoint").text
        try kill(base, ["checkpoint"], seed: 0x6D00) { archive, label in
            let again = try archive("checkpoint")
            #expect(again.status == 0 && again.text == expected, "\(label): \(again.errors)")
        }
    }
}
