import ArchiveTesting
import Foundation
import Testing

/// The record of what was read, in a process that dies.
@Suite struct AccessRecordTests {
    @Test("a reading is there after a kill -9 that comes 1.1 seconds behind its answer")
    func durableWithinASecond() throws {
        let archive = try ProgramArchive()
        let made = try archive("keys", "api", "new", "--name", "审计", "--role", "auditor").object()
        let header = ["Authorization": "Bearer \(try #require(made["secret"] as? String))"]
        var asked: [String] = []
        for round in 0..<3 {
            let served = try ServedProgram(archive)
            // Some earlier ones, so that the last one falls anywhere between two writes.
            for number in 0...round * 3 {
                let path = "/v1/events?limit=\(round * 10 + number + 1)"
                #expect(served.get(path, header)?.status == 200)
                asked.append("GET \(path)")
                usleep(UInt32(round) * 70_000)
            }
            usleep(1_100_000)
            #expect(try served.end(SIGKILL).status == -SIGKILL)
            let kept = try archive("access").list().compactMap { $0["request"] as? String }
            #expect(Array(kept.reversed()) == asked)
        }
    }

    @Test("readings are kept for ever unless they are deleted by their age, which leaves a line and no way round")
    func retention() throws {
        let archive = try ProgramArchive()
        let made = try archive("keys", "api", "new", "--name", "审计", "--role", "auditor").object()
        let header = ["Authorization": "Bearer \(try #require(made["secret"] as? String))"]
        #expect(try archive("access", "prune", "--before", "2020-01-01").object()["deleted"] as? Int == 0)
        let served = try ServedProgram(archive)
        for _ in 0..<3 { #expect(served.get("/v1/events", header)?.status == 200) }
        usleep(1_100_000)
        // Beside the service that writes it.
        #expect(try archive("access", "prune", "--before", "2020-01-01").object()["deleted"] as? Int == 0)
        try archive("access", "prune", "--before", "2090-01-01").expectError(2, "time-in-future")
        let soon = ISO8601DateFormatter().string(from: Date())
        let pruned = try archive("access", "prune", "--before", soon, "--operator-id", "operator/3").object()
        #expect(pruned["deleted"] as? Int == 3)
        let left = try archive("access").list()
        #expect(left.count == 1 && left.first?["principal"] as? String == "operator/3")
        #expect((left.first?["request"] as? String)?.hasSuffix("3 deleted") ?? false)
        #expect(served.get("/v1/events", header)?.status == 200)
        #expect(try served.end(SIGTERM).status == 0)
        #expect(try archive("access", "list").list().count == 2)
    }
}
