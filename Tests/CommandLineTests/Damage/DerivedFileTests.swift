import ArchiveTesting
import Foundation
import Testing

/// Derived files that are gone, damaged, old or another archive's: the answers are right or an error, never wrong.
@Suite struct DerivedFileTests {
    enum Damage: String, CaseIterable, Sendable {
        case deleted, emptied, halved, garbage, older, foreign
        /// The WAL of a killed process beside an older file, beside a foreign one, and garbage in its place.
        case olderWithLeftWAL, foreignWithLeftWAL, garbageWAL, foreignWAL, garbageSharedMemory
    }

    /// An archive at three moments, another one, and what a process that was killed while folding left.
    private struct States: Sendable {
        /// As it was 100 calls before the others; and another archive.
        let early, foreign: ProgramArchive
        /// With the WALs of the killed process; and as the next one left it.
        let killed, finished: ProgramArchive
        let standing, trail: String
        let entries: Int
    }

    private static let states = Result { () throws -> States in
        func append(
            _ archive: ProgramArchive, _ calls: Range<Int>, environment: [String: String] = [:]
        ) throws -> Int32 {
            let appender = try Appender(
                archive, first: calls.lowerBound, count: calls.count, batch: 3, environment: environment)
            return try appender.running.finish().status
        }
        let early = try ProgramArchive(inMemory: true)
        #expect(try early("import", "bodies", County.path("bodies")).status == 0)
        #expect(try append(early, 0..<100) == 0)
        let foreign = try ProgramArchive(origin: "credit.example/other", inMemory: true)
        #expect(try foreign("import", "bodies", County.path("bodies")).status == 0)
        #expect(try append(foreign, 500..<510) == 0)
        let late = try ProgramArchive(copying: early, inMemory: true)
        #expect(try append(late, 100..<200) == 0)
        // Killed as it writes the last of the read models: every file has its WAL beside it.
        func faulty(_ archive: ProgramArchive, at call: Int) throws -> [String: String] {
            try FaultyDisk.environment(
                archive.path, in: archive.folder, fault: .kill, at: call, log: archive.folder.file("calls"))
        }
        let rehearsal = try ProgramArchive(copying: late, inMemory: true)
        #expect(try append(rehearsal, 200..<203, environment: faulty(rehearsal, at: 1_000_000)) == 0)
        let call = try FaultyDisk.calls(rehearsal.folder.file("calls"))
            .last { $0.file == "read-1.sqlite-wal" && $0.name == "write" }
        let killed = try ProgramArchive(copying: late, inMemory: true)
        #expect(try append(killed, 200..<203, environment: faulty(killed, at: call?.number ?? 0)) == -SIGKILL)
        let finished = try ProgramArchive(copying: killed, inMemory: true)
        #expect(try append(finished, 202..<203) == 0)
        return States(
            early: early, foreign: foreign, killed: killed, finished: finished,
            standing: try answer(finished, "standing", "--all"), trail: try answer(finished, "trail", "crash-107"),
            entries: try LogRows(archive: finished.path).ids(of: Appender.source).count)
    }

    /// An answer, but for the position that it reflects and the hashes of entries, which have nonces.
    private static func answer(_ archive: ProgramArchive, _ arguments: String...) throws -> String {
        let result = try Program.run(["--archive", archive.path] + arguments)
        #expect(result.status == 0, "\(arguments): \(result.errors)")
        return neutral(result.text)
    }

