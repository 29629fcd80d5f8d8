import CanonicalJSON
import CreditModel
import Testing

/// A fact is accepted if and only if the timeline with it in place is legal from beginning to end.
@Suite struct TimelineRuleTests {
    private static let repaired = [determined(on: "2022-06-01")] + .repaired(from: "2022-07-01")

    @Test func `a late registration is judged on its own day`() throws {
        var story = try given(Self.repaired)
        // Today the case is repaired; on 1 June it was in effect.
        #expect(story.refusal(of: on("2022-07-06", .objectionFiled))?.code == "not-in-effect")
        try story.accept(on("2022-06-01", .objectionFiled))
        #expect(story.state?.objectionOpen == true)
        #expect(story.state?.status == .repaired)
        try story.accept(on("2022-06-03", .objectionDismissed))
        #expect(story.refusal(of: on("2022-06-02", .objectionFiled))?.code == "objection-already-open")
    }

    @Test(
        arguments: [
            (on("2022-07-04", .revoked), "after-revocation", 106),
            (on("2022-06-02", .rectificationOrdered), "rectification-already-ordered", 102),
            (on("2022-07-01", .rectificationReported), "rectification-not-ordered", 103),
            (on("2022-07-04", .repairDeclined), "no-application", 106),
            (on("2022-07-05", .repairRefused), "application-not-accepted", 107),
            (on("2022-06-30", .measureImposed), nil, 0),
            (determined(on: "2022-05-31"), "determined-twice", 101),
        ] as [(Story.Fact, String?, Int)])
    func `a late registration cannot make a later accepted fact impossible`(
        fact: Story.Fact, code: String?, position: Int
    ) throws {
        let refusal = try given(Self.repaired).refusal(of: fact)
        #expect(refusal?.code == code)
        if let refusal {
            #expect(refusal.chinese.contains("位置 \(position)）"))
            #expect(refusal.english.contains("at position \(position),"))
        }
    }

    @Test func `the refusal of a late fact names the step and the day that would become impossible`() throws {
        let story = try given(
            determined(on: "2023-01-01"), on("2023-05-01", .measureImposed), on("2023-06-01", .measureLifted))
        let refusal = try #require(story.refusal(of: on("2023-03-01", .revoked)))
        #expect(refusal.code == "after-revocation")
        #expect(refusal.field == "日期")
        #expect(refusal.chinese.contains("位置 102") && refusal.chinese.contains("2023-05-01“措施实施”"))
        #expect(refusal.english.contains("'措施实施' of 2023-05-01 at position 102"))
    }

