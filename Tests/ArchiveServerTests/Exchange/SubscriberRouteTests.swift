import ArchiveServer
import ArchiveTesting
import CreditArchive
import Foundation
import Testing

@Suite("/v1/subscribers")
struct SubscriberRouteTests {
    private static let wish =
        #"{"name":"province","title":"省公共信用信息平台","delivery":"pull","visibility":"full","key":"KEY"}"#

    @Test("a platform pulls and acknowledges what it is sent, and nobody else's; administrators manage")
    func pull() async throws {
        let test = try TestArchive()
        let administrator = try test.key(.administrator).header
        let auditor = try test.key(.auditor).header
        let recorder = try test.key(.recorder).header
        let own = try test.key(.subscriber)
        let other = try test.key(.subscriber)
        try await ServedArchive.serving(test) { served in
            try await served.post((1...5).map { Sample.body($0) }, recorder)
            func ask(
                _ method: String, _ path: String, _ body: String = "", _ header: [String: String]
            ) async throws -> RawHTTP.Answer {
                try await served.request(method, "/v1/subscribers" + path, body, header)
            }
            let wish = SubscriberRouteTests.wish.replacing("KEY", with: own.id)
            for header in [[:], auditor, recorder, own.header] {
                #expect([401, 403].contains(try await ask("POST", "", wish, header).status))
                #expect([401, 403].contains(try await ask("GET", "", "", header).status))
            }
            let made = try await ask("POST", "", wish, administrator)
            #expect(made.status == 201 && made.headers["location"] == "/v1/subscribers/province")
            try await ask("POST", "", wish, administrator).expectProblem(409, "subscriber-exists")
            // Its own key alone; another's does not even learn whether there is one.
            for path in ["/province/batch", "/nobody/batch", "/province", "/province/reconciliation"] {
                try await ask("GET", path, "", other.header).expectProblem(403, "subscriber-foreign")
            }
            try await ask("GET", "/province/batch", "", administrator).expectProblem(403, "role-missing")
            try await ask("GET", "/province/batch", "", [:]).expectProblem(401, "key-needed")
            try await served.get("/v1/events", own.header).expectProblem(403, "role-missing")

            let batch = try await ask("GET", "/province/batch?limit=4", "", own.header).object
            let digest = try #require(batch["digest"] as? String)
            #expect(batch["position"] as? Int == 4 && (batch["events"] as? [Any])?.count == 4)
            #expect(batch["atEnd"] as? Bool == false)
            let word = #"{"position":4,"digest":"\#(digest)"}"#
            let acts = "/province/acknowledgements"
            try await ask("POST", acts, word, other.header).expectProblem(403, "subscriber-foreign")
            try await ask("POST", acts, #"{"position":5,"digest":"\#(digest)"}"#, own.header)
                .expectProblem(409, "cursor-ahead")
            try await ask("POST", acts, #"{"position":4,"digest":"sha256:0"}"#, own.header)
                .expectProblem(409, "digest-differs")
            try await ask("POST", acts, "{", own.header).expectProblem(400, "json-malformed")
            for isDuplicate in [false, true] {
                let receipt = try await ask("POST", acts, word, own.header).object
                #expect(receipt["position"] as? Int == 4 && receipt["duplicate"] as? Bool == isDuplicate)
            }
            let day = try #require(
                (await ask("GET", "/province/reconciliation", "", own.header).object["days"] as? [[String: Any]])?.first
            )
            #expect(day["sent"] as? Int == 4 && day["acknowledged"] as? Int == 4)
            #expect(try await ask("GET", "/province", "", own.header).object["acts"] == nil)
            #expect(try await ask("GET", "/province", "", administrator).object["acts"] is [Any])
            #expect(try await ask("GET", "/province/reconciliation", "", auditor).status == 200)

            for (act, status) in [
                (#"{"act":"pause","reason":"维护"}"#, 200), (#"{"act":"pause","reason":"维护"}"#, 422),
                (#"{"act":"resume","reason":"好了"}"#, 200), (#"{"act":"reset","reason":"重建","position":0}"#, 200),
                (#"{"act":"reset","reason":"重建","position":9}"#, 422), (#"{"act":"secret","reason":"换"}"#, 422),
                (#"{"act":"bind","reason":"换","key":"\#(other.id)"}"#, 200),
                (#"{"act":"bind","reason":"换","key":"x"}"#, 404),
                (#"{"act":"dance","reason":"x"}"#, 400), (#"{"act":"pause"}"#, 400),
            ] {
                let answer = try await ask("POST", "/province/acts", act, administrator)
                #expect(answer.status == status, "\(act) \(answer.text)")
            }
            // The cursor is back, and the other key pulls now.
            try await ask("GET", "/province/batch", "", own.header).expectProblem(403, "subscriber-foreign")
            #expect(try await ask("GET", "/province/batch", "", other.header).object["first"] as? Int == 0)
            try await ask("DELETE", "/province", "", administrator).expectProblem(400, "reason-malformed")
            #expect(try await ask("DELETE", "/province?reason=end", "", administrator).status == 200)
            try await ask("GET", "/province", "", administrator).expectProblem(404, "subscriber-not-found")
        }
        // What was pulled is in the access record.
        let readings = try AccessLog.read(test.folder, AccessQuery())
        #expect(
            readings.contains { $0.principal == "key/\(own.id)" && $0.request.hasSuffix("/province/batch?limit=4") })
    }

    @Test("a list is held against what was sent, as CSV and as lines")
    func reconciliation() async throws {
        let test = try TestArchive()
        let own = try test.key(.subscriber)
        let recorder = try test.key(.recorder, .administrator).header
        try await ServedArchive.serving(test) { served in
            try await served.post([Sample.body(1)], recorder)
            _ = try await served.request(
                "POST", "/v1/subscribers", SubscriberRouteTests.wish.replacing("KEY", with: own.id), recorder)
            let batch = try await served.get("/v1/subscribers/province/batch", own.header).object
            let word = #"{"position":2,"digest":"\#(batch["digest"] as? String ?? "")"}"#
            _ = try await served.request("POST", "/v1/subscribers/province/acknowledgements", word, own.header)
            let zeros = String(repeating: "0", count: 64)
            for (type, body) in [
                ("text/csv", "source,id,digest\nurn:platform:1,body-1,\(zeros)\n"),
                ("application/x-ndjson", #"{"source":"urn:platform:1","id":"body-1","digest":"\#(zeros)"}"# + "\n"),
            ] {
                let told = try await served.request(
                    "POST", "/v1/subscribers/province/reconciliation", body,
                    own.header.merging(["Content-Type": type]) { $1 }
                ).object
                #expect(
                    told["missing"] as? Int == 1 && told["differing"] as? Int == 1 && told["clean"] as? Bool == false)
            }
            let path = "/v1/subscribers/province/reconciliation"
            let csv = own.header.merging(["Content-Type": "text/csv"]) { $1 }
            try await served.request("POST", path, "source,id\n", csv).expectProblem(400, "missing-column")
            try await served.request("POST", path, "x", own.header).expectProblem(415, "content-type-unsupported")
            try await served.get(path + "?from=x", own.header).expectProblem(400, "parameter-malformed")
        }
    }
}
