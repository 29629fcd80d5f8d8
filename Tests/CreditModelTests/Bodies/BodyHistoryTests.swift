import CanonicalJSON
import CreditModel
import Testing

@Suite struct BodyHistoryTests {
    private let id: BodyID
    private let registration: BodyRegistered
    private let today = day("2024-06-30")

    init() throws {
        id = try #require(BodyID("114418020073034851"))
        registration = BodyRegistered(
            code: USCC("114418020073034851"), name: "桃源乡人民政府", kind: .township, level: .township,
            region: try #require(RegionCode("411330100")), parent: BodyID("county"), establishedOn: day("2010-05-01"))
    }

    private func history(_ changes: [(String, BodyChanged.Change)] = []) -> BodyHistory {
        var history = BodyHistory(id: id, registration: registration, position: 1)
        for (offset, change) in changes.enumerated() {
            history.add(BodyChanged(change.1, effectiveOn: day(change.0)), position: UInt64(10 + offset))
        }
        return history
    }

    private func refusal(_ history: BodyHistory, _ date: String, _ change: BodyChanged.Change) -> Refusal? {
        do throws(Refusal) {
            try history.judge(BodyChanged(change, effectiveOn: day(date)), today: today)
            return nil
        } catch {
            return error
        }
    }

    @Test func `a body that never changed is as it was registered`() {
        let profile = history().profile()
        #expect(profile == history().profile(asOf: day("1999-01-01")))
        #expect(profile.name == "桃源乡人民政府")
        #expect(profile.parent == BodyID("county"))
        #expect(profile.establishedOn == day("2010-05-01"))
        #expect(profile.abolishedOn == nil)
    }

    @Test func `each change holds from its day on`() throws {
        let code = try #require(USCC("11532300568802305C"))
        let region = try #require(RegionCode("411330101"))
        let history = history([
            ("2020-01-01", .renamed("桃源镇人民政府")), ("2021-02-03", .recoded(code)), ("2022-01-01", .moved(region)),
            ("2023-01-01", .reparented(nil)), ("2024-01-01", .abolished(successor: BodyID("next"))),
        ])
        let before = { (date: String) in history.profile(asOf: day(date).adding(days: -1)) }
        let on = { (date: String) in history.profile(asOf: day(date)) }
        #expect(before("2020-01-01").name == "桃源乡人民政府")
        #expect(on("2020-01-01").name == "桃源镇人民政府")
        #expect(before("2021-02-03").code == registration.code)
        #expect(on("2021-02-03").code == code)
        #expect(before("2022-01-01").region == registration.region)
        #expect(on("2022-01-01").region == region)
        #expect(before("2023-01-01").parent == BodyID("county"))
        #expect(on("2023-01-01").parent == nil)
        #expect(before("2024-01-01").abolishedOn == nil)
        #expect(on("2024-01-01").abolishedOn == day("2024-01-01"))
        #expect(history.profile() == on("2999-12-31"))
    }

    @Test func `a change recorded late takes its place by its day`() {
        let history = history([
            ("2022-01-01", .renamed("丙")), ("2020-01-01", .renamed("甲")), ("2021-01-01", .renamed("乙")),
        ])
        #expect(history.changes.map(\.position) == [11, 12, 10])
        #expect(history.profile(asOf: day("2020-06-01")).name == "甲")
        #expect(history.profile(asOf: day("2021-06-01")).name == "乙")
        #expect(history.profile().name == "丙")
        #expect(history.profile(asOf: day("2020-06-01"), atPosition: 10).name == registration.name)
        #expect(history.profile(atPosition: 11).name == "丙")
        #expect(history.profile(atPosition: 9).name == registration.name)
    }

    @Test func `of two changes on one day the later recorded holds`() {
        let history = history([("2020-01-01", .renamed("甲")), ("2020-01-01", .renamed("乙"))])
        #expect(history.profile(asOf: day("2020-01-01")).name == "乙")
        #expect(history.profile(asOf: day("2020-01-01"), atPosition: 10).name == "甲")
    }

    @Test func `a change is dated between the founding and today`() {
        #expect(refusal(history(), "2024-07-01", .renamed("甲"))?.code == "day-in-the-future")
        #expect(refusal(history(), "2024-06-30", .renamed("甲")) == nil)
        #expect(refusal(history(), "2010-05-01", .renamed("甲")) == nil)
        #expect(refusal(history(), "2010-04-30", .renamed("甲"))?.code == "before-establishment")
        #expect(refusal(history(), "2010-04-30", .renamed("甲"))?.field == "生效日期")
    }

    @Test func `a body without a day of founding may change on any day past`() {
        var undated = registration
        undated.establishedOn = nil
        let history = BodyHistory(id: id, registration: undated, position: 1)
        #expect(refusal(history, "1900-01-01", .renamed("甲")) == nil)
    }

    @Test func `a change that changes nothing on its day is refused`() throws {
        let history = history([("2020-01-01", .renamed("甲"))])
        let code = try #require(registration.code)
        for change in [
            BodyChanged.Change.renamed("甲"), .recoded(code), .moved(registration.region),
            .reparented(registration.parent),
        ] {
            #expect(refusal(history, "2020-01-01", change)?.code == "changes-nothing")
        }
        #expect(refusal(history, "2019-12-31", .renamed("甲")) == nil)
        #expect(refusal(history, "2020-01-01", .renamed(registration.name)) == nil)
        #expect(refusal(history, "2020-01-01", .reparented(nil)) == nil)
    }

    @Test func `a name that differs in its bytes alone is another name`() {
        let history = history([("2020-01-01", .renamed("\u{F90A}华镇人民政府"))])
        #expect("\u{F90A}华镇人民政府" == "金华镇人民政府")
        #expect(refusal(history, "2020-02-01", .renamed("金华镇人民政府")) == nil)
    }

    @Test func `nothing of an abolished body changes any more`() {
        let history = history([("2023-01-01", .abolished(successor: nil))])
        for change in [BodyChanged.Change.renamed("甲"), .reparented(nil), .abolished(successor: BodyID("next"))] {
            #expect(refusal(history, "2024-01-01", change)?.code == "body-abolished")
        }
    }

    @Test func `a body is not abolished before a change already recorded`() {
        let history = history([("2023-01-01", .renamed("甲"))])
        let found = refusal(history, "2022-12-31", .abolished(successor: nil))
        #expect(found?.code == "changes-after-abolition")
        #expect(found?.chinese.contains("2023-01-01") == true && found?.english.contains("2023-01-01") == true)
        #expect(refusal(history, "2023-01-01", .abolished(successor: nil)) == nil)
    }

    @Test func `each change has its event type`() throws {
        let region = try #require(RegionCode("411330"))
        let code = try #require(registration.code)
        let changes: [(BodyChanged.Change, EventType)] = [
            (.renamed("甲"), .bodyRenamed), (.recoded(code), .bodyRecoded), (.moved(region), .bodyMoved),
            (.reparented(nil), .bodyReparented), (.abolished(successor: nil), .bodyAbolished),
        ]
        for (change, type) in changes {
            #expect(BodyChanged(change, effectiveOn: day("2024-01-01")).type == type)
        }
    }
}
