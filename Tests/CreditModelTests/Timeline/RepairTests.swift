import CanonicalJSON
import CreditModel
import Testing

@Suite struct RepairTests {
    private func rectified(
        _ date: String, _ category: CreditModel.Category, _ severity: Severity, more: Story.Fact...
    ) throws -> Story {
        let start = [determined(on: date, category, severity: severity)]
        let steps = [CaseStep.rectificationOrdered, .rectificationReported, .rectificationAccepted]
        return try given(start + steps.map { on(date, $0) } + more)
    }

    @Test(arguments: [
        (Severity.minor, "2023-11-30", "2023-11-30"), (.ordinary, "2023-11-30", "2024-02-29"),
        (.ordinary, "2022-11-30", "2023-02-28"), (.ordinary, "2023-01-15", "2023-04-15"),
        (.ordinary, "2023-12-01", "2024-03-01"), (.serious, "2023-11-30", "2024-11-30"),
        (.serious, "2024-02-29", "2025-02-28"), (.serious, "2023-02-28", "2024-02-28"),
    ])
    func `a repair of a penalty may be applied for from the day on which the shortest term has passed`(
        severity: Severity, from: String, first: String
    ) throws {
        let story = try rectified(from, .r02, severity)
        #expect(story.refusal(of: on(first, .repairApplied)) == nil)
        guard first != from else { return }
        let eve = day(first).adding(days: -1)
        let refusal = try #require(story.refusal(of: Story.Fact(day: eve, step: .repairApplied)))
        #expect(refusal.code == "too-early")
        #expect(refusal.field == "日期")
        #expect(refusal.chinese.contains(first) && refusal.english.contains(first))
    }

    @Test(arguments: CreditModel.Category.allCases.filter { $0 != .r02 }, Severity.allCases)
    func `other categories have no term`(category: CreditModel.Category, severity: Severity) throws {
        #expect(try rectified("2023-11-30", category, severity).refusal(of: on("2023-11-30", .repairApplied)) == nil)
    }

    @Test func `the term is that of the severity as corrected by then`() throws {
        let milder = try rectified(
            "2023-01-10", .r02, .serious, more: on("2023-03-01", .corrected(.severity(old: .serious, new: .minor))))
        #expect(milder.refusal(of: on("2023-02-28", .repairApplied))?.code == "too-early")
        #expect(milder.refusal(of: on("2023-03-01", .repairApplied)) == nil)
        let graver = try rectified(
            "2023-01-10", .r02, .ordinary, more: on("2023-05-01", .corrected(.severity(old: .ordinary, new: .serious))))
        #expect(graver.refusal(of: on("2023-04-10", .repairApplied)) == nil)
        #expect(graver.refusal(of: on("2023-05-01", .repairApplied))?.code == "too-early")
        #expect(graver.refusal(of: on("2024-01-10", .repairApplied)) == nil)
    }

    @Test func `the term is that of the category as corrected by then`() throws {
        let penalty = try rectified(
            "2023-01-10", .r05, .serious, more: on("2023-03-01", .corrected(.category(old: .r05, new: .r02))))
        #expect(penalty.refusal(of: on("2023-02-28", .repairApplied)) == nil)
        #expect(penalty.refusal(of: on("2023-03-01", .repairApplied))?.code == "too-early")
        let none = try rectified(
            "2023-01-10", .r02, .serious, more: on("2023-03-01", .corrected(.category(old: .r02, new: .r05))))
        #expect(none.refusal(of: on("2023-03-01", .repairApplied)) == nil)
    }

    @Test func `an open objection does not bar a repair, nor does a repair close it`() throws {
        var story = try rectified("2023-01-10", .r05, .ordinary, more: on("2023-01-11", .objectionFiled))
        for step in [CaseStep.repairApplied, .repairAccepted, .repairGranted] {
            try story.accept(on("2023-02-01", step))
        }
        #expect(story.state?.status == .repaired)
        #expect(story.state?.objectionOpen == true)
        #expect(story.refusal(of: on("2023-02-02", .objectionDismissed)) == nil)
        #expect(story.refusal(of: on("2023-02-02", .objectionWithdrawn)) == nil)
        let correction = CaseCorrection.severity(old: .ordinary, new: .minor)
        #expect(story.refusal(of: on("2023-02-02", .objectionUpheldCorrected(correction))) == nil)
        #expect(story.refusal(of: on("2023-02-02", .corrected(correction)))?.code == "not-in-effect")
        try story.accept(on("2023-02-02", .objectionUpheldRevoked))
        #expect(story.state?.status == .revoked)
        #expect(story.state?.repairedOn == day("2023-02-01"))
    }

