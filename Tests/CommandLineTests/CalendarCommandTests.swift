import Foundation
import Testing

/// Notices of holidays through the program: those that a new archive has, and the next one.
@Suite struct CalendarCommandTests {
    private let office = ["--office", "云岭县人民政府办公室"]

    private func notice(_ year: Int, off: [String] = [], work: [String] = [], version: String = "1") -> String {
        let fixed = ["01-01", "05-01", "10-01", "10-02", "10-03"].map { "\(year)-\($0)" } + off
        let days = fixed.map { "\"\($0)\":\"假\"" }.joined(separator: ",")
        let worked = work.map { "\"\($0)\"" }.joined(separator: ",")
        return """
            {"id":"state-council-holidays-\(year)","version":"\(version)","title":"国务院办公厅关于\(year)年部分节假日安排的通知",\
            "sources":["国办发明电〔2026〕7号"],"years":{"\(year)":{"off":{\(days)},"work":[\(worked)]}}}
            """
    }

    private func adopt(_ archive: ProgramArchive, _ text: String, _ more: String...) throws -> Program.Result {
        let file = try archive.file("notice-\(UUID().uuidString).json", text)
        return try Program.run(["--archive", archive.path, "calendar", "adopt", file] + office + more)
    }

    @Test func aNewArchiveKnowsTheNoticesOf2019To2026() throws {
        let years = try ProgramArchive()("calendar", "list").list()
        #expect(years.map { $0["year"] as? Int } == Array(2019...2026))
        #expect(years.map { $0["workingDays"] as? Int } == [250, 249, 250, 249, 249, 251, 248, 248])
    }

    @Test func theNextNoticeIsAdoptedOnceAndKeptByDigest() throws {
        let archive = try ProgramArchive()
        let text = notice(2027, off: ["2027-02-08"], work: ["2027-02-06"])
        let adopted = try adopt(archive, text, "--document", "国办发明电[2026]7号").object()
        #expect(adopted["position"] as? Int == 1 && adopted["years"] as? [Int] == [2027])
        #expect(try adopt(archive, text).object()["duplicate"] as? Bool == true)
        #expect(try archive("calendar", "list").list().count == 9)
        #expect(try archive("verify", "--deep").status == 0)
        #expect(try archive("replay", "--type", "calendar.adopted").lines().count == 1)
    }

    @Test func aYearThatIsSettledIsChangedOnlyWhenSaidSo() throws {
        let archive = try ProgramArchive()
        #expect(try adopt(archive, notice(2027)).status == 0)
        try adopt(archive, notice(2027, off: ["2027-02-08"])).expectError(3, "calendar-year-settled")
        try adopt(archive, notice(2027, version: "2")).expectError(3, "calendar-unchanged")
        #expect(try adopt(archive, notice(2027, off: ["2027-02-08"]), "--amend").status == 0)
        let years = try archive("calendar", "list").list()
        #expect(years.last?["position"] as? Int == 2)
    }

    @Test(arguments: [
        ("{", ""), ("[]", ""), (#"{"id":"a"}"#, "/version"),
        (#"{"id":"a","version":"1","title":"t","sources":["s"],"years":{}}"#, "/years"),
        (
            #"{"id":"a","version":"1","title":"t","sources":["s"],"years":{"2027":{"off":{},"work":[]}}}"#,
            "/years/2027/off"
        ),
        (#"{"id":"a","version":"1","title":"t","sources":["s"],"years":{"2x27":{"off":{},"work":[]}}}"#, "/years/2x27"),
    ])
    func aHostileNoticeIsRefusedWithItsPlace(_ text: String, _ pointer: String) throws {
        let archive = try ProgramArchive()
        let result = try adopt(archive, text)
        result.expectError(3, "calendar-malformed")
        #expect(pointer.isEmpty || result.errors.contains(pointer))
        #expect(try archive("calendar", "list").list().count == 8)
    }

    @Test(arguments: [
        ("2026-12-31", [], "a day of 2027"), ("2027-02-08", ["2027-02-08"], "off and worked"),
        ("2027-02-08", ["2027-02-09"], "by itself"), ("2027-02-08", ["2027-02-06", "2027-02-06"], "twice"),
    ])
    func aNoticeThatContradictsItselfIsRefused(_ off: String, _ work: [String], _ words: String) throws {
        let result = try adopt(ProgramArchive(), notice(2027, off: [off], work: work))
        result.expectError(3, "calendar-malformed")
        #expect(result.errors.contains(words), "\(result.errors)")
    }
}
