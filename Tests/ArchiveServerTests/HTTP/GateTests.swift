import ArchiveServer
import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

@Suite("Keys, roles and rates")
struct GateTests {
    @Test(
        "without any key this machine is the operator; once there is one, nobody without a key is more than the public")
    func noKeys() async throws {
        let test = try TestArchive()
        try await ServedArchive.serving(test) { served in
            #expect(try await served.post([Sample.body(1)]).status == 201)
            // A page of another site may know the port: it cannot send a request that means this machine.
            let foreign = ["Host": "evil.example", "Content-Type": "application/cloudevents-batch+json"]
            try await served.post([Sample.body(2)], foreign).expectProblem(403, "origin-foreign")
            try await served.post([Sample.body(2)], ["Origin": "https://evil.example"])
                .expectProblem(403, "origin-foreign")
            _ = try test.key(.administrator)
            try await served.post([Sample.body(2)]).expectProblem(401, "key-needed")
            #expect(try await served.get("/v1/events").headers["www-authenticate"] != nil)
            #expect(try await served.get("/v1/bodies").status == 200)
        }
    }

    @Test("each role does what it may and no more")
    func roles() async throws {
        let test = try TestArchive()
        let recorder = try test.key(.recorder).header
        let auditor = try test.key(.auditor).header
        let administrator = try test.key(.administrator).header
        try await ServedArchive.serving(test) { served in
            #expect(try await served.post([Sample.body(1), Sample.incident("a")], recorder).status == 201)
            // What each of nobody, recorder, auditor, administrator is answered.
            let table: [(method: String, path: String, statuses: [Int])] = [
                ("GET", "/v1/events", [401, 403, 200, 403]), ("GET", "/v1/events/1", [401, 403, 200, 403]),
                ("GET", "/v1/bodies/\(Sample.code(1))/trail", [401, 403, 200, 403]),
                ("GET", "/v1/cases/a/trail", [401, 403, 200, 403]), ("GET", "/v1/trend", [401, 403, 200, 403]),
                ("GET", "/v1/receipts/1", [401, 200, 200, 403]), ("GET", "/tile/0/000.p/2", [200, 200, 200, 200]),
                ("GET", "/tile/entries/000.p/2", [401, 403, 200, 403]), ("GET", "/checkpoint", [200, 200, 200, 200]),
                ("GET", "/metrics", [401, 403, 403, 200]), ("GET", "/v1/keys", [401, 403, 403, 200]),
                ("GET", "/v1/access", [401, 403, 200, 200]), ("GET", "/v1/projections", [401, 403, 200, 200]),
                ("POST", "/v1/projections/rebuild", [401, 403, 403, 202]),
                ("GET", "/health/live", [200, 200, 200, 200]),
                ("GET", "/openapi.yaml", [200, 200, 200, 200]), ("GET", "/v1/bodies", [200, 200, 200, 200]),
            ]
            for (method, path, statuses) in table {
                for (header, status) in zip([[:], recorder, auditor, administrator], statuses) {
                    let answer = try await served.request(method, path, "", header)
                    #expect(answer.status == status, "\(method) \(path) \(answer.text)")
                }
            }
            try await served.post([Sample.body(2)], auditor).expectProblem(403, "role-missing")
        }
    }

