import ArchiveTesting
import Foundation
import Testing

/// What the command line makes of services that fail, and of what is no service at all.
@Suite("--archive http://, faults on the way")
struct FaultyServiceTests {
    private static let good = FakeService.answer(
        "200 OK", body: #"{"standings":[{"body":"B1","name":"一局","cases":[],"position":3}],"position":3}"#)
    private static let problem = """
        {"type":"urn:credit-archive:problem:storage-failed","title":"x","status":503,"detail":"磁盘","detailZh":"磁盘已满",\
        "detailEn":"the disk is full","kind":"unavailable","code":"storage-failed","requestId":"1"}
        """
    private static let busy = FakeService.answer("503 Service Unavailable", "application/problem+json", body: problem)

    private func standing(_ answers: [String], _ arguments: [String] = []) throws -> (Program.Result, FakeService) {
        let service = FakeService(answers)
        defer { service.stop() }
        let result = try Program.run(
            ["--archive", "http://127.0.0.1:\(service.port)", "standing", "--all"] + arguments)
        return (result, service)
    }

    @Test("a question is asked again while the service is away or busy, and answered once it is there")
    func passing() throws {
        for answers in [["", "", Self.good], [Self.busy, Self.busy, Self.good]] {
            let (result, service) = try standing(answers)
            #expect(result.status == 0 && service.requests.count == 3, "\(result.errors)")
            #expect(try result.list().first?["body"] as? String == "B1")
        }
        let (result, service) = try standing([Self.busy])
        result.expectError(5, "storage-failed")
        #expect(result.errors.contains("磁盘已满") && result.errors.contains("the disk is full"))
        #expect(service.requests.count == 5)
    }

    @Test("an append without an answer is sent again, since its events have an identity")
    func appends() throws {
        let answer = FakeService.answer("201 Created", body: #"[{"id":"body-S1","position":1,"duplicate":false}]"#)
        let service = FakeService(["", answer])
        defer { service.stop() }
        let result = try Program.run(
            ["--archive", "http://127.0.0.1:\(service.port)", "append", "-"], input: ServedProgram.body(1))
        #expect(try result.list().first?["position"] as? Int == 1, "\(result.errors)")
        #expect(service.requests.count == 2)
    }

    @Test("what is no answer of an archive is told as that, once, and no redirect is followed")
    func strangers() throws {
        let elsewhere = FakeService([Self.good])
        defer { elsewhere.stop() }
        let there = "Location: http://127.0.0.1:\(elsewhere.port)/v1/standings\r\n"
        for answer in [
            FakeService.answer("502 Bad Gateway", "text/html", body: "<html>"),
            FakeService.answer("404 Not Found", "text/html", body: "no"),
            FakeService.answer("200 OK", "text/html", body: "<html>"),
            FakeService.answer("302 Found", "text/html", more: there),
            FakeService.answer("200 OK", body: "{", more: "Content-Encoding: gzip\r\n"),
            FakeService.answer("500 Internal Server Error", "application/problem+json", body: "{\"code\":1}"),
        ] {
            let (result, service) = try standing([answer])
            result.expectError(5, "service-unreadable", answer)
            #expect(service.requests.count == 1)
        }
        #expect(elsewhere.requests.isEmpty)
    }

    @Test("an answer that is cut short, or no HTTP, is unreachable and never half an answer")
    func cutShort() throws {
        let whole = FakeService.answer("200 OK", body: "[" + String(repeating: " ", count: 200) + "]")
        for answer in [String(whole.dropLast(50)), "SSH-2.0-OpenSSH\r\n"] {
            let (result, _) = try standing([answer])
            result.expectError(5, "service-unreachable", answer)
        }
    }
}
