import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Projections
import Testing

/// A recorder that is not alone: imports and other recorders append to the same open archive, and batches fail.
@Suite struct RecorderCompanyTests {
    private func send(_ recorder: Recorder, _ events: String...) async throws -> [Recorded] {
        try await recorder.append(cloudEvents: Array(Cloud.batch(events).utf8))
    }

    @Test func whatAnImportAppendsInTheMeantimeIsKnown() async throws {
        let test = try TestArchive()
        let archive = try await test.open(.writing)
        let recorder = try Recorder(archive, recordedBy: "operator/test")
        func load(_ template: ImportCompleted.Template, _ rows: [[String: String]]) async throws {
            let path = try test.file("\(UUID().uuidString).csv", Rows.csv(template, rows))
            let report = try await Importer(archive, Importer.Options()).run(template, path: path)
            #expect(report.rejectedRows == 0 && report.accepted == Int64(rows.count), "\(report.problems)")
        }
        // Asked for before it came, the body is there once it came.
        #expect(await thrown { try await send(recorder, Cloud.incident("a")) }?.code == "body-not-registered")
        try await load(.bodies, [Rows.body(1)])
        #expect(try await send(recorder, Cloud.incident("a")).map(\.isDuplicate) == [false])
        // A case that the recorder knows goes on in a file, and then with the recorder again.
        try await load(.dispositions, [Rows.disposition("a", "整改责令", "2023-04-01")])
        let event = Cloud.act("r", "rectification.reported", "2023-04-02")
        #expect(try await send(recorder, event).map(\.isDuplicate) == [false])
        try await load(.dispositions, [Rows.disposition("a", "整改验收", "2023-04-03")])
        let second = await thrown { try await send(recorder, Cloud.act("s", "rectification.accepted", "2023-04-04")) }
        #expect(second?.kind == .refused, "\(second?.code ?? "")")
        try archive.close()
        #expect(try test.deepFindings().isEmpty)
    }

    @Test func twoRecordersOfOneArchiveTakeTurns() async throws {
        let test = try TestArchive()
        let archive = try await test.open(.writing)
        let recorders = try (0..<2).map { try Recorder(archive, recordedBy: "operator/\($0)") }
        _ = try await send(recorders[0], Cloud.body(1), Cloud.incident("a"))
        for number in 0..<20 {
            let statement = Cloud.statement("s\(number)", "2023-05-01", "第\(number)份")
            #expect(try await send(recorders[number % 2], statement).map(\.isDuplicate) == [false])
        }
    }

    @Test func aRefusedBatchFreesNoCodeThatABodyHas() async throws {
        let test = try TestArchive()
        let archive = try await test.open(.writing)
        let recorder = try Recorder(archive, recordedBy: "operator/test")
        let recode = { (id: String, body: Int, day: String, code: Int) in
            Cloud.change(id, "recoded", body, day, ",\"code\":\"\(Rows.code(code))\"")
        }
        _ = try await send(recorder, Cloud.body(1), Cloud.body(2), recode("x", 1, "2020-01-01", 11))
        // The second of these is refused, and the first with it.
        let refused = await thrown {
            try await send(recorder, recode("y", 1, "2020-02-01", 12), recode("z", 2, "2020-02-01", 12))
        }
        #expect(refused?.code == "code-taken")
        let taken = await thrown { try await send(recorder, recode("w", 2, "2020-03-01", 11)) }
        #expect(taken?.code == "code-taken", "code 11 is body 1's")
        #expect(try await send(recorder, recode("v", 2, "2020-03-01", 12)).count == 1)
    }
}