    @Test("the public sees what is publicised and nothing else, and no text")
    func publicView() async throws {
        let test = try TestArchive()
        try await ServedArchive.serving(test) { served in
            try await served.post([
                Sample.body(1), Sample.incident("shown"), Sample.incident("kept", visibility: "内部"),
                Sample.incident("old", on: "2020-01-10"),
            ])
            let auditor = try test.key(.auditor).header
            let path = "/v1/bodies/\(Sample.code(1))/standing"
            let seen = try await served.get(path)
            #expect(try (seen.object["cases"] as? [[String: Any]])?.map { $0["case"] as? String } == ["shown"])
            #expect(try seen.object["inEffect"] == nil && seen.object["publicised"] as? Int == 1)
            let all = try await served.get(path, auditor)
            #expect(try (all.object["cases"] as? [[String: Any]])?.count == 3)
            #expect(try await served.get("/v1/cases/shown").status == 200)
            for id in ["kept", "old", "none"] {
                try await served.get("/v1/cases/\(id)").expectProblem(404, "case-not-found", id)
            }
            // The same answer, whether there is such a case or not.
            let hidden = try await served.get("/v1/cases/kept").object["detail"] as? String
            let absent = try await served.get("/v1/cases/none").object["detail"] as? String
            #expect(hidden?.replacing("kept", with: "none") == absent)
            try await served.get(path + "?asOf=2025-12-31").expectProblem(400, "parameter-unknown")
            for path in [path, "/v1/cases/shown", "/v1/standings", "/v1/bodies"] {
                #expect(try await !served.get(path).text.contains("未按约定"), "\(path)")
            }
        }
    }

    @Test("the public sees no case whose display was ended, nor those of such a body, until it is restored")
    func withheld() async throws {
        let test = try TestArchive()
        let path = "/v1/bodies/\(Sample.code(1))/standing"
        func seen() async throws -> (standing: Int?, status: Int) {
            var answer: (standing: Int?, status: Int) = (nil, 0)
            try await ServedArchive.serving(test) { served in
                answer.standing = try await served.get(path).object["publicised"] as? Int
                answer.status = try await served.get("/v1/cases/shown").status
            }
            return answer
        }
        func change(_ stream: String, isShown: Bool) async throws {
            try await test.writing { archive in
                _ = try Administrator(archive).changeDisplay(
                    of: stream, isShown: isShown, basis: "云信办函〔2024〕6号", recordedBy: "operator/7")
            }
        }
        try await ServedArchive.serving(test) { served in
            _ = try await served.post([Sample.body(1), Sample.incident("shown"), Sample.incident("other")])
        }
        // With a key issued, whoever has none is the public.
        _ = try test.key(.auditor)
        #expect(try await seen() == (2, 200))
        try await change("case/shown", isShown: false)
        #expect(try await seen() == (1, 404))
        try await change("case/shown", isShown: true)
        try await change("body/\(Sample.code(1))", isShown: false)
        #expect(try await seen() == (0, 404))
        try await change("body/\(Sample.code(1))", isShown: true)
        #expect(try await seen() == (2, 200))
    }

    @Test("a key is unknown, revoked or expired, each in its own words; revoking needs no restart")
    func keys() async throws {
        let test = try TestArchive()
        let known = try test.key(.auditor)
        let short = try test.key(.auditor, expires: CalendarDay("2026-01-06"))
        try await ServedArchive.serving(test) { served in
            #expect(try await served.get("/v1/events", known.header).status == 200)
            #expect(try await served.get("/v1/events", short.header).status == 200)
            test.clock.advance(milliseconds: 2 * 86_400_000)
            try await served.get("/v1/events", short.header).expectProblem(401, "key-expired")
            try APIKeys(test.folder, clock: test.clock.read).revoke(known.id)
            try await served.get("/v1/events", known.header).expectProblem(401, "key-revoked")
            let forged = "Bearer ca_\(known.id)_" + String(repeating: "A", count: 43)
            for (value, code) in [
                (forged, "key-unknown"), ("Bearer nonsense", "key-unknown"), ("Bearer ca__", "key-unknown"),
                ("Basic dXNlcg==", "authorization-malformed"), ("Bearer", "authorization-malformed"),
            ] {
                try await served.get("/v1/bodies", ["Authorization": value]).expectProblem(401, code, value)
            }
        }
        let file = try #require(FileManager.default.contents(atPath: test.folder.keys + "/api-keys.json"))
        let secret = try #require(known.header["Authorization"]?.split(separator: "_").last)
        #expect(!String(decoding: file, as: UTF8.self).contains(secret))
    }

