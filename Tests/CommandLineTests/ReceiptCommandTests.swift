import ArchiveTesting
import Foundation
import Testing

/// Receipts through the program: made with the archive, verified without it.
@Suite struct ReceiptCommandTests {
    private func ready() throws -> ProgramArchive {
        let archive = try ProgramArchive()
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        return archive
    }

    @Test func everyPositionIsProvenByFileAndKeyAlone() throws {
        let archive = try ready()
        for position in [0, 1, 17, 63, 64] {
            let receipt = try archive("prove", String(position))
            #expect(receipt.status == 0)
            let path = try archive.file("receipt", receipt.text)
            let result = try Program.run(["verify-receipt", path, "--key", archive.verifierKey])
            #expect(result.status == 0, "\(result.errors)")
            let answer = try result.object()
            #expect(answer["valid"] as? Bool == true && answer["index"] as? Int == position)
            #expect(answer["size"] as? Int == 65 && answer["origin"] as? String == "credit.example/cli")
            let entry = try archive("replay", "--from", String(position), "--to", String(position)).lines()[0]["event"]
            #expect(NSObject.same(answer["entry"], entry))
        }
        // Proving made one checkpoint, the one that is published.
        let note = try archive("checkpoint").text
        #expect(try archive("prove", "3").text.hasSuffix(note))
    }

    @Test func whatDoesNotHoldExitsWith1AndWhatCannotBeReadWith3() throws {
        let archive = try ready()
        let other = try ProgramArchive()
        let receipt = try archive("prove", "5").text
        let path = try archive.file("receipt", receipt)
        func verify(_ path: String, _ key: String, _ more: String...) throws -> Int32 {
            let result = try Program.run(["verify-receipt", path, "--key", key] + more)
            #expect((result.status == 0) == result.errors.isEmpty)
            return result.status
        }
        #expect(try verify(path, archive.verifierKey) == 0)
        #expect(try verify(path, other.verifierKey) == 1)
        let moved = receipt.replacingOccurrences(of: "index 5", with: "index 6")
        #expect(try verify(archive.file("moved", moved), archive.verifierKey) == 1)
        #expect(try verify(archive.file("short", String(receipt.dropLast(20))), archive.verifierKey) != 0)
        #expect(try verify(archive.file("empty", ""), archive.verifierKey) == 3)
        #expect(try verify(archive.file("notes", "hello\n"), archive.verifierKey) == 3)
        #expect(try verify(path, "nonsense") == 3)
    }

    @Test func withoutItsEntryAReceiptNeedsTheEntry() throws {
        let archive = try ready()
        let path = try archive.file("receipt", archive("prove", "5", "--without-entry").text)
        let key = ["--key", archive.verifierKey]
        let needed = try Program.run(["verify-receipt", path] + key)
        #expect(needed.status == 3 && needed.errors.contains("[entry-needed]") && needed.errors.contains("--entry"))
        let line = try archive("replay", "--from", "5", "--to", "5").text
        let start = try #require(line.range(of: "\"event\":")).upperBound
        let entry = String(line[start...].dropLast(2))
        #expect(try Program.run(["verify-receipt", path, "--entry", archive.file("entry", entry)] + key).status == 0)
        #expect(
            try Program.run(["verify-receipt", path, "--entry", archive.file("wrong", entry + " ")] + key).status == 1)
    }
}
