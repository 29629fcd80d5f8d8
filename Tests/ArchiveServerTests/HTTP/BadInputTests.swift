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
                "/v1/bodies/%00", "/v1/bodies/%ff", "/tile/0/1", "/tile/64/000", "/tile/0/001", "/tile/x001",
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
