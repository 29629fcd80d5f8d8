import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

@Suite("Two persons")
struct ProposalTests {
    private typealias Given = PersonsFixture

    @Test("without a policy nothing needs a second person, and nothing is proposed")
    func off() async throws {
        let archive = try TestArchive()
        try await archive.append([Cloud.body(1), Cloud.incident("a"), Given.revocation()])
        let fixture = Given(archive: archive)
        #expect(await thrown { try await fixture.propose(Cloud.incident("b")) }?.code == "act-needs-no-proposal")
        #expect(!FileManager.default.fileExists(atPath: archive.folder.proposals))
    }

    @Test("a reserved act of one person is refused with how to propose it; other acts and retries are not")
    func direct() async throws {
        let fixture = try await Given.given()
        let upheld = Cloud.act("upheld", "objection.decided", "2023-05-02", #","outcome":"upheldRevoked""#)
        let dismissed = Cloud.act("dismissed", "objection.decided", "2023-05-02", #","outcome":"dismissed""#)
        try await fixture.archive.append([Cloud.act("filed", "objection.filed", "2023-05-01")])
        for event in [Cloud.incident("b"), Given.revocation(), upheld, Cloud.act("g", "repair.granted", "2023-09-01")] {
            let error = await thrown { try await fixture.archive.append([event]) }
            #expect(error?.code == "two-persons-needed" && error?.kind == .refused, "\(event)")
            #expect(error?.chinese.contains("/v1/proposals") == true && error?.english.contains("--propose") == true)
        }
        #expect(try await fixture.archive.append([dismissed]).count == 1)
        // What is recorded already is a duplicate, whatever the policy says since.
        #expect(try await fixture.archive.append([Cloud.incident("a")]).first?.isDuplicate == true)
        let erased = await thrown {
            try await fixture.archive.writing {
                try Administrator($0).destroyTexts(of: "case/a", basis: "依据", recordedBy: "operator/1")
            }
        }
        #expect(erased?.code == "two-persons-needed")
        // Rows of a table are rejected one by one.
        let report = try await fixture.archive.load(.incidents, rows: [Rows.incident("c")])
        #expect(report.problems.map(\.code) == ["two-persons-needed"])
    }

    @Test("given a proposal, when another person approves it, then the entry names both")
    func approved() async throws {
        let fixture = try await Given.given()
        let proposal = try await fixture.propose(Given.revocation())
        #expect(proposal.state == .open && proposal.act == .revoke && proposal.region?.text == "419801")
        #expect(try await fixture.archive.size == 3)
        let approved = try await fixture.approve(proposal.id)
        #expect(approved.state == .approved && approved.position == 3 && approved.contentText == nil)
        let entry = try #require(try await fixture.archive.entries().last)
        #expect(entry.proposedBy == "key/clerk" && entry.approvedBy == "key/head" && entry.recordedBy == "key/head")
        let step = try await fixture.archive.reading { try Auditor($0).trail(ofCase: #require(CaseID("a")))[1] }
        #expect(step.proposedBy == "key/clerk" && step.approvedBy == "key/head")
        #expect(try fixture.archive.deepFindings().isEmpty)
        // Asked again by whoever has approved it, it is the same answer; by others it is decided.
        #expect(try await fixture.approve(proposal.id) == approved)
        let third = Principal(id: "key/third", roles: [.recorder])
        #expect(await thrown { try await fixture.approve(proposal.id, by: third) }?.code == "proposal-decided")
        #expect(try await fixture.archive.size == 4)
    }

    @Test("the same person may not approve; nobody without the act's role; nobody outside its region")
    func strangers() async throws {
        let fixture = try await Given.given()
        let proposal = try await fixture.propose(Cloud.incident("b"))
        let cases: [(Principal, String)] = [
            (Given.clerk, "same-person"), (Given.auditor, "role-missing"),
            (
                Principal(id: "key/x", roles: [.recorder], scope: RecordingScope(regions: [RegionCode("419802")!])),
                "proposal-not-found"
            ),
            (
                Principal(id: "key/y", roles: [.recorder], scope: RecordingScope(sources: ["urn:other"])),
                "proposal-not-found"
            ),
            (Principal(id: "key/z", roles: [.public]), "proposal-not-found"),
        ]
        for (principal, code) in cases {
            #expect(await thrown { try await fixture.approve(proposal.id, by: principal) }?.code == code)
            let desk = await thrown {
                try await fixture.desk { try $0.giveBack(proposal.id, reason: "x", by: principal) }
            }
            if principal != Given.clerk { #expect(desk?.code == code, "\(principal)") }
        }
        #expect(await thrown { try await fixture.approve("nothing") }?.code == "proposal-not-found")
        #expect(try await fixture.archive.size == 3)
    }

    @Test("given a proposal, when it is returned with the reason, then nothing is recorded and its text is gone")
    func returned() async throws {
        let fixture = try await Given.given()
        let proposal = try await fixture.propose(Cloud.incident("b", fact: "一段不该留下的话"))
        #expect(proposal.contentText?.contains("一段不该留下的话") == true)
        #expect(fixture.bytes.contains { $0.range(of: Data("一段不该留下的话".utf8)) != nil })
        let empty = await thrown { try await fixture.desk { try $0.giveBack(proposal.id, reason: "", by: Given.head) } }
        #expect(empty?.code == "reason-malformed")
        let returned = try await fixture.desk { try $0.giveBack(proposal.id, reason: "依据文书有误", by: Given.head) }
        #expect(returned.state == .returned && returned.reason == "依据文书有误" && returned.decidedBy == "key/head")
        #expect(!fixture.bytes.contains { $0.range(of: Data("一段不该留下的话".utf8)) != nil })
        #expect(await thrown { try await fixture.approve(proposal.id) }?.code == "proposal-decided")
        #expect(try await fixture.archive.size == 3)
        // Mended, it is proposed again under the same identity.
        let again = try await fixture.propose(Cloud.incident("b", fact: "改过的话"))
        #expect(again.id != proposal.id && again.state == .open)
    }

    @Test("a proposal is judged when it is made, and once more when it is approved: the case may have moved")
    func judged() async throws {
        let fixture = try await Given.given([.revoke, .determine])
        #expect(await thrown { try await fixture.propose(Given.revocation(of: "none")) }?.code == "case-unknown")
        #expect(
            await thrown { try await fixture.propose(Cloud.incident("a", fact: "另文")) }?.code == "identity-conflict")
        #expect(await thrown { try await fixture.propose(Cloud.incident("a")) }?.code == "already-recorded")
        let first = try await fixture.propose(Given.revocation("one"))
        let second = try await fixture.propose(Given.revocation("two"))
        _ = try await fixture.approve(first.id)
        let refused = await thrown { try await fixture.approve(second.id) }
        #expect(refused?.kind == .refused, "\(String(describing: refused))")
        #expect(try await fixture.state(second.id) == .open)
        let conflict = try await fixture.propose(Cloud.incident("b"))
        try await fixture.archive.reading { _ = try $0.twoPersons.set([], by: "operator/1") }
        try await fixture.archive.append([
            Cloud.incident("b", fact: "另文").replacing("incident-b", with: "other")
        ])
        #expect(await thrown { try await fixture.approve(conflict.id) }?.code == "case-exists")
        try await fixture.archive.append([Cloud.incident("c")])
        try await fixture.archive.reading { _ = try $0.twoPersons.set([.determine], by: "operator/1") }
        #expect(try fixture.archive.deepFindings().isEmpty)
    }

    @Test("proposed twice it is one proposal; with other content it is a conflict; recorded meanwhile it says where")
    func twice() async throws {
        let fixture = try await Given.given()
        let first = try await fixture.propose(Cloud.incident("b"))
        #expect(try await fixture.propose(Cloud.incident("b")).id == first.id)
        #expect(
            await thrown { try await fixture.propose(Cloud.incident("b", fact: "另文")) }?.code == "identity-conflict")
        try await fixture.archive.reading { _ = try $0.twoPersons.set([], by: "operator/1") }
        try await fixture.archive.append([Cloud.incident("b")])
        #expect(await thrown { try await fixture.approve(first.id) }?.code == "already-recorded")
    }

    @Test("a proposal expires where the policy says so, waits for ever where it does not")
    func expiry() async throws {
        let fixture = try await Given.given(expiresAfterDays: 10)
        let proposal = try await fixture.propose(Cloud.incident("b", fact: "会过期的话"))
        fixture.archive.clock.advance(milliseconds: 10 * 86_400_000)
        #expect(try await fixture.state(proposal.id) == .expired)
        #expect(await thrown { try await fixture.approve(proposal.id) }?.code == "proposal-decided")
        #expect(!fixture.bytes.contains { $0.range(of: Data("会过期的话".utf8)) != nil })
        try await fixture.archive.reading { _ = try $0.twoPersons.set([.determine], by: "operator/1") }
        let patient = try await fixture.propose(Cloud.incident("c"))
        fixture.archive.clock.advance(milliseconds: 900 * 86_400_000)
        #expect(try await fixture.approve(patient.id).state == .approved)
    }

    @Test("given an approval, when the process dies before the act is recorded, then it is recorded once")
    func killedBefore() async throws {
        let fixture = try await Given.given()
        let proposal = try await fixture.propose(Cloud.incident("b"))
        try fixture.approveAndDie(proposal.id)
        #expect(try await fixture.archive.size == 3)
        let settled = try await fixture.desk { try await $0.settle() }
        #expect(settled.map(\.state) == [.approved] && settled.first?.position == 3)
        let entry = try #require(try await fixture.archive.entries().last)
        #expect(entry.proposedBy == "key/clerk" && entry.approvedBy == "key/head")
        #expect(try await fixture.desk { try await $0.settle() }.isEmpty)
        #expect(try await fixture.archive.size == 4)
    }

    @Test("given an act that was recorded, when the process dies before it notes that, then nothing is recorded twice")
    func killedBehind() async throws {
        let fixture = try await Given.given()
        let proposal = try await fixture.propose(Cloud.incident("b"))
        let erasure = try await fixture.desk {
            try $0.proposeErasure(of: "case/a", basis: "个人信息保护法第四十七条", by: Given.clerk).proposal
        }
        try fixture.approveAndDie(proposal.id)
        try fixture.approveAndDie(erasure.id)
        let kept = fixture.bytes
        _ = try await fixture.desk { try await $0.settle() }
        let size = try await fixture.archive.size
        #expect(size == 5)
        // The files as they were before the end was noted.
        for (suffix, bytes) in zip(["", "-wal", "-shm"], kept + [Data()]) {
            let path = fixture.archive.folder.proposals + suffix
            try? FileManager.default.removeItem(atPath: path)
            if !bytes.isEmpty { try bytes.write(to: URL(filePath: path)) }
        }
        let settled = try await fixture.desk { try await $0.settle() }
        #expect(settled.map(\.state) == [.approved, .approved])
        #expect(try await fixture.archive.size == size)
        #expect(try fixture.archive.deepFindings().isEmpty)
    }

    @Test("given an approval that was cut off, when the case has moved, then it waits for a new decision")
    func killedAndRefused() async throws {
        let fixture = try await Given.given()
        let proposal = try await fixture.propose(Given.revocation("one"))
        let other = try await fixture.propose(Given.revocation("two"))
        try fixture.approveAndDie(proposal.id)
        // Another process, which knows nothing of it, goes first.
        let queue = try await fixture.desk { desk in try await desk.approve(other.id, by: Given.head) }
        #expect(queue.state == .approved)
        #expect(try await fixture.desk { try await $0.settle() }.map(\.state) == [.open])
        #expect(try await fixture.state(proposal.id) == .open)
    }

    @Test("an erasure is proposed and approved by administrators, and both stand in its entry")
    func erasure() async throws {
        let fixture = try await Given.given()
        let recorder = Principal(id: "key/r", roles: [.recorder])
        let basis = "个人信息保护法第四十七条"
        #expect(
            await thrown {
                try await fixture.desk { try $0.proposeErasure(of: "case/a", basis: basis, by: recorder).proposal }
            }?.code == "role-missing")
        #expect(
            await thrown {
                try await fixture.desk { try $0.proposeErasure(of: "case/x", basis: basis, by: Given.clerk).proposal }
            }?.code == "stream-not-found")
        let proposal = try await fixture.desk {
            try $0.proposeErasure(of: "case/a", basis: basis, by: Given.clerk).proposal
        }
        #expect(await thrown { try await fixture.approve(proposal.id, by: recorder) }?.code == "proposal-not-found")
        #expect(try await fixture.approve(proposal.id).state == .approved)
        let entry = try #require(try await fixture.archive.entries().last)
        #expect(entry.type == "subjectkey.destroyed" && entry.proposedBy == "key/clerk")
        #expect(entry.approvedBy == "key/head")
        let step = try await fixture.archive.reading { try Auditor($0).trail(ofCase: #require(CaseID("a")))[0] }
        #expect(step.chinese.contains("已抹除"))
        #expect(try fixture.archive.deepFindings().isEmpty)
    }

    @Test("auditors see what waits, others only what is theirs; every policy that was set stays visible")
    func visible() async throws {
        let fixture = try await Given.given()
        let proposal = try await fixture.propose(Cloud.incident("b"))
        let foreign = Principal(
            id: "key/f", roles: [.auditor], scope: RecordingScope(regions: [RegionCode("419802")!]))
        let near = Principal(
            id: "key/n", roles: [.auditor], scope: RecordingScope(regions: [RegionCode("419801")!]))
        func seen(_ principal: Principal, _ query: ProposalQuery = ProposalQuery()) async throws -> [String] {
            try await fixture.desk { try $0.list(query, for: principal).map(\.id) }
        }
        for principal in [Given.clerk, Given.head, Given.auditor, near] {
            #expect(try await seen(principal) == [proposal.id], "\(principal)")
        }
        for principal in [foreign, .anybody, Principal(id: "key/o", roles: [.administrator])] {
            #expect(try await seen(principal).isEmpty, "\(principal)")
        }
        #expect(try await seen(Given.auditor, ProposalQuery(state: .approved)).isEmpty)
        #expect(try await seen(Given.auditor, ProposalQuery(act: .determine)).count == 1)
        try await fixture.archive.reading { archive in
            try archive.twoPersons.set([.erase], by: "operator/2")
            let all = try archive.twoPersons.all()
            #expect(all.map(\.setBy) == ["operator/1", "operator/2"] && all.last?.acts == [.erase])
            #expect(throws: ArchiveError.self) {
                try archive.twoPersons.set([.erase], expiresAfterDays: 0, by: "operator/2")
            }
        }
        // A restored archive asks for two persons where it did; what was only proposed is in no backup.
        let (backup, restored) = (fixture.archive.temporary.file("backup"), fixture.archive.temporary.file("restored"))
        try await fixture.archive.reading { _ = try Backup($0, to: backup).run() }
        let key = fixture.archive.verifierKey
        _ = try Restoration(from: backup, to: ArchiveFolder(restored), verifierKeys: [key]).run()
        let policies = try Archive(opening: ArchiveFolder(restored), for: .reading).twoPersons
        #expect(try policies.inForce()?.acts == [.erase])
        #expect(!FileManager.default.fileExists(atPath: ArchiveFolder(restored).proposals))
        let path = fixture.archive.folder.path + "/two-persons.json"
        try Data("{}".utf8).write(to: URL(filePath: path))
        #expect(await thrown { try await fixture.archive.append([Cloud.body(2)]) }?.code == "record-damaged")
    }
}
