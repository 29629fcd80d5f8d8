import ArchiveTesting
import Foundation
import Synchronization
import Testing

@Suite("subscribers, exchange")
struct ExchangeCommandTests {
    @Test("subscribers are made, shown, paused, resumed, set back and removed, in every format and both languages")
    func subscribers() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let key = try archive("keys", "api", "new", "--name", "省平台", "--role", "subscriber").object()
        let id = try #require((key["key"] as? [String: Any])?["id"] as? String)
        let made = try archive(
            "subscribers", "new", "province", "--title", "省公共信用信息平台", "--delivery", "pull", "--visibility", "full",
            "--texts", "opened", "--region", "419801", "--key", id
        ).object()
        #expect((made["subscriber"] as? [String: Any])?["key"] as? String == id && made["secret"] == nil)
        let pushed = try archive(
            "subscribers", "new", "portal", "--title", "信用门户", "--delivery", "push", "--visibility", "public", "--url",
            "https://portal.example/hook"
        ).object()
        let secret = try #require(pushed["secret"] as? String)
        #expect(secret.hasPrefix("whsec_"))
        for format in ["table", "json", "ndjson", "csv"] {
            for language in ["zh", "en"] {
                let told = try archive("subscribers", "list", "--format", format, "--lang", language)
                #expect(told.status == 0 && told.text.contains("province") && !told.text.contains(secret))
            }
        }
        for arguments in [
            ["pause", "province", "--reason", "对方维护"], ["resume", "province", "--reason", "恢复"],
            ["reset", "province", "--to", "0", "--reason", "对方重建"],
            ["bind", "province", "--key", id, "--reason", "换密钥"], ["secret", "portal", "--reason", "定期"],
        ] {
            let result = try Program.run(["--archive", archive.path, "subscribers"] + arguments)
            #expect(result.status == 0, "\(arguments) \(result.errors)")
        }
        let acts = try archive("subscribers", "show", "province", "--format", "json").list()
        #expect(acts.map { $0["act"] as? String } == ["created", "paused", "resumed", "reset", "bound"])
        #expect(try archive("subscribers", "show", "province", "--format", "table").text.contains("退回游标"))
        #expect(try archive("subscribers", "remove", "portal", "--reason", "停止").status == 0)
        #expect(try archive("subscribers", "list").list().count == 1)
        try archive("subscribers", "pause", "nobody", "--reason", "x").expectError(3, "subscriber-not-found")
        try archive("subscribers", "reset", "province", "--to", "5", "--reason", "x").expectError(3, "cursor-ahead")
        try archive(
            "subscribers", "new", "province", "--title", "x", "--delivery", "file", "--visibility", "full"
        ).expectError(4, "subscriber-exists")
        try archive(
            "subscribers", "new", "x", "--title", "x", "--delivery", "push", "--visibility", "full"
        ).expectError(3, "url-needed")
        // It is no part of the log: nothing of it is in a backup, and the archive is as it was.
        #expect(try archive("verify", "--deep").status == 0 && archive("doctor").status == 0)
        #expect(try archive("backup", archive.folder.file("backup")).status == 0)
        #expect(!FileManager.default.fileExists(atPath: archive.folder.file("backup") + "/exchange.sqlite"))
    }

    @Test("batches go out as files, receipts come in, and both sides are reconciled, while the archive is served")
    func files() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let served = try ServedProgram(archive)
        let made = try archive(
            "subscribers", "new", "national", "--title", "全国信用信息共享平台", "--delivery", "file", "--visibility", "full")
        #expect(made.status == 0)
        let out = archive.folder.file("out")
        let file = try #require(archive("exchange", "write", "national", "--out", out, "--limit", "100").list().first)
        #expect(file["events"] as? Int == 100 && file["position"] as? Int == 100)
        let form = try String(contentsOfFile: #require(file["receiptPath"] as? String), encoding: .utf8)
        let unfilled = try archive(
            "exchange", "acknowledge", #require(file["receiptPath"] as? String), "--format", "table")
        #expect(unfilled.status == 1 && unfilled.errors.contains("第 2 行「接收结果」[result-malformed]"), "\(unfilled.errors)")
        let receipt = try archive.file("回执.csv", form.replacing(",,,,", with: ",已接收,,,"))
        let taken = try archive("exchange", "acknowledge", receipt).object()
        #expect((taken["receipts"] as? [[String: Any]])?.first?["position"] as? Int == 100)
        let days = try archive("exchange", "reconcile", "national").object()
        #expect(((days["days"] as? [[String: Any]])?.first?["acknowledged"] as? Int) == 100)
        // Their list lacks the last one.
        let lines = try String(contentsOfFile: #require(file["path"] as? String), encoding: .utf8).split(
            separator: "\n")
        var list = "source,id,digest\n"
        for line in lines.dropLast() {
            let event = try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            let digest = try digest(String(line))
            list += "\(event["source"] as? String ?? ""),\"\(event["id"] as? String ?? "")\",\(digest)\n"
        }
        let against = try archive.file("对方清单.csv", list)
        let told = try archive("exchange", "reconcile", "national", "--against", against)
        #expect(
            try told.status == 1 && told.object()["missing"] as? Int == 1 && told.object()["differing"] as? Int == 0)
        for arguments in [["--format", "table"], ["--format", "csv"], ["--format", "csv", "--differences"]] {
            let result = try Program.run(
                ["--archive", archive.path, "exchange", "reconcile", "national", "--against", against] + arguments)
            #expect(result.status == 1 && result.text.contains("缺失"), "\(result.text)")
        }
        try archive("exchange", "reconcile", "national", "--against", receipt).expectError(3, "unknown-column")
        try archive("exchange", "write", "nobody", "--out", out).expectError(3, "subscriber-not-found")
        #expect(try served.end(SIGTERM).status == 0)
    }

    private func digest(_ line: String) throws -> String {
        let process = Process()
        let (input, output) = (Pipe(), Pipe())
        process.executableURL = URL(filePath: "/usr/bin/sha256sum")
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        input.fileHandleForWriting.write(Data(line.utf8))
        try input.fileHandleForWriting.close()
        let text = String(decoding: try output.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        return String(text.prefix(64))
    }

    @Test("killed in the middle of pushes to a webhook that fails half the time, nothing is missing in the end")
    func killed() throws {
        let archive = try ProgramArchive()
        let generator = Mutex(SeededGenerator(stream: 603))
        let fates: [FailingReceiver.Fate] = [
            .refused, .takenAndRefused, .takenAndCut, .takenAndClosed, .closed, .silent,
        ]
        let receiver = try FailingReceiver { _ in generator.withLock { $0.chance(50) ? .taken : $0.pick(fates) } }
        defer { receiver.close() }
        let made = try archive(
            "subscribers", "new", "portal", "--title", "信用门户", "--delivery", "push", "--visibility", "full", "--url",
            receiver.url, "--allow-private")
        #expect(made.status == 0)
        let settings = [
            "CREDIT_ARCHIVE_PUSH_BATCH": "5", "CREDIT_ARCHIVE_PUSH_TIMEOUT_SECONDS": "1",
            "CREDIT_ARCHIVE_PUSH_RETRY_MILLISECONDS": "4", "CREDIT_ARCHIVE_PUSH_RETRY_MAX_SECONDS": "1",
        ]
        var next = 1
        for round in 0..<3 {
            let served = try ServedProgram(archive, environment: settings)
            for _ in 0..<30 {
                #expect(served.post(ServedProgram.body(next))?.status == 201)
                next += 1
            }
            let until = receiver.posts.count + 3
            while receiver.posts.count < until { usleep(2_000) }
            try served.end(round < 2 ? SIGKILL : SIGTERM)
        }
        let served = try ServedProgram(archive, environment: settings)
        var acknowledged = 0
        for _ in 0..<800 where acknowledged < next {
            usleep(50_000)
            acknowledged = try archive("subscribers", "list").list().first?["acknowledged"] as? Int ?? 0
        }
        #expect(try served.end(SIGTERM).status == 0)
        let held = try receiver.events()
        let list = try archive.file(
            "list.ndjson",
            held.map { event in
                let digest = (try? digest(String(decoding: event.json, as: UTF8.self))) ?? ""
                return #"{"source":"\#(event.source)","id":"\#(event.id)","digest":"\#(digest)"}"#
            }.joined(separator: "\n"))
        let told = try archive("exchange", "reconcile", "portal", "--against", list)
        #expect(told.status == 0, "\(told.text)")
        let days = try #require(told.object()["days"] as? [[String: Any]])
        #expect(days.reduce(0) { $0 + ($1["sent"] as? Int ?? 0) } == next)
        #expect(days.reduce(0) { $0 + ($1["acknowledged"] as? Int ?? 0) } == next)
        #expect(Set(held.map(\.id)).count == next && held.count > next)
    }
}
