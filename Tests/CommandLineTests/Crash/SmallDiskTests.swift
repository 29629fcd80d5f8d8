import ArchiveTesting
import Foundation
import Testing

/// Real disks that are full or cannot be written: a file system of its own for each test.
@Suite(.serialized, .enabled(if: SmallDisk.isPermitted, "mounting a file system is not permitted here"))
struct SmallDiskTests {
    private func event(_ number: Int) -> String {
        let text = String(repeating: "失信事实。", count: 90)
        return #"{"specversion":"1.0","id":"\#(number)","source":"urn:full","type":"statement.attached","#
            + #""subject":"case/a","data":{"occurredOn":"2023-04-01","office":"县局","text":"\#(text)"}}"#
            + "\n"
    }

    private let incident = """
        {"specversion":"1.0","id":"a","source":"urn:full","type":"incident.determined","subject":"case/a","data":\
        {"attributedYear":2023,"authority":"县局","basis":{"number":"云信〔2023〕1号","title":"决定书"},\
        "body":"\(County.body)","category":"R05","channel":"C03","determinedOn":"2023-03-05","fact":"未付款",\
        "occurredOn":"2023-01-10","severity":"一般","visibility":"公开"}}
        """

    @Test func aFullDiskStopsAppendsWithAClearErrorAndNothingElse() throws {
        let disk = try SmallDisk(kibibytes: 2_048)
        let archive = try ProgramArchive(on: disk.path)
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        #expect(try archive("append", input: incident).status == 0)
        let checkpoint = try archive.file("checkpoint.txt", archive("checkpoint").text)
        let ballast = disk.path + "/ballast"
        try Data(count: 300 << 10).write(to: URL(fileURLWithPath: ballast))
        var acknowledged = 0
        var failure: Program.Result?
        for call in 0..<200 where failure == nil {
            let events = (0..<20).map { event(call * 20 + $0) }.joined()
            let result = try archive("append", input: events)
            if result.status == 0 { acknowledged += 20 } else { failure = result }
        }
        let told = try #require(failure, "the disk was never full")
        ToldError.check(told, status: 5, naming: [["空间"], ["space"], [archive.path]], "a full disk")
        #expect(acknowledged > 0)
        // What is there is whole, and can be read on the full disk.
        func recorded() throws -> Int { try LogRows(archive: archive.path).ids(of: "urn:full").count - 1 }
        let found = try recorded()
        #expect(found >= acknowledged && found % 20 == 0, "\(found) of \(acknowledged)")
        #expect(try archive("standing", County.body).list().count == 1)
        try FileManager.default.removeItem(atPath: ballast)
        let verify = try archive("verify", "--deep", "--key", archive.verifierKey, "--against", checkpoint)
        #expect(verify.status == 0, "\(verify.text) \(verify.errors)")
        // With space again it goes on, and a retry of what may have failed adds nothing twice.
        let events = (0..<20).map { event(found - 20 + $0) }.joined()
        let retry = try archive("append", input: events)
        #expect(retry.status == 0, "\(retry.errors)")
        #expect(try recorded() == found)
        #expect(try archive("append", input: event(100_000)).status == 0)
        #expect(try archive("verify", "--deep").status == 0)
        print("a full disk: \(acknowledged) acknowledged, \(found) there")
    }

    @Test func aReadOnlyDiskAnswersAndRefusesToWrite() throws {
        let disk = try SmallDisk(kibibytes: 4_096)
        let archive = try ProgramArchive(on: disk.path)
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        #expect(try archive("append", input: incident).status == 0)
        let standing = try archive("standing", "--all").output
        let trail = try archive("trail", "a").output
        try disk.remount(writable: false)
        #expect(try archive("standing", "--all").output == standing)
        #expect(try archive("trail", "a").output == trail)
        for arguments in [
            ["verify", "--deep", "--key", archive.verifierKey], ["replay"], ["doctor"],
            ["standing", "--all", "--as-of", "2023-03-05"], ["import", "bodies", County.path("bodies"), "--dry-run"],
        ] {
            let result = try Program.run(["--archive", archive.path] + arguments)
            #expect(result.status == 0, "\(arguments): \(result.errors)")
        }
        for arguments in [
            ["append"], ["import", "bodies", County.path("bodies")], ["rebuild"], ["checkpoint"],
            ["keys", "destroy", "case/a", "--basis", "法"],
        ] {
            let result = try Program.run(["--archive", archive.path] + arguments, input: event(1))
            ToldError.check(result, status: 5, naming: [["只读"], ["ead-only"], [archive.path]], "\(arguments)")
        }
        let other = try Program.run(["--archive", disk.path + "/other", "init"])
        ToldError.check(other, status: 5, naming: [["只读"], ["ead-only"], [disk.path]], "init")
        try disk.remount(writable: true)
        #expect(try archive("append", input: event(1)).status == 0)
        #expect(try archive("verify", "--deep").status == 0)
    }

    @Test func aReadOnlyDiskWithAKilledWritersRestsSaysSoOrAnswersRight() throws {
        let disk = try SmallDisk(kibibytes: 8_192)
        let archive = try ProgramArchive(on: disk.path)
        #expect(try archive("import", "bodies", County.path("bodies")).status == 0)
        let appender = try Appender(archive, first: 0, count: 1_000, batch: 1)
        appender.wait(forAcknowledgements: 5)
        appender.running.kill()
        let acknowledged = Appender.acknowledged(try appender.running.finish().output)
        try disk.remount(writable: false)
        let answer = try archive("standing", County.body)
        if answer.status == 0 {
            let cases = try answer.list().first?["cases"] as? [Any]
            #expect((cases?.count ?? 0) >= acknowledged.count)
        } else {
            ToldError.check(answer, status: 5, naming: [[archive.path]], "read-only, killed")
        }
        #expect([0, 5].contains(try archive("verify").status))
        try disk.remount(writable: true)
        try Appender.check(acknowledged, batch: 1, in: archive, "read-only, killed")
        #expect(try archive("verify", "--deep").status == 0)
    }
}

/// A file system in memory of a certain size, mounted in a folder of its own until the last reference goes.
final class SmallDisk: Sendable {
    private let folder: TemporaryFolder
    var path: String { folder.path }

    init(kibibytes: Int) throws {
        folder = try TemporaryFolder()
        try SmallDisk.call("mount", "-t", "tmpfs", "-o", "size=\(kibibytes)k", "credit-archive-test", folder.path)
    }

    deinit { try? SmallDisk.call("umount", "-l", folder.path) }

    func remount(writable: Bool) throws {
        try SmallDisk.call("mount", "-o", writable ? "remount,rw" : "remount,ro", folder.path)
    }

    static let isPermitted = (try? SmallDisk(kibibytes: 64)) != nil

    private static func call(_ name: String, _ arguments: String...) throws {
        let path = ["/usr/bin/", "/bin/", "/sbin/"].map { $0 + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
        let result = try Program.run(arguments, program: path ?? name)
        guard result.status == 0 else { throw CocoaError(.featureUnsupported, userInfo: ["mount": result.errors]) }
    }
}
