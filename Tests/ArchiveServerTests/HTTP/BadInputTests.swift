import ArchiveServer
import ArchiveTesting
import CreditArchive
import Foundation
import Testing

@Suite("Requests that are wrong")
struct BadInputTests {
    @Test("unknown addresses, methods and paths that play tricks are problems, in the reader's language")
    func routes() async throws {
        try await ServedArchive.serving { served in
            for path in [
                "/", "/v1", "/v1/", "/v1/events/", "//v1/events", "/v1//events", "/v1/events/1/2", "/v1/../v1/events",
                "/tile/0/..%2f..%2fkeys", "/tile/../keys/signing.key", "/V1/events", "/v1/evidence/../../keys",
                "/v1/proposals/..%2f..%2fkeys", "/v1/rounds/../2023/419801",
                "/v1/bodies/..%2f..%2fkeys/report?year=2023",
                "/v1/results/..%2fkeys/2023/changes/", "/v1/compilations/%2e%2e/2023", "/v1/bodies/%00",
                "/v1/bodies/%ff", "/tile/0/1", "/tile/64/000", "/tile/0/001", "/tile/x001",
            ] {
                let answer = try await served.get(path)
                #expect(answer.status == 404 || answer.status == 400, "\(path) \(answer.text)")
                #expect(answer.headers["content-type"] == "application/problem+json", "\(path)")
            }
            let method = try await served.request("PATCH", "/v1/events")
            try method.expectProblem(405, "method-not-allowed")
            #expect(method.headers["allow"] == "GET, HEAD, POST")
            let english = try await served.get("/nothing", ["Accept-Language": "de, en;q=0.8, zh;q=0.3"])
            #expect(try english.object["title"] as? String == "Not found")
            #expect(try await served.get("/nothing").object["title"] as? String == "没有找到")
            #expect(try await served.request("HEAD", "/v1/bodies").body.isEmpty)
        }
    }

    @Test("a head that is too large or no HTTP is refused with its own status")
    func heads() async throws {
        try await ServedArchive.serving { served in
            let long = try await served.get("/v1/bodies", ["X-Long": String(repeating: "a", count: 20_000)])
            try long.expectProblem(431, "head-too-large")
            let many = Dictionary(uniqueKeysWithValues: (0..<200).map { ("X-\($0)", "a") })
            try await served.get("/v1/bodies", many).expectProblem(431, "head-too-large")
            let port = served.port
            let nonsense = await aside { () -> RawHTTP.Answer? in
                let descriptor = RawHTTP.connect(port)
                defer { close(descriptor) }
                RawHTTP.send(Array("NONSENSE\r\n\r\n".utf8), to: descriptor)
                return RawHTTP.answer(RawHTTP.readToEnd(descriptor))
            }
            try #require(nonsense).expectProblem(400, "head-malformed")
            #expect(try await served.get("/health/live").status == 200)
        }
    }

    @Test("a body that comes too slowly is answered with 408, one without end with 413, and the next request is served")
    func slowBodies() async throws {
        try await ServedArchive.serving(
            settings: .quick {
                $0.bodySeconds = 1
                $0.maximumBodyBytes = 65_536
            }
        ) { served in
            let port = served.port
            let head = RawHTTP.head(
                "POST", "/v1/events", ["Content-Type": "application/cloudevents+json", "Content-Length": "1000"])
            let slow = await aside { () -> RawHTTP.Answer? in
                let descriptor = RawHTTP.connect(port)
                defer { close(descriptor) }
                RawHTTP.send(head + Array("{".utf8), to: descriptor)
                return RawHTTP.answer(RawHTTP.readToEnd(descriptor))
            }
            try #require(slow).expectProblem(408, "body-too-slow")
            let endless = RawHTTP.head(
                "POST", "/v1/events",
                ["Content-Type": "application/cloudevents+json", "Transfer-Encoding": "chunked"])
            let sent = await aside {
                let descriptor = RawHTTP.connect(port)
                defer { close(descriptor) }
                RawHTTP.send(endless, to: descriptor)
                let chunk = Array("10000\r\n".utf8) + [UInt8](repeating: 0x20, count: 65_536) + Array("\r\n".utf8)
                var sent = 0
                while sent < 100_000, RawHTTP.send(chunk, to: descriptor) { sent += 1 }
                return sent
            }
            #expect(sent < 100_000)
            #expect(try await served.post([Sample.body(1)]).status == 201)
        }
    }

    @Test("a request whose length is told twice or in two ways is no HTTP: nothing is smuggled behind it")
    func smuggling() async throws {
        try await ServedArchive.serving { served in
            let port = served.port
            let tail = "\r\n\r\n0\r\n\r\nGET /v1/events HTTP/1.1\r\nHost: localhost\r\n\r\n"
            for lengths in [
                "Content-Length: 5\r\nTransfer-Encoding: chunked", "Content-Length: 5\r\nContent-Length: 6",
                "Content-Length: -1", "Transfer-Encoding: chunked\r\nX-Bad\u{0}: 1",
            ] {
                let answers = await aside { () -> [UInt8] in
                    let descriptor = RawHTTP.connect(port)
                    defer { close(descriptor) }
                    let head = "POST /v1/events HTTP/1.1\r\nHost: localhost\r\n\(lengths)"
                    RawHTTP.send(Array((head + tail).utf8), to: descriptor)
                    return RawHTTP.readToEnd(descriptor)
                }
                try #require(RawHTTP.answer(answers)).expectProblem(400, "head-malformed", lengths)
                let text = String(decoding: answers, as: UTF8.self)
                #expect(text.components(separatedBy: "HTTP/1.1 400").count == 2 && !text.contains("HTTP/1.1 200"))
            }
            #expect(try await served.get("/health/live").status == 200)
        }
    }

