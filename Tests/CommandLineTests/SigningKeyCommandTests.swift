import ArchiveTesting
import Foundation
import Testing
import TransparencyLog

/// The life of the signing key through the program.
@Suite struct SigningKeyCommandTests {
    private static let device = Program.built("SigningDevice")

    private func key(_ archive: ProgramArchive, _ name: String = "signing.key") -> String {
        archive.path + "/keys/" + name
    }

    private func body(_ number: Int) -> String {
        #"{"specversion":"1.0","id":"\#(number)","source":"urn:p","type":"body.registered","subject":"body/b\#(number)","#
            + #""data":{"name":"县局\#(number)","kind":"工作部门","region":"419801"}}"#
    }

    private func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }

    @Test(arguments: ["0", "022", "077"])
    func theKeyIsItsOwnersAloneWhateverTheUmask(_ umask: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("archive")
        try Data("eine lange Parole\n".utf8).write(to: URL(fileURLWithPath: folder.file("secret")))
        func run(_ arguments: String) throws -> Program.Result {
            try Program.run(
                ["-c", "umask \(umask); exec '\(Program.path)' --archive '\(path)' \(arguments)"], program: "/bin/sh")
        }
        for arguments in [
            "init", "keys encrypt --passphrase-file '\(folder.file("secret"))'",
            "keys rotate --passphrase-file '\(folder.file("secret"))'",
            "keys decrypt --passphrase-file '\(folder.file("secret"))'", "keys rotate",
        ] {
            let result = try run(arguments)
            #expect(result.status == 0, "\(arguments): \(result.errors)")
            #expect(try mode(path + "/keys") == 0o700, "\(arguments)")
            for name in try FileManager.default.contentsOfDirectory(atPath: path + "/keys") {
                #expect(try mode(path + "/keys/" + name) == 0o600, "\(arguments): \(name)")
            }
        }
        let doctor = try run("doctor")
        #expect(doctor.status == 0, "\(doctor.text)")
    }

    @Test func aPassphraseComesFromAFileOrTheEnvironmentAndIsNeededToSignAlone() throws {
        let archive = try ProgramArchive()
        let secret = try archive.file("secret.txt", "eine lange Parole\n")
        let encrypted = try archive("keys", "encrypt", "--passphrase-file", secret).object()
        #expect(
            encrypted["form"] as? String == "encrypted" && encrypted["verifierKey"] as? String == archive.verifierKey)
        #expect(try archive("append", input: body(1)).status == 0)
        try archive("checkpoint").expectError(2, "passphrase-needed")
        try archive("prove", "0").expectError(2, "passphrase-needed")
        try archive("checkpoint", environment: ["CREDIT_ARCHIVE_PASSPHRASE": "falsch falsch"]).expectError(
            3, "passphrase-wrong")
        try archive("checkpoint", "--passphrase-file", archive.path + "/none").expectError(3, "cannot-read")
        try archive("checkpoint", "--passphrase-file", archive.file("short", "x")).expectError(
            3, "passphrase-malformed")
        let note = try archive("checkpoint", environment: ["CREDIT_ARCHIVE_PASSPHRASE": "eine lange Parole"])
        #expect(note.status == 0 && note.text.contains("\n2\n"))
        // Signed once, it is read without the key.
        #expect(try archive("checkpoint").text == note.text)
        #expect(try archive("verify", "--deep", "--key", archive.verifierKey).status == 0)
        #expect(try archive("keys", "show").object()["form"] as? String == "encrypted")
        #expect(try archive("doctor").status == 0)
        let told = try archive("keys", "encrypt", "--passphrase-file", secret, "--lang", "en")
        told.expectError(2, "passphrase-needed")
        #expect(told.errors.contains("--old-passphrase-file"))
        #expect(try archive("keys", "decrypt", "--passphrase-file", secret).object()["form"] as? String == "plain")
        try archive("keys", "decrypt", "--passphrase-file", secret).expectError(4, "key-not-encrypted")
        let folder = archive.folder.file("second")
        let made = try Program.run(["--archive", folder, "init", "--passphrase-file", secret])
        #expect(made.status == 0)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder + "/keys/signing.key")).first == UInt8(ascii: "{"))
        try Program.run(["--archive", archive.folder.file("third"), "init", "--encrypt"]).expectError(
            2, "passphrase-needed")
    }

    @Test func aProgramSignsAndTheKeyIsNotHereAnyMore() throws {
        let archive = try ProgramArchive()
        // The key goes into the device; what is left here is its public half.
        let kept = archive.folder.file("device.key")
        try FileManager.default.copyItem(atPath: key(archive), toPath: kept)
        let set = try archive("keys", "use-command", "--verifier", archive.verifierKey, "--", Self.device, kept)
        #expect(set.status == 0, "\(set.errors)")
        let secret = try Data(contentsOf: URL(fileURLWithPath: kept)).prefix(60)
        for name in try FileManager.default.subpathsOfDirectory(atPath: archive.path) {
            let bytes = FileManager.default.contents(atPath: archive.path + "/" + name) ?? Data()
            #expect(bytes.range(of: secret) == nil, "\(name)")
        }
        #expect(try archive("append", input: body(1)).status == 0)
        let note = try archive("checkpoint")
        #expect(note.status == 0, "\(note.errors)")
        #expect(try archive("verify", "--key", archive.verifierKey).object()["signedSize"] as? Int == 2)
        #expect(try archive("doctor").status == 0)
        #expect(try archive("keys", "show").object()["form"] as? String == "command")
        let backup = archive.folder.file("keys")
        #expect(try archive("keys", "backup", backup).status == 0)
        try archive("keys", "encrypt", "--passphrase-file", archive.file("p", "eine lange Parole")).expectError(
            4, "key-elsewhere")
        // The device is gone: nothing is signed, everything else goes on, and the doctor says what to do.
        try FileManager.default.moveItem(atPath: kept, toPath: kept + ".away")
        #expect(try archive("append", input: body(2)).status == 0)
        let failed = try archive("checkpoint")
        failed.expectError(5, "signing-command-failed")
        try FileManager.default.moveItem(atPath: kept + ".away", toPath: kept)
        // A change to a key that was made in a device.
        let next = try NoteSigner(name: "credit.example/cli")
        let other = try archive.file("next.key", next.secretString)
        let rotated = try archive("keys", "rotate", "--verifier", next.verifier.string, "--", Self.device, other)
        #expect(rotated.status == 0, "\(rotated.errors)")
        #expect(try rotated.object()["verifierKey"] as? String == next.verifier.string)
        let verify = try archive("verify", "--deep", "--key", archive.verifierKey)
        #expect(verify.status == 0, "\(verify.text)")
    }

    @Test(arguments: [
        (["/bin/sh", "-c", "echo kaputt >&2; exit 7"], "signing-command-failed", "7: kaputt"),
        (["/bin/sh", "-c", "kill -9 $$"], "signing-command-failed", "-9"),
        (["/nonexistent/sign"], "signing-command-failed", "/nonexistent/sign"),
        (["/bin/sh", "-c", "sleep 100"], "signing-command-timeout", "1 "),
        (
            ["/bin/sh", "-c", "while :; do echo yes yes yes yes yes yes yes yes yes; done"], "signing-command-timeout",
            "too much"
        ),
        (["/bin/sh", "-c", "exit 0"], "signing-command-wrong", "base64"),
        (["/bin/sh", "-c", "echo AAAA"], "signing-command-wrong", "base64"),
        (["/bin/sh", "-c", "head -c 64 /dev/zero | base64 -w0"], "signing-command-wrong", "credit.example/cli"),
        (["/bin/sh", "-c", "head -c 3000 /dev/zero | tr '\\0' 'x' >&2; exit 1"], "signing-command-failed", "xxx"),
    ])
    func aProgramThatDoesNotSignIsToldAndNothingIsChanged(_ program: [String], _ code: String, _ said: String) throws {
        let archive = try ProgramArchive()
        let before = try Data(contentsOf: URL(fileURLWithPath: key(archive)))
        let call = ["keys", "use-command", "--verifier", archive.verifierKey, "--time-limit", "1", "--"] + program
        let result = try Program.run(["--archive", archive.path] + call)
        result.expectError(5, code, "\(program)")
        #expect(result.errors.contains(said) && result.errors.utf8.count < 4_000, "\(result.errors)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: key(archive))) == before)
        // A change of key does not begin, either.
        let verifier = try NoteSigner(name: "credit.example/cli").verifier.string
        let rotation = try Program.run(
            ["--archive", archive.path, "keys", "rotate", "--verifier", verifier, "--time-limit", "1", "--"] + program)
        rotation.expectError(5, code, "\(program)")
        #expect(try archive("verify").object()["entries"] as? Int == 1)
        #expect(try archive("doctor").status == 0)
    }

    @Test func thePassphraseIsNotPassedOnToTheProgram() throws {
        let archive = try ProgramArchive()
        let script = "env > '\(archive.folder.file("seen"))'; exit 1"
        let call = ["keys", "use-command", "--verifier", archive.verifierKey, "--", "/bin/sh", "-c", script]
        _ = try Program.run(
            ["--archive", archive.path] + call,
            environment: ["CREDIT_ARCHIVE_PASSPHRASE": "eine lange Parole", "PKCS11_MODULE": "x.so"])
        let seen = try String(contentsOfFile: archive.folder.file("seen"), encoding: .utf8)
        #expect(seen.contains("PKCS11_MODULE=x.so") && !seen.contains("Parole"))
    }

    @Test func aLostKeyIsAnEventThatTheTrailAndTheDoctorShow() throws {
        let archive = try ProgramArchive()
        try FileManager.default.removeItem(atPath: key(archive))
        try archive("keys", "rotate").expectError(5, "signing-key-missing")
        try archive("keys", "rotate", "--lost").expectError(2, "basis-needed")
        try archive("keys", "rotate", "--lost", "--compromised", "--basis", "x").expectError(2)
        try archive("keys", "rotate", "--verifier", "x").expectError(2)
        try archive("keys", "use-command", "--verifier", "x").expectError(2)
        try archive("keys", "use-command", "--verifier", archive.verifierKey, "--", "sign").expectError(
            2, "signing-command-malformed")
        let lost = try archive("keys", "rotate", "--lost", "--basis", "硬盘损坏", "--document", "云信办[2026]3号")
        #expect(lost.status == 0 && lost.errors.contains("公布"))
        let new = try #require(lost.object()["verifierKey"] as? String)
        #expect(try lost.object()["cause"] as? String == "密钥丢失")
        let verify = try archive("verify", "--key", archive.verifierKey)
        #expect(verify.status == 1 && verify.text.contains("key-unfollowed") && verify.text.contains(new))
        #expect(try archive("verify", "--key", new).status == 0)
        #expect(try archive("replay", "--type", "key.rotated", "--format", "table").text.contains("密钥丢失"))
        #expect(try archive("doctor", "--format", "table").text.contains("密钥丢失"))
        let shown = try archive("keys", "show").object()
        #expect((shown["changes"] as? [[String: Any]])?.first?["cause"] as? String == "密钥丢失")
        #expect(shown["former"] as? [String] == [archive.verifierKey])
    }

    @Test func processesAtOnceSignOneCheckpoint() throws {
        let archive = try ProgramArchive()
        for round in 0..<(isLongRun ? 30 : 4) {
            #expect(try archive("append", input: body(round)).status == 0)
            let running = try (0..<4).map { _ in try Program.Running(["--archive", archive.path, "checkpoint"]) }
            let results = try running.map { try $0.finish() }
            let notes = Set(results.filter { $0.status == 0 }.map(\.text))
            #expect(notes.count == 1, "\(results.map(\.errors))")
            for result in results where result.status != 0 { result.expectError(5, "archive-locked") }
            #expect(try archive("checkpoint").text == notes.first)
        }
        #expect(try archive("verify", "--key", archive.verifierKey).status == 0)
    }
}
