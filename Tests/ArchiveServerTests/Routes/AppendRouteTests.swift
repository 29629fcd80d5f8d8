import ArchiveServer
import ArchiveTesting
import CreditArchive
import EventLog
import Foundation
import Testing

@Suite("POST /v1/events")
struct AppendRouteTests {
    private static let structured = ["Content-Type": "application/cloudevents+json; charset=UTF-8"]

    @Test("takes CloudEvents in binary, structured and batch mode; a retry in any of them is a duplicate")
    func modes() async throws {
        try await ServedArchive.serving { served in
            let single = try await served.request("POST", "/v1/events", Sample.body(1), Self.structured)
            #expect(single.status == 201 && single.headers["location"] == "/v1/events/1")
            #expect(try single.object["position"] as? Int == 1 && single.object["duplicate"] as? Bool == false)

            let binary = [
                "Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": "body-1",
                "ce-source": "urn:platform:1", "ce-type": "body.registered", "ce-subject": "body/\(Sample.code(1))",
                "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            ]
            let retry = try await served.request("POST", "/v1/events", Sample.bodyData(1), binary)
            #expect(retry.status == 200, "\(retry.text)")
            #expect(try retry.object["position"] as? Int == 1 && retry.object["duplicate"] as? Bool == true)
            #expect(retry.headers["traceparent"]?.hasPrefix("00-0af7651916cd43dd8448eb211c80319c-") ?? false)

            let batch = try await served.post([Sample.body(1), Sample.body(2), Sample.incident("云-1")])
            #expect(batch.status == 201)
            #expect(try batch.list.map { $0["position"] as? Int } == [1, 2, 3])
            #expect(try batch.list.map { $0["duplicate"] as? Bool } == [true, false, false])
            // Header values are percent-encoded UTF-8.
            let act = [
                "Content-Type": "application/json", "ce-specversion": "1.0", "ce-id": "act-1",
                "ce-source": "urn:platform:1", "ce-type": "objection.filed", "ce-subject": "case/%E4%BA%91-1",
            ]
            let data = #"{"occurredOn":"2025-12-20","office":"云岭县财政局"}"#
            #expect(try await served.request("POST", "/v1/events", data, act).status == 201)
        }
    }

    @Test("answers each refusal with its status, and adds nothing")
    func refusals() async throws {
        try await ServedArchive.serving { served in
            try await served.post([Sample.body(1), Sample.incident("a")])
            let other = Sample.incident("a", fact: "另一事实")
            try await served.post([other]).expectProblem(409, "identity-conflict")
            let revoked = Sample.act("x", "repair.granted", "2025-12-20", of: "a")
            let refused = try await served.post([revoked])
            #expect(refused.status == 422 && refused.headers["content-type"] == "application/problem+json")
        }
    }

    @Test("wrong bodies and content types are told apart")
    func badInput() async throws {
        try await ServedArchive.serving(settings: .quick { $0.maximumBodyBytes = 4_096 }) { served in
            let wrong: [(body: String, type: String, status: Int)] = [
                ("{", "application/cloudevents+json", 400), ("[]", "application/cloudevents-batch+json", 400),
                ("{}", "application/cloudevents-batch+json", 400), ("[]", "application/cloudevents+json", 400),
                ("", "application/cloudevents+json", 400), ("{}\n{}", "application/cloudevents+json", 400),
                (Sample.body(1), "application/json", 415), (Sample.body(1), "text/plain", 415),
                (Sample.body(1), "", 415), (Sample.body(1), "application/cloudevents+json; charset=gb18030", 415),
                (Sample.body(1, source: "urn:credit-archive:import:bodies"), "application/cloudevents+json", 400),
                ("{\"specversion\":\"1.0\",\"id\":\"\u{FFFD}", "application/cloudevents+json", 400),
                (String(repeating: " ", count: 5_000), "application/cloudevents+json", 413),
            ]
            for (body, type, status) in wrong {
                let answer = try await served.request("POST", "/v1/events", body, ["Content-Type": type])
                #expect(answer.status == status, "\(type) \(body.prefix(40)) \(answer.text)")
                #expect(answer.headers["content-type"] == "application/problem+json")
            }
            #expect(try await served.get("/v1/events").object["atEnd"] as? Bool == true)
            #expect(try await events(served).count == 1)
        }
    }

    @Test("a batch is taken whole or not at all, and names the event at fault")
    func wholeOrNot() async throws {
        try await ServedArchive.serving { served in
            let answer = try await served.post(
                [Sample.body(1), Sample.incident("a", body: 9)], ["Accept-Language": "en"])
            try answer.expectProblem(422, "body-not-registered")
            #expect(try (answer.object["detail"] as? String)?.hasPrefix("event 2:") ?? false)
            #expect(try await events(served).count == 1)
        }
    }

    @Test("If-Match holds a stream to its version: 412 with the version that it has")
    func expectedVersions() async throws {
        try await ServedArchive.serving { served in
            try await served.post([Sample.body(1), Sample.incident("a")])
            func file(_ id: String, _ headers: [String: String]) async throws -> RawHTTP.Answer {
                let event = Sample.act(id, "objection.filed", "2025-12-20", of: "a")
                return try await served.request(
                    "POST", "/v1/events", event, Self.structured.merging(headers) { $1 })
            }
            let stale = try await file("o1", ["If-Match": "\"3\""])
            try stale.expectProblem(412, "version-conflict")
            #expect(try stale.object["actualVersion"] as? Int == 0)
            try await file("o1", ["If-None-Match": "*"]).expectProblem(412, "version-conflict")
            try await file("o1", ["If-Match": "zero"]).expectProblem(400, "expectation-malformed")
            #expect(try await file("o1", ["If-Match": "\"0\""]).status == 201)
            // A retry is answered, whatever has happened to the stream since.
            #expect(try await file("o1", ["If-Match": "\"0\""]).status == 200)
        }
    }

    @Test("?receipt=1 answers with a receipt that verifies by the log's key alone")
    func receipt() async throws {
        let test = try TestArchive()
        try await ServedArchive.serving(test) { served in
            let answer = try await served.post([Sample.body(1), Sample.body(2)], query: "?receipt=1")
            #expect(answer.status == 201, "\(answer.text)")
            for (position, item) in try answer.list.enumerated() {
                let receipt = try #require(item["receipt"] as? String)
                let outcome = try ReceiptVerification.verify(Array(receipt.utf8), verifierKey: test.verifierKey)
                #expect(outcome.index == UInt64(position + 1))
            }
            try await served.post([Sample.body(3)], query: "?receipt=maybe").expectProblem(400, "parameter-malformed")
        }
    }

    @Test("what was appended is there after the service has ended, and the archive verifies")
    func survives() async throws {
        let test = try TestArchive()
        try await ServedArchive.serving(test) { served in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for number in 1...40 {
                    group.addTask { try await served.post([Sample.body(number)]).status }
                }
                for try await status in group { #expect(status == 201) }
            }
        }
        #expect(try await test.reading { try $0.log.head().size } == 41)
        var options = Verification.Options()
        options.deep = true
        #expect(try Verification(test.folder, options).run().findings.isEmpty)
    }

    private func events(_ served: ServedArchive) async throws -> [[String: Any]] {
        try #require(await served.get("/v1/events?limit=1000").object["events"] as? [[String: Any]])
    }
}
