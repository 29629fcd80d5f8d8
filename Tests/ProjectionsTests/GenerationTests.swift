import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Synchronization
import Testing

/// Generations: what is new is built beside the old, what is newer than the program is left alone, what is replaced is
/// not written any more.
@Suite struct GenerationTests {
    @Test func aFoldIntoAGenerationThatWasReplacedMeanwhileWritesNothing() async throws {
        let history = try RandomHistory(stream: 61)
        try await history.grow(by: 60)
        let archive = try await history.open(.writing)
        let isArmed = Mutex(false)
        let path = history.folder.path
        let replacing = archive.projections(
            of: .standard(
                and: FactCount { _ in
                    guard isArmed.withLock({ $0 }) else { return }
                    // As another process would: the next generation becomes the live one in the middle of a fold.
                    try Data("generation 9\nepoch 9\n".utf8).write(to: URL(fileURLWithPath: path + "/CURRENT"))
                }))
        try replacing.fold()
        let before = try #require(try replacing.viewsState())
        let current = try #require(history.current)
        try await history.grow(archive, by: 60)
        isArmed.withLock { $0 = true }
        #expect {
            try replacing.fold()
        } throws: {
            ($0 as? EventLogError)?.code == .generationReplaced
        }
        isArmed.withLock { $0 = false }
        try Data(current.utf8).write(to: URL(fileURLWithPath: path + "/CURRENT"))
        #expect(try #require(try replacing.viewsState()) == before)
        // And it goes on from there.
        try replacing.fold()
        let scratch = try TemporaryFolder()
        let fresh = archive.projections(of: .standard(and: FactCount()), in: scratch.path)
        try fresh.fold()
        #expect(try #require(try replacing.viewsState()) == #require(try fresh.viewsState()))
    }

    @Test func aNewProjectionIsBuiltBesideTheOldGenerationByItself() async throws {
        let history = try RandomHistory(stream: 62)
        try await history.grow(by: 120)
        let archive = try await history.open(.writing)
        let standings = try Auditor(archive).standing(.all)
        let first = try archive.projections.projectionStates()
        #expect(try history.generations == ["read-1.sqlite"])
        let next = archive.projections(of: .standard(and: FactCount()))
        try next.fold()
        #expect(try history.generations == ["read-2.sqlite"])
        let states = try next.projectionStates()
        #expect(states.map(\.name) == ["bodies", "standing", "fact-count"])
        // What was there is taken over, not folded again by other code.
        #expect(Array(states.prefix(2)) == first)
        // A changed version replaces its rows alone.
        let changed = archive.projections(of: .standard(and: FactCount(version: 2)))
        try changed.fold()
        #expect(try history.generations == ["read-3.sqlite"])
        #expect(try changed.projectionStates().map(\.version) == [1, 1, 2])
        #expect(try changed.projectionStates().map(\.digest) == states.map(\.digest))
        try changed.fold()
        #expect(try history.generations == ["read-3.sqlite"])
        let reader = try await history.open(.reading)
        #expect(try Auditor(reader).standing(.all, atPosition: archive.log.head().size - 1) == standings)
    }

    @Test func aGenerationOfANewerProgramIsNeitherServedNorDestroyed() async throws {
        let history = try RandomHistory(stream: 63)
        try await history.grow(by: 60)
        do {
            let archive = try await history.open(.writing)
            try archive.projections(of: .standard(and: FactCount(version: 2))).fold()
            try archive.projections(of: .standard(and: FactCount(version: 1))).fold()
            Issue.record("an older program folded into a newer generation")
        } catch let error as EventLogError {
            #expect(error.code.rawValue == "derived-newer")
            #expect(error.english.contains("read-2.sqlite") && error.english.contains("fact-count 2"))
        }
        let isNewer: (any Error) -> Bool = { ArchiveError($0).code == "derived-newer" }
        let reader = try await history.open(.reading)
        #expect { try Auditor(reader).standing(.all) } throws: { isNewer($0) }
        // From facts, which are the same to both.
        #expect(try !Auditor(reader).standing(.all, atPosition: reader.log.head().size - 1).isEmpty)
        #expect(try Examination(history.folder).run().contains { $0.code == "projections" && !$0.isWell })
        let bytes = FileManager.default.contents(atPath: history.folder.path + "/read-2.sqlite")
        await #expect { try await history.open(.writing) } throws: { isNewer($0) }
        #expect(try history.generations == ["read-2.sqlite"])
        #expect(FileManager.default.contents(atPath: history.folder.path + "/read-2.sqlite") == bytes)
        // A newer layout of the file itself.
        try Tampering.execute(history.folder.path + "/read-2.sqlite", "PRAGMA user_version = 99")
        await #expect { try await history.open(.writing) } throws: { isNewer($0) }
        // What the error says to do.
        try FileManager.default.removeItem(atPath: history.folder.path + "/read-2.sqlite")
        let archive = try await history.open(.writing)
        #expect(try !Auditor(archive).standing(.all).isEmpty)
    }

    @Test func leftoversOfACrashAreRemovedAtTheNextOpening() async throws {
        let history = try RandomHistory(stream: 64)
        try await history.grow(by: 30)
        for name in ["read-2.sqlite", "read-2.sqlite-wal", "facts-next.sqlite"] {
            try Data("half".utf8).write(to: URL(fileURLWithPath: history.folder.path + "/" + name))
        }
        _ = try await history.open(.writing)
        #expect(try history.generations == ["read-1.sqlite"])
        let names = try FileManager.default.contentsOfDirectory(atPath: history.folder.path)
        #expect(!names.contains("facts-next.sqlite") && !names.contains("read-2.sqlite-wal"))
    }
}
