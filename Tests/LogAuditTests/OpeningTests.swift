import Foundation
import LogAudit
import Testing
import TransparencyLog

@Suite("Opening a log")
struct OpeningTests {
    func code(_ path: String) -> AuditError.Code? {
        do throws(AuditError) {
            _ = try LogAuditor(path: path, options: .init()).run()
            return nil
        } catch {
            #expect(!error.chinese.isEmpty && error.english.hasSuffix("(\(error.detail))"))
            return error.code
        }
    }

    @Test("a missing file or a folder cannot be opened, and nothing is made in its place")
    func missing() throws {
        let fixture = try LogFixture()
        #expect(code(fixture.path) == .cannotOpen)
        #expect(!FileManager.default.fileExists(atPath: fixture.path))
        #expect(code(fixture.folder.path) == .cannotOpen)
    }

    @Test("a file that is no database, or a database that is no log, is refused")
    func foreign() throws {
        let fixture = try LogFixture()
        try Data("This is not a database, whatever its name says. ".utf8).write(to: URL(fileURLWithPath: fixture.path))
        #expect(code(fixture.path) == .notADatabase)
        try Data().write(to: URL(fileURLWithPath: fixture.path))
        #expect(code(fixture.path) == .notALog)
        let other = try LogFixture.made(schema: "CREATE TABLE other(a)")
        #expect(code(other.path) == .notALog)
        let view = try LogFixture.made(schema: "CREATE VIEW entry AS SELECT 0 AS position, x'00' AS blob")
        #expect(code(view.path) == .notALog)
    }

    @Test("any path works", arguments: ["log?mode=rwc#x%41.sqlite", "日志 档案.sqlite", "a&b=c;d.sqlite", "file:log"])
    func paths(name: String) throws {
        let fixture = try LogFixture.made(name: name)
        try fixture.append([1])
        try fixture.addHead()
        let report = try fixture.audit()
        #expect(report.isSound)
        #expect(report.entries == 1)
    }

    @Test("where no -shm file can be made the log is read all the same, if no -wal file holds later transactions")
    func immutable() throws {
        let fixture = try LogFixture.made(EntryFixture.entries(300))
        fixture.close()
        #expect(!FileManager.default.fileExists(atPath: fixture.path + "-wal"))
        // SQLite follows no link here: so no -shm file can be made, as on a read-only disk.
        try FileManager.default.createSymbolicLink(
            atPath: fixture.path + "-shm", withDestinationPath: fixture.path + "-nowhere")
        let report = try fixture.audit(.init(workers: 2, deep: true))
        #expect(report.isSound)
        #expect(report.entries == 300)

        try Data([1, 2, 3]).write(to: URL(fileURLWithPath: fixture.path + "-wal"))
        #expect(code(fixture.path) == .walUnreadable)
    }

    @Test("the file is not changed by an audit")
    func unchanged() throws {
        let fixture = try LogFixture.made(EntryFixture.entries(300))
        fixture.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: fixture.path))
        _ = try fixture.audit(.init(deep: true))
        #expect(try Data(contentsOf: URL(fileURLWithPath: fixture.path)) == before)
    }
}
