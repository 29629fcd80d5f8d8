import ArchiveTesting
import Foundation
import Testing
import TransparencyLog

/// The served witness under signals, and what is wrong with its files and arguments.
@Suite struct WitnessServeTests {
    @Test func whatWasAnsweredSurvivesAKill() throws {
        let log = try FakeLog(count: 400)
        let witness = try ServedWitness("w.example/a", logs: [log.signer.verifier.string])
        let hash = OriginHash.text(of: "log.example/a")
        var acknowledged = 0
        var generator = SeededGenerator(announcedAs: "kills of a witness")
        for _ in 0..<(isLongRun ? 25 : 4) {
            let end = max(acknowledged, min(acknowledged + 60, 399))
            let bodies = try (acknowledged..<end).map { try log.request(from: $0, to: $0 + 1) }
            let delay = UInt32.random(in: 5_000...60_000, using: &generator)
            let process = witness.process
            let killer = Thread {
                usleep(delay)
                kill(process, SIGKILL)
            }
            killer.start()
            for body in bodies {
                guard let answer = witness.post(body), answer.status == 200 else { break }
                acknowledged += 1
            }
            while !killer.isFinished { usleep(2_000) }
            try witness.end(SIGKILL)
            try witness.start()
            let latest = RawHTTP.request(witness.port, "GET", "/\(hash)/checkpoint")
            let size = try latest?.status == 200 ? Checkpoint(text: Note(parsing: latest?.body ?? []).text).size : 0
            // The one that was killed may have gone one further than it could say.
            #expect(size == acknowledged || size == acknowledged + 1)
            acknowledged = Int(size)
            if acknowledged > 0 {
                let fork = log.forked(at: acknowledged - 1)
                #expect(try witness.post(fork.request(from: acknowledged, to: acknowledged))?.status == 409)
                #expect(try witness.post(fork.request(from: acknowledged, to: 400))?.status == 422)
            }
        }
        #expect(acknowledged > 0)
    }

    @Test(arguments: [SIGTERM, SIGINT])
    func aSignalEndsItCleanly(signal: Int32) throws {
        let log = try FakeLog(count: 5)
        let witness = try ServedWitness("w.example/a", logs: [log.signer.verifier.string])
        #expect(try witness.post(log.request(from: 0, to: 5))?.status == 200)
        let start = ContinuousClock.now
        let result = try witness.end(signal)
        #expect(result.status == 0, "\(result.errors)")
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(try witness.status()[0]["size"] as? Int == 5)
    }

    @Test func twoServersOfOneStateDoNotBothWin() throws {
        let log = try FakeLog(count: 40)
        let witness = try ServedWitness("w.example/a", logs: [log.signer.verifier.string])
        let first = witness.port
        let other = try Program.Running([
            "witness", "serve", "--key", witness.folder.file("witness.key"), "--logs", witness.folder.file("logs.txt"),
            "--listen", "127.0.0.1:0", "--format", "json",
        ])
        defer { other.kill() }
        for _ in 0..<1_000 where !other.outputSoFar.contains(0x0A) { usleep(20_000) }
        let line = try #require(JSONSerialization.jsonObject(with: other.outputSoFar) as? [String: Any])
        let second = try #require((line["address"] as? String)?.split(separator: ":").last.flatMap { Int($0) })
        let fork = log.forked(at: 0)
        for size in stride(from: 1, through: 39, by: 2) {
            let old = size == 1 ? 0 : size - 2
            let statuses = [
                try RawHTTP.request(first, "POST", "/add-checkpoint", log.request(from: old, to: size))?.status,
                try RawHTTP.request(second, "POST", "/add-checkpoint", fork.request(from: old, to: size))?.status,
            ]
            #expect(statuses == [200, 409])
        }
    }

