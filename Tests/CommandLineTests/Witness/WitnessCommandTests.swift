import ArchiveTesting
import Foundation
import Testing
import TransparencyLog

/// Two cities witness a third one's log, on the command line alone.
@Suite struct WitnessCommandTests {
    private func ready(_ template: String = "bodies") throws -> ProgramArchive {
        let archive = try ProgramArchive()
        #expect(try archive("import", template, County.path(template)).status == 0)
        return archive
    }

    private func policy(_ archive: ProgramArchive, _ witnesses: [ServedWitness], _ rule: String) throws -> String {
        let names = witnesses.indices.map { "city-\($0)" }
        let lines = zip(witnesses, names).map { $0.line($1) }.joined()
        return try archive.file(
            "policy-\(UUID().uuidString)",
            "log \(archive.verifierKey)\n\(lines)group cities \(rule) \(names.joined(separator: " "))\nquorum cities\n")
    }

    private func findings(
        _ archive: ProgramArchive, _ arguments: String...
    ) throws -> (status: Int32, codes: [String], details: String) {
        let result = try Program.run(
            ["--archive", archive.path, "verify", "--format", "json", "--lang", "en"] + arguments)
        let list = try #require(result.object()["findings"] as? [[String: Any]])
        return (
            result.status, list.compactMap { $0["code"] as? String },
            list.compactMap { $0["detail"] as? String }.joined(separator: "\n")
        )
    }

    @Test func aCheckpointIsCosignedKeptProvenAndEnforced() throws {
        let archive = try ready()
        let witnesses = try ["w.example/a", "w.example/b"].map { try ServedWitness($0, logs: [archive.verifierKey]) }
        let both = try policy(archive, witnesses, "all")
        // Before anybody was asked: told by name.
        _ = try archive("checkpoint")
        let before = try findings(archive, "--policy", both)
        #expect(
            before.status == 1 && before.codes == ["quorum-missed"]
                && before.details.contains("lacking: city-0, city-1"))

