import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

/// Changes of bodies through the recorder.
@Suite struct RecorderBodyTests {
    /// Bodies 1 to 4: 1 above 2 above 3; 4 alone.
    private func ready() async throws -> TestArchive {
        let archive = try TestArchive()
        try await archive.append([Cloud.body(1), Cloud.body(2, parent: 1), Cloud.body(3, parent: 2), Cloud.body(4)])
        return archive
    }

    private func profile(
        _ archive: TestArchive, _ number: Int, asOf day: String? = nil
    ) async throws -> BodyHistory.Profile {
        try await archive.reading { archive in
            let id = try #require(BodyID(Rows.code(number)))
            let standings = try Auditor(archive).standing(.body(id), asOf: day.flatMap { CalendarDay($0) })
            return try #require(standings.first).body
        }
    }

    @Test func aNewNameHoldsFromItsDayOn() async throws {
        let archive = try await ready()
        try await archive.append([Cloud.change("x", "renamed", 1, "2024-01-01", #","name":"云岭县新局""#)])
        #expect(try await profile(archive, 1).name == "云岭县新局")
        #expect(try await profile(archive, 1, asOf: "2023-12-31").name == "云岭县第1局")
        #expect(try await profile(archive, 1, asOf: "2024-01-01").name == "云岭县新局")
        // Registered late, the earlier change does not undo the later one.
        try await archive.append([Cloud.change("y", "renamed", 1, "2022-01-01", #","name":"云岭县旧局""#)])
        #expect(try await profile(archive, 1).name == "云岭县新局")
        #expect(try await profile(archive, 1, asOf: "2023-12-31").name == "云岭县旧局")
    }

    @Test func aBodyIsFoundByEveryCodeItEverHadAndByItsName() async throws {
        let archive = try await ready()
        try await archive.append([
            Cloud.change("x", "recoded", 1, "2024-01-01", ",\"code\":\"\(Rows.code(11))\""),
            Cloud.change("y", "recoded", 1, "2024-06-01", ",\"code\":\"\(Rows.code(12))\""),
        ])
        try await archive.reading { archive in
            for name in [Rows.code(1), Rows.code(11), Rows.code(12), "云岭县第1局"] {
                let found = try Auditor(archive).body(named: name)
                #expect(found.text == Rows.code(1))
            }
        }
        // A code that somebody has, or once had, is nobody else's.
        for (number, id) in [(11, "p"), (12, "q"), (2, "r")] {
            let change = Cloud.change(id, "recoded", 4, "2024-07-01", ",\"code\":\"\(Rows.code(number))\"")
            #expect(await thrown { try await archive.append([change]) }?.code == "code-taken")
        }
        let row = Rows.body(11, ["名称": "另一局"])
        #expect(try await archive.load(.bodies, rows: [row]).problems.map(\.code) == ["code-taken"])
        // Imported under its later code, an incident is the body's.
        try await archive.load(.incidents, rows: [Rows.incident("a", ["统一社会信用代码": Rows.code(12)])])
        let standing = try await archive.reading { try Auditor($0).standing(.all) }
        #expect(standing.first { $0.body.id.text == Rows.code(1) }?.cases.map(\.id.text) == ["a"])
    }

    @Test(arguments: [(1, 1), (1, 2), (1, 3), (2, 3)])
    func aParentThatStandsBelowIsRefused(_ number: Int, _ parent: Int) async throws {
        let archive = try await ready()
        let change = Cloud.change("x", "reparented", number, "2024-01-01", ",\"parent\":\"\(Rows.code(parent))\"")
        #expect(await thrown { try await archive.append([change]) }?.code == "parent-below")
    }

    @Test func aCircleOfTwoChangesInOneBatchIsRefused() async throws {
        let archive = try await ready()
        let changes = [
            Cloud.change("x", "reparented", 1, "2024-01-01", ",\"parent\":\"\(Rows.code(4))\""),
            Cloud.change("y", "reparented", 4, "2024-01-01", ",\"parent\":\"\(Rows.code(3))\""),
        ]
        #expect(await thrown { try await archive.append(changes) }?.code == "parent-below")
        #expect(try await archive.append([changes[0]]).count == 1)
        #expect(try await profile(archive, 1).parent?.text == Rows.code(4))
    }

    @Test func aParentCanBeLeft() async throws {
        let archive = try await ready()
        try await archive.append([Cloud.change("x", "reparented", 2, "2024-01-01")])
        #expect(try await profile(archive, 2).parent == nil)
        // Now its former parent may stand below it.
        let change = Cloud.change("y", "reparented", 1, "2024-01-02", ",\"parent\":\"\(Rows.code(3))\"")
        #expect(try await archive.append([change]).count == 1)
    }

    @Test(arguments: [
        ("renamed", 9, "2024-01-01", #","name":"x""#, "body-not-registered"),
        ("renamed", 1, "2024-01-01", #","name":"云岭县第1局""#, "changes-nothing"),
        ("renamed", 1, "2026-01-06", #","name":"x""#, "day-in-the-future"),
        ("reparented", 1, "2024-01-01", #","parent":"nobody""#, "parent-not-registered"),
        ("reparented", 1, "2024-01-01", "", "changes-nothing"),
        ("moved", 1, "2024-01-01", #","region":"419801""#, "changes-nothing"),
        ("abolished", 1, "2024-01-01", #","successor":"nobody""#, "body-not-registered"),
    ])
    func aChangeThatCannotBeIsRefused(
        _ kind: String, _ number: Int, _ day: String, _ data: String, _ code: String
    ) async throws {
        let archive = try await ready()
        let error = await thrown { try await archive.append([Cloud.change("x", kind, number, day, data)]) }
        #expect(error?.code == code && error?.kind == .refused)
        #expect(try await archive.size == 5)
    }

    @Test func anAbolishedBodyChangesNoMoreAndItsRecordsStay() async throws {
        let archive = try await ready()
        try await archive.append([Cloud.incident("a", body: 4), Cloud.change("x", "abolished", 4, "2024-01-01")])
        let after = Cloud.change("y", "renamed", 4, "2024-02-01", #","name":"x""#)
        #expect(await thrown { try await archive.append([after]) }?.code == "body-abolished")
        #expect(try await profile(archive, 4).abolishedOn == CalendarDay("2024-01-01"))
        let standing = try await archive.reading { try Auditor($0).standing(.all) }
        #expect(standing.first { $0.body.id.text == Rows.code(4) }?.cases.count == 1)
    }

    @Test func registeringABodyAgainIsRefused() async throws {
        let archive = try await ready()
        let again = Cloud.body(1).replacingOccurrences(of: "body-1", with: "other-id")
        #expect(await thrown { try await archive.append([again]) }?.code == "body-exists")
        let orphan = Cloud.body(5, parent: 9)
        #expect(await thrown { try await archive.append([orphan]) }?.code == "parent-not-registered")
    }
}
