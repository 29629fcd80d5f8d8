import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

/// Batches: whole or not at all, told by event; retries; many callers at once.
@Suite struct RecorderBatchTests {
    private func append(_ archive: TestArchive, _ text: String) async throws -> [Recorded] {
        try await archive.writing {
            try await Recorder($0, recordedBy: "operator/test").append(cloudEvents: Array(text.utf8))
        }
    }

    @Test(arguments: ["\n", "\r\n", "\n\n \n"])
    func oneObjectAnArrayAndLinesAreTheSame(_ separator: String) async throws {
        let archive = try TestArchive()
        let one = try await append(archive, "\n " + Cloud.body(1) + "\n")
        #expect(one.map(\.id) == ["body-1"] && one.map(\.position) == [1] && one.map(\.isDuplicate) == [false])
        let lines = try await append(archive, [Cloud.body(1), Cloud.body(2)].joined(separator: separator) + separator)
        #expect(lines.map(\.position) == [1, 2] && lines.map(\.isDuplicate) == [true, false])
        let array = try await append(archive, " " + Cloud.batch([Cloud.body(2), Cloud.body(3)]))
        #expect(array.map(\.position) == [2, 3] && array.map(\.isDuplicate) == [true, false])
    }

    @Test(arguments: ["", " \n", "[]"])
    func nothingAtAllIsRefused(_ text: String) async throws {
        let archive = try TestArchive()
        #expect(await thrown { try await append(archive, text) }?.kind == .badInput)
    }

    @Test(arguments: ["{", "[1]", "7", "null", "[{}", "{}\n{}", "\u{FEFF}{}", "{\"a\":1.5}"])
    func whatIsNoEventIsBadInput(_ text: String) async throws {
        let archive = try TestArchive()
        let error = await thrown { try await append(archive, text) }
        #expect(error?.kind == .badInput, "\(error?.code ?? "none")")
    }

    @Test func theEventAndTheMemberAtFaultAreNamed() async throws {
        let archive = try TestArchive()
        let wrong = Cloud.body(2).replacingOccurrences(of: "工作部门", with: "公司")
        let array = await thrown { try await append(archive, Cloud.batch([Cloud.body(1), wrong])) }
        #expect(array?.field == "/1/data/kind")
        #expect(array?.english.hasPrefix("event 2: ") == true && array?.chinese.hasPrefix("第 2 个事件") == true)
        let lines = await thrown { try await append(archive, Cloud.body(1) + "\n" + wrong) }
        #expect(lines?.field == "/data/kind" && lines?.english.hasPrefix("event 2: ") == true)
        let broken = await thrown { try await append(archive, Cloud.body(1) + "\n\n{\"id\":}\n") }
        #expect(broken?.english.hasPrefix("line 3: ") == true)
        let refused = await thrown {
            try await append(archive, Cloud.batch([Cloud.body(1), Cloud.incident("a", body: 9)]))
        }
        #expect(refused?.kind == .refused && refused?.english.hasPrefix("event 2: ") == true)
        #expect(try await archive.size == 1)
    }

    @Test func aBatchIsTakenWholeOrNotAtAll() async throws {
        let archive = try TestArchive()
        let events = [Cloud.body(1), Cloud.incident("a"), Cloud.act("r", "rectification.reported", "2023-04-01")]
        let archiveOpen = try await archive.open(.writing)
        let recorder = try Recorder(archiveOpen, recordedBy: "operator/test")
        func send(_ events: [String]) async throws -> [Recorded] {
            try await recorder.append(cloudEvents: Array(Cloud.batch(events).utf8))
        }
        #expect(await thrown { try await send(events) }?.code == "rectification-not-ordered")
        // What was judged well before the refusal is forgotten: it neither stands nor blocks.
        #expect(try archiveOpen.log.head().size == 1)
        #expect(await thrown { try await send([Cloud.incident("a")]) }?.code == "body-not-registered")
        let order = Cloud.act("o", "rectification.ordered", "2023-03-20")
        let whole = try await send([events[0], events[1], order, events[2]])
        #expect(whole.map(\.position) == [1, 2, 3, 4] && whole.allSatisfy { !$0.isDuplicate })
    }

    @Test func aRepeatedIdentityIsADuplicateOfItsFirstOrAConflict() async throws {
        let archive = try TestArchive()
        let twice = try await archive.append([Cloud.body(1), Cloud.incident("a"), Cloud.incident("a")])
        #expect(twice.map(\.position) == [1, 2, 2] && twice.map(\.isDuplicate) == [false, false, true])
        let other = Cloud.incident("a", fact: "另一事实")
        for batch in [[Cloud.incident("a"), other], [other]] {
            let error = await thrown { try await archive.append(batch) }
            #expect(error?.code == "identity-conflict" && error?.kind == .conflict)
        }
        let fresh = await thrown { try await archive.append([Cloud.body(2), Cloud.body(2, region: "419802")]) }
        #expect(fresh?.code == "identity-conflict" && fresh?.english.contains("in this batch") == true)
        // The same id from another source is another event.
        let foreign = Cloud.incident("a").replacingOccurrences(of: "urn:platform:1", with: "urn:platform:2")
        #expect(await thrown { try await archive.append([foreign]) }?.code == "case-exists")
        #expect(try await archive.size == 3)
    }