    @Test("a key records from its sources and about its regions alone, and reads no other region")
    func scopes() async throws {
        let test = try TestArchive()
        let bySource = try test.key(.recorder, sources: ["urn:platform:1*"]).header
        let byRegion = try test.key(.recorder, .auditor, regions: ["419801"]).header
        try await ServedArchive.serving(test) { served in
            #expect(try await served.post([Sample.body(1), Sample.body(2, region: "419802")], bySource).status == 201)
            try await served.post([Sample.body(3, source: "urn:platform:2")], bySource)
                .expectProblem(403, "source-forbidden")
            #expect(try await served.post([Sample.incident("a")], byRegion).status == 201)
            try await served.post([Sample.incident("b", body: 2)], byRegion).expectProblem(403, "region-forbidden")
            try await served.post([Sample.body(4, region: "419802")], byRegion).expectProblem(403, "region-forbidden")
            #expect(try await served.post([Sample.incident("b", body: 2)], bySource).status == 201)
            let act = Sample.act("o", "objection.filed", "2025-12-20", of: "b")
            try await served.post([act], byRegion).expectProblem(403, "region-forbidden")

            let events = try await served.get("/v1/events", byRegion).object["events"] as? [[String: Any]]
            #expect(events?.compactMap { $0["position"] as? Int } == [1, 3])
            #expect(try await served.get("/v1/events/1", byRegion).status == 200)
            for path in [
                "/v1/events/2", "/v1/bodies/\(Sample.code(2))/standing", "/v1/cases/b", "/v1/events?region=419802",
                "/v1/receipts/4", "/v1/events?body=\(Sample.code(2))",
            ] {
                try await served.get(path, byRegion).expectProblem(403, "region-forbidden", path)
            }
            for path in ["/v1/trend", "/v1/standings", "/tile/entries/000.p/2"] {
                try await served.get(path, byRegion).expectProblem(403, "region-needed", path)
            }
        }
    }

    @Test("more requests than its rate in a second, and a key is told to wait")
    func rates() async throws {
        let test = try TestArchive()
        let key = try test.key(.auditor).header
        try await ServedArchive.serving(test, settings: .quick { $0.rateLimit = 3 }) { served in
            // However slow the machine is, of enough at once one comes too soon.
            let refused = try await (0..<20).asyncFirst { _ in
                try await withThrowingTaskGroup(of: RawHTTP.Answer.self) { group in
                    for _ in 0..<20 { group.addTask { try await served.get("/v1/events", key) } }
                    var refused: RawHTTP.Answer?
                    for try await answer in group where answer.status == 429 { refused = answer }
                    return refused
                }
            }
            try #require(refused).expectProblem(429, "rate-exceeded")
            #expect(refused?.headers["retry-after"] == "1")
            #expect(try await served.get("/v1/bodies").status == 200)
        }
    }

    @Test("every reading of what is not public is recorded: who, what, why and when")
    func accessRecord() async throws {
        let test = try TestArchive()
        let key = try test.key(.auditor, .recorder)
        try await ServedArchive.serving(test) { served in
            try await served.post([Sample.body(1), Sample.incident("a")], key.header)
            let asked = key.header.merging(["Access-Purpose": "annual audit"]) { $1 }
            _ = try await served.get("/v1/bodies/\(Sample.code(1))/standing", asked)
            _ = try await served.get("/v1/cases/a/trail", key.header)
            _ = try await served.get("/v1/bodies/\(Sample.code(1))/standing")
            try await Task.sleep(for: .milliseconds(1_100))
            let kept = try AccessLog.read(test.folder, AccessQuery())
            #expect(kept.map(\.request) == ["GET /v1/cases/a/trail", "GET /v1/bodies/\(Sample.code(1))/standing"])
            #expect(kept.map(\.subject) == ["a", Sample.code(1)])
            #expect(kept.map(\.purpose) == [nil, "annual audit"])
            #expect(kept.allSatisfy { $0.principal == "key/\(key.id)" && $0.status == 200 })
            let told = try await served.get("/v1/access?subject=a", key.header).object
            #expect((told["readings"] as? [[String: Any]])?.count == 1)
        }
        // Nothing of it goes away by itself, and the record of it is append-only.
        #expect(try AccessLog.read(test.folder, AccessQuery()).count == 2)
    }

