import ArchiveTesting
import Foundation
import Testing

/// Two persons through the program alone.
@Suite struct ProposalCommandTests {
    private static func incident(_ id: String) -> String {
        """
        {"specversion":"1.0","id":"incident-\(id)","source":"urn:platform:1","type":"incident.determined",\
        "subject":"case/\(id)","data":{"attributedYear":2025,"authority":"云岭县发展和改革局",\
        "basis":{"number":"云信〔2025〕1号","title":"行政决定书"},"body":"S1","category":"R05","channel":"C03",\
        "determinedOn":"2025-12-05","fact":"未按约定支付工程款","occurredOn":"2025-01-10","severity":"一般","visibility":"公开"}}
        """
    }

    /// An archive with one body, whose policy reserves acts.
    private func given(_ acts: String) throws -> ProgramArchive {
        let archive = try ProgramArchive()
        #expect(try archive("append", archive.file("body.json", ServedProgram.body(1))).status == 0)
        #expect(try archive("proposals", "policy").list().isEmpty)
        let policy = try archive("proposals", "policy", "--set", acts, "--operator-id", "operator/1").list()
        #expect(policy.first?["acts"] as? [String] == acts.split(separator: ",").map(String.init))
        return archive
    }

    private func propose(_ archive: ProgramArchive, _ id: String, as person: String = "operator/3") throws -> String {
        let file = try archive.file("\(id).json", Self.incident(id))
        let proposed = try archive("append", file, "--propose", "--operator-id", person).list()
        return try #require(proposed.first?["proposal"] as? String)
    }

    @Test func anActIsProposedSeenApprovedByAnotherAndNamesBoth() throws {
        let archive = try given("determine,erase")
        let file = try archive.file("a.json", Self.incident("a"))
        let refused = try archive("append", file)
        refused.expectError(3, "two-persons-needed")
        #expect(refused.errors.contains("--propose"))
        let id = try propose(archive, "a")
        #expect(try archive("proposals").list().first?["state"] as? String == "open")
        #expect(try archive("--format", "table", "--lang", "zh", "proposals").text.contains("待审批"))
        #expect(try archive("proposals", "show", id).text.contains("未按约定支付工程款"))
        try archive("proposals", "approve", id, "--operator-id", "operator/3").expectError(3, "same-person")
        let approved = try archive("proposals", "approve", id, "--operator-id", "operator/8").object()
        #expect(approved["state"] as? String == "approved" && approved["position"] as? Int == 2)
        let step = try #require(archive("trail", "a").list().first)
        #expect(step["proposedBy"] as? String == "operator/3" && step["approvedBy"] as? String == "operator/8")
        try archive("proposals", "return", id, "--reason", "晚了", "--operator-id", "operator/9")
            .expectError(4, "proposal-decided")
        try archive("keys", "destroy", "case/a", "--basis", "个人信息保护法第四十七条").expectError(3, "two-persons-needed")
        let erasure = try archive(
            "keys", "destroy", "case/a", "--basis", "个人信息保护法第四十七条", "--propose", "--operator-id", "operator/3"
        ).list()
        let other = try #require(erasure.first?["proposal"] as? String)
        let returned = try archive("proposals", "return", other, "--reason", "依据不足", "--operator-id", "operator/8")
        #expect(try returned.object()["reason"] as? String == "依据不足")
        #expect(try archive("proposals", "list", "--state", "returned").list().count == 1)
        #expect(try archive("proposals", "policy", "--off", "--operator-id", "operator/2").list().count == 2)
        #expect(try archive("append", archive.file("b.json", Self.incident("b"))).status == 0)
        #expect(try archive("verify", "--deep").status == 0)
        try archive("proposals", "policy", "--set", "everything").expectError(2, "act-unknown")
        try archive("proposals", "policy", "--set", "erase", "--off").expectError(2, "flags-contradict")
        try archive("proposals", "show", "none").expectError(3, "proposal-not-found")
    }

    @Test func aProposalIsMadeAndReturnedBesideAServiceThatRuns() throws {
        let archive = try given("determine")
        let served = try ServedProgram(archive)
        let id = try propose(archive, "a")
        try archive("proposals", "approve", id, "--operator-id", "operator/8").expectError(5)
        #expect(try archive("proposals", "return", id, "--reason", "请走服务", "--operator-id", "operator/8").status == 0)
        #expect(try served.end(SIGTERM).status == 0)
    }

    @Test func anApprovalThatIsKilledLosesNothingAndRecordsNothingTwice() throws {
        let archive = try given("determine")
        var random = SeededGenerator(stream: 711)
        var (killed, between) = (0, 0)
        for round in 0..<(isLongRun ? 150 : 12) {
            let id = try propose(archive, "k\(round)")
            let approving = try Program.Running([
                "--archive", archive.path, "proposals", "approve", id, "--operator-id", "operator/8",
            ])
            usleep(UInt32.random(in: 0...90_000, using: &random))
            approving.kill()
            let end = try approving.finish()
            if end.status == -SIGKILL { killed += 1 }
            let state = try archive("proposals", "show", id).object()["state"] as? String
            if state == "approving" { between += 1 }
            // Whoever has approved it asks again: it is recorded now, or it was.
            let approved = try archive("proposals", "approve", id, "--operator-id", "operator/8").object()
            #expect(approved["state"] as? String == "approved", "round \(round), killed while \(state ?? "-")")
            let steps = try archive("trail", "k\(round)").list()
            #expect(steps.count == 1 && steps.first?["position"] as? Int == approved["position"] as? Int)
            #expect(steps.first?["approvedBy"] as? String == "operator/8")
        }
        #expect(try archive("verify", "--deep").status == 0)
        print("killed approvals: \(killed) kills, \(between) between approval and record")
    }
}
