import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Testing

@Suite("Rounds, results, duties and reports over HTTP")
struct RoundRouteTests {
    private static let round = "/v1/rounds/tongbai-2023-department/2023/419801"
    private static let body = "/v1/bodies/\(Sample.code(1))"

    private func keys(_ answer: [String: Any]?) -> Set<String> { Set((answer ?? [:]).keys) }

    @Test("say what the command line says, with its keys, and by the scheme that was adopted")
    func answers() async throws {
        let test = try TestArchive()
        let issued = try await IssuedRound(test, isPublished: false)
        try await issued.issue(.final)
        try await issued.reportLater()
        try await ServedArchive.serving(test) { served in
            let rounds = try await served.get("/v1/rounds").object
            #expect((rounds["rounds"] as? [[String: Any]])?.map { $0["round"] as? String } == [issued.round.stream])
            let round = try await served.get(Self.round).object
            #expect((round["steps"] as? [Any])?.count == 4 && (round["bodies"] as? [Any])?.count == 2)
            let early = try await served.get(Self.round + "?asOf=2024-01-11").object
            #expect((early["steps"] as? [Any])?.count == 2)
            try await served.get("/v1/rounds/tongbai-2023-department/2022/419801").expectProblem(404, "round-unknown")
            try await served.get("/v1/rounds/tongbai-2023-department/2023/41").expectProblem(400, "parameter-malformed")

            let results = try #require(try await served.get(IssuedRound.path).object["results"] as? [[String: Any]])
            #expect(results.count == 2 && results.allSatisfy { $0["stage"] as? String == "final" })
            #expect(
                results.allSatisfy { $0["trial"] is [String: Any] && ($0["indicators"] as? [Any])?.isEmpty == false })
            let position = try #require(results.first?["position"] as? Int)
            let before = try await served.get(IssuedRound.path + "?atPosition=\(position - 1)").object
            #expect((before["results"] as? [Any])?.isEmpty == true)
            let changes = try await served.get(IssuedRound.path + "/changes").object
            let change = try #require((changes["changes"] as? [[String: Any]])?.first)
            #expect(change["body"] as? String == Sample.code(1) && (changes["unreproduced"] as? [Any])?.isEmpty == true)
            #expect((change["indicators"] as? [[String: Any]])?.first?["id"] as? String == "XB09")

            let duties = try await served.get("/v1/duties?on=2024-02-21").object
            let first = try #require((duties["duties"] as? [[String: Any]])?.first)
            #expect(keys(first).isSuperset(of: ["dueOn", "overdue", "rule", "source", "step", "body"]))
            #expect(duties["on"] as? String == "2024-02-21")
            // A day ahead may be asked for.
            #expect(try await served.get("/v1/duties?on=2036-01-01").status == 200)
            try await served.get("/v1/duties?on=yesterday").expectProblem(400, "parameter-malformed")

            let schemes = try #require(try await served.get("/v1/schemes").object["schemes"] as? [[String: Any]])
            #expect(schemes.count == 6)
            let adopted = schemes.first { $0["scheme"] as? String == IssuedRound.scheme }?["adopted"]
            #expect((adopted as? [Any])?.count == 1)
            let years = try await served.get("/v1/calendars").object["years"] as? [[String: Any]]
            #expect(years?.first?["year"] as? Int == 2019)
        }
    }

    @Test("scores and their reasons follow the overlay that was adopted, at the position asked for, and what-ifs")
    func adopted() async throws {
        let test = try TestArchive()
        _ = try await IssuedRound(test, isPublished: true)
        try await ServedArchive.serving(test) { served in
            let path = "/v1/evaluations/\(IssuedRound.scheme)/2023"
            let why = path + "/\(Sample.code(1))/XB09"
            let now = try await served.get(why).object
            #expect((now["overlay"] as? [String: Any])?["id"] as? String == "published")
            // Before the adoption the scheme of the program holds.
            let early = try await served.get(path + "/\(Sample.code(1))/XB09?atPosition=2")
            #expect(try early.object["overlay"] == nil, "\(early.text)")
            let input = try #require(
                try await served.get("/v1/events?type=observation.recorded&limit=1000").object["events"]
                    as? [[String: Any]]
            ).first { event in
                let data = (event["event"] as? [String: Any])?["data"] as? [String: Any]
                return data?["indicator"] as? String == "XB09"
            }
            let position = try #require(input?["position"] as? Int)
            let gone = try await served.get(why + "?without=\(position)").object
            func score(_ answer: [String: Any]) -> String? { (answer["result"] as? [String: Any])?["score"] as? String }
            #expect(score(gone) == nil && score(now) != nil)
            try await served.get(why + "?without=x").expectProblem(400, "parameter-malformed")
        }
    }

    @Test("a report is HTML or JSON by Accept; its page runs nothing; texts stay sealed unless they are asked for")
    func reports() async throws {
        let test = try TestArchive()
        let issued = try await IssuedRound(test, isPublished: false)
        try await ServedArchive.serving(test) { served in
            let path = Self.body + "/report?year=2023"
            let trial = try await served.get(path)
            #expect(try trial.object["isTrial"] as? Bool == true)
            let members = keys(try trial.object)
            #expect(members.isSuperset(of: ["overview", "indicators", "problems", "basis", "remarks"]))
            let page = try await served.get(path, ["Accept": "text/html,application/xhtml+xml,*/*;q=0.8"])
            #expect(page.headers["content-type"] == "text/html; charset=utf-8" && page.text.contains("试算"))
            let policy = try #require(page.headers["content-security-policy"])
            #expect(policy.hasPrefix("default-src 'none'") && !policy.contains("script"))
            #expect(page.headers["etag"] != trial.headers["etag"])
            let tag = try #require(page.headers["etag"])
            let same = try await served.get(path, ["Accept": "text/html", "If-None-Match": tag])
            #expect(same.status == 304 && same.body.isEmpty)
            // A checkpoint that is signed meanwhile gives the report a receipt.
            _ = try await served.request("POST", "/v1/checkpoints")
            #expect(try await served.get(path, ["Accept": "text/html", "If-None-Match": tag]).status == 200)
            try await served.get(path, ["Accept": "image/png"]).expectProblem(406, "not-acceptable")
            try await served.get(Self.body + "/report").expectProblem(400, "parameter-malformed")
            try await served.get(Self.body + "/report?year=2022").expectProblem(400, "scheme-needed")
            try await served.get(path + "&scheme=none").expectProblem(404, "scheme-unknown")
            let bound = try await served.get("/v1/compilations/\(IssuedRound.scheme)/2023").object
            let sections = try #require(bound["sections"] as? [[String: Any]])
            #expect((sections.first?["reports"] as? [Any])?.count == 2)
            let book = try await served.get("/v1/compilations/\(IssuedRound.scheme)/2023", ["Accept": "text/html"])
            #expect(book.text.contains("<svg") && book.text.contains("云岭县第2局"))
        }
        try await issued.issue(.final)
        try await ServedArchive.serving(test) { served in
            let report = try await served.get(Self.body + "/report?year=2023").object
            #expect(report["isTrial"] as? Bool == false)
        }
    }

    @Test("the public sees no round, no duty, no report, no trial; results only once they are final and published")
    func publicView() async throws {
        let test = try TestArchive()
        let issued = try await IssuedRound(test, isPublished: true)
        let auditor = try test.key(.auditor).header
        func shown(_ headers: [String: String] = [:]) async throws -> [[String: Any]] {
            let answer = try await ServedArchive.serving(test) { try await $0.get(IssuedRound.path, headers) }
            return try #require(try answer.object["results"] as? [[String: Any]])
        }
        #expect(try await shown().isEmpty)
        try await issued.issue(.final)
        #expect(try await shown(auditor).count == 2)
        let results = try await shown()
        #expect(results.map { $0["body"] as? String } == [1, 2].map { Sample.code($0) }.sorted())
        for result in results {
            #expect(result["total"] is String && result["rank"] is Int && result["stage"] as? String == "final")
            for hidden in ["indicators", "trial", "snapshot", "reason"] { #expect(result[hidden] == nil, "\(hidden)") }
        }
        try await test.writing { archive in
            _ = try Administrator(archive).changeDisplay(
                of: "body/\(Sample.code(1))", isShown: false, basis: "云信办函〔2024〕6号", recordedBy: "operator/7")
        }
        #expect(try await shown().map { $0["body"] as? String } == [Sample.code(2)])
        try await ServedArchive.serving(test) { served in
            for path in [
                "/v1/duties", "/v1/rounds", Self.round, IssuedRound.path + "/changes", Self.body + "/report?year=2023",
                "/v1/compilations/\(IssuedRound.scheme)/2023", "/v1/evaluations/\(IssuedRound.scheme)/2023",
            ] {
                try await served.get(path).expectProblem(401, "key-needed", path)
            }
            try await served.get(IssuedRound.path + "?atPosition=5").expectProblem(400, "parameter-unknown")
            // What standards there are everybody may know; when they were adopted is an entry.
            let schemes = try await served.get("/v1/schemes").object["schemes"] as? [[String: Any]]
            #expect(schemes?.count == 6 && schemes?.allSatisfy { $0["adopted"] == nil } ?? false)
            #expect(try await served.get("/v1/calendars").status == 200)
        }
    }

    @Test("a preliminary result is not public, whatever the scheme says of publication")
    func preliminary() async throws {
        let test = try TestArchive()
        let issued = try await IssuedRound(test, "province-integrity", isPublished: true)
        let auditor = try test.key(.auditor).header
        try await issued.issue(.preliminary)
        try await issued.reportLater()
        let (seen, shown) = try await ServedArchive.serving(test) { served in
            let path = "/v1/results/province-integrity/2023"
            return (try await served.get(path, auditor), try await served.get(path))
        }
        let stages = try #require(try seen.object["results"] as? [[String: Any]]).map { $0["stage"] as? String }
        #expect(stages == ["preliminary", "preliminary"])
        #expect(try (shown.object["results"] as? [Any])?.isEmpty == true)
    }

    @Test("results of a scheme that is not published are not there for the public at all")
    func unpublished() async throws {
        let test = try TestArchive()
        let issued = try await IssuedRound(test, isPublished: false)
        try await issued.issue(.final)
        _ = try test.key(.auditor)
        try await ServedArchive.serving(test) { served in
            let none = try await served.get("/v1/results/no-such-scheme/2023").object["results"] as? [Any]
            let hidden = try await served.get(IssuedRound.path).object["results"] as? [Any]
            #expect(none?.isEmpty == true && hidden?.isEmpty == true)
        }
    }

    @Test("a key of one region is told of that region alone")
    func regions() async throws {
        let test = try TestArchive()
        let issued = try await IssuedRound(test, isPublished: false)
        try await issued.issue(.final)
        let here = try test.key(.auditor, regions: ["419801"]).header
        let there = try test.key(.auditor, regions: ["419802"]).header
        try await ServedArchive.serving(test) { served in
            for path in ["/v1/duties", "/v1/rounds", IssuedRound.path, IssuedRound.path + "/changes"] {
                #expect(try await served.get(path + "?region=419801", here).status == 200, "\(path)")
                try await served.get(path, here).expectProblem(403, "region-needed", path)
                try await served.get(path + "?region=419801", there).expectProblem(403, "region-forbidden", path)
            }
            for path in [Self.round, Self.body + "/report?year=2023"] {
                #expect(try await served.get(path, here).status == 200, "\(path)")
                try await served.get(path, there).expectProblem(403, "region-forbidden", path)
            }
        }
    }
}
