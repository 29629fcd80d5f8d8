import ArchiveTesting
import EventLog
import Testing

@Suite("Recorded time")
struct RecordedTimeTests {
    @Test("never runs backwards when the clock jumps back, nor after reopening", arguments: StoreKind.allCases)
    func neverBackwards(kind: StoreKind) async throws {
        let log = try TestLog(kind)
        let start = log.clock.milliseconds
        try await log.append(SampleEvent.draft("a"))
        log.clock.advance(milliseconds: -86_400_000)
        try await log.append(SampleEvent.draft("b"))
        let again = try log.reopened()
        try await again.append(SampleEvent.draft("c"))
        log.clock.milliseconds = start + 1
        try await again.append(SampleEvent.draft("d"))
        let times = try (0..<4).map { try again.reader.entry(at: $0).recordedMilliseconds }
        #expect(times == [start, start, start, start + 1])
    }

    @Test(
        "is written as RFC 3339 with milliseconds and reads back",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_400_000, "2000-02-29T00:00:00.000Z"),
            (1_709_164_799_999, "2024-02-28T23:59:59.999Z"), (1_709_251_199_001, "2024-02-29T23:59:59.001Z"),
            (1_767_225_599_999, "2025-12-31T23:59:59.999Z"), (4_107_542_400_000, "2100-03-01T00:00:00.000Z"),
            (253_402_300_799_999, "9999-12-31T23:59:59.999Z"),
        ] as [(Int64, String)])
    func text(milliseconds: Int64, text: String) {
        #expect(RecordedTime.text(milliseconds: milliseconds) == text)
        #expect(RecordedTime.milliseconds(text) == milliseconds)
    }

    @Test(
        "no other form is read",
        arguments: [
            "", "2026-01-05T08:30:00Z", "2026-01-05 08:30:00.000Z", "2026-01-05T08:30:00.000+",
            "2026-13-05T08:30:00.000Z",
            "2026-00-05T08:30:00.000Z", "2025-02-29T08:30:00.000Z", "2026-01-32T08:30:00.000Z",
            "2026-01-05T24:00:00.000Z",
            "2026-01-05T08:60:00.000Z", "2026-01-05T08:30:60.000Z", "+026-01-05T08:30:00.000Z",
            "2026-01-05T08:30:00.0000Z",
        ])
    func refused(text: String) { #expect(RecordedTime.milliseconds(text) == nil) }
}
