import ArchiveTesting
import CreditArchive
import EventLog
import Foundation
import Testing

@Suite("Imports, evidence, rebuilds and operation over HTTP")
struct JobRouteTests {
    private static let csv = ["Content-Type": "text/csv"]
    private static let header = "统一社会信用代码,名称,主体类型,层级,行政区划代码,上级统一社会信用代码,成立日期\n"

    private static func rows(_ numbers: [Int]) -> String {
        header + numbers.map { "\(Sample.code($0)),云岭县第\($0)局,工作部门,县,419801,,2010-01-04\n" }.joined()
    }

    @Test("an import answers with every rejected row; the mended file adds the rest and nothing twice")
    func imports() async throws {
        let test = try TestArchive()
        try await ServedArchive.serving(test) { served in
            let table = Self.rows([1, 2]) + "91110000MA00000000,无效代码局,工作部门,县,419801,,2010-01-04\n"
            let first = try await served.request(
                "POST", "/v1/imports/bodies?file=%E4%B8%BB%E4%BD%93.csv", table, Self.csv)
            #expect(first.status == 200, "\(first.text)")
            let report = try first.object
            #expect(report["accepted"] as? Int == 2 && report["rejectedRows"] as? Int == 1)
            #expect(report["file"] as? String == "主体.csv" && report["importId"] is String)
            let problem = try #require((report["rejected"] as? [[String: Any]])?.first)
            #expect(problem["row"] as? Int == 4 && problem["column"] as? String == "统一社会信用代码")
            let job = try #require(first.headers["location"])
            let rejects = try await served.get(job + "/rejects")
            #expect(rejects.status == 200 && rejects.text.contains("无效代码局"))
            let again = try await served.request("POST", "/v1/imports/bodies", Self.rows([1, 2, 3]), Self.csv).object
            #expect(again["accepted"] as? Int == 1 && again["duplicates"] as? Int == 2)
            let dry = try await served.request("POST", "/v1/imports/bodies?dryRun=1", Self.rows([4]), Self.csv).object
            #expect(dry["dryRun"] as? Bool == true)
            try await served.request("POST", "/v1/imports/nothing", "", Self.csv).expectProblem(404, "template-unknown")
            #expect(try await served.request("POST", "/v1/imports/bodies", "a,b\n1,2\n", Self.csv).status == 400)
            try await served.request("POST", "/v1/imports/bodies", "{}", ["Content-Type": "application/json"])
                .expectProblem(415, "content-type-unsupported")
        }
        #expect(try await test.reading { try $0.log.head().size } == 6)
    }

    @Test("an import that is answered at once is watched under its job, as a stream too")
    func asynchronousImport() async throws {
        try await ServedArchive.serving { served in
            let answer = try await served.request(
                "POST", "/v1/imports/bodies", Self.rows(Array(1...500)),
                Self.csv.merging(["Prefer": "respond-async"]) { $1 })
            #expect(answer.status == 202)
            let path = try #require(answer.headers["location"])
            let stream = try await served.get(path, ["Accept": "text/event-stream"])
            #expect(stream.headers["content-type"]?.hasPrefix("text/event-stream") ?? false)
            #expect(stream.text.contains("event: end\n") && stream.text.contains("\"status\":\"done\""))
            let job = try await served.get(path).object
            #expect((job["result"] as? [String: Any])?["accepted"] as? Int == 500)
            try await served.get("/v1/jobs/none").expectProblem(404, "job-not-found")
        }
    }

    @Test("an attachment is kept under its digest, and only under its own")
    func evidence() async throws {
        try await ServedArchive.serving { served in
            let digest = EvidenceStore.digest(Array("判决书".utf8))
            let path = "/v1/evidence/" + digest
            try await served.request("PUT", path, "另一份").expectProblem(422, "evidence-differs")
            try await served.get(path).expectProblem(404, "evidence-not-found")
            #expect(try await served.request("PUT", path, "判决书").status == 201)
            #expect(try await served.request("PUT", path, "判决书").status == 200)
            #expect(try await served.get(path).text == "判决书")
            try await served.request("PUT", "/v1/evidence/sha256:..", "").expectProblem(400, "parameter-malformed")
        }
    }

