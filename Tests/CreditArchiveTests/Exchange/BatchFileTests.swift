import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

@Suite("Batch files, receipts and reconciliation")
struct BatchFileTests {
    private func ready(_ count: Int = 5) async throws -> TestArchive {
        let test = try TestArchive()
        try await test.append((1...count).map { Cloud.body($0) })
        try await test.subscribe("national", .file, .full)
        return test
    }

    private func write(_ test: TestArchive, limit: Int = 100) async throws -> BatchFile {
        let folder = test.temporary.file("out")
        return try #require(
            try await test.exchange { try $0.writeFile(of: "national", to: folder, limit: limit, by: "operator/1") })
    }

    /// The form as the other side gives it back.
    private func receipt(
        _ test: TestArchive, _ file: BatchFile, _ change: (inout [String]) -> Void = { _ in }
    ) throws -> String {
        let form = try String(contentsOfFile: file.receiptPath, encoding: .utf8)
        let lines = form.replacing("\u{FEFF}", with: "").components(separatedBy: "\r\n")
        var fields = lines[1].components(separatedBy: ",")
        (fields[6], fields[7], fields[8]) = ("已接收", "2026-01-05", "省平台")
        change(&fields)
        return try test.file("receipt.csv", lines[0] + "\n" + fields.joined(separator: ",") + "\n")
    }

    private func take(_ test: TestArchive, _ path: String) async throws -> ReceiptReport {
        try await test.exchange { try $0.takeReceipts(path, by: "operator/1") }
    }

    @Test("the file has the entries as lines, its name its day and numbers, and sha256sum agrees")
    func files() async throws {
        let test = try await ready()
        let file = try await write(test, limit: 4)
        #expect(file.path.hasSuffix("/out/exchange-national-20260105-000001-0-3.ndjson"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: file.path))
        #expect(try await test.entries().prefix(4).flatMap { $0.bytes + [0x0A] } == Array(bytes))
        let check = Process()
        check.executableURL = URL(fileURLWithPath: "/usr/bin/sha256sum")
        check.arguments = ["--check", "--strict", file.digestPath]
        check.currentDirectoryURL = URL(fileURLWithPath: test.temporary.file("out"))
        check.standardOutput = FileHandle.nullDevice
        try check.run()
        check.waitUntilExit()
        #expect(check.terminationStatus == 0)
        // Without a receipt the same files come again, also on the next day.
        test.clock.advance(milliseconds: 86_400_000)
        #expect(try await write(test, limit: 100) == file)
    }

    @Test("a receipt acknowledges its batch, once; then the next one is written, until there is none")
    func receipts() async throws {
        let test = try await ready()
        let file = try await write(test, limit: 4)
        let path = try receipt(test, file)
        for isDuplicate in [false, true] {
            let report = try await take(test, path)
            #expect(report.problems.isEmpty && report.lines.map(\.isDuplicate) == [isDuplicate])
            #expect(report.lines.first?.position == 4)
        }
        let second = try await write(test)
        #expect(second.batch == 2 && second.first == 4 && second.events == 2)
        _ = try await take(test, receipt(test, second))
        let folder = test.temporary.file("out")
        #expect(try await test.exchange { try $0.writeFile(of: "national", to: folder, by: "operator/1") } == nil)
        let acts = try await test.exchange { try $0.acts(of: $0.subscriber("national")) }
        #expect(acts.map(\.kind) == [.created, .written, .received, .written, .received])
        #expect(acts[2].reason == "2026-01-05；省平台")
    }

    @Test("a refusal keeps the batch under way, with its reason")
    func refused() async throws {
        let test = try await ready()
        let file = try await write(test)
        let path = try receipt(test, file) { ($0[6], $0[9]) = ("拒收", "第 3 行编码有误") }
        let report = try await take(test, path)
        #expect(report.problems.isEmpty && report.lines.first?.refusal == "第 3 行编码有误")
        #expect(try await write(test) == file)
        #expect(try await test.exchange { try $0.acts(of: $0.subscriber("national")) }.contains { $0.kind == .refused })
    }

    @Test(
        "what is wrong with a receipt names its row and field, and acknowledges nothing",
        arguments: [
            (0, "nobody", "订阅方", "subscriber-not-found"), (1, "7", "批次", "receipt-differs"),
            (1, "x", "批次", "number-malformed"), (2, "1", "起始编号", "receipt-differs"),
            (3, "9", "结束编号", "cursor-ahead"), (3, "2", "结束编号", "cursor-unknown"),
            (4, "5", "条数", "receipt-differs"), (5, "sha256:00", "摘要", "digest-malformed"),
            (5, "sha256:" + String(repeating: "0", count: 64), "摘要", "digest-differs"),
            (6, "", "接收结果", "result-malformed"), (6, "拒收", "说明", "reason-malformed"),
            (7, "昨天", "接收时间", "time-malformed"),
        ])
    func malformed(place: Int, value: String, column: String, code: String) async throws {
        let test = try await ready()
        let path = try await receipt(test, write(test)) { $0[place] = value }
        let report = try await take(test, path)
        #expect(report.lines.isEmpty && report.rows == 1)
        #expect(report.problems.map(\.row) == [2])
        #expect(report.problems.map(\.column) == [column] && report.problems.map(\.code) == [code])
        #expect(try await test.exchange { try $0.subscriber("national").acknowledged } == 0)
    }

    // MARK: Reconciliation

    private func list(_ test: TestArchive, _ lines: [String], _ name: String = "list.csv") throws -> ReconciliationList
    {
        let isTable = name.hasSuffix(".csv")
        let text = ((isTable ? ["source,id,digest"] : []) + lines).joined(separator: "\n") + "\n"
        return try ReconciliationList(path: test.file(name, text), format: isTable ? .csv : .lines)
    }

    /// What the other side holds of a file: source, id and digest of each line.
    private func held(_ file: BatchFile) throws -> [[String]] {
        try String(contentsOfFile: file.path, encoding: .utf8).split(separator: "\n").map { line in
            let event = try JSON.object(bytes: Array(line.utf8))
            return [
                try #require(event["source"] as? String), try #require(event["id"] as? String),
                EvidenceStore.digest(Array(line.utf8)),
            ]
        }
    }

    @Test("by Beijing day: sent, acknowledged, outstanding, missing, differing; what was never sent is unknown")
    func reconciliation() async throws {
        let test = try await ready(5)
        // 23:50 in Beijing, and twenty minutes later.
        test.clock.milliseconds = 1_767_628_200_000
        let first = try await write(test, limit: 4)
        _ = try await take(test, receipt(test, first))
        test.clock.advance(milliseconds: 1_200_000)
        let second = try await write(test)
        var rows = try held(first)
        rows.remove(at: 1)
        rows[2][2] = "SHA256:" + String(repeating: "AB", count: 32)
        rows.append(["urn:platform:9", "strange", String(repeating: "0", count: 64)])
        let list = try list(test, rows.map { $0.joined(separator: ",") })
        let told = try await test.exchange { try $0.reconcile("national", against: list) }
        #expect(told.days.map(\.day.description) == ["2026-01-05", "2026-01-06"])
        #expect(told.days.map(\.sent) == [4, 2] && told.days.map(\.acknowledged) == [4, 0])
        #expect(told.days.map(\.outstanding) == [0, 2])
        #expect(told.days.map(\.missing) == [1, 0] && told.days.map(\.differing) == [1, 0])
        #expect(told.unknown == 1 && !told.isClean && told.listed == 4)
        #expect(told.differences.map(\.kind) == [.missing, .differing, .unknown])
        #expect(told.differences.map(\.number) == [1, 3, nil])
        #expect(told.differences[0].id == "body-1" && told.differences[2].id == "strange")
        // The days asked for, and our side alone.
        let today = try #require(told.days.last?.day)
        let part = try await test.exchange { try $0.reconcile("national", from: today, to: today) }
        #expect(part.days.map(\.sent) == [2] && part.missing == nil && part.isClean)
        _ = try await take(test, receipt(test, second))
        let whole = try self.list(
            test,
            (held(first) + held(second)).map { row in
                #"{"source":"\#(row[0])","id":"\#(row[1])","digest":"\#(row[2])"}"#
            }, "list.ndjson")
        let clean = try await test.exchange { try $0.reconcile("national", against: whole) }
        #expect(clean.isClean && clean.days.map(\.outstanding) == [0, 0] && clean.unknown == 0)
    }

    @Test(
        "a list that cannot be read says where",
        arguments: [
            ("list.csv", "a,b,c", "digest-malformed", "row 2, digest"),
            ("list.csv", ",b,\(zeros)", "list-malformed", "row 2, source"),
            ("list.ndjson", #"{"source":"a","id":"b"}"#, "list-malformed", "row 1, /digest"),
            ("list.ndjson", "{", "list-malformed", "row 1"),
            ("list.ndjson", #"{"source":"a","id":"b","digest":"x"}"#, "digest-malformed", "row 1, digest"),
        ])
    func badList(name: String, line: String, code: String, field: String) async throws {
        let test = try TestArchive()
        do {
            _ = try list(test, [line], name)
            Issue.record("\(line)")
        } catch {
            let told = ArchiveError(error)
            #expect(told.code == code && told.field == field, "\(told)")
        }
    }
}

private let zeros = String(repeating: "0", count: 64)