    @Test("no route that shows records is left out of the access record")
    func everyReading() {
        #expect(
            DocumentedOperation.unrecordedReadings == [
                "importRejects", "listProjections", "listJobs", "getJob", "listKeys", "listAccess", "getMetrics",
                "getTwoPersonPolicy", "listSubscribers", "getSubscriber", "getReconciliation",
            ])
    }

    @Test("a key of another archive is no key here")
    func foreignKey() async throws {
        let foreign = try TestArchive().key(.auditor, .administrator).header
        let test = try TestArchive()
        _ = try test.key(.auditor)
        try await ServedArchive.serving(test) { served in
            for path in ["/v1/events", "/v1/bodies", "/v1/proposals", "/metrics"] {
                try await served.get(path, foreign).expectProblem(401, "key-unknown", path)
            }
        }
    }

    @Test("keys are issued, listed and revoked over HTTP; the secret is shown once")
    func keysOverHTTP() async throws {
        let test = try TestArchive()
        let administrator = try test.key(.administrator).header
        try await ServedArchive.serving(test) { served in
            let wish = #"{"name":"市平台","roles":["recorder"],"sources":["urn:platform:1"]}"#
            let made = try await served.request("POST", "/v1/keys", wish, administrator)
            #expect(made.status == 201)
            let secret = try #require(made.object["secret"] as? String)
            let key = ["Authorization": "Bearer \(secret)"]
            #expect(try await served.post([Sample.body(1)], key).status == 201)
            let list = try await served.get("/v1/keys", administrator)
            #expect(!list.text.contains(secret) && !list.text.contains("digest") && list.text.contains("市平台"))
            let id = try #require(try (made.object["key"] as? [String: Any])?["id"] as? String)
            #expect(try await served.request("DELETE", "/v1/keys/\(id)", "", administrator).status == 200)
            try await served.post([Sample.body(2)], key).expectProblem(401, "key-revoked")
            try await served.request("POST", "/v1/keys", #"{"name":"x","roles":[]}"#, administrator)
                .expectProblem(400, "key-without-role")
            try await served.request("POST", "/v1/keys", #"{"name":"x"}"#, administrator)
                .expectProblem(400, "missing-member")
        }
    }

    @Test("who recorded an entry stands in it as the key's pseudonym")
    func recordedBy() async throws {
        let test = try TestArchive()
        let (first, second) = (try test.key(.recorder), try test.key(.recorder))
        try await ServedArchive.serving(test) { served in
            try await served.post([Sample.body(1)], first.header)
            try await served.post([Sample.body(2)], second.header)
        }
        let named = try await test.reading { archive in try (1...2).map { try archive.log.entry(at: $0).recordedBy } }
        #expect(named == ["key/\(first.id)", "key/\(second.id)"])
    }

    @Test("without keys it refuses to listen to anything but this machine")
    func loopbackOnly() async throws {
        let test = try TestArchive()
        let refused = await #expect(throws: ArchiveError.self) {
            try await ServedArchive.serving(test, settings: .quick { $0.host = "0.0.0.0" }) { _ in }
        }
        #expect(refused?.code == "keys-needed")
    }
}

extension Range<Int> {
    fileprivate func asyncFirst<Result>(_ body: (Int) async throws -> Result?) async rethrows -> Result? {
        for number in self { if let found = try await body(number) { return found } }
        return nil
    }
}
