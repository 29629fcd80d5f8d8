import ArchiveTesting
import Foundation
import Synchronization
import Testing

@Suite("serve")
struct ServeCommandTests {
    @Test("serves until SIGTERM, says that there are no keys, and leaves an archive that verifies")
    func serves() throws {
        let archive = try ProgramArchive()
        let served = try ServedProgram(archive)
        #expect(
            served.started["withoutKeys"] as? Bool == true
                && served.started["origin"] as? String == "credit.example/cli")
        #expect(served.post(ServedProgram.body(1))?.status == 201)
        // One writes at a time; readers go on.
        try archive("append", "-", input: ServedProgram.body(2)).expectError(5, "archive-locked")
        #expect(try archive("standing", "--all").list().count == 1)
        let ended = try served.end(SIGTERM)
        #expect(ended.status == 0 && ended.errors.contains("keys api new"), "\(ended.errors)")
        #expect(try archive("verify", "--deep").status == 0)
        #expect(try archive("standing", "S1").status == 0)
    }

    @Test("killed under load, every append that was answered is there afterwards, once")
    func killed() throws {
        let archive = try ProgramArchive()
        let acknowledged = Mutex<[Int: Int]>([:])
        var next = 1
        for _ in 0..<3 {
            let served = try ServedProgram(archive)
            let first = next
            let (workers, port) = (8, served.port)
            let group = DispatchGroup()
            for worker in 0..<workers {
                group.enter()
                Thread.detachNewThread {
                    var number = first + worker
                    while let answer = ServedProgram.post(ServedProgram.body(number), to: port),
                        answer.status == 201 || answer.status == 200
                    {
                        let object = try? JSONSerialization.jsonObject(with: Data(answer.body)) as? [String: Any]
                        if let position = object?["position"] as? Int {
                            acknowledged.withLock { $0[number] = position }
                        }
                        number += workers
                    }
                    group.leave()
                }
            }
            while acknowledged.withLock({ $0.count }) < first + 150 { usleep(5_000) }
            try served.end(SIGKILL)
            group.wait()
            next = (acknowledged.withLock { $0.keys.max() } ?? next) + workers + 1
        }
        let positions = acknowledged.withLock { $0 }
        let kept = try archive("replay", "--type", "body.registered").lines()
        let found = try Dictionary(
            kept.map { line in
                let event = try #require(line["event"] as? [String: Any])
                return (try #require(event["id"] as? String), try #require(line["position"] as? Int))
            },
            uniquingKeysWith: { first, _ in
                Issue.record("an event is there twice")
                return first
            })
        #expect(positions.count >= 450)
        for (number, position) in positions { #expect(found["body-S\(number)"] == position) }
        #expect(try archive("verify", "--deep").status == 0)
    }

    @Test("keys are issued and revoked while it serves; what was read is on the command line, too")
    func keys() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let made = try archive("keys", "api", "new", "--name", "审计", "--role", "auditor").object()
        let id = try #require((made["key"] as? [String: Any])?["id"] as? String)
        let header = ["Authorization": "Bearer \(try #require(made["secret"] as? String))"]
        let served = try ServedProgram(archive)
        #expect(served.started["withoutKeys"] as? Bool == false)
        #expect(served.get("/v1/events")?.status == 401)
        let path = "/v1/bodies/\(County.body)/standing"
        let answer = try #require(served.get(path, header.merging(["Access-Purpose": "audit"]) { $1 }))
        let ownAnswer = try #require(archive("standing", County.body).list().first)
        let object = try #require(JSONSerialization.jsonObject(with: Data(answer.body)) as? NSDictionary)
        #expect(object.isEqual(to: ownAnswer))
        #expect(try archive("keys", "api", "revoke", id).status == 0)
        #expect(served.get(path, header)?.status == 401)
        #expect(try archive("keys", "api", "list").list().first?["revokedAt"] is String)
        usleep(1_100_000)
        let readings = try archive("access", "--subject", County.body).list()
        #expect(readings.map { $0["principal"] as? String } == ["key/\(id)"])
        #expect(readings.first?["purpose"] as? String == "audit")
        #expect(try archive("access", "--by", "key/none").list().isEmpty)
        #expect(try served.end(SIGINT).status == 0)
        // A log backup holds no keys, and a backup of the keys goes on as before.
        #expect(try archive("doctor").status == 0)
    }

    @Test("settings come from the file, then the environment, then the options; what is wrong names its line")
    func settings() throws {
        let archive = try ProgramArchive()
        let file = try archive.file("serve.conf", "# 服务\nrate-limit = 7\nmax-followers=3\nwait-seconds = 1 # 秒\n")
        let listed = try archive(
            "serve", "--config", file, "--set", "wait-seconds=2", "--list-settings", "--format", "json",
            environment: ["CREDIT_ARCHIVE_MAX_FOLLOWERS": "5", "CREDIT_ARCHIVE_WAIT_SECONDS": "9"]
        ).list()
        let values = Dictionary(
            uniqueKeysWithValues: listed.map { ($0["name"] as? String ?? "", $0["value"] as? String) })
        #expect(values["rate-limit"] == "7" && values["max-followers"] == "5" && values["wait-seconds"] == "2")
        #expect(values["listen"] == "127.0.0.1:8080")
        let wrong = try archive.file("wrong.conf", "rate-limit = 7\ncolour = red\n")
        let told = try archive("serve", "--config", wrong)
        told.expectError(2, "setting-unknown")
        #expect(told.errors.contains("第 2 行"))
        for (arguments, code) in [
            (["--set", "rate-limit=many"], "setting-malformed"), (["--set", "rate-limit"], "setting-malformed"),
            (["--listen", "nowhere"], "setting-malformed"), (["--listen", "0.0.0.0:0"], "keys-needed"),
            (["--tls-certificate", "none.pem"], "tls-incomplete"), (["--log-level", "loud"], "log-level-unknown"),
            (["--listen", "127.0.0.1:0", "--tls-certificate", "no.pem", "--tls-key", "no.pem"], "tls-unusable"),
        ] {
            let result = try Program.run(["--archive", archive.path, "serve"] + arguments)
            #expect(result.status == 2 && result.errors.contains("[\(code)]"), "\(arguments) \(result.errors)")
        }
        let named = try String(contentsOf: Program.root.appending(path: "Tools/deploy/README.md"), encoding: .utf8)
        for name in values.keys { #expect(named.contains("| `\(name)` |"), "\(name) is not in the table of settings") }
    }
}