    private static func neutral(_ text: String) -> String {
        text.replacing(/"(position|recordedTime|leafHash)":("[^"]*"|\d+)/, with: "")
    }

    @Test(arguments: SmallArchive.derived)
    func theAnswersAreRightOrAnError(_ name: String) throws {
        let states = try DerivedFileTests.states.get()
        var random = SeededGenerator(stream: UInt64(name.utf8.count) + 120)
        let all = Damage.allCases.filter { name != "CURRENT" || !$0.rawValue.contains("WAL") }
        var rights = 0
        for damage in isLongRun ? all : Array(all.shuffled(using: &random).prefix(4)) {
            let label = "\(name), \(damage)"
            let archive = try ProgramArchive(copying: states.finished, inMemory: true)
            try DerivedFileTests.inflict(damage, on: name, of: archive, states)
            for (arguments, expected) in [
                (["standing", "--all"], states.standing), (["trail", "crash-107"], states.trail),
            ] {
                let result = try Program.run(["--archive", archive.path] + arguments)
                if result.status == 0 {
                    rights += 1
                    #expect(DerivedFileTests.neutral(result.text) == expected, "\(label): a wrong answer")
                } else {
                    ToldError.check(result, status: 5, naming: [[name]], label)
                }
            }
            // A writer mends what is wrong, and a retry of what is recorded is known as such.
            let retry = try Appender(archive, first: 202, count: 1, batch: 3).running.finish()
            #expect(retry.status == 0, "\(label): \(retry.errors)")
            let kept = try LogRows(archive: archive.path).ids(of: Appender.source)
            #expect(Set(kept).count == kept.count && kept.count == states.entries, "\(label): recorded twice")
            #expect(
                try DerivedFileTests.answer(archive, "standing", "--all") == states.standing, "\(label): not mended")
            // Pages that no answer has needed yet may still be damaged: they are named, with what to do.
            if try archive("verify", "--deep", "--key", archive.verifierKey, "--lang", "en").text.contains("is damaged")
            {
                #expect(try archive("rebuild", "--from-log").status == 0, "\(label)")
            }
            let verify = try archive("verify", "--deep", "--key", archive.verifierKey)
            #expect(verify.status == 0, "\(label): \(verify.text) \(verify.errors)")
        }
        print("derived file \(name): \(rights) right answers, no wrong one")
    }

    private static func inflict(
        _ damage: Damage, on name: String, of archive: ProgramArchive, _ states: States
    ) throws {
        let path = archive.path + "/" + name
        let bytes = FileManager.default.contents(atPath: path) ?? Data()
        func put(_ data: Data?, _ suffix: String = "") throws {
            let target = URL(fileURLWithPath: path + suffix)
            if let data { try data.write(to: target) } else { try? FileManager.default.removeItem(at: target) }
        }
        func of(_ other: ProgramArchive, _ suffix: String = "") -> Data? {
            FileManager.default.contents(atPath: other.path + "/" + name + suffix)
        }
        let garbage = Data((0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 3) })
        switch damage {
        case .deleted: try put(nil)
        case .emptied: try put(Data())
        case .halved: try put(bytes.prefix(bytes.count / 2))
        case .garbage: try put(garbage)
        case .older:
            try put(of(states.early))
            try put(of(states.early, "-wal"), "-wal")
        case .foreign: try put(name == "CURRENT" ? Data("generation 7\nepoch 9\n".utf8) : of(states.foreign))
        case .olderWithLeftWAL:
            try put(of(states.early))
            try put(of(states.killed, "-wal"), "-wal")
        case .foreignWithLeftWAL:
            try put(of(states.foreign))
            try put(of(states.killed, "-wal"), "-wal")
        case .garbageWAL: try put(garbage, "-wal")
        case .foreignWAL: try put(of(states.foreign, "-wal") ?? garbage, "-wal")
        case .garbageSharedMemory: try put(garbage, "-shm")
        }
    }

    /// What a process left that was killed while it folded, as it lies there: the next one goes on from it.
    @Test func theRestsOfAKilledFoldAreTakenUp() throws {
        let states = try DerivedFileTests.states.get()
        let archive = try ProgramArchive(copying: states.killed, inMemory: true)
        #expect(FileManager.default.fileExists(atPath: archive.path + "/facts.sqlite-wal"))
        #expect(try DerivedFileTests.answer(archive, "standing", "--all") == states.standing)
        #expect(try archive("verify", "--deep", "--key", archive.verifierKey).status == 0)
        let rebuild = try archive("rebuild", "--dry-run")
        #expect(rebuild.status == 0)
        #expect(try rebuild.object()["digestMatchesLive"] as? Bool == true)
    }
}
