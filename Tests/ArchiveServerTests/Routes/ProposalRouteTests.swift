import ArchiveServer
import ArchiveTesting
import CreditArchive
import Foundation
import Testing

@Suite("Two persons over HTTP")
struct ProposalRouteTests {
    private static let single = ["Content-Type": "application/cloudevents+json"]
    private static let json = ["Content-Type": "application/json"]

    /// An archive whose policy is set, and a key of each who acts.
    private struct Office {
        let test: TestArchive
        let clerk: (id: String, header: [String: String])
        let head: (id: String, header: [String: String])
        let auditor: [String: String]

        init(_ acts: Set<TwoPersonAct> = [.determine, .revoke, .erase]) async throws {
            test = try TestArchive()
            clerk = try test.key(.recorder)
            head = try test.key(.recorder, .administrator)
            auditor = try test.key(.auditor).header
            try await test.reading { _ = try $0.twoPersons.set(acts, by: "operator/1") }
        }
    }

    private func propose(
        _ served: ServedArchive, _ event: String, _ header: [String: String]
    ) async throws -> RawHTTP.Answer {
        try await served.request("POST", "/v1/proposals", event, Self.single.merging(header) { $1 })
    }

    @Test(
        "given a proposal with one key, when another approves it, then the entry names both, and each reading is recorded"
    )
    func approved() async throws {
        let office = try await Office()
        try await ServedArchive.serving(office.test) { served in
            try await served.post([Sample.body(1)], office.clerk.header)
            try await served.post([Sample.incident("a")], office.clerk.header)
                .expectProblem(422, "two-persons-needed")
            let made = try await propose(served, Sample.incident("a"), office.clerk.header)
            #expect(made.status == 201)
            let path = try #require(made.headers["location"])
            #expect(try await propose(served, Sample.incident("a"), office.clerk.header).status == 200)
            try await propose(served, Sample.incident("a", fact: "另文"), office.clerk.header)
                .expectProblem(409, "identity-conflict")
            // Its content is for those who decide it and for auditors; lists have none.
            let shown = try await served.get(path, office.auditor)
            #expect(shown.text.contains("未按约定支付工程款"))
            let list = try await served.get("/v1/proposals?state=open", office.head.header)
            #expect(try (list.object["proposals"] as? [Any])?.count == 1 && !list.text.contains("未按约定"))
            try await served.get(path).expectProblem(401, "key-needed")
            try await served.request("POST", path + "/approve", "", office.clerk.header)
                .expectProblem(403, "same-person")
            try await served.request("POST", path + "/approve", "", office.auditor)
                .expectProblem(403, "role-missing")
            #expect(try await served.get("/v1/cases/a", office.auditor).status == 404)
            let approved = try await served.request("POST", path + "/approve", "", office.head.header)
            #expect(try approved.status == 200 && approved.object["state"] as? String == "approved", "\(approved.text)")
            let event = try #require(approved.headers["location"])
            let entry = try await served.get(event, office.auditor).object["event"] as? [String: Any]
            #expect(entry?["proposedby"] as? String == "key/\(office.clerk.id)")
            #expect(entry?["approvedby"] as? String == "key/\(office.head.id)")
            let again = try await served.request("POST", path + "/approve", "", office.head.header)
            #expect(again.status == 200)
            #expect(try await !served.get(path, office.auditor).text.contains("未按约定"))
            let trail = try await served.get("/v1/cases/a/trail", office.auditor).object["steps"] as? [[String: Any]]
            #expect(trail?.first?["approvedBy"] as? String == "key/\(office.head.id)")
            try await Task.sleep(for: .milliseconds(1_100))
            let readings = try AccessLog.read(office.test.folder, AccessQuery()).map(\.request)
            for request in ["GET \(path)", "GET /v1/proposals?state=open"] { #expect(readings.contains(request)) }
        }
    }

    @Test("a proposal is returned with its reason, withdrawn by who made it, and refused where the case has moved")
    func returned() async throws {
        let office = try await Office()
        try await ServedArchive.serving(office.test) { served in
            try await served.post([Sample.body(1)], office.clerk.header)
            func path(_ event: String) async throws -> String {
                try #require(try await propose(served, event, office.clerk.header).headers["location"])
            }
            func giveBack(_ path: String, _ reason: String, _ header: [String: String]) async throws -> RawHTTP.Answer {
                try await served.request("POST", path + "/return", reason, Self.json.merging(header) { $1 })
            }
            let first = try await path(Sample.incident("a"))
            try await giveBack(first, "{}", office.head.header).expectProblem(400, "missing-member")
            try await giveBack(first, #"{"reason":""}"#, office.head.header).expectProblem(400, "reason-malformed")
            let answer = try await giveBack(first, #"{"reason":"依据有误"}"#, office.head.header)
            #expect(try answer.object["reason"] as? String == "依据有误")
            try await served.request("POST", first + "/approve", "", office.head.header)
                .expectProblem(409, "proposal-decided")
            let second = try await path(Sample.incident("a"))
            #expect(try await giveBack(second, #"{"reason":"撤回"}"#, office.clerk.header).status == 200)
            try await served.request("POST", "/v1/proposals/none/approve", "", office.head.header)
                .expectProblem(404, "proposal-not-found")
            // Two wait for one case: the second is refused once the first is recorded, and waits on.
            let third = try await path(Sample.incident("b"))
            let fourth = try await path(Sample.incident("b").replacing("incident-b", with: "other-b"))
            #expect(try await served.request("POST", third + "/approve", "", office.head.header).status == 200)
            try await served.request("POST", fourth + "/approve", "", office.head.header)
                .expectProblem(422, "case-exists")
            #expect(try await served.get(fourth, office.clerk.header).object["state"] as? String == "open")
        }
    }

    @Test("an erasure and a re-issue are proposed in JSON; what was computed is what is approved")
    func own() async throws {
        let office = try await Office([.erase, .reissue])
        let other = try office.test.key(.administrator, .recorder)
        let issued = try await IssuedRound(office.test, isPublished: false)
        try await issued.issue(.final)
        try await issued.reportLater()
        try await ServedArchive.serving(office.test) { served in
            func propose(_ wish: String) async throws -> RawHTTP.Answer {
                try await served.request("POST", "/v1/proposals", wish, Self.json.merging(office.head.header) { $1 })
            }
            func approve(_ path: String) async throws -> RawHTTP.Answer {
                try await served.request("POST", path + "/approve", "", other.header)
            }
            try await served.post([Sample.incident("a")], office.clerk.header)
            try await propose("{}").expectProblem(400, "missing-member")
            let erasure = try await propose(#"{"erasure":{"stream":"case/a","basis":"个人信息保护法第四十七条"}}"#)
            #expect(erasure.status == 201, "\(erasure.text)")
            #expect(try await approve(try #require(erasure.headers["location"])).status == 200)
            let wish = """
                {"reissue":{"scheme":"\(IssuedRound.scheme)","year":2023,"region":"419801","reason":"补报数据",\
                "office":"某评价公司","on":"2024-06-03"}}
                """
            let stale = try await propose(wish)
            #expect(stale.status == 201, "\(stale.text)")
            let path = try #require(stale.headers["location"])
            // A record since has changed the scores again.
            let more = Sample.event(
                "more", "observation.recorded", "observations/\(Sample.code(1))/2023",
                """
                {"scheme":"\(IssuedRound.scheme)","indicator":"XB09","input":"problems","value":"1","reportedOn":"2024-03-01"}
                """)
            #expect(try await served.post([more], office.clerk.header).status == 201)
            try await approve(path).expectProblem(409, "proposal-stale")
            let reason = #"{"reason":"数据有变"}"#
            _ = try await served.request("POST", path + "/return", reason, Self.json.merging(other.header) { $1 })
            let fresh = try await propose(wish)
            #expect(try await approve(try #require(fresh.headers["location"])).status == 200, "\(fresh.text)")
            let results = try await served.get(IssuedRound.path, office.auditor).object["results"] as? [[String: Any]]
            #expect(results?.contains { $0["stage"] as? String == "reissued" } ?? false)
            let changes =
                try await served.get(IssuedRound.path + "/changes", office.auditor).object["changes"] as? [Any]
            #expect(changes?.isEmpty == true)
            try await propose(wish).expectProblem(422, "nothing-changed")
        }
    }

    @Test("without keys there is one person, who approves nothing; the policy in force is there to be seen")
    func alone() async throws {
        let test = try TestArchive()
        try await test.reading { _ = try $0.twoPersons.set([.determine], expiresAfterDays: 30, by: "operator/1") }
        try await ServedArchive.serving(test) { served in
            try await served.post([Sample.body(1)])
            let path = try #require(try await propose(served, Sample.incident("a"), [:]).headers["location"])
            try await served.request("POST", path + "/approve").expectProblem(403, "same-person")
            let policy = try await served.get("/v1/two-persons").object
            #expect(policy["acts"] as? [String] == ["determine"])
            // A policy that is set while the service runs binds its next act.
            try await test.reading { _ = try $0.twoPersons.set([], by: "operator/1") }
            #expect(try await served.post([Sample.incident("b")]).status == 201)
            try await propose(served, Sample.incident("c"), [:]).expectProblem(422, "act-needs-no-proposal")
        }
    }

    @Test("what was approved before the service died is recorded when it starts again, once")
    func settled() async throws {
        let office = try await Office()
        let path = try await ServedArchive.serving(office.test) { served in
            try await served.post([Sample.body(1)], office.clerk.header)
            let made = try await propose(served, Sample.incident("a"), office.clerk.header)
            return try #require(made.headers["location"])
        }
        try office.test.approveAndDie(String(path.split(separator: "/").last ?? ""), by: "key/\(office.head.id)")
        try await ServedArchive.serving(office.test) { served in
            let proposal = try await served.get(path, office.auditor).object
            #expect(proposal["state"] as? String == "approved" && proposal["position"] as? Int == 2)
            let same = try await served.request("POST", path + "/approve", "", office.head.header)
            #expect(try same.status == 200 && same.object["position"] as? Int == 2)
            let events = try await served.get("/v1/events", office.auditor).object["events"] as? [Any]
            #expect(events?.count == 3)
        }
    }
}
