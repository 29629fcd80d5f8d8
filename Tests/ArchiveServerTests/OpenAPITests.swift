import ArchiveServer
import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Schema
import Testing
import Yams

@Suite("openapi.yaml")
struct OpenAPITests {
    private static func document() throws -> [String: Any] {
        try #require(Yams.load(yaml: String(decoding: Schema.openAPI, as: UTF8.self)) as? [String: Any])
    }

    @Test("describes exactly the operations that are routed")
    func operations() throws {
        let document = try Self.document()
        #expect(document["openapi"] as? String == "3.1.0")
        let paths = try #require(document["paths"] as? [String: [String: Any]])
        var described: Set<DocumentedOperation> = []
        for (path, item) in paths {
            for (method, operation) in item {
                let operation = try #require(operation as? [String: Any])
                let id = try #require(operation["operationId"] as? String)
                described.insert(DocumentedOperation(operation: id, method: method.uppercased(), path: path))
                // Every name in the path has its parameter.
                let names = path.matches(of: #/\{([a-z]+)\}/#).map { String($0.output.1) }
                let parameters = (operation["parameters"] as? [[String: String]] ?? []).compactMap { $0["$ref"] }
                for name in names { #expect(parameters.contains("#/components/parameters/\(name)"), "\(path)") }
                #expect((operation["responses"] as? [String: Any])?.keys.contains("500") ?? false, "\(path)")
            }
        }
        #expect(described == Set(DocumentedOperation.all))
        #expect(Set(DocumentedOperation.all.map(\.operation)).count == DocumentedOperation.all.count)
    }

    @Test("is served as it is kept")
    func served() async throws {
        try await ServedArchive.serving { served in
            let answer = try await served.get("/openapi.yaml")
            #expect(answer.body == Schema.openAPI && answer.headers["content-type"] == "application/yaml")
        }
    }

    private static let python = "/usr/bin/python3"

    /// Python with Debian's `python3-jsonschema`; where `CI` is set it must be there.
    private static let canValidate: Bool = {
        if ProcessInfo.processInfo.environment["CI"] != nil { return true }
        return (try? run(["-W", "ignore", "-c", "import jsonschema"]))?.status == 0
    }()

    private static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: python)
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: bytes, as: UTF8.self))
    }

    @Test(
        "real answers, good and bad, are what it says, by a validator that shares no code",
        .enabled(if: OpenAPITests.canValidate))
    func realAnswers() async throws {
        let test = try TestArchive()
        let issued = try await IssuedRound(test, isPublished: true)
        try await issued.issue(.final)
        try await issued.reportLater()
        let folder = try TemporaryFolder()
        let recorder = ["Content-Type": "application/cloudevents-batch+json"]
        let csv = ["Content-Type": "text/csv"]
        let code = Sample.code(1)
        let events = [
            Sample.body(1), Sample.body(2), Sample.incident("a"), Sample.incident("b", visibility: "内部"),
            Sample.act("o", "objection.filed", "2025-12-20", of: "a"),
        ]
        let batch = "[" + events.joined(separator: ",") + "]"
        let single = ["Content-Type": "application/cloudevents+json"]
        let digest = EvidenceStore.digest([])
        let lines = ["Content-Type": "application/x-ndjson"]
        let pull = #"{"name":"p","title":"省平台","delivery":"pull","visibility":"full"}"#
        let push = ##"{"name":"w","title":"门户","delivery":"push","visibility":"public","url":"http://127.0.0.1:1/"}"##
        let subscribers: [(String, String, String, [String: String])] = [
            ("GET", "/v1/subscribers", "", [:]), ("POST", "/v1/subscribers", pull, [:]),
            ("POST", "/v1/subscribers", pull, [:]), ("POST", "/v1/subscribers", push, [:]),
            ("POST", "/v1/subscribers", "{}", [:]), ("GET", "/v1/subscribers", "", [:]),
            ("GET", "/v1/subscribers/p", "", [:]), ("GET", "/v1/subscribers/none", "", [:]),
            ("GET", "/v1/subscribers/p/batch?limit=3", "", [:]), ("GET", "/v1/subscribers/w/batch", "", [:]),
            ("POST", "/v1/subscribers/p/acknowledgements", #"{"position":999,"digest":"x"}"#, [:]),
            ("GET", "/v1/subscribers/p/reconciliation", "", [:]),
            ("POST", "/v1/subscribers/p/reconciliation", "", lines),
            ("POST", "/v1/subscribers/p/reconciliation", "source,id,digest\na,b,\(digest)\n", csv),
            ("POST", "/v1/subscribers/p/reconciliation", "x\n", csv),
            ("POST", "/v1/subscribers/p/acts", #"{"act":"pause","reason":"维护"}"#, [:]),
            ("POST", "/v1/subscribers/p/acts", #"{"act":"pause","reason":"维护"}"#, [:]),
            ("GET", "/v1/subscribers/p/batch", "", [:]), ("GET", "/v1/subscribers/p", "", [:]),
            ("POST", "/v1/subscribers/w/acts", #"{"act":"secret","reason":"定期"}"#, [:]),
            ("DELETE", "/v1/subscribers/p", "", [:]), ("DELETE", "/v1/subscribers/p?reason=x", "", [:]),
            ("DELETE", "/v1/subscribers/p?reason=x", "", [:]),
        ]
        let revocation = Sample.act("revoke", "incident.revoked", "2025-12-28", of: "b")
        try await test.reading { _ = try $0.twoPersons.set([.revoke], expiresAfterDays: 30, by: "operator/1") }
        let requests: [(String, String, String, [String: String])] = [
            ("POST", "/v1/events?receipt=1", batch, recorder), ("POST", "/v1/events", batch, recorder),
            ("POST", "/v1/events", Sample.body(3), single), ("POST", "/v1/events", "{", single),
            ("POST", "/v1/events", Sample.incident("a", fact: "x"), single), ("POST", "/v1/events", "", [:]),
            ("POST", "/v1/events", Sample.body(4), single.merging(["If-Match": "\"1\""]) { $1 }),
            ("POST", "/v1/events", Sample.incident("z", body: 9), single), ("GET", "/v1/events", "", [:]),
            ("GET", "/v1/events?colour=1", "", [:]), ("GET", "/v1/events", "", ["Accept": "image/png"]),
            ("GET", "/v1/events?waitFor=999", "", [:]), ("GET", "/v1/events/1", "", [:]),
            ("GET", "/v1/events/99", "", [:]), ("GET", "/v1/events", "", ["Authorization": "Bearer x"]),
            ("POST", "/v1/imports/bodies", "x\n", csv), ("POST", "/v1/imports/nothing", "", csv),
            (
                "POST", "/v1/imports/bodies",
                "统一社会信用代码,名称,主体类型,层级,行政区划代码\n\(Sample.code(7)),云岭县七局,工作部门,县,419801\nX,错,工作部门,县,419801\n", csv
            ),
            ("PUT", "/v1/evidence/\(digest)", "", [:]), ("PUT", "/v1/evidence/\(digest)", "x", [:]),
            ("GET", "/v1/evidence/\(digest)", "", [:]), ("GET", "/v1/bodies", "", [:]),
            ("GET", "/v1/bodies?limit=1", "", [:]), ("GET", "/v1/bodies/\(code)", "", [:]),
            ("GET", "/v1/bodies/none", "", [:]), ("GET", "/v1/bodies/\(code)/standing", "", [:]),
            ("GET", "/v1/bodies/\(code)/standing?asOf=x", "", [:]), ("GET", "/v1/standings", "", [:]),
            ("GET", "/v1/bodies/\(code)/trend", "", [:]), ("GET", "/v1/trend", "", [:]),
            ("GET", "/v1/bodies/\(code)/trail", "", [:]), ("GET", "/v1/bodies/\(code)/diff", "", [:]),
            ("GET", "/v1/bodies/\(code)/diff?fromAtPosition=2", "", [:]), ("GET", "/v1/cases/a", "", [:]),
            ("GET", "/v1/cases/none", "", [:]), ("GET", "/v1/cases/a/trail", "", [:]),
            ("GET", "/v1/evaluations/none/2023", "", [:]), ("GET", "/v1/duties", "", [:]),
            ("GET", "/v1/duties?on=x", "", [:]), ("GET", "/v1/rounds", "", [:]),
            ("GET", "/v1/rounds/none/2023/419801", "", [:]),
            ("GET", "/v1/rounds/\(issued.round.stream.dropFirst(6))", "", [:]),
            ("GET", IssuedRound.path, "", [:]), ("GET", IssuedRound.path + "/changes", "", [:]),
            ("GET", "/v1/compilations/\(IssuedRound.scheme)/2023", "", [:]),
            ("GET", "/v1/evaluations/\(IssuedRound.scheme)/2023", "", [:]), ("GET", "/v1/results/none/2023", "", [:]),
            ("GET", "/v1/results/none/2023/changes", "", [:]), ("GET", "/v1/schemes", "", [:]),
            ("GET", "/v1/calendars", "", [:]), ("GET", "/v1/bodies/\(code)/report", "", [:]),
            ("GET", "/v1/bodies/\(code)/report?year=2023", "", [:]),
            ("GET", "/v1/compilations/none/2023", "", [:]),
            ("GET", "/v1/compilations/none/2023", "", ["Accept": "a/b"]),
            ("GET", "/v1/two-persons", "", [:]), ("GET", "/v1/proposals", "", [:]),
            ("GET", "/v1/proposals?state=x", "", [:]), ("GET", "/v1/proposals/none", "", [:]),
            ("POST", "/v1/proposals", Sample.incident("p"), single), ("POST", "/v1/proposals", "{}", single),
            ("POST", "/v1/proposals", revocation, single), ("POST", "/v1/proposals", revocation, single),
            ("GET", "/v1/proposals?state=open", "", [:]), ("POST", "/v1/proposals", Sample.body(9), single),
            ("POST", "/v1/proposals", "", [:]),
            ("POST", "/v1/proposals/none/approve", "", [:]), ("POST", "/v1/proposals/none/return", "{}", [:]),
            ("POST", "/v1/events", Sample.incident("p"), single), ("GET", "/checkpoint", "", [:]),
            ("GET", "/checkpoint", "", ["If-None-Match": "*"]), ("POST", "/v1/checkpoints", "", [:]),
            ("GET", "/tile/0/000.p/2", "", [:]), ("GET", "/tile/9", "", [:]), ("GET", "/v1/receipts/1", "", [:]),
            ("GET", "/v1/consistency?from=1", "", [:]), ("GET", "/v1/consistency", "", [:]),
            ("GET", "/v1/projections", "", [:]), ("POST", "/v1/projections/rebuild", "{\"dryRun\":true}", [:]),
            ("POST", "/v1/projections/rebuild", "{\"x\":1}", [:]), ("GET", "/v1/jobs", "", [:]),
            ("GET", "/v1/jobs/none", "", [:]), ("DELETE", "/v1/jobs/none", "", [:]),
            ("GET", "/v1/jobs/none/rejects", "", [:]), ("GET", "/v1/keys", "", [:]), ("GET", "/v1/access", "", [:]),
            ("POST", "/v1/keys", "{}", [:]), ("DELETE", "/v1/keys/none", "", [:]), ("GET", "/health/live", "", [:]),
            ("GET", "/health/ready", "", [:]), ("GET", "/metrics", "", [:]), ("GET", "/openapi.yaml", "", [:]),
        ]
        let keyed: [(String, String, String)] = [
            ("POST", "/v1/keys", #"{"name":"x","roles":["auditor"]}"#), ("GET", "/v1/events", ""),
            ("GET", "/v1/bodies/\(code)/standing", ""), ("GET", "/v1/cases/a", ""), ("GET", "/v1/keys", ""),
            ("GET", "/v1/subscribers", ""), ("GET", "/v1/subscribers/w/batch", ""),
            ("GET", IssuedRound.path, ""), ("GET", "/v1/schemes", ""), ("GET", "/v1/duties", ""),
        ]
        let answers = try await ServedArchive.serving(test, settings: .quick { $0.waitSeconds = 0 }) { served in
            var answers: [[String: String]] = []
            func ask(_ method: String, _ path: String, _ body: String, _ headers: [String: String]) async throws {
                let answer = try await served.request(method, path, body, headers)
                answers.append([
                    "method": method, "path": path, "status": String(answer.status),
                    "contentType": answer.headers["content-type"] ?? "",
                    "body": answer.headers["content-type"] == "application/octet-stream" ? "-" : answer.text,
                ])
            }
            for (method, path, body, headers) in subscribers + requests { try await ask(method, path, body, headers) }
            for (method, path, body) in keyed { try await ask(method, path, body, [:]) }
            return answers
        }
        let whole = try Self.document()
        try JSONSerialization.data(withJSONObject: whole).write(to: URL(filePath: folder.file("openapi.json")))
        let told = answers.map { answer -> [String: Any] in
            var answer: [String: Any] = answer
            answer["status"] = (answer["status"] as? String).flatMap { Int($0) }
            return answer
        }
        try JSONSerialization.data(withJSONObject: told).write(to: URL(filePath: folder.file("answers.json")))
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Fixtures/validate_responses.py").path
        let (status, output) = try Self.run([
            "-W", "ignore", script, folder.file("openapi.json"), folder.file("answers.json"),
        ])
        #expect(status == 0, "\(output)")
    }
}