    @Test("a rebuild is begun, watched and called off; appends go on meanwhile")
    func rebuild() async throws {
        try await ServedArchive.serving { served in
            try await served.post((1...200).map { Sample.body($0) })
            for _ in 0..<100 where try await served.get("/health/ready").object["readModelLag"] as? Int != 0 {
                try await Task.sleep(for: .milliseconds(50))
            }
            let answer = try await served.request("POST", "/v1/projections/rebuild", #"{"dryRun":true}"#)
            #expect(answer.status == 202)
            let path = try #require(answer.headers["location"])
            let stream = try await served.get(path, ["Accept": "text/event-stream"])
            #expect(stream.text.contains("event: end\n"))
            let job = try await served.get(path).object
            #expect(job["status"] as? String == "done", "\(job)")
            #expect((job["result"] as? [String: Any])?["differenceCount"] as? Int == 0)
            let again = try await served.request("POST", "/v1/projections/rebuild", #"{"fromLog":true}"#)
            let other = try #require(again.headers["location"])
            #expect(try await served.request("DELETE", other).status == 202)
            let ended = try await served.get(other, ["Accept": "text/event-stream"])
            #expect(ended.text.contains("\"status\":\"cancelled\"") || ended.text.contains("\"status\":\"done\""))
            #expect(try await served.post([Sample.body(201)]).status == 201)
            let state = try await served.get("/v1/projections").object
            #expect((state["projections"] as? [[String: Any]])?.isEmpty == false && state["entries"] as? Int == 202)
            try await served.request("POST", "/v1/projections/rebuild", #"{"projections":["none"]}"#).expectEnd(served)
            try await served.request("POST", "/v1/projections/rebuild", #"{"colour":1}"#)
                .expectProblem(400, "unknown-member")
        }
    }

    @Test("health says why; metrics are Prometheus text that a strict reader accepts")
    func operation() async throws {
        try await ServedArchive.serving { served in
            #expect(try await served.get("/health/live").object["status"] as? String == "live")
            let ready = try await served.get("/health/ready").object
            #expect(ready["status"] as? String == "ready" && ready["entries"] as? Int == 1)
            try await served.post([Sample.body(1)])
            _ = try await served.get("/nothing")
            let text = try await served.get("/metrics").text
            var (types, helped): (Set<String>, Set<String>) = ([], [])
            for line in text.split(separator: "\n") {
                if line.hasPrefix("# HELP ") {
                    let parts = line.split(separator: " ", maxSplits: 3)
                    #expect(parts.count == 4 && helped.insert(String(parts[2])).inserted, "\(line)")
                } else if line.hasPrefix("# TYPE ") {
                    let isNew = types.insert(String(line.split(separator: " ")[2])).inserted
                    #expect(isNew, "\(line)")
                } else {
                    let sample = #/[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? [-+0-9.eInfNa]+/#
                    let match = try sample.wholeMatch(in: line)
                    #expect(match != nil, "\(line)")
                }
            }
            // Each metric says what it is.
            #expect(types == helped)
            for wanted in [
                "credit_archive_log_entries 2", "credit_archive_events_appended_total 1",
                "credit_archive_append_seconds_bucket{le=\"+Inf\"} 1", "credit_archive_group_commits 1",
                "credit_archive_requests_total{operation=\"appendEvents\",method=\"POST\",status=\"201\"} 1",
                "credit_archive_requests_total{operation=\"unrouted\",method=\"GET\",status=\"404\"} 1",
                "credit_archive_file_bytes{file=\"log.sqlite\"}",
            ] {
                #expect(text.contains(wanted), "\(wanted)")
            }
        }
    }
}

extension RawHTTP.Answer {
    /// The job that was begun fails, and says why.
    fileprivate func expectEnd(_ served: ServedArchive) async throws {
        let path = try #require(headers["location"])
        let stream = try await served.get(path, ["Accept": "text/event-stream"])
        #expect(stream.text.contains("\"status\":\"failed\"") && stream.text.contains("projection-unknown"))
    }
}
