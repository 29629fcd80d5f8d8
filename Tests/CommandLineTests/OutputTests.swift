import ArchiveTesting
import Foundation
import Testing

/// A standard output that takes nothing: full, or not there at all.
@Suite struct OutputTests {
    static let questions: [[String]] = [
        ["standing", "--all"], ["standing", "--all", "--format", "csv"], ["standing", "--all", "--format", "table"],
        ["trend", "--all"], ["trail", County.body], ["replay"], ["verify", "--deep"], ["checkpoint"], ["prove", "3"],
        ["rebuild"], ["doctor"], ["keys", "show"],
    ]

    /// The archive's own files, but for what only rebuilding and folding touch.
    private func kept(_ archive: ProgramArchive) -> [Data?] {
        ["log.sqlite", "keys/data.keys", "keys/signing.key"].map {
            FileManager.default.contents(atPath: archive.path + "/" + $0)
        }
    }

    @Test(arguments: [Program.Output.full, .closed])
    func anAnswerThatCannotBeWrittenIsAnErrorAndHarmsNothing(_ output: Program.Output) throws {
        let archive = try ProgramArchive()
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        #expect(try archive("checkpoint").status == 0)
        let before = kept(archive)
        for arguments in OutputTests.questions {
            let result = try Program.run(["--archive", archive.path] + arguments, output: output)
            result.expectError(5, "cannot-write-output", "\(arguments), \(output)")
            #expect(kept(archive) == before, "\(arguments), \(output)")
        }
        // What is written is written, though nobody was told; sent again, it is known.
        let event =
            #"{"specversion":"1.0","id":"1","source":"urn:p","type":"body.registered","subject":"body/b","#
            + #""data":{"name":"县局","kind":"工作部门","region":"419801"}}"#
        try archive("append", input: event, output: output).expectError(5, "cannot-write-output")
        #expect(try archive("append", input: event).list().map { $0["duplicate"] as? Bool } == [true])
        try archive("import", "incidents", County.path("incidents"), output: output)
            .expectError(5, "cannot-write-output")
        #expect(try archive("import", "incidents", County.path("incidents")).object()["accepted"] as? Int == 0)
        #expect(try archive("verify", "--deep", "--key", archive.verifierKey).status == 0)
        #expect(try archive("doctor").status == 0)
    }

    @Test func anArchiveMadeWithoutAnOutputIsWhole() throws {
        let folder = try TemporaryFolder()
        for output in [Program.Output.full, .closed] {
            let path = folder.file(output.rawValue)
            try Program.run(["--archive", path, "init"], output: output).expectError(5, "cannot-write-output")
            #expect(try Program.run(["--archive", path, "verify", "--deep"]).status == 0)
        }
    }
}
