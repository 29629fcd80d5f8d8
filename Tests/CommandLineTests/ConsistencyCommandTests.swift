import ArchiveTesting
import Foundation
import Testing
import TransparencyLog

/// Consistency proofs through the program: made with the archive, verified without it.
@Suite struct ConsistencyCommandTests {
    private func ready() throws -> (archive: ProgramArchive, old: String) {
        let archive = try ProgramArchive()
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        let old = try archive.file("old.txt", archive("checkpoint").text)
        #expect(try archive("import", "incidents", County.path("incidents")).status == 1)
        #expect(try archive("checkpoint").status == 0)
        return (archive, old)
    }

    private func verify(_ proof: String, _ old: String, _ key: String, _ more: String...) throws -> Program.Result {
        try Program.run(["verify-consistency", proof, "--old", old, "--key", key] + more)
    }

    @Test func theLogOfAnEarlierCheckpointIsProvenToBeItsBeginning() throws {
        let (archive, old) = try ready()
        let proof = try archive("prove-consistency", "65")
        #expect(proof.status == 0 && proof.text.hasPrefix("old 65\n"))
        let note = try archive("checkpoint").text
        #expect(proof.text.hasSuffix("\n\n" + note), "the body of add-checkpoint")
        let path = try archive.file("proof", proof.text)
        let result = try verify(path, old, archive.verifierKey)
        #expect(result.status == 0, "\(result.errors)")
        let answer = try result.object()
        #expect(answer["valid"] as? Bool == true && answer["oldSize"] as? Int == 65)
        let new = try archive.file("new.txt", note)
        #expect(try verify(path, old, archive.verifierKey, "--new", new).status == 0)
        // Equal sizes need no hashes.
        let size = try #require(answer["newSize"] as? Int)
        let same = try archive("prove-consistency", String(size))
        #expect(same.text == "old \(size)\n\n" + note)
        #expect(try verify(archive.file("same", same.text), new, archive.verifierKey).status == 0)
    }

    @Test func anyTwoSizesAreProvenAndJSONHasBothEnds() throws {
        let (archive, _) = try ready()
        let whole = try archive("prove-consistency", "1", "--format", "json").object()
        let size = try #require(whole["newSize"] as? Int)
        #expect((whole["oldCheckpoint"] as? String)?.contains("\n1\n") == true && whole["newCheckpoint"] is String)
        for (old, new) in [(1, 2), (3, 7), (64, 65), (65, 66), (100, size), (size - 1, size), (7, 7)] {
            let answer = try archive("prove-consistency", String(old), String(new), "--format", "json").object()
            let hashes = try #require(answer["hashes"] as? [String]).compactMap { Digest32(base64: $0.utf8) }
            let roots = ["oldRoot", "newRoot"].compactMap {
                (answer[$0] as? String).flatMap { Digest32(base64: $0.utf8) }
            }
            try #require(roots.count == 2)
            let proof = ConsistencyProof(oldSize: UInt64(old), newSize: UInt64(new), hashes: hashes)
            #expect(proof.verify(oldRoot: roots[0], newRoot: roots[1]), "\(old) to \(new)")
            #expect((answer["newCheckpoint"] is NSNull) == ![1, 65, size].contains(new))
        }
        // Nobody signed this size: the text says so and ends with the bare checkpoint.
        let unsigned = try archive("prove-consistency", "3", "7")
        #expect(unsigned.status == 0 && unsigned.errors.contains("没有签名的检查点"))
        #expect(!unsigned.text.contains("\u{2014}") && unsigned.text.contains("\n\ncredit.example/cli\n7\n"))
    }

    @Test func whatDoesNotHoldExitsWith1AndWhatCannotBeReadWith3() throws {
        let (archive, old) = try ready()
        let other = try ProgramArchive()
        let text = try archive("prove-consistency", "65").text
        let path = try archive.file("proof", text)
        let key = archive.verifierKey
        #expect(try verify(path, old, other.verifierKey).status == 1)
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        lines.remove(at: 1)
        #expect(try verify(archive.file("short", lines.joined(separator: "\n")), old, key).status == 1)
        let moved = text.replacingOccurrences(of: "old 65", with: "old 64")
        #expect(try verify(archive.file("moved", moved), old, key).status == 1)
        // Another log's checkpoint is no earlier state of this one, whatever its key is called.
        let foreign = try archive.file("foreign", other("checkpoint").text)
        #expect(try verify(path, foreign, key).status == 1)
        try verify(archive.file("notes", "hello\n"), old, key).expectError(3, "consistency-malformed")
        try verify(path, archive.file("empty", ""), key).expectError(3, "note-malformed")
        try verify(path, old, "nonsense").expectError(3, "key-malformed")
        try Program.run(["verify-consistency", path, "--key", key]).expectError(2)
        for sizes in [["0"], ["5", "4"], ["1", "999999"], ["999999"]] {
            try Program.run(["--archive", archive.path, "prove-consistency"] + sizes).expectError(3, "size-outside")
        }
        try archive("prove-consistency").expectError(2)
        try archive("prove-consistency", "x").expectError(2)
    }
}
