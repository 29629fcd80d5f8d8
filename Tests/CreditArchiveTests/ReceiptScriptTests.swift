import ArchiveTesting
import CreditArchive
import Foundation
import Testing
import TransparencyLog

private let python = "/usr/bin/python3"

/// A receipt verified by a program that shares nothing with the archive.
@Suite(.enabled(if: FileManager.default.isExecutableFile(atPath: python), "needs python3"))
struct ReceiptScriptTests {
    /// C2SP tlog-proof, tlog-checkpoint and signed-note, and RFC 9162 §2.1.3.2, in Python's standard library; the
    /// signature where the package `cryptography` is there.
    private static let script = #"""
        import base64, hashlib, sys
        lines, note = open(sys.argv[1], "rb").read().split(b"\n\n", 1)
        lines = lines.split(b"\n")
        assert lines[0] == b"c2sp.org/tlog-proof@v1"
        entry = base64.b64decode(lines[1].removeprefix(b"extra "), validate=True)
        index = int(lines[2].removeprefix(b"index "))
        path = [base64.b64decode(line, validate=True) for line in lines[3:]]
        text, signatures = note.split(b"\n\n", 1)
        origin, size, root = text.split(b"\n")
        size, root = int(size), base64.b64decode(root, validate=True)
        node = hashlib.sha256(b"\0" + entry).digest()
        fn, sn = index, size - 1
        assert index < size
        for step in path:
            assert sn != 0
            if fn & 1 or fn == sn:
                node = hashlib.sha256(b"\1" + step + node).digest()
                while not fn & 1 and fn:
                    fn >>= 1; sn >>= 1
            else:
                node = hashlib.sha256(b"\1" + node + step).digest()
            fn >>= 1; sn >>= 1
        assert sn == 0 and node == root, "the path does not lead to the root"
        name, key_id, key = sys.argv[2].split("+", 2)
        key = base64.b64decode(key)
        assert name.encode() == origin and key[0] == 1
        assert hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() == key_id
        signature = base64.b64decode(signatures.split(b"\n")[0].split(b" ")[2])
        assert signature[:4].hex() == key_id
        try:
            from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        except ImportError:
            print("no signature"); sys.exit(0)
        Ed25519PublicKey.from_public_bytes(key[1:]).verify(signature[4:], text + b"\n")
        print("signature")
        """#

    private func run(_ archive: TestArchive, _ receipt: [UInt8]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: python)
        process.arguments = [
            try archive.file("check.py", ReceiptScriptTests.script), try archive.file("receipt", bytes: receipt),
            archive.verifierKey,
        ]
        (process.standardOutput, process.standardError) = (output, FileHandle.nullDevice)
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: data, as: UTF8.self))
    }

    @Test func pythonComesToTheSameRootAndSignature() async throws {
        let archive = try TestArchive()
        try await archive.append([Cloud.body(1)] + (0..<11).map { Cloud.incident("c\($0)") })
        let checkpoint = try await archive.writing { try Administrator($0).checkpoint() }
        let open = try await archive.open(.reading)
        for position in [0, 1, 7, 8, 12] as [UInt64] {
            let receipt = try Auditor(open).receipt(for: position, checkpoint: checkpoint).bytes
            let (status, output) = try run(archive, receipt)
            #expect(status == 0, "position \(position)")
            if output == "no signature\n" {
                print("note: python3-cryptography is not there; signatures went unchecked")
            }
        }
        // The script itself can fail: one letter of the root.
        var receipt = try Auditor(open).receipt(for: 3, checkpoint: checkpoint).bytes
        let text = String(decoding: receipt, as: UTF8.self)
        let root = checkpoint.split(separator: "\n")[2]
        let place = try #require(text.range(of: root)?.lowerBound).utf16Offset(in: text)
        receipt[place] = receipt[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
        #expect(try run(archive, receipt).status != 0)
    }
}
