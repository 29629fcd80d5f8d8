import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Testing

@Suite("Answers over HTTP")
struct AnswerRouteTests {
    @Test("say what the archive's own facades say, at the moment asked for")
    func answers() async throws {
        try await ServedArchive.serving { served in
            try await served.post([
                Sample.body(1), Sample.body(2), Sample.incident("a"), Sample.incident("b", visibility: "内部"),
            ])
            try await served.post([Sample.act("o", "objection.filed", "2025-12-20", of: "a")])
            let body = "/v1/bodies/\(Sample.code(1))"
            let standing = try await served.get(body + "/standing").object
            #expect(standing["inDispute"] as? Int == 1 && (standing["cases"] as? [Any])?.count == 2)
            #expect(standing["position"] as? Int == 5)
            let before = try await served.get(body + "/standing?asOf=2025-12-10").object
            #expect(before["inDispute"] as? Int == 0)
            let early = try await served.get(body + "/standing?atPosition=3").object
            #expect((early["cases"] as? [Any])?.count == 1 && early["position"] as? Int == 3)
            try await served.get(body + "/standing?atPosition=1&knownAt=2026-01-01")
                .expectProblem(400, "flags-contradict")
            try await served.get(body + "/standing?asOf=2036-01-01").expectProblem(400, "day-in-future")
            try await served.get("/v1/bodies/nobody/standing").expectProblem(404, "body-not-found")

            // By its name, too.
            let name = try #require("云岭县第1局".addingPercentEncoding(withAllowedCharacters: CharacterSet()))
            #expect(try await served.get("/v1/bodies/\(name)").object["body"] as? String == Sample.code(1))

            let trend = try await served.get(body + "/trend?from=2025&to=2025").object
            let years = try #require(trend["years"] as? [[String: Any]])
            #expect(years.map { $0["determined"] as? Int } == [2])
            #expect(try await (served.get("/v1/trend?region=419801").object["years"] as? [Any])?.isEmpty == false)
            let trail = try await served.get("/v1/cases/a/trail", ["Accept-Language": "en"]).object
            let steps = try #require(trail["steps"] as? [[String: Any]])
            #expect(steps.map { $0["position"] as? Int } == [3, 5])
            #expect((steps.first?["summary"] as? String)?.hasPrefix("incident.determined") ?? false)
            #expect(try await (served.get(body + "/trail").object["steps"] as? [Any])?.count == 4)
            let diff = try await served.get(body + "/diff?fromAtPosition=3&toAtPosition=5").object
            #expect((diff["cases"] as? [[String: Any]])?.map { $0["case"] as? String } == ["a", "b"])
            let page = try await served.get("/v1/standings?limit=1").object
            #expect((page["standings"] as? [Any])?.count == 1)
            let next = try #require(page["next"] as? String)
            #expect(try await served.get(next).object["next"] == nil)
            let bodies = try await served.get("/v1/bodies?limit=1").object
            let rest = try #require(bodies["next"] as? String)
            #expect(try await (served.get(rest).object["bodies"] as? [Any])?.count == 1)
        }
    }

    @Test("an answer that the reader has is not given again, until something is recorded")
    func notModified() async throws {
        try await ServedArchive.serving { served in
            try await served.post([Sample.body(1)])
            let path = "/v1/bodies/\(Sample.code(1))/standing"
            let tag = try #require(try await served.get(path).headers["etag"])
            let same = try await served.get(path, ["If-None-Match": tag])
            #expect(same.status == 304 && same.body.isEmpty)
            try await served.post([Sample.incident("a")])
            #expect(try await served.get(path, ["If-None-Match": tag]).status == 200)
        }
    }

    @Test("an append is in the next answer, whatever the read models have folded by then")
    func readYourWrites() async throws {
        try await ServedArchive.serving { served in
            try await served.post([Sample.body(1)])
            for number in 1...30 {
                let answer = try await served.post([Sample.incident("\(number)")])
                let position = try #require(answer.list.first?["position"] as? Int)
                let standing = try await served.get("/v1/bodies/\(Sample.code(1))/standing?waitFor=\(position)").object
                #expect((standing["cases"] as? [Any])?.count == number)
            }
        }
    }

    @Test("scores of the sample county are those of the command line's own facade")
    func evaluations() async throws {
        let test = try TestArchive()
        let county = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/yunling")
        try await test.writing { archive in
            for template: ImportCompleted.Template in [.bodies, .incidents, .dispositions, .observations] {
                let path = county.appending(path: "\(template.rawValue).csv").path
                _ = try await Importer(archive, Importer.Options()).run(template, path: path)
            }
        }
        try await ServedArchive.serving(test) { served in
            let scheme = "/v1/evaluations/tongbai-2023-township/2023"
            let all = try await served.get(scheme).list
            #expect(!all.isEmpty && all.allSatisfy { ($0["indicators"] as? [Any])?.isEmpty == false })
            let body = try #require(all.first?["body"] as? String)
            #expect(try await served.get(scheme + "?body=" + body).list.count == 1)
            let why = try await served.get(scheme + "/\(body)/XZ04").object
            #expect(why["source"] is String || why["document"] is String)
            try await served.get("/v1/evaluations/none/2023").expectProblem(404, "scheme-unknown")
            try await served.get("/v1/evaluations/tongbai-2023-township/1800").expectProblem(400, "parameter-malformed")
            try await served.get(scheme + "/\(body)/XX").expectProblem(404, "indicator-unknown")
        }
    }
}
