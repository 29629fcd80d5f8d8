import ArchiveTesting
import Assessment
import CanonicalJSON
import CreditArchive
import CreditModel
import EventLog
import Testing

/// `evaluate` and `explain`: as known at a position, without an entry, in one of several counties.
@Suite struct EvaluationQuestionTests {
    private typealias County = EvaluatedCounty
    private let b = (1...20).map { EvaluatedCounty.body($0) }

    @Test func anEarlierPositionGivesWhatWasKnownThen() async throws {
        let county = try await County.make()
        try await county.corrections([1: 0, 2: 5, 3: 20])
        let position = try await county.archive.size - 1
        try await county.report(3, "XB01", "corrected", "0")
        #expect(try await county.scores("XB01", county.query())[b[1]] == "0.00")
        let then = try await county.scores("XB01", county.query(at: position))
        #expect(then == [b[0]: "10.00", b[1]: "5.00", b[2]: "0.00"])
        let missing = try await county.scores("XB01", county.query(at: 4))
        #expect(missing[b[0]] == "10.00" || missing[b[0]] == "—")
    }

    @Test func withoutAnObservationTheOneBeforeCountsAndOthersMove() async throws {
        let county = try await County.make()
        try await county.corrections([1: 0, 2: 5, 3: 20])
        let last = try await county.report(3, "XB01", "corrected", "0")
        #expect(try await county.scores("XB01", county.query()) == [b[0]: "10.00", b[1]: "0.00", b[2]: "10.00"])
        let bytes = county.archive.logBytes
        let what = try await county.scores("XB01", county.query(without: [last]))
        #expect(what == [b[0]: "10.00", b[1]: "5.00", b[2]: "0.00"])
        let told = try await county.explain("XB01", 2, county.query(without: [last]))
        #expect(told.explanation.score.score?.description == "5.00" && told.without == [last])
        #expect(county.archive.logBytes == bytes)
    }

    @Test func withoutADeterminationItsCaseIsGoneAndAnImpossibleRestIsRefused() async throws {
        let county = try await County.make()
        let day = "2023-03-05"
        try await county.archive.load(
            .incidents, rows: [Rows.incident("a", ["失信类别": "R09", "认定日期": day])])
        let determined = try await county.archive.size - 2
        try await county.archive.load(
            .dispositions,
            rows: [Rows.disposition("a", "整改责令", "2023-04-01"), Rows.disposition("a", "整改报告", "2023-04-02")])
        let ordered = try await county.archive.size - 3
        #expect(try await county.scores("XB11", county.query())[b[0]] == "0.00")
        #expect(try await county.scores("XB11", county.query(without: [determined]))[b[0]] == "8.00")
        let refused = await thrown { try await county.scores("XB11", county.query(without: [ordered])) }
        #expect(refused?.code == "without-impossible")
        let told = try await county.explain("XB11", 1, county.query())
        #expect(told.inputs.first?.isCounted == true && told.inputs.first?.entries.count == 3)
        #expect(told.inputs.first?.entries.first?.subject == "case/a")
    }

    @Test func positionsThatTheLogDoesNotHaveAreRefused() async throws {
        let county = try await County.make()
        let size = try await county.archive.size
        for query in [try county.query(at: size), try county.query(without: [2, size])] {
            #expect(await thrown { try await county.scores("XB01", query) }?.code == "entry-not-found")
        }
    }