    @Test func `a declined or refused application may be made again`() throws {
        for (accepted, ending) in [(false, CaseStep.repairDeclined), (true, .repairRefused)] {
            var story = try rectified("2023-01-10", .r05, .ordinary, more: on("2023-02-01", .repairApplied))
            if accepted { try story.accept(on("2023-02-02", .repairAccepted)) }
            try story.accept(on("2023-02-03", ending))
            #expect(story.state?.isInEffect == true)
            #expect(story.refusal(of: on("2023-02-03", .repairApplied)) == nil)
        }
    }

    @Test func `a rescinded repair is in effect again and does not restart the term`() throws {
        var story = try rectified("2023-01-10", .r02, .ordinary)
        for step in [CaseStep.repairApplied, .repairAccepted, .repairGranted] {
            try story.accept(on("2023-04-10", step))
        }
        #expect(story.state?.repairedOn == day("2023-04-10"))
        try story.accept(on("2023-05-01", .repairRescinded))
        #expect(story.state?.isInEffect == true)
        #expect(story.state?.repairedOn == nil)
        #expect(story.refusal(of: on("2023-05-01", .repairRescinded))?.code == "not-repaired")
        #expect(story.refusal(of: on("2023-05-01", .rectificationOrdered))?.code == "rectification-already-ordered")
        for step in [CaseStep.repairApplied, .repairAccepted, .repairGranted] {
            try story.accept(on("2023-05-01", step))
        }
        #expect(story.state?.status == .repaired)
        #expect(try story.state(asOf: "2023-04-30")?.status == .repaired)
        #expect(try story.state(asOf: "2023-05-01")?.repairedOn == day("2023-05-01"))
    }

    @Test func `a rectification is a condition of every repair, in its three steps`() throws {
        let steps = [CaseStep.rectificationOrdered, .rectificationReported, .rectificationAccepted]
        for count in 0..<3 {
            let story = try given([determined(on: "2023-01-10")] + steps.prefix(count).map { on("2023-01-10", $0) })
            #expect(story.refusal(of: on("2023-02-01", .repairApplied))?.code == "rectification-not-accepted")
        }
    }

    @Test func `a revocation closes an open objection and lifts a measure`() throws {
        for step in [CaseStep.revoked, .objectionUpheldRevoked] {
            var story = try given(
                determined(on: "2023-01-10"), on("2023-01-11", .objectionFiled), on("2023-01-12", .measureImposed))
            #expect(story.state?.objectionOpen == true && story.state?.measureImposed == true)
            try story.accept(on("2023-02-01", step))
            #expect(story.state?.objectionOpen == false && story.state?.measureImposed == false)
            #expect(story.state?.revokedOn == day("2023-02-01"))
            #expect(try story.state(asOf: "2023-01-31")?.measureImposed == true)
        }
    }

    @Test func `a measure may be imposed again once lifted, and lifted while the case is repaired`() throws {
        var story = try given(determined(on: "2023-01-10"), on("2023-01-11", .measureImposed))
        #expect(story.refusal(of: on("2023-01-12", .measureImposed))?.code == "measure-already-imposed")
        try story.accept(on("2023-01-12", .measureLifted))
        #expect(story.refusal(of: on("2023-01-13", .measureLifted))?.code == "no-measure-imposed")
        try story.accept(on("2023-01-12", .measureImposed))
        for fact in [Story.Fact].repaired(from: "2023-02-01") { try story.accept(fact) }
        #expect(story.state?.status == .repaired && story.state?.measureImposed == true)
        try story.accept(on("2023-03-01", .measureLifted))
        #expect(story.state?.measureImposed == false)
        #expect(story.refusal(of: on("2023-03-01", .measureImposed))?.code == "not-in-effect")
    }
}
