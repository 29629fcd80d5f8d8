import ArchiveServer
import ArchiveTesting
import CreditArchive
import Foundation
import Testing

@Suite("GET /v1/events")
struct FeedRouteTests {
    @Test("pages by position with links that stay; each entry once")
    func pages() async throws {
        try await ServedArchive.serving { served in
            try await served.post((1...24).map { Sample.body($0) })
            var path = "/v1/events?limit=7"
            var positions: [Int] = []
            var isAtEnd = false
            while !isAtEnd {
                let answer = try await served.get(path)
                let page = try answer.object
                positions += try FeedRouteTests.positions(page)
                // The same link gives the same page, and says so.
                let tag = try #require(answer.headers["etag"])
                #expect(try await served.get(path, ["If-None-Match": tag]).status == 304)
                path = try #require(page["next"] as? String)
                isAtEnd = try #require(page["atEnd"] as? Bool)
            }
            #expect(positions == Array(0...24))
            try await served.post([Sample.body(25)])
            #expect(try FeedRouteTests.positions(await served.get(path).object) == [25])
        }
    }

    @Test("filters by body, type and region, in pages and in lines")
    func filters() async throws {
        try await ServedArchive.serving { served in
            try await served.post([
                Sample.body(1), Sample.body(2, region: "419802"), Sample.incident("a"), Sample.incident("b", body: 2),
                Sample.act("o", "objection.filed", "2025-12-20", of: "b"),
            ])
            let asked = [
                ("type=incident.determined", [3, 4]), ("body=\(Sample.code(2))", [2, 4, 5]),
                ("region=419802", [2, 4, 5]),
                ("region=419800", [1, 2, 3, 4, 5]), ("region=419801&type=body.registered", [1]),
                ("body=\(Sample.code(2))&type=objection.filed", [5]), ("after=3", [4, 5]), ("after=5", []),
            ]
            for (query, expected) in asked {
                let page = try await served.get("/v1/events?" + query).object
                #expect(try FeedRouteTests.positions(page) == expected, "\(query)")
                let lines = try await served.get("/v1/events?" + query, ["Accept": "application/x-ndjson"])
                let told = try lines.text.split(separator: "\n").map { line in
                    try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
                }
                #expect(told.map { $0["position"] as? Int } == expected, "\(query)")
            }
            try await served.get("/v1/events?after=6").expectProblem(400, "position-outside")
            try await served.get("/v1/events?type=nothing").expectProblem(400, "type-unknown")
            try await served.get("/v1/events?limit=0").expectProblem(400, "parameter-malformed")
            try await served.get("/v1/events?colour=red").expectProblem(400, "parameter-unknown")
            try await served.get("/v1/events?after=1&after=2").expectProblem(400, "parameter-repeated")
            try await served.get("/v1/events", ["Accept": "image/png"]).expectProblem(406, "not-acceptable")
        }
    }

    @Test("while many append, readers of pages and followers of streams see every position once, across a restart")
    func everyPositionOnce() async throws {
        let test = try TestArchive()
        let count = 200
        var cursor: Int?
        var followed: [Int] = []
        for part in 0..<2 {
            let served = try await ServedArchive.start(test)
            let follower = Follower(served.port, after: cursor)
            let paging = Task { try await FeedRouteTests.page(served, until: 1 + count * (part + 1)) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                for worker in 0..<8 {
                    group.addTask {
                        for number in 0..<count / 8 {
                            let id = part * count + worker * count / 8 + number + 1
                            let answer = try await served.post([Sample.body(id)])
                            #expect(answer.status == 201, "\(answer.text)")
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await paging.value == Array(0..<1 + count * (part + 1)))
            followed += try await follower.positions(count: count + (part == 0 ? 1 : 0))
            cursor = followed.last
            try await served.stop()
            // The end of the service ends the stream, and cleanly.
            #expect(await follower.isEnded())
        }
        #expect(followed == Array(0...count * 2))
    }

    @Test("a stream of a rare type goes on from its heartbeat")
    func heartbeat() async throws {
        try await ServedArchive.serving { served in
            try await served.post((1...5).map { Sample.body($0) })
            let follower = Follower(served.port, after: nil, query: "?type=incident.determined")
            let id = try await follower.heartbeatID()
            #expect(id == 5)
            try await served.post([Sample.incident("a")])
            #expect(try await follower.positions(count: 1) == [6])
        }
    }

    @Test("waitFor waits for what is to come, and says when it does not")
    func waitFor() async throws {
        try await ServedArchive.serving(settings: .quick { $0.waitSeconds = 1 }) { served in
            let waiting = Task { try await served.get("/v1/bodies/\(Sample.code(1))?waitFor=1") }
            try await Task.sleep(for: .milliseconds(100))
            try await served.post([Sample.body(1)])
            #expect(try await waiting.value.status == 200)
            let late = try await served.get("/v1/events?waitFor=99")
            try late.expectProblem(503, "position-not-reached")
            #expect(late.headers["retry-after"] == "1")
        }
    }

    /// Follows the links until so many entries are there.
    private static func page(_ served: ServedArchive, until count: Int) async throws -> [Int] {
        var positions: [Int] = []
        var path = "/v1/events?limit=13"
        let deadline = ContinuousClock.now + .seconds(60)
        while positions.count < count, ContinuousClock.now < deadline {
            let page = try await served.get(path).object
            positions += try FeedRouteTests.positions(page)
            path = try #require(page["next"] as? String)
        }
        return positions
    }

    private static func positions(_ page: [String: Any]) throws -> [Int] {
        try #require(page["events"] as? [[String: Any]]).compactMap { $0["position"] as? Int }
    }
}
