import ArchiveTesting
import Foundation
import Testing

/// Every call that changes a file fails, is the last, or loses its power: by default some, all in a long run.
@Suite struct DiskFaultTests {
    private static let faults: [FaultyDisk.Fault] = [
        .fails(errno: EIO, forGood: false), .fails(errno: ENOSPC, forGood: true), .kill, .powerCut,
    ]

    @Test(arguments: DiskScenario.all)
    func whateverTheDiskDoesNothingIsHalfLostOrInNeedOfRepair(_ scenario: DiskScenario) throws {
        let (calls, standing) = try scenario.rehearsal()
        #expect(calls.count > 10)
        var random = SeededGenerator(stream: UInt64(calls.count) << 8)
        for fault in DiskFaultTests.faults {
            // One beyond the last: the power goes when the program has said that it is done.
            let last = if case .powerCut = fault { calls.count + 1 } else { calls.count }
            let numbers = isLongRun ? Array(1...last) : [Int.random(in: 1...last, using: &random)]
            var told = 0
            for number in numbers {
                let seed = random.next()
                let call = number <= calls.count ? "\(calls[number - 1].name) \(calls[number - 1].file)" : "the end"
                let label = "\(scenario), \(fault) at call \(number) (\(call)), seed \(seed)"
                let round = try DiskRound(scenario)
                let result = try round.run(environment: round.faulty(fault, at: number, seed: seed))
                if checkEnd(result, of: fault, round.archive.path, label) { told += 1 }
                let isDone = result.status == 0 || (number > calls.count && !result.output.isEmpty)
                try round.check(acknowledged: isDone, standing: standing, label)
            }
            print("\(scenario), \(fault): \(numbers.count) of \(last) calls, \(told) errors told, nothing lost")
        }
    }

    /// How the program ended; true if it told an error.
    private func checkEnd(
        _ result: Program.Result, of fault: FaultyDisk.Fault, _ path: String, _ label: String
    ) -> Bool {
        switch fault {
        // Threads may order the calls otherwise than in the rehearsal: there may be fewer.
        case .kill: #expect([-SIGKILL, 0].contains(result.status), "\(label): \(result.errors)")
        case .powerCut: #expect(result.status == FaultyDisk.cutStatus, "\(label): \(result.errors)")
        case .fails:
            // SQLite goes on where the failure is of no consequence: a file that could not be removed, say.
            guard result.status != 0 else { return false }
            ToldError.check(
                result, status: 5,
                naming: [
                    [path, "CURRENT"], ["磁盘", "无法打开", "只读"], ["disk", "device", "output", "open", "read-only"],
                ], label)
            return true
        }
        return false
    }

    @Test(arguments: DiskFaultTests.faults)
    func anArchiveIsMadeWholeOrNotAtAll(_ fault: FaultyDisk.Fault) throws {
        func make(_ folder: TemporaryFolder, at number: Int, seed: UInt64) throws -> Program.Result {
            let path = folder.file("archive")
            return try Program.run(
                ["--archive", path, "init"],
                environment: FaultyDisk.environment(
                    path, in: folder, fault: fault, at: number, seed: seed, log: folder.file("calls")))
        }
        let rehearsal = try TemporaryFolder(inMemory: true)
        #expect(try make(rehearsal, at: 1_000_000, seed: 0).output.isEmpty == false)
        let calls = try FaultyDisk.calls(rehearsal.file("calls"))
        var random = SeededGenerator(stream: 99)
        let numbers =
            isLongRun
            ? Array(1...calls.count + 1)
            : [Int.random(in: 1...calls.count, using: &random), calls.count, calls.count + 1]
        for number in numbers {
            let label = "init, \(fault) at call \(number)"
            let folder = try TemporaryFolder(inMemory: true)
            let path = folder.file("archive")
            let result = try make(folder, at: number, seed: random.next())
            let isThere = FileManager.default.fileExists(atPath: path)
            if checkEnd(result, of: fault, path, label) {
                #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 2, "\(label): rests")
            }
            // Whoever was told of an archive has one, with the key that was named.
            if let key = try? result.object()["verifierKey"] as? String {
                #expect(isThere, "\(label): acknowledged and gone")
                let checkpoint = try Program.run(["--archive", path, "checkpoint"])
                #expect(checkpoint.status == 0 && !key.isEmpty, "\(label): \(checkpoint.errors)")
            }
            if isThere {
                let verify = try Program.run(["--archive", path, "verify", "--deep"])
                #expect(verify.status == 0, "\(label): \(verify.text) \(verify.errors)")
            } else {
                #expect(try Program.run(["--archive", path, "init"]).status == 0, "\(label)")
            }
        }
    }

    @Test func aPowerCutTakesNoAcknowledgedAppendWithIt() throws {
        let base = try DiskScenario.base.get()
        var random = SeededGenerator(stream: 97)
        var count = 0
        for round in 0..<(isLongRun ? 300 : 8) {
            let archive = try ProgramArchive(copying: base, inMemory: true)
            let batch = round % 2 == 0 ? 1 : 20
            let (number, seed) = (Int.random(in: 20...420, using: &random), random.next())
            let label = "power cut at call \(number), seed \(seed), batches of \(batch)"
            let appender = try Appender(
                archive, first: 0, count: 60, batch: batch, tasks: round % 3 == 0 ? 4 : 1,
                environment: FaultyDisk.environment(
                    archive.path, in: archive.folder, fault: .powerCut, at: number, seed: seed))
            let end = try appender.running.finish()
            #expect(end.status == FaultyDisk.cutStatus, "\(label): \(end.errors)")
            let acknowledged = Appender.acknowledged(end.output)
            count += acknowledged.count
            try Appender.check(acknowledged, batch: batch, in: archive, label)
            let verify = try archive("verify", "--deep", "--key", archive.verifierKey)
            #expect(verify.status == 0, "\(label): \(verify.text) \(verify.errors)")
        }
        #expect(count > 20, "too little was acknowledged to say anything")
        print("power cuts in appends: \(count) acknowledged, all there")
    }
}
