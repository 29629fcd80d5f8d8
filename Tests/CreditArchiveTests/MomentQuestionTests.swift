import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

/// Days, positions and times as they are asked for, within the log and outside of it.
@Suite struct MomentQuestionTests {
    /// An archive with three more entries, an hour apart: 2026-01-05 and after.
    private func archive() async throws -> (TestArchive, times: [Int64]) {
        let archive = try TestArchive()
        for number in 1...3 {
            archive.clock.advance(milliseconds: 3_600_000)
            try await archive.append([Cloud.body(number)])
        }
        let times = try await archive.entries().compactMap(\.recordedMilliseconds)
        return (archive, times)
    }

    private func moment(
        _ archive: TestArchive, asOf: String? = nil, at: UInt64? = nil, knownAt: String? = nil
    ) async throws
        -> Moment
    {
        let question = try MomentQuestion(asOf: asOf, atPosition: at, knownAt: knownAt)
        return try await archive.reading { try Auditor($0).moment(question) }
    }

    @Test func aTimeIsTheLastPositionRecordedByThen() async throws {
        let (archive, times) = try await archive()
        #expect(times.count == 4)
        for (position, time) in times.enumerated() {
            for (milliseconds, expected) in [(time, position), (time + 1, position), (time - 1, position - 1)] {
                let text = RecordedTime.text(milliseconds: milliseconds)
                if expected < 0 {
                    #expect(await thrown { try await moment(archive, knownAt: text) }?.code == "before-the-log")
                    continue
                }
                #expect(try await moment(archive, knownAt: text).atPosition == UInt64(expected), "\(text)")
                // The same time in the zone of the offices.
                let local = RecordedTime.text(milliseconds: milliseconds + 8 * 3_600_000).dropLast() + "+08:00"
                #expect(try await moment(archive, knownAt: String(local)).atPosition == UInt64(expected), "\(local)")
            }
        }
        let today = CalendarDay(millisecondsSinceEpoch: times[3])
        #expect(try await moment(archive, asOf: "2024-02-29", knownAt: today.description).atPosition == 3)
        #expect(try await moment(archive, asOf: "2024-02-29").asOf == CalendarDay("2024-02-29"))
        #expect(try await moment(archive) == .now)
    }

    @Test func whatNobodyCanKnowIsRefused() async throws {
        let (archive, times) = try await archive()
        let tomorrow = CalendarDay(millisecondsSinceEpoch: times[3]).adding(days: 1).description
        #expect(await thrown { try await moment(archive, asOf: tomorrow) }?.code == "day-in-future")
        #expect(await thrown { try await moment(archive, knownAt: tomorrow) }?.code == "time-in-future")
        #expect(await thrown { try await moment(archive, knownAt: "2999-01-01T00:00:00Z") }?.code == "time-in-future")
        #expect(await thrown { try await moment(archive, at: 4) }?.code == "entry-not-found")
        #expect(await thrown { try await moment(archive, at: .max) }?.code == "entry-not-found")
        #expect(await thrown { try await moment(archive, knownAt: "2026-01-04") }?.code == "before-the-log")
    }

    @Test(arguments: [
        ("2024-02-30", "day-malformed"), ("2024-2-3", "day-malformed"), ("", "day-malformed"), ("昨天", "day-malformed"),
    ])
    func aDayIsWrittenAsADay(_ text: String, _ code: String) async throws {
        #expect(await thrown { try MomentQuestion(asOf: text) }?.code == code)
        let error = await thrown { try MomentQuestion(asOf: text, prefix: "--from-") }
        #expect(error?.field == "--from-as-of" && error?.kind == .usage)
    }

    @Test(arguments: [
        "", "now", "2024-02-30", "2024-02-03T10:00:00", "2024-02-03T25:00:00Z", "2024-02-03 10:00", "1706950000",
    ])
    func aTimeHasItsZone(_ text: String) async throws {
        #expect(await thrown { try MomentQuestion(knownAt: text) }?.code == "time-malformed")
    }

    @Test func aPositionAndATimeContradict() async throws {
        let error = await thrown { try MomentQuestion(atPosition: 1, knownAt: "2026-01-05", prefix: "--to-") }
        #expect(error?.code == "flags-contradict" && error?.english.contains("--to-known-at") == true)
    }
}
