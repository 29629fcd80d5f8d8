import CanonicalJSON
import CreditModel
import Testing

@Suite struct PublicityTests {
    private func isPublicised(_ story: Story, _ date: String) throws -> Bool {
        let state = try story.state(asOf: date)
        return try #require(state).isPublicised(on: day(date), under: .standard)
    }

    @Test(arguments: [
        (Severity.minor, "2024-02-28", "2024-02-29"), (.ordinary, "2024-11-29", "2024-11-30"),
        (.serious, "2026-11-29", "2026-11-30"),
    ])
    func `a public record in effect is publicised until the longest term has passed`(
        severity: Severity, last: String, end: String
    ) throws {
        var story = Story()
        story.today = day("2027-01-01")
        try story.accept(determined(on: "2023-11-30", severity: severity))
        let state = try #require(story.state)
        #expect(!state.isPublicised(on: day("2023-11-29"), under: .standard))
        #expect(state.isPublicised(on: day("2023-11-30"), under: .standard))
        #expect(state.isPublicised(on: day(last), under: .standard))
        #expect(!state.isPublicised(on: day(end), under: .standard))
        #expect(story.refusal(of: on(last, .publicityExpired))?.code == "too-early")
        #expect(story.refusal(of: on(end, .publicityExpired)) == nil)
    }

    @Test(arguments: Visibility.allCases)
    func `only public records are publicised and expire`(visibility: Visibility) throws {
        let story = try given(determined(on: "2023-01-10", visibility: visibility))
        #expect(try isPublicised(story, "2023-01-10") == (visibility == .open))
        let refusal = story.refusal(of: on("2024-01-10", .publicityExpired))
        #expect(refusal?.code == (visibility == .open ? nil : "not-publicised"))
    }

    @Test func `an objection does not end publicity, a repair or a revocation does`() throws {
        let repaired = try given(
            [determined(on: "2023-01-10"), on("2023-01-11", .objectionFiled)] + .repaired(from: "2023-02-01"))
        #expect(try isPublicised(repaired, "2023-02-05"))
        #expect(try !isPublicised(repaired, "2023-02-06"))
        let revoked = try given(determined(on: "2023-01-10"), on("2023-02-01", .revoked))
        #expect(try isPublicised(revoked, "2023-01-31"))
        #expect(try !isPublicised(revoked, "2023-02-01"))
    }

    @Test func `the term is that of the severity as corrected`() throws {
        let story = try given(
            determined(on: "2023-01-10", severity: .serious),
            on("2023-06-01", .corrected(.severity(old: .serious, new: .minor))))
        #expect(try isPublicised(story, "2023-05-31"))
        #expect(try !isPublicised(story, "2023-06-01"))
        #expect(story.refusal(of: on("2023-06-01", .publicityExpired)) == nil)
    }

    @Test func `an expiry is recorded once`() throws {
        var story = try given(determined(on: "2023-01-10", severity: .minor))
        try story.accept(on("2023-04-10", .publicityExpired))
        #expect(story.state?.publicityExpired == true)
        #expect(story.refusal(of: on("2023-04-11", .publicityExpired))?.code == "not-publicised")
        let early = try #require(story.refusal(of: on("2023-03-01", .corrected(.severity(old: .minor, new: .serious)))))
        #expect(early.code == "too-early")
        #expect(early.english.contains("at position 102"))
    }
}
