import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import LogAudit
import Projections
import Testing

/// Derived files are disposable: whatever becomes of them, the answers are the same.
@Suite struct DerivedFileTests {
    enum Harm: String, CaseIterable, Sendable {
        case deleted, emptied, halved, garbage, garbageInside, stale, foreign
    }

    static let files = ["facts.sqlite", "read-1.sqlite", "index.sqlite", "CURRENT"]

    /// Everything that readers can be asked, as text.
    private func answers(_ archive: Archive) throws -> String {
        let auditor = Auditor(archive)
        let size = try archive.log.head().size
        var text = ""
        for (day, position) in [(nil, nil), (CalendarDay("2021-06-30"), nil), (nil, size / 2)]
            as [(CalendarDay?, UInt64?)]
        {
            for standing in try auditor.standing(.all, asOf: day, atPosition: position) {
                text += "\(standing)\n"
                if day == nil, position == nil {
                    if let code = standing.body.code { text += "\(try auditor.body(named: code.text))\n" }
                    text += try auditor.trail(ofBody: standing.body.id).map { "\($0.position) \($0.chinese)\n" }
                        .joined()
                }
            }
        }
        return text
    }

    private func bytes(_ path: String) -> Data? { FileManager.default.contents(atPath: path) }

    private func harm(
        _ name: String, _ harm: Harm, _ history: RandomHistory, stale: [String: Data], foreign: RandomHistory
    ) throws {
        let path = history.folder.path + "/" + name
        for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) }
        guard let now = bytes(path) else { return }
        var random = SeededGenerator(stream: 77)
        var altered: Data?
        switch harm {
        case .deleted: break
        case .emptied: altered = Data()
        case .halved: altered = now.prefix(now.count / 2)
        case .garbage: altered = Data((0..<now.count).map { _ in UInt8.random(in: 0...255, using: &random) })
        case .garbageInside:
            altered = now
            let start = now.count / 3
            for place in start..<now.count { altered?[place] = UInt8.random(in: 0...255, using: &random) }
        case .stale: altered = stale[name]
        case .foreign: altered = bytes(foreign.folder.path + "/" + name)
        }
        if let altered {
            try altered.write(to: URL(fileURLWithPath: path))
        } else {
            try FileManager.default.removeItem(atPath: path)
        }
    }

    private func grown() async throws -> (history: RandomHistory, stale: [String: Data]) {
        let history = try RandomHistory(stream: 41)
        try await history.grow(by: 120)
        var stale: [String: Data] = [:]
        for name in DerivedFileTests.files { stale[name] = bytes(history.folder.path + "/" + name) }
        try await history.grow(by: 180)
        return (history, stale)
    }

    @Test(arguments: DerivedFileTests.Harm.allCases)
    func aReaderAndThenAWriterGiveTheSameAnswers(_ harm: Harm) async throws {
        let (history, stale) = try await grown()
        let foreign = try RandomHistory(stream: 42)
        try await foreign.grow(by: 250)
        let expected: String
        let views: (size: UInt64, digest: String)?
        let facts: (size: UInt64, digest: String)?
        do {
            let archive = try await history.open(.reading)
            expected = try answers(archive)
            (views, facts) = (try archive.projections.viewsState(), try archive.projections.factsState())
        }
        var good: [String: Data] = [:]
        for name in DerivedFileTests.files { good[name] = bytes(history.folder.path + "/" + name) }
        let subsets = DerivedFileTests.files.map { [$0] } + [DerivedFileTests.files]
        for names in subsets {
            for name in try FileManager.default.contentsOfDirectory(atPath: history.folder.path)
            where name.hasPrefix("read-") || name.hasSuffix("-wal") || name.hasSuffix("-shm") {
                try FileManager.default.removeItem(atPath: history.folder.path + "/" + name)
            }
            for (name, data) in good { try data.write(to: URL(fileURLWithPath: history.folder.path + "/" + name)) }
            for name in names { try self.harm(name, harm, history, stale: stale, foreign: foreign) }
            if harm == .garbageInside, names.contains("index.sqlite") {
                // The index says which file it is, and what to do.
                for access in [Archive.Access.reading, .writing] {
                    do { _ = try await history.open(access) } catch {
                        let error = ArchiveError(error)
                        #expect(
                            error.kind == .unavailable && error.english.contains("index.sqlite is damaged; delete it"))
                    }
                }
                try FileManager.default.removeItem(atPath: history.folder.path + "/index.sqlite")
            }
            let label = "\(harm) \(names)"
            do { #expect(try await answers(history.open(.reading)) == expected, "\(label), reader") } catch {
                Issue.record("\(label), reader: \(ArchiveError(error).english)")
            }
            do {
                let writer = try await history.open(.writing)
                #expect(try answers(writer) == expected, "\(label), writer")
                // Damage that nothing touches stays until it is touched, or until a rebuild.
                if harm == .garbageInside { _ = try Administrator(writer).rebuild() }
                try writer.close()
            } catch {
                Issue.record("\(label), writer: \(ArchiveError(error).english)")
                continue
            }
            do {
                let again = try await history.open(.reading)
                #expect(try answers(again) == expected, "\(label), reader afterwards")
                // The writer has mended what it found.
                #expect(try again.projections.viewsState()?.digest == views?.digest, "\(label)")
                #expect(try again.projections.viewsState()?.size == views?.size, "\(label)")
                #expect(try again.projections.factsState()?.digest == facts?.digest, "\(label)")
                #expect(try again.projections.factsState()?.size == facts?.size, "\(label)")
            } catch {
                Issue.record("\(label), reader afterwards: \(ArchiveError(error).english)")
            }
        }
    }

    @Test func aReaderSeesWhatAnOpenWriterHasAppended() async throws {
        let history = try RandomHistory(stream: 43)
        try await history.grow(by: 60)
        let early = try await history.open(.reading)
        let writer = try await history.open(.writing)
        for _ in 0..<5 {
            try await history.grow(writer, by: 30)
            // Nothing was folded or kept yet: readers fold the rest themselves.
            let late = try await history.open(.reading)
            let answer = try answers(late)
            #expect(try answers(writer) == answer)
            let standings = try Auditor(early).standing(.all)
            #expect(standings == (try Auditor(late).standing(.all)))
        }
        try writer.close()
        #expect(try await answers(history.open(.reading)) == answers(writer))
    }

    @Test func whatAWriterThatWasCutOffLeavesIsCaughtUp() async throws {
        let history = try RandomHistory(stream: 44)
        try await history.grow(by: 60)
        do {
            // Appended, and never closed.
            let archive = try await history.open(.writing)
            try await history.grow(archive, by: 60)
        }
        let expected = try await answers(history.open(.reading))
        let archive = try await history.open(.writing)
        #expect(try answers(archive) == expected)
        #expect(try archive.projections.viewsState()?.size == archive.log.head().size)
        try archive.close()
        var options = Verification.Options()
        options.deep = true
        #expect(try Verification(history.folder, options).run().findings.isEmpty)
    }

    @Test func deepVerificationFindsViewsAndFactsThatSaySomethingElse() async throws {
        let history = try RandomHistory(stream: 45)
        try await history.grow(by: 80)
        var options = Verification.Options()
        options.deep = true
        #expect(try Verification(history.folder, options).run().findings.isEmpty)
        for (file, code) in [("read-1.sqlite", "views-differ"), ("facts.sqlite", "facts-differ")] {
            let path = history.folder.path + "/" + file
            let kept = try #require(bytes(path))
            try Tampering.execute(
                path, file == "facts.sqlite" ? "UPDATE fact SET data = x'0200'" : "UPDATE body SET name = '别'")
            #expect(try Verification(history.folder, options).run().findings.map(\.code.rawValue) == [code])
            try kept.write(to: URL(fileURLWithPath: path))
        }
        #expect(try Verification(history.folder, options).run().findings.isEmpty)
    }
}