    @Test("a connection that never ends its head is closed; a table that comes too slowly is answered with 408")
    func slowHeads() async throws {
        try await ServedArchive.serving(settings: .quick { $0.idleSeconds = 1 }) { served in
            let port = served.port
            let start = ContinuousClock.now
            let answer = await aside { () -> [UInt8] in
                let descriptor = RawHTTP.connect(port)
                defer { close(descriptor) }
                RawHTTP.send(Array("GET /v1/events HTTP/1.1\r\nHost: local".utf8), to: descriptor)
                return RawHTTP.readToEnd(descriptor)
            }
            #expect(answer.isEmpty && start.duration(to: .now) < .seconds(30))
        }
        try await ServedArchive.serving(settings: .quick { $0.bodySeconds = 1 }) { served in
            let port = served.port
            let slow = await aside { () -> RawHTTP.Answer? in
                let descriptor = RawHTTP.connect(port)
                defer { close(descriptor) }
                let head = RawHTTP.head(
                    "POST", "/v1/imports/bodies", ["Content-Type": "text/csv", "Content-Length": "100000"])
                RawHTTP.send(head + Array("统一社会信用代码,名称".utf8), to: descriptor)
                return RawHTTP.answer(RawHTTP.readToEnd(descriptor))
            }
            try #require(slow).expectProblem(408, "body-too-slow")
            #expect(try await served.post([Sample.body(1)]).status == 201)
        }
    }

    @Test("browsers are told that they may ask from a configured origin, and nothing from any other")
    func preflight() async throws {
        let test = try TestArchive()
        _ = try test.key(.auditor)
        let origin = "https://console.example"
        func ask(_ origins: [String], _ origin: String?) async throws -> RawHTTP.Answer {
            try await ServedArchive.serving(test, settings: .quick { $0.corsOrigins = origins }) { served in
                try await served.request(
                    "OPTIONS", "/v1/events", "",
                    ["Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"]
                        .merging(origin.map { ["Origin": $0] } ?? [:]) { $1 })
            }
        }
        let allowed = try await ask([origin], origin)
        #expect(allowed.status == 204 && allowed.body.isEmpty)
        #expect(allowed.headers["access-control-allow-origin"] == origin)
        #expect(allowed.headers["access-control-allow-methods"]?.contains("POST") ?? false)
        #expect(allowed.headers["access-control-allow-headers"]?.contains("Authorization") ?? false)
        #expect(allowed.headers["access-control-allow-credentials"] == nil)
        for (origins, asked) in [([], origin), ([origin], "https://evil.example"), ([origin], nil), ([origin], "null")]
        {
            let refused = try await ask(origins, asked)
            try refused.expectProblem(405, "method-not-allowed", "\(origins) \(asked ?? "-")")
            #expect(!refused.headers.keys.contains { $0.hasPrefix("access-control") })
        }
    }

    @Test("more appends at once than the service bears are told to wait, and those before them are recorded")
    func busy() async throws {
        let test = try TestArchive()
        try await ServedArchive.serving(test, settings: .quick { $0.maximumWaitingAppends = 2 }) { served in
            let disk = try HeldFile(test.folder.log)
            let answers = try await withThrowingTaskGroup(of: RawHTTP.Answer.self) { group in
                for number in 1...6 { group.addTask { try await served.post([Sample.body(number)]) } }
                var answers: [RawHTTP.Answer] = []
                for try await answer in group {
                    answers.append(answer)
                    // Two wait for the disk, and nobody else.
                    if answers.count == 4 { try disk.letGo() }
                }
                return answers
            }
            #expect(answers.map(\.status) == [429, 429, 429, 429, 201, 201])
            for answer in answers.prefix(4) {
                try answer.expectProblem(429, "log-busy")
                #expect(answer.headers["retry-after"] == "1")
            }
            #expect(try await (served.get("/v1/bodies").object["bodies"] as? [Any])?.count == 2)
            #expect(try await served.post([Sample.body(1), Sample.body(6)]).status < 300)
        }
    }

    @Test("every answer has what browsers need to do no harm; CORS is off unless an origin is configured")
    func headers() async throws {
        let test = try TestArchive()
        _ = try test.key(.auditor)
        try await ServedArchive.serving(test, settings: .quick { $0.corsOrigins = ["https://console.example"] }) {
            served in
            let answer = try await served.get("/v1/bodies", ["Origin": "https://console.example"])
            #expect(answer.headers["access-control-allow-origin"] == "https://console.example")
            let other = try await served.get("/nothing", ["Origin": "https://other.example"])
            #expect(other.headers["access-control-allow-origin"] == nil)
            for answer in [answer, other] {
                #expect(answer.headers["x-content-type-options"] == "nosniff")
                #expect(answer.headers["x-frame-options"] == "DENY")
                #expect(answer.headers["content-security-policy"]?.hasPrefix("default-src 'none'") ?? false)
                #expect(answer.headers["traceparent"] != nil && answer.headers["x-request-id"] != nil)
            }
        }
    }
}