    @Test func errorsAreToldWithWhatToDo() throws {
        let folder = try TemporaryFolder()
        let log = try FakeLog().signer.verifier.string
        func file(_ name: String, _ text: String) throws -> String {
            try Data(text.utf8).write(to: URL(fileURLWithPath: folder.file(name)))
            return folder.file(name)
        }
        let key = folder.file("witness.key")
        let serve = ["witness", "serve", "--key", key, "--logs", try file("logs", log + "\n")]
        try Program.run(serve).expectError(5, "witness-key-missing")
        try Program.run(["witness", "init", "--name", "a b", "--key", key]).expectError(3, "key-malformed")
        #expect(try Program.run(["witness", "init", "--name", "w.example/a", "--key", key]).status == 0)
        try Program.run(["witness", "init", "--name", "w.example/a", "--key", key]).expectError(5, "witness-key-exists")
        let taken = ["witness", "init", "--name", "w", "--key", folder.file("new.key"), "--state", key + ".sqlite"]
        try Program.run(taken).expectError(5, "witness-state-exists")
        #expect(!FileManager.default.fileExists(atPath: folder.file("new.key")))
        try Program.run(serve + ["--listen", "8090"]).expectError(2, "address-malformed")
        try Program.run(serve + ["--listen", "::1:8090"]).expectError(2, "address-malformed")
        try Program.run(serve + ["--listen", "203.0.113.1:8090"]).expectError(5, "cannot-listen")
        let logs = ["witness", "serve", "--key", key, "--logs"]
        try Program.run(logs + [file("none", "# nothing\n")]).expectError(3, "policy-malformed")
        let wrong = try Program.run(logs + [file("wrong", "# a\n\(log)x\n")])
        wrong.expectError(3, "policy-malformed")
        #expect(wrong.errors.contains("wrong:2"))
        chmod(key, 0o644)
        try Program.run(serve).expectError(5, "witness-key-exposed")
        chmod(key, 0o600)
        unlink(key + ".sqlite")
        let lost = try Program.run(serve)
        lost.expectError(5, "witness-state-missing")
        #expect(lost.errors.contains("停用此密钥") && lost.errors.contains("retire this key"))
    }

    @Test func policiesOfVerifyAreChecked() throws {
        let archive = try ProgramArchive()
        let other = try FakeLog().signer.verifier.string
        let malformed = try archive.file("malformed", "log \(archive.verifierKey)\nquorum X\n")
        for arguments in [["verify"], ["checkpoint"], ["verify-receipt", "receipt"]] {
            if arguments[0] == "verify-receipt" { _ = try archive.file("receipt", archive("prove", "0").text) }
            let path = arguments.dropFirst().map { archive.folder.file($0) }
            let result = try Program.run(
                ["--archive", archive.path, arguments[0]] + path + ["--policy", malformed])
            result.expectError(3, "policy-malformed")
            #expect(result.errors.contains("malformed:2"), "\(result.errors)")
        }
        try archive("verify", "--policy", archive.folder.file("nowhere")).expectError(3, "cannot-read")
        let none = try archive.file("none", "log \(archive.verifierKey)\nquorum none\n")
        #expect(try archive("verify", "--policy", none).status == 0)
        #expect(try archive("verify", "--policy", none).object()["keyPinned"] as? Bool == true)
        try archive("verify", "--policy", none, "--key", other).expectError(2, "keys-contradict")
        let foreign = try archive.file("foreign", "log \(other)\nquorum none\n")
        let found = try archive("verify", "--policy", foreign)
        #expect(found.status == 1 && found.text.contains("key-foreign"))
        try archive("checkpoint", "--policy", foreign).expectError(3, "policy-foreign")
        let unlisted = try archive.file("unlisted", "quorum none\n")
        let receipt = archive.folder.file("receipt")
        try Program.run(["verify-receipt", receipt]).expectError(2, "key-needed")
        try Program.run(["verify-receipt", receipt, "--policy", unlisted]).expectError(2, "key-needed")
        #expect(
            try Program.run(["verify-receipt", receipt, "--policy", unlisted, "--key", archive.verifierKey]).status == 0
        )
        try Program.run(["verify-receipt", receipt, "--policy", foreign]).expectError(1, "origin-mismatch")
        // Witnesses that cannot be asked are told one by one.
        let key = try NoteSigner(name: "w", algorithm: .cosignature).verifier.string
        for (url, told) in [
            ("", "gives no URL"), ("ftp://h/", "no http(s)"), ("http://127.0.0.1:1", "cannot be reached"),
        ] {
            let path = try archive.file("p", "witness W \(key) \(url)\nquorum W\n")
            let result = try archive("checkpoint", "--policy", path, "--lang", "en")
            #expect(result.status == 1 && result.errors.contains(told), "\(result.errors)")
            #expect(try result.text == archive("checkpoint").text)
        }
    }
}
