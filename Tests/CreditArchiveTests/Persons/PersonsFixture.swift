import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation

/// An archive whose policy reserves acts to two persons, and those who act in it.
struct PersonsFixture {
    static let clerk = Principal(id: "key/clerk", roles: [.recorder, .administrator])
    static let head = Principal(id: "key/head", roles: [.recorder, .administrator])
    static let auditor = Principal(id: "key/audit", roles: [.auditor])
    let archive: TestArchive

    /// Given: one body with the case `a`, and a policy that reserves all five acts.
    static func given(
        _ acts: Set<TwoPersonAct> = Set(TwoPersonAct.allCases), expiresAfterDays: Int? = nil
    ) async throws -> PersonsFixture {
        let fixture = PersonsFixture(archive: try TestArchive())
        try await fixture.archive.append([Cloud.body(1), Cloud.incident("a")])
        try await fixture.archive.reading {
            _ = try $0.twoPersons.set(acts, expiresAfterDays: expiresAfterDays, by: "operator/1")
        }
        return fixture
    }

    /// Runs `body` at the desk of the archive, open for writing.
    func desk<Result>(_ body: (ProposalDesk) async throws -> Result) async throws -> Result {
        try await archive.writing { open in
            try await body(ProposalDesk(open, recorder: try Recorder(open, recordedBy: "operator/test")))
        }
    }

    @discardableResult
    func propose(_ event: String, by principal: Principal = clerk) async throws -> Proposal {
        try await desk { try $0.propose(cloudEvents: Array(event.utf8), by: principal)[0].proposal }
    }

    func approve(_ id: String, by principal: Principal = head) async throws -> Proposal {
        try await desk { try await $0.approve(id, by: principal) }
    }

    func state(_ id: String) async throws -> Proposal.State {
        try await desk { try $0.proposal(id, for: Self.clerk).state }
    }

    /// The bytes of the proposals' files as they stand.
    var bytes: [Data] {
        ["", "-wal"].map { FileManager.default.contents(atPath: archive.folder.proposals + $0) ?? Data() }
    }

    func approveAndDie(_ id: String) throws { try archive.approveAndDie(id, by: Self.head.id) }

    static func revocation(_ id: String = "revoke", of item: String = "a") -> String {
        Cloud.act(id, "incident.revoked", "2023-06-01", of: item, #","document":{"number":"云信〔2023〕9号"}"#)
    }
}