    @Test func countiesOfOneArchiveNeverMixAndOneIsToBeChosen() async throws {
        let both = try await County.make(first: 3, second: 2)
        try await both.corrections([1: 0, 2: 5, 3: 20, 11: 50, 12: 0])
        let alone = try await County.make(first: 3)
        try await alone.corrections([1: 0, 2: 5, 3: 20])
        let expected = [b[0]: "10.00", b[1]: "5.00", b[2]: "0.00"]
        #expect(try await alone.scores("XB01", alone.query()) == expected)
        #expect(try await both.scores("XB01", both.query(region: "419801")) == expected)
        #expect(try await both.scores("XB01", both.query(region: "419802")) == [b[10]: "0.00", b[11]: "10.00"])
        // A prefix above both counties scores both, each by itself.
        let prefix = try await both.scores("XB01", both.query(region: "4198"))
        #expect(prefix.count == 5 && prefix[b[1]] == "5.00" && prefix[b[10]] == "0.00")
        let error = try #require(await thrown { try await both.scores("XB01", both.query()) })
        #expect(error.code == "region-needed" && error.kind == .usage && error.field == "--region")
        #expect(error.chinese.contains("419801 419802") && error.english.contains("419801 419802"))
        // A body brings its own county along.
        #expect(try await both.explain("XB01", 2, both.query()).explanation.score.score?.description == "5.00")
        #expect(try await both.explain("XB01", 11, both.query()).explanation.score.score?.description == "0.00")
    }

    @Test func anExplanationIsTheEvaluationsScoreForEveryBodyAndIndicator() async throws {
        let (archive, _) = try await CreditArchiveTests.County.imported()
        try await archive.reading { archive in
            let auditor = Auditor(archive)
            for id in [County.township, County.department, "openness-assessment", "openness-appraisal"] {
                let query = EvaluationQuery(try SchemeLibrary.published.scheme(id), year: 2023)
                for item in try auditor.evaluate(query).bodies {
                    for score in item.score.indicators {
                        let told = try auditor.explain(score.id, of: item.profile.id, query)
                        #expect(told.explanation.score == score, "\(item.profile.id) \(score.id)")
                        #expect(Set(told.inputs.flatMap(\.entries).map(\.position)) == Set(score.positions))
                    }
                }
            }
        }
    }

    @Test func whatIsKeptBetweenExplanationsNeverOutlivesWhatItRestsOn() async throws {
        let county = try await County.make()
        try await county.corrections([1: 0, 2: 5, 3: 20])
        let writer = try await county.archive.open(.writing)
        let auditor = Auditor(writer)
        let recorder = try Recorder(writer, recordedBy: "operator/test")
        let query = try county.query()
        func score() throws -> String? {
            try auditor.explain("XB01", of: b[1], query).explanation.score.score?.description
        }
        func record(_ subject: StreamID, _ event: CreditEvent) async throws {
            let size = try writer.log.head().size
            _ = try await recorder.append([
                Submission(
                    identity: EventIdentity(source: "urn:test", id: "later \(size)"), subject: subject, event: event)
            ])
        }
        func report(_ body: BodyID, _ indicator: String, _ input: String, _ value: String) async throws {
            let data = ObservationRecorded(
                scheme: County.department, indicator: indicator, input: input, value: value,
                reportedOn: CalendarDay(ordinal: 19_730), note: nil)
            try await record(.observations(body: body.text, year: 2023), .observationRecorded(data))
        }
        #expect(try score() == "5.00")
        // Another indicator's input does not concern it; its own does, of another body, too.
        try await report(b[2], "XB03", "failed", "1")
        #expect(try score() == "5.00")
        try await report(b[2], "XB01", "corrected", "0")
        #expect(try score() == "0.00")
        // One who leaves the cohort places nobody any more.
        try await report(b[2], "XB01", "corrected", "40")
        #expect(try score() == "5.00")
        let gone = BodyChanged(.abolished(successor: nil), effectiveOn: try #require(CalendarDay("2023-06-01")))
        try await record(.body(b[2].text), .bodyChanged(gone))
        #expect(try score() == "0.00")
        // As known before that, it still does.
        let then = try writer.log.head().size - 2
        let earlier = try auditor.explain("XB01", of: b[1], county.query(at: then))
        #expect(earlier.explanation.score.score?.description == "5.00")
        #expect(try score() == "0.00")
        try writer.close()
        #expect(try score() == "0.00")
    }
}
