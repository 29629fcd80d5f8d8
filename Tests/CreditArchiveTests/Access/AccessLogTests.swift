import ArchiveTesting
import CreditArchive
import EventLog
import Foundation
import GRDB
import Testing

@Suite("access.sqlite")
struct AccessLogTests {
    private static func record(_ number: Int, principal: String = "key/a", subject: String? = nil) -> AccessRecord {
        AccessRecord(
            milliseconds: Int64(number) * 1_000, principal: principal, request: "GET /\(number)", subject: subject,
            purpose: number.isMultiple(of: 2) ? "审计" : nil, status: 200, requestID: "\(number)")
    }

    @Test("keeps every reading, found by reader, subject and time, the newest first")
    func keeps() throws {
        let test = try TestArchive()
        let log = try AccessLog(test.folder)
        for number in 1...500 {
            try log.add(
                Self.record(number, principal: number > 400 ? "key/b" : "key/a", subject: number == 7 ? "x" : nil))
        }
        try log.close()
        // A second service goes on where the first ended.
        let next = try AccessLog(test.folder)
        try next.add(Self.record(501, principal: "key/b"))
        try next.close()
        var query = AccessQuery()
        query.principal = "key/b"
        #expect(try AccessLog.read(test.folder, query).map(\.requestID) == (401...501).reversed().map(String.init))
        query = AccessQuery()
        query.subject = "x"
        #expect(try AccessLog.read(test.folder, query) == [Self.record(7, subject: "x")])
        query = AccessQuery()
        (query.from, query.to) = (10_000, 12_000)
        #expect(try AccessLog.read(test.folder, query).map(\.requestID) == ["11", "10"])
        query.limit = 1
        #expect(try AccessLog.read(test.folder, query).count == 1)
    }

    @Test("is there within a second, and is append-only")
    func durable() async throws {
        let test = try TestArchive()
        let log = try AccessLog(test.folder)
        try log.add(Self.record(1))
        try await Task.sleep(for: .milliseconds(1_000))
        #expect(try AccessLog.read(test.folder, AccessQuery()).count == 1)
        try log.close()
        let queue = try DatabaseQueue(path: test.folder.access)
        for statement in ["UPDATE access SET principal = 'x'", "DELETE FROM access"] {
            #expect(throws: DatabaseError.self) { try queue.inDatabase { try $0.execute(sql: statement) } }
        }
    }

    @Test("old readings are deleted in batches; those that stay, stay undeletable, and the deletion is one of them")
    func pruned() throws {
        let test = try TestArchive()
        let log = try AccessLog(test.folder)
        for number in 1...10_500 { try log.add(Self.record(number)) }
        try log.close()
        let now: Archive.Clock = { 20_000_000 }
        #expect(
            try AccessLog.prune(test.folder, before: 10_400_000, by: "operator/3", clock: now) == 10_399)
        var query = AccessQuery()
        query.limit = 200
        let left = try AccessLog.read(test.folder, query)
        #expect(left.count == 102 && left.first?.principal == "operator/3" && left.last?.milliseconds == 10_400_000)
        #expect(try AccessLog.prune(test.folder, before: 10_400_000, by: "operator/3", clock: now) == 0)
        #expect(throws: ArchiveError.self) {
            try AccessLog.prune(test.folder, before: 20_000_001, by: "operator/3", clock: now)
        }
        let queue = try DatabaseQueue(path: test.folder.access)
        #expect(throws: DatabaseError.self) { try queue.inDatabase { try $0.execute(sql: "DELETE FROM access") } }
        #expect(try AccessLog.read(test.folder, query).count == 102)
    }

    @Test("a file that is no access record is refused, and left as it is")
    func foreign() throws {
        let test = try TestArchive()
        let bytes = Data("no database".utf8)
        try bytes.write(to: URL(fileURLWithPath: test.folder.access))
        #expect(throws: EventLogError.self) { try AccessLog(test.folder) }
        #expect(FileManager.default.contents(atPath: test.folder.access) == bytes)
    }
}
