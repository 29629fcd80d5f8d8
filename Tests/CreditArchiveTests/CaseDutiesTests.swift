import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Projections
import Testing

/// The limits of rectifications (D07): what is open on a day, and until when.
@Suite struct CaseDutiesTests {
    private func archive() async throws -> TestArchive {
        let archive = try TestArchive()
        try await archive.load(
            .bodies, rows: [Rows.body(1), Rows.body(2, ["行政区划代码": "419802", "名称": "云海县第2局"])])
        try await archive.load(
            .incidents,
            rows: [
                Rows.incident("limited", ["整改期限": "2023-06-01"]), Rows.incident("unlimited"),
                Rows.incident("elsewhere", ["整改期限": "2023-07-01", "统一社会信用代码": Rows.code(2)]),
                Rows.incident("gone", ["整改期限": "2023-08-01"]),
            ])
        return archive
    }

    private func order(_ archive: TestArchive, _ id: String, _ day: String, until due: String) async throws {
        let details = ActDetails(occurredOn: try #require(CalendarDay(day)), office: "云岭县发展和改革局")
        let act = CaseAct(.rectificationOrdered, details, dueOn: CalendarDay(due))
        try await archive.writing { open in
            _ = try await Recorder(open, recordedBy: "operator/test").append([
                Submission(
                    identity: EventIdentity(source: "urn:test", id: "order/\(id)"), subject: .case(id), event: .act(act)
                )
            ])
        }
    }

    /// `case due` of what is open, in the order of the answer.
    private func open(
        _ archive: TestArchive, on day: String, at position: UInt64? = nil, region: String? = nil
    ) async throws -> [String] {
        let day = try #require(CalendarDay(day))
        return try await archive.reading { archive in
            try Auditor(archive).duties(Moment(asOf: day, atPosition: position), region: region).map { duty in
                "\(duty.caseID?.text ?? "") \(duty.step.dueOn?.description ?? "") \(duty.isOverdue)"
            }
        }
    }

    @Test func aLimitIsTheOrdersElseTheDeterminations() async throws {
        let archive = try await archive()
        let before = try await archive.size
        #expect(
            try await open(archive, on: "2023-05-01")
                == ["limited 2023-06-01 false", "elsewhere 2023-07-01 false", "gone 2023-08-01 false"])
        try await order(archive, "limited", "2023-05-10", until: "2023-09-01")
        try await order(archive, "unlimited", "2023-05-10", until: "2023-05-20")
        try await archive.load(.dispositions, rows: [Rows.disposition("gone", "撤销", "2023-05-15")])
        let all = ["unlimited 2023-05-20 true", "elsewhere 2023-07-01 false", "limited 2023-09-01 false"]
        #expect(try await open(archive, on: "2023-05-21") == all)
        #expect(try await open(archive, on: "2023-05-21", region: "419802") == ["elsewhere 2023-07-01 false"])
        #expect(try await open(archive, on: "2023-05-21", region: "4198") == all)
        #expect(try await open(archive, on: "2023-05-21", region: "420000").isEmpty)
        // By what was recorded before, and as it stood before the orders.
        #expect(try await open(archive, on: "2023-05-21", at: before - 1).first == "limited 2023-06-01 false")
        #expect(try await open(archive, on: "2023-05-01").count == 3)
        try await archive.load(.dispositions, rows: [Rows.disposition("limited", "整改报告", "2023-05-30")])
        #expect(try await open(archive, on: "2023-06-01").map { $0.prefix(9) } == ["unlimited", "elsewhere"])
        #expect(try await open(archive, on: "2023-05-29").count == 3)
        #expect(try archive.deepFindings().isEmpty)
    }
}