    @Test func `a late correction of the severity cannot make an application premature`() throws {
        let story = try given(
            [determined(on: "2023-01-10", .r02, severity: .minor)] + .repaired(from: "2023-02-01"))
        let refusal = try #require(
            story.refusal(of: on("2023-01-15", .corrected(.severity(old: .minor, new: .serious)))))
        #expect(refusal.code == "too-early")
        #expect(refusal.english.contains("at position 105") && refusal.english.contains("2024-01-10"))
    }

    @Test func `a late correction cannot take its old value from under a later one`() throws {
        let story = try given(
            determined(on: "2023-01-10", severity: .minor),
            on("2023-06-01", .corrected(.severity(old: .minor, new: .ordinary))))
        let refusal = story.refusal(of: on("2023-03-01", .corrected(.severity(old: .minor, new: .serious))))
        #expect(refusal?.code == "old-value-differs")
        #expect(refusal?.english.contains("at position 102") == true)
        #expect(story.refusal(of: on("2023-06-01", .corrected(.severity(old: .ordinary, new: .serious)))) == nil)
    }

    @Test func `facts of one day stand in the order in which they were recorded`() throws {
        var story = try given(determined(on: "2023-01-10"))
        #expect(story.refusal(of: on("2023-01-10", .rectificationReported))?.code == "rectification-not-ordered")
        for fact in [CaseStep.rectificationOrdered, .rectificationReported, .rectificationAccepted, .repairApplied] {
            try story.accept(on("2023-01-10", fact))
        }
        #expect(story.state?.repair == .applied)
        #expect(story.timeline.facts.map(\.position) == [101, 102, 103, 104, 105])
    }

    @Test func `nothing but a statement lies before the determination`() throws {
        let story = try given(determined(on: "2023-01-10"))
        for step in [CaseStep.objectionFiled, .revoked, .rectificationOrdered, .measureImposed, .repairApplied] {
            #expect(story.refusal(of: on("2023-01-09", step))?.code == "before-determination")
        }
        #expect(story.refusal(of: on("2023-01-09", .statement)) == nil)
    }

    @Test func `nothing but a statement follows a revocation`() throws {
        var story = try given(determined(on: "2023-01-10"), on("2023-02-01", .revoked))
        for step in [CaseStep.objectionFiled, .revoked, .measureImposed, .publicityExpired] {
            #expect(story.refusal(of: on("2023-02-02", step))?.code == "after-revocation")
        }
        #expect(story.refusal(of: on("2023-02-01", .measureImposed))?.code == "after-revocation")
        #expect(story.refusal(of: on("2023-01-31", .measureImposed)) == nil)
        let before = story.state
        try story.accept(on("2023-02-02", .statement))
        #expect(story.state == before)
    }

    @Test func `statements may come before there is a case to speak of`() throws {
        var story = try given(on("2022-01-01", .statement))
        #expect(story.state == nil)
        #expect(story.refusal(of: on("2022-01-01", .revoked))?.code == "before-determination")
        try story.accept(determined(on: "2023-01-10"))
        try story.accept(on("2022-06-01", .statement))
        #expect(story.state?.isInEffect == true)
    }

    @Test func `no fact of any kind is dated after today`() throws {
        var story = try given(determined(on: "2023-01-10"))
        story.today = day("2023-06-30")
        for step in [CaseStep.statement, .revoked, .objectionFiled, .corrected(.severity(old: .ordinary, new: .minor))]
        {
            let refusal = try #require(story.refusal(of: on("2023-07-01", step)))
            #expect(refusal.code == "day-in-the-future")
            #expect(refusal.field == "日期")
            #expect(refusal.chinese.contains("2023-06-30") && refusal.english.contains("2023-06-30"))
            #expect(story.refusal(of: on("2023-06-30", step)) == nil)
        }
        var empty = Story()
        empty.today = day("2023-06-30")
        #expect(empty.refusal(of: determined(on: "2023-07-01"))?.field == "认定日期")
        #expect(empty.refusal(of: determined(on: "2023-06-30")) == nil)
    }

    @Test func `steps of a rectification go on whatever the objection says`() throws {
        var story = try given(determined(on: "2023-01-10"), on("2023-01-11", .objectionFiled))
        for fact in [Story.Fact].rectified(from: "2023-02-01") { try story.accept(fact) }
        try story.accept(on("2023-03-01", .repairApplied))
        #expect(story.state?.objectionOpen == true)
    }

    @Test func `as of a day only what is dated up to it counts`() throws {
        let story = try given(Self.repaired + [on("2023-03-01", .revoked)])
        #expect(try story.state(asOf: "2022-05-31") == nil)
        #expect(try story.state(asOf: "2022-06-01")?.status == .inEffect)
        #expect(try story.state(asOf: "2022-07-05")?.status == .inEffect)
        #expect(try story.state(asOf: "2022-07-06")?.status == .repaired)
        #expect(try story.state(asOf: "2023-02-28")?.status == .repaired)
        #expect(try story.state(asOf: "2023-03-01")?.status == .revoked)
    }

    @Test func `at a position only what was recorded by then counts`() throws {
        var story = try given(determined(on: "2023-01-10"), on("2023-06-01", .objectionFiled))
        try story.accept(on("2023-02-01", .measureImposed))  // position 103
        #expect(try story.state(asOf: "2023-12-31", atPosition: 102)?.measureImposed == false)
        #expect(try story.state(asOf: "2023-12-31", atPosition: 103)?.measureImposed == true)
        #expect(try story.state(asOf: "2023-05-31", atPosition: 103)?.objectionOpen == false)
        #expect(try story.state(asOf: "2023-12-31", atPosition: 100) == nil)
    }

    @Test func `facts that are no legal timeline are not loaded`() throws {
        let start = determined(on: "2023-01-10")
        let facts = [
            CaseFact(day: day("2023-02-01"), position: 8, step: .repairGranted),
            CaseFact(day: start.day, position: 7, step: start.step),
        ]
        let refusal = #expect(throws: Refusal.self) { try CaseTimeline(facts, under: .standard) }
        #expect(refusal?.code == "application-not-accepted")
        #expect(refusal?.english.contains("at position 8") == true)
        #expect(try CaseTimeline([facts[1]], under: .standard).state?.isInEffect == true)
        #expect(try CaseTimeline([], under: .standard).state == nil)
    }

    @Test func `an accepted fact gets the position at which it is recorded`() throws {
        var timeline = CaseTimeline()
        let start = determined(on: "2023-01-10")
        let accept = { (timeline: inout CaseTimeline, day: CalendarDay, step: CaseStep) throws(Refusal) in
            let fact = CaseFact(day: day, position: CaseFact.unrecorded, step: step)
            try timeline.accept(fact, under: .standard, today: day)
        }
        try accept(&timeline, start.day, start.step)
        timeline.record(at: 41)
        try accept(&timeline, day("2023-03-01"), .corrected(.fact(old: commitment(0), new: commitment(1))))
        timeline.record(at: 57)
        try accept(&timeline, day("2023-02-01"), .statement)
        timeline.record(at: 58)
        #expect(timeline.facts.map(\.position) == [41, 58, 57])
        timeline.record(at: 99)
        #expect(timeline.facts.map(\.position) == [41, 58, 57])
    }

    @Test func `a fact with its position is placed by it among those of its day`() throws {
        var timeline = CaseTimeline()
        let start = determined(on: "2023-01-10")
        for (position, step) in [(5, start.step), (9, .measureImposed), (7, .objectionFiled)] as [(UInt64, CaseStep)] {
            let fact = CaseFact(day: start.day, position: position, step: step)
            try timeline.accept(fact, under: .standard, today: start.day)
        }
        #expect(timeline.facts.map(\.position) == [5, 7, 9])
    }
}