    @Test func onlyWhatDiffersInContentConflicts() async throws {
        let archive = try TestArchive()
        let statement = Cloud.statement("s", "2023-04-01", "已付款")
        try await archive.append([Cloud.body(1), Cloud.incident("a"), Cloud.incident("b"), statement])
        for other in [
            Cloud.statement("s", "2023-04-01", "已付清"), Cloud.statement("s", "2023-04-02", "已付款"),
            Cloud.statement("s", "2023-04-01", of: "b", "已付款"), Cloud.act("s", "statement.attached", "2023-04-01"),
            Cloud.act("s", "rectification.ordered", "2023-04-01"),
        ] {
            #expect(await thrown { try await archive.append([other]) }?.code == "identity-conflict")
        }
        #expect(try await archive.append([statement])[0].isDuplicate)
    }

    @Test func tooManyEventsAreRefused() async throws {
        let archive = try TestArchive()
        let submission = Submission(
            identity: EventIdentity(source: "urn:platform:1", id: "x"), subject: .case("a"),
            event: .act(CaseAct(.repairApplied, ActDetails(occurredOn: CalendarDay(ordinal: 19_000), office: "x"))))
        let many = [Submission](repeating: submission, count: Recorder.maximumBatch + 1)
        let error = await thrown {
            try await archive.writing { try await Recorder($0, recordedBy: "operator/test").append(many) }
        }
        #expect(error?.code == "batch-too-large")
    }

    @Test func appendsOfManyTasksAreAllTakenInTheOrderTheyWereJudged() async throws {
        let archive = try TestArchive()
        try await archive.append([Cloud.body(1)] + (0..<8).map { Cloud.incident("c\($0)") })
        let open = try await archive.open(.writing)
        let recorder = try Recorder(open, recordedBy: "operator/test")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<32 {
                group.addTask {
                    for round in 0..<25 {
                        // Every task has events of its own, on cases that all share, and body changes.
                        let event =
                            round % 5 == 4
                            ? Cloud.change(
                                "t\(task)-\(round)", "renamed", 1, "2024-01-01", ",\"name\":\"局\(task)-\(round)\"")
                            : Cloud.statement("t\(task)-\(round)", "2023-04-01", of: "c\(round % 8)", "\(task)")
                        let recorded = try await recorder.append(cloudEvents: Array(event.utf8))
                        #expect(recorded.map(\.isDuplicate) == [false])
                    }
                }
            }
            try await group.waitForAll()
        }
        try open.close()
        #expect(try await archive.size == 10 + 32 * 25)
        #expect(try archive.deepFindings().isEmpty)
    }

    @Test func retriesThatOverlapAreDuplicatesWhateverTheirOrder() async throws {
        let archive = try TestArchive()
        let events = [Cloud.body(1)] + (1..<40).map { Cloud.incident("c\($0)") }
        let open = try await archive.open(.writing)
        let recorder = try Recorder(open, recordedBy: "operator/test")
        _ = try await recorder.append(cloudEvents: Array(events[0].utf8))
        try await withThrowingTaskGroup(of: [Recorded].self) { group in
            for task in 0..<32 {
                group.addTask {
                    let start = 1 + task * 7 % 30
                    let batch = Array(events[start..<start + 10])
                    let mine = task % 2 == 0 ? batch : Array(batch.reversed())
                    return try await recorder.append(cloudEvents: Array(Cloud.batch(mine).utf8))
                }
            }
            var positions: [String: UInt64] = [:]
            var added = 0
            for try await batch in group {
                for item in batch {
                    #expect(positions[item.id].map { $0 == item.position } ?? true)
                    positions[item.id] = item.position
                    added += item.isDuplicate ? 0 : 1
                }
            }
            #expect(added == positions.count)
        }
        try open.close()
        #expect(try await archive.size == 41)
    }

    @Test func aSecondWriterIsRefusedByNameOfTheFirst() async throws {
        let archive = try TestArchive()
        let first = try await archive.open(.writing)
        let error = await thrown { try Archive(opening: archive.folder, for: .writing, clock: archive.clock.read) }
        #expect(error?.code == "archive-locked" && error?.kind == .unavailable)
        #expect(error?.english.contains("pid \(getpid())") == true)
        // Readers come and go beside it.
        #expect(try await archive.size == 1)
        try first.close()
    }
}
