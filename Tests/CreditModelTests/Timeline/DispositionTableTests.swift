import CanonicalJSON
import CreditModel
import Testing

/// The contract's table of dispositions: every step in every situation.
@Suite struct DispositionTableTests {
    /// What a case may be like before the step; each a history of its own, in the order of the table's columns.
    private static let situations: [(name: String, facts: [Story.Fact])] = {
        let start = [determined(on: "2022-06-01")]
        let rectified = start + .rectified(from: "2022-07-01")
        let repaired = start + .repaired(from: "2022-07-01")
        return [
            ("nothing recorded", []),
            ("in effect", start),
            ("ordered", Array(rectified.prefix(2))),
            ("reported", Array(rectified.prefix(3))),
            ("rectified", rectified),
            ("applied", Array(repaired.prefix(5))),
            ("application accepted", Array(repaired.prefix(6))),
            ("repaired", repaired),
            ("repair rescinded", repaired + [on("2022-08-01", .repairRescinded)]),
            ("objection open", start + [on("2022-06-10", .objectionFiled)]),
            ("repaired, objection open", repaired + [on("2022-06-10", .objectionFiled)]),
            ("measure imposed", start + [on("2022-06-10", .measureImposed)]),
            ("repaired, measure imposed", repaired + [on("2022-06-10", .measureImposed)]),
            ("revoked", start + [on("2022-06-10", .revoked)]),
        ]
    }()

    private static let codes: [Character: String] = [
        "B": "before-determination", "R": "after-revocation", "T": "determined-twice", "E": "not-in-effect",
        "P": "not-repaired", "O": "rectification-already-ordered", "o": "rectification-not-ordered",
        "r": "rectification-not-reported", "a": "rectification-not-accepted", "j": "no-open-objection",
        "J": "objection-already-open", "Q": "application-already-pending", "q": "no-application",
        "c": "application-not-accepted", "m": "no-measure-imposed", "M": "measure-already-imposed",
    ]

    /// `+` accepted, letters as above; columns in the order of `situations`.
    private static let table: [(step: CaseStep, verdicts: String)] = [
        (determined(on: "2022-12-31").step, "+TTTTTTTTTTTTR"),
        (.corrected(.severity(old: .ordinary, new: .serious)), "B++++++E++E+ER"),
        (.revoked, "B++++++++++++R"),
        (.rectificationOrdered, "B+OOOOOEO+E+ER"),
        (.rectificationReported, "Bo+ooooooooooR"),
        (.rectificationAccepted, "Brr+rrrrrrrrrR"),
        (.objectionFiled, "B++++++E+JE+ER"),
        (.objectionUpheldCorrected(.severity(old: .ordinary, new: .serious)), "Bjjjjjjjj++jjR"),
        (.objectionUpheldRevoked, "Bjjjjjjjj++jjR"),
        (.objectionDismissed, "Bjjjjjjjj++jjR"),
        (.objectionWithdrawn, "Bjjjjjjjj++jjR"),
        (.repairApplied, "Baaa+QQE+aEaER"),
        (.repairAccepted, "Bqqqq+qEqqEqER"),
        (.repairDeclined, "Bqqqq+qEqqEqER"),
        (.repairGranted, "Bccccc+EccEcER"),
        (.repairRefused, "Bccccc+EccEcER"),
        (.repairRescinded, "BPPPPPP+PP+P+R"),
        (.measureImposed, "B++++++E++EMER"),
        (.measureLifted, "Bmmmmmmmmmm++R"),
        (.publicityExpired, "B++++++++++++R"),
        (.statement, "++++++++++++++"),
    ]

    @Test(arguments: table.indices)
    func `a step is possible exactly where the table says so`(row: Int) throws {
        let (step, verdicts) = Self.table[row]
        try #require(verdicts.count == Self.situations.count)
        for (situation, verdict) in zip(Self.situations, verdicts) {
            var story = try given(situation.facts)
            let fact = Story.Fact(day: day("2023-12-31"), step: step)
            let refusal = story.refusal(of: fact)
            #expect(refusal?.code == Self.codes[verdict], "\(step.chinese), \(situation.name)")
            #expect((verdict == "+") == (refusal == nil))
            if let refusal {
                #expect(refusal.chinese.contains(step.chinese) && refusal.chinese.contains("2023-12-31"))
                #expect(!refusal.english.contains("position"), "no other fact is at fault")
            } else {
                try story.accept(fact)
                #expect(story.timeline.facts.count == situation.facts.count + 1)
            }
        }
    }

    @Test func `every step of the timeline has its row`() {
        #expect(Set(Self.table.map(\.step.chinese)).count == 21)
        #expect(Self.table.count == 21)
    }

    @Test func `each step leads where the contract says`() throws {
        let after = { (column: Int, step: CaseStep) throws in
            var story = try given(Self.situations[column].facts)
            try story.accept(Story.Fact(day: day("2023-12-31"), step: step))
            return try #require(story.state)
        }
        #expect(try after(1, .revoked).status == .revoked)
        #expect(try after(7, .revoked).status == .revoked)
        #expect(try after(1, .revoked).revokedOn == day("2023-12-31"))
        #expect(try after(6, .repairGranted).status == .repaired)
        #expect(try after(6, .repairGranted).repairedOn == day("2023-12-31"))
        #expect(try after(6, .repairRefused).status == .inEffect)
        #expect(try after(6, .repairRefused).repair == .none)
        #expect(try after(5, .repairDeclined).repair == .none)
        #expect(try after(7, .repairRescinded).status == .inEffect)
        #expect(try after(7, .repairRescinded).repairedOn == nil)
        #expect(try after(9, .objectionUpheldRevoked).status == .revoked)
        #expect(try !after(9, .objectionUpheldRevoked).objectionOpen)
        #expect(try !after(9, .objectionDismissed).objectionOpen)
        #expect(try !after(9, .objectionWithdrawn).objectionOpen)
        let corrected = try after(9, .objectionUpheldCorrected(.severity(old: .ordinary, new: .serious)))
        #expect(!corrected.objectionOpen && corrected.isInEffect && corrected.record.severity == .serious)
        #expect(try after(11, .measureLifted).measureImposed == false)
    }
}
