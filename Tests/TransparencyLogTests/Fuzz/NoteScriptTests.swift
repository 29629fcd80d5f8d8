import ArchiveTesting
import Foundation
import Testing
import TransparencyLog

private let python = "/usr/bin/python3"

/// Notes and checkpoints against a second implementation that shares nothing with this one.
@Suite(
    "Fuzzed notes, also read by Python",
    .enabled(if: FileManager.default.isExecutableFile(atPath: python), "needs python3"))
struct NoteScriptTests {
    /// C2SP signed-note and tlog-checkpoint from their texts. Each line in: a note in hexadecimal. Each line out: whether it
    /// is a note, whether the key's signature makes it valid (`-` without the package `cryptography`), whether its text is
    /// a checkpoint.
    private static let script = #"""
        import base64, binascii, hashlib, re, sys
        try:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        except ImportError:
            Ed25519PublicKey = None
        name, key_id, key = sys.argv[1].split("+", 2)
        key = base64.b64decode(key)

        def b64(data):
            try:
                value = base64.b64decode(data, validate=True)
            except (binascii.Error, ValueError):
                return None
            return value if base64.b64encode(value) == data else None

        def parse(data):
            if len(data) > 1000000 or any(byte < 32 and byte != 10 for byte in data):
                return None
            place = data.rfind(b"\n\n")
            if place < 0 or not data.endswith(b"\n"):
                return None
            text, lines = data[:place + 1], data[place + 2:]
            try:
                text.decode()
            except UnicodeDecodeError:
                return None
            lines = lines[:-1].split(b"\n") if lines else []
            signatures = []
            if not 1 <= len(lines) <= 100:
                return None
            for line in lines:
                match = re.fullmatch(rb"\xe2\x80\x94 ([^ ]+) ([^ ]*)", line)
                if not match:
                    return None
                try:
                    signer = match[1].decode()
                except UnicodeDecodeError:
                    return None
                value = b64(match[2])
                if len(match[1]) > 1024 or "+" in signer or any(c.isspace() for c in signer) or not value or len(value) < 5:
                    return None
                signatures.append((signer, value[:4], value[4:]))
            return text, signatures

        def verify(text, signatures):
            if Ed25519PublicKey is None:
                return "-"
            for signer, identity, value in signatures:
                if signer == name and identity.hex() == key_id:
                    try:
                        Ed25519PublicKey.from_public_bytes(key[1:]).verify(value, text)
                    except Exception:
                        return "0"
                    return "1"
            return "0"

        def checkpoint(text):
            match = re.fullmatch(rb"([^\n]+)\n(0|[1-9][0-9]*)\n([^\n]+)\n", text)
            if not match or len(match[1]) > 1024 or int(match[2]) >= 1 << 63:
                return "0"
            root = b64(match[3])
            if root is None or len(root) != 32 or (int(match[2]) == 0 and root != hashlib.sha256(b"").digest()):
                return "0"
            return "1"

        for line in sys.stdin:
            note = parse(bytes.fromhex(line.strip()))
            print("0 0 0" if note is None else "1 " + verify(*note) + " " + checkpoint(note[0]))
        """#

    private func opinions(_ notes: [[UInt8]], _ key: String) throws -> [String] {
        let folder = try TemporaryFolder()
        let input =
            notes.map { note in note.map { String(format: "%02x", $0) }.joined() }.joined(separator: "\n") + "\n"
        try Data(input.utf8).write(to: URL(fileURLWithPath: folder.file("in")))
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = ["-c", Self.script, key]
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: folder.file("in")))
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map { String($0) }
    }

    @Test("both take the same notes, signatures and checkpoints")
    func agreement() throws {
        let signer = FuzzedParser.signer()
        let generator = SeededGenerator(announcedAs: "notes read by Python")
        var mutator = Mutator(generator: generator, seeds: FuzzedParser.noteSeeds)
        let notes = FuzzedParser.noteSeeds + (0..<(isLongRun ? 200_000 : 3_000)).map { _ in mutator.next() }
        let theirs = try opinions(notes, signer.verifier.string)
        #expect(theirs.count == notes.count)
        for (bytes, opinion) in zip(notes, theirs) {
            var ours = "0 0 0"
            if let note = try? Note(parsing: bytes) {
                let isSigned = (try? note.verify(trusting: [signer.verifier])) != nil
                let isCheckpoint = (try? Checkpoint(text: note.text)) != nil
                let verdict = opinion.contains("-") ? "-" : isSigned ? "1" : "0"
                ours = "1 \(verdict) \(isCheckpoint ? 1 : 0)"
            }
            #expect(ours == opinion, "seed \(generator.seed): \(String(decoding: bytes.prefix(600), as: UTF8.self))")
        }
        #expect(theirs.contains { $0.hasPrefix("1 ") && $0.hasSuffix(" 1") } && theirs.contains("0 0 0"))
    }
}