        let signed = try archive("checkpoint", "--policy", both, "--lang", "en")
        #expect(signed.status == 0, "\(signed.errors)")
        #expect(
            signed.errors.contains("✓ witness city-0 cosigned") && signed.errors.contains("✓ witness city-1 cosigned"))
        let keys = try ([archive.verifierKey] + witnesses.map(\.verifierKey)).map { try NoteVerifier($0) }
        #expect(try Note(parsing: Array(signed.output)).verify(trusting: keys).count == 3)
        // The checkpoint itself is as it was; what the witnesses said stands beside it.
        #expect(try archive("checkpoint").text == signed.text)
        // Asked again, nothing changes: what was given out stays as it is.
        #expect(try archive("checkpoint", "--policy", both).text == signed.text)
        #expect(try archive("export", "--out", archive.folder.file("export")).status == 0)
        for name in ["checkpoint", "checkpoints/65"] {
            #expect(FileManager.default.contents(atPath: archive.folder.file("export/\(name)")) == signed.output)
        }
        try verifiedByPython(archive, signed.text, witnesses.map(\.verifierKey))
        let sound = try findings(archive, "--policy", both)
        #expect(sound.status == 0 && sound.codes == [])
        #expect(try findings(archive, "--policy", both, "--key", archive.verifierKey).status == 0)

        let receipt = try archive.file("receipt", archive("prove", "5").text)
        let proven = try Program.run(["verify-receipt", receipt, "--policy", both])
        #expect(proven.status == 0, "\(proven.errors)")
        #expect(try Program.run(["verify-receipt", receipt, "--key", archive.verifierKey]).status == 0)

        // One city falls silent; the log goes on.
        try witnesses[1].end(SIGKILL)
        #expect(try archive("import", "observations", County.path("observations")).status == 0)
        let alone = try archive("checkpoint", "--policy", both, "--timeout", "5", "--lang", "zh")
        #expect(alone.status == 1)
        #expect(
            alone.errors.contains("✓ 见证方 city-0 已签") && alone.errors.contains("✗ 见证方 city-1：无法连接"), "\(alone.errors)")
        #expect(try Note(parsing: Array(alone.output)).verify(trusting: keys).count == 2)
        let missed = try findings(archive, "--policy", both)
        #expect(missed.status == 1 && missed.codes == ["quorum-missed"])
        #expect(missed.details.contains("cosigned: city-0") && missed.details.contains("lacking: city-1"))
        #expect(try findings(archive, "--policy", policy(archive, witnesses, "any")).status == 0)
        let later = try archive.file("later", archive("prove", "5").text)
        let refused = try Program.run(["verify-receipt", later, "--policy", both])
        refused.expectError(1, "quorum-missed")

        // It comes back, at another port: what it had seen before is caught up by a proof.
        try witnesses[1].start()
        let whole = try policy(archive, witnesses, "all")
        #expect(try archive("checkpoint", "--policy", whole).status == 0)
        #expect(try findings(archive, "--policy", whole).status == 0)
        let size = try Int(archive("checkpoint").text.split(separator: "\n")[1])
        for witness in witnesses { #expect(try witness.status()[0]["size"] as? Int == size) }
    }

    /// Answers a request with 300 MB of zeros in gzip.
    private static let bomb = #"""
        import gzip, http.server
        body = gzip.compress(bytes(300_000_000), 1)
        class Answer(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(200)
                self.send_header("Content-Encoding", "gzip")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *ignored): pass
        server = http.server.HTTPServer(("127.0.0.1", 0), Answer)
        print(server.server_port, flush=True)
        server.serve_forever()
        """#

    /// Runs a program and tells its exit code, its peak memory in MiB, and what it said.
    private static let measure = #"""
        import resource, subprocess, sys
        run = subprocess.run(sys.argv[1:], capture_output=True)
        print(run.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024, flush=True)
        sys.stdout.buffer.write(run.stderr)
        """#

    @Test func aCompressedAnswerIsNotUnpacked() throws {
        let python = "/usr/bin/python3"
        guard FileManager.default.isExecutableFile(atPath: python) else { return }
        let archive = try ProgramArchive()
        let server = try Program.Running(["-c", Self.bomb], program: python)
        defer { server.kill() }
        for _ in 0..<1_000 where !server.outputSoFar.contains(0x0A) { usleep(20_000) }
        let port = String(decoding: server.outputSoFar, as: UTF8.self).filter(\.isNumber)
        let made = try Program.run(["witness", "init", "--name", "w.example/1", "--key", archive.folder.file("w")])
        let key = try #require(made.object()["verifierKey"] as? String)
        let policy = try archive.file(
            "policy", "log \(archive.verifierKey)\nwitness w \(key) http://127.0.0.1:\(port)\nquorum w\n")
        let result = try Program.run(
            [
                "-c", Self.measure, Program.path, "--archive", archive.path, "checkpoint", "--policy", policy, "--lang",
                "zh",
            ],
            program: python)
        let figures = result.text.split(whereSeparator: \.isWhitespace).prefix(2).compactMap { Int($0) }
        try #require(figures.count == 2, "\(result.text) \(result.errors)")
        #expect(figures[0] == 1 && result.text.contains("回答是压缩的"), "\(result.text)")
        #expect(figures[1] < 150, "\(figures[1]) MiB")
    }

    /// C2SP signed-note and tlog-cosignature in Python, with the package `cryptography` where it is there.
    private static let script = #"""
        import base64, hashlib, sys
        try:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        except ImportError:
            print("no cryptography"); sys.exit(0)
        text, lines = open(sys.argv[1], "rb").read().decode().split("\n\n", 1)
        text += "\n"
        found = 0
        for vkey in sys.argv[2:]:
            name, key_id, key = vkey.split("+", 2)
            key = base64.b64decode(key)
            assert key[0] == 4 and hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() == key_id
            for line in lines.splitlines():
                dash, signer, signature = line.split(" ")
                signature = base64.b64decode(signature, validate=True)
                if dash != "\u2014" or signer != name or signature[:4].hex() != key_id: continue
                time = int.from_bytes(signature[4:12], "big")
                message = f"cosignature/v1\ntime {time}\n{text}".encode()
                Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[12:], message)
                found += 1
        assert found == len(sys.argv) - 2, "a witness is lacking"
        """#

    private func verifiedByPython(_ archive: ProgramArchive, _ note: String, _ keys: [String]) throws {
        let python = "/usr/bin/python3"
        guard FileManager.default.isExecutableFile(atPath: python) else { return }
        let arguments = try [archive.file("check.py", WitnessCommandTests.script), archive.file("cosigned", note)]
        let result = try Program.run(arguments + keys, program: python)
        #expect(result.status == 0, "\(result.errors)")
        if result.text == "no cryptography\n" {
            print("note: python3-cryptography is not there; cosignatures went unchecked")
        }
        // The script itself can fail: another size.
        let altered = try archive.file("cosigned", note.replacingOccurrences(of: "\n65\n", with: "\n66\n"))
        if result.text.isEmpty {
            #expect(try Program.run([arguments[0], altered] + keys, program: python).status != 0)
        }
    }

    @Test func aLogWithTwoHistoriesIsNeverCosignedTwice() throws {
        let archive = try ready()
        let witness = try ServedWitness("w.example/a", logs: [archive.verifierKey])
        let rule = try policy(archive, [witness], "all")
        #expect(try archive("checkpoint", "--policy", rule).status == 0)
        // The same key goes on in two ways, to the same number of entries.
        let fork = try ProgramArchive(copying: archive)
        for (index, one) in [archive, fork].enumerated() {
            let result = try one("import", "observations", County.path("observations"))
            #expect(result.status == 0, "\(index)")
        }
        #expect(try archive("checkpoint").text != fork("checkpoint").text)
        #expect(try archive("checkpoint", "--policy", rule).status == 0)
        let same = try fork("checkpoint", "--policy", rule, "--lang", "en")
        #expect(
            same.status == 1 && same.errors.contains("✗ witness city-0: it has seen another root at this size"),
            "\(same.errors)")
        #expect(!same.text.contains("w.example/a"))
        // Beyond that size, too.
        _ = try fork("import", "incidents", County.path("incidents"))
        let beyond = try fork("checkpoint", "--policy", rule, "--lang", "en")
        #expect(
            beyond.status == 1 && beyond.errors.contains("does not go on from what it has seen"), "\(beyond.errors)")
        #expect(try witness.status()[0]["refused"] as? Int == 2)
        // An older copy of the archive learns that it is behind.
        #expect(try findings(archive, "--policy", rule).status == 0)
    }

    @Test func whoAnswersWithAnotherKeyIsNoWitness() throws {
        let archive = try ready()
        let witness = try ServedWitness("w.example/a", logs: [archive.verifierKey])
        let expected = try NoteSigner(name: "w.example/a", algorithm: .cosignature).verifier.string
        let rule = try archive.file("rule", "witness A \(expected) \(witness.address)\nquorum A\n")
        let result = try archive("checkpoint", "--policy", rule, "--lang", "en")
        #expect(result.status == 1 && result.errors.contains("no valid cosignature of its key"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: archive.path + "/cosignatures/65"))
        // Nor is one that does not know the log.
        let stranger = try ServedWitness("w.example/b", logs: [FakeLog().signer.verifier.string])
        let unknown = try archive("checkpoint", "--policy", policy(archive, [stranger], "all"), "--lang", "en")
        #expect(unknown.status == 1 && unknown.errors.contains("does not know this log (HTTP 404"), "\(unknown.errors)")
    }

    @Test func anArchiveThatIsBehindItsWitnessIsTold() throws {
        let archive = try ready()
        let old = try ProgramArchive(copying: archive)
        let witness = try ServedWitness("w.example/a", logs: [archive.verifierKey])
        let rule = try policy(archive, [witness], "all")
        #expect(try archive("import", "observations", County.path("observations")).status == 0)
        #expect(try archive("checkpoint", "--policy", rule).status == 0)
        let behind = try old("checkpoint", "--policy", rule, "--lang", "en")
        #expect(behind.status == 1 && behind.errors.contains("more than the 65 here"), "\(behind.errors)")
    }

    @Test func cosignaturesComeBackWithABackup() throws {
        let archive = try ready()
        let witness = try ServedWitness("w.example/a", logs: [archive.verifierKey])
        let rule = try policy(archive, [witness], "all")
        #expect(try archive("checkpoint", "--policy", rule).status == 0)
        let backup = archive.folder.file("backup")
        #expect(try archive("backup", backup).status == 0)
        let restored = archive.folder.file("restored")
        let result = try Program.run(["--archive", restored, "restore", backup, "--key", archive.verifierKey])
        #expect(result.status == 0, "\(result.errors)")
        for path in [backup, restored] {
            #expect(try Program.run(["--archive", path, "verify", "--policy", rule]).status == 0, "\(path)")
        }
        // Altered in place: found, by the policy that knows the witness.
        let file = restored + "/cosignatures/65"
        let line = try #require(FileManager.default.contents(atPath: file))
        var altered = Array(line)
        altered[40] = altered[40] == 0x41 ? 0x42 : 0x41
        try Data(altered).write(to: URL(fileURLWithPath: file))
        let found = try Program.run(["--archive", restored, "verify", "--policy", rule, "--format", "json"])
        #expect(found.status == 1 && found.text.contains("cosignature-invalid"), "\(found.text)")
        try Data("junk\n".utf8).write(to: URL(fileURLWithPath: file))
        let junk = try Program.run(["--archive", restored, "verify", "--policy", rule, "--format", "json"])
        #expect(junk.status == 1 && junk.text.contains("cosignature-invalid"), "\(junk.text)")
        try Program.run(["--archive", restored, "checkpoint"]).expectError(5, "cosignatures-damaged")
    }
}
