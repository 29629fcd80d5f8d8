import ArchiveTesting
import Foundation
import Testing

/// Ten minutes of everything at once: what a service takes for each request, it must give back.
@Suite("serve, for long", .enabled(if: isLongRun))
struct SoakTests {
    private static func residentMiB(_ id: pid_t) throws -> Int {
        let text = try String(contentsOfFile: "/proc/\(id)/status", encoding: .utf8)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("VmRSS:") })
        return try #require(line.split(separator: " ").dropFirst().first.flatMap { Int($0) }) / 1_024
    }

    @Test("ten minutes of appends, questions, streams, imports and rebuilds: memory stays where it was")
    func soak() throws {
        let archive = try ProgramArchive()
        try archive.loadCounty()
        let served = try ServedProgram(archive)
        let port = served.port
        let end = ContinuousClock.now + .seconds(600)
        // What is known of each body takes memory, so that the register must not grow without end here.
        let load = ServiceLoad(port, connections: 8, bodies: 5_000, pauseMicroseconds: 20_000)
        let followers = try (0..<10).map { _ in
            try Program.Running([
                "--archive", "http://127.0.0.1:\(port)", "replay", "--follow", "--type", "key.rotated",
            ])
        }
        let paths = [
            "/v1/bodies/\(County.body)/standing", "/v1/standings?limit=50", "/v1/trend", "/v1/events?limit=200",
            "/v1/cases/419801-2022-00001/trail", "/v1/bodies/\(County.body)/diff", "/metrics", "/checkpoint",
            "/v1/evaluations/tongbai-2023-township/2023", "/nowhere", "/v1/events/0",
        ]
        for offset in 0..<4 {
            Thread.detachNewThread {
                var number = offset
                while ContinuousClock.now < end {
                    if let connection = KeptConnection(port) {
                        for _ in 0..<50 {
                            _ = connection.request("GET", paths[number % paths.count])
                            number += 1
                            usleep(10_000)
                        }
                    }
                }
            }
        }
        Thread.detachNewThread {
            while ContinuousClock.now < end {
                let csv = FileManager.default.contents(atPath: County.path("incidents")).map(Array.init) ?? []
                _ = RawHTTP.request(port, "POST", "/v1/imports/incidents", csv, ["Content-Type": "text/csv"])
                _ = RawHTTP.request(
                    port, "POST", "/v1/projections/rebuild", Array("{}".utf8), ["Content-Type": "application/json"])
                usleep(5_000_000)
            }
        }
        var resident: [Int] = []
        for minute in 1...10 {
            while ContinuousClock.now < end - .seconds(600 - minute * 60) { usleep(200_000) }
            resident.append(try Self.residentMiB(served.running.id))
        }
        let acknowledged = load.stop()
        print("soak: \(acknowledged.count) bodies; MiB by minute: \(resident)")
        for follower in followers {
            follower.send(SIGTERM)
            #expect(try follower.finish(within: 20).status == 0)
        }
        #expect(try served.end(SIGTERM).status == 0)
        let (first, last) = (resident[0], resident[9])
        #expect(last < 250 && last <= first + max(first / 4, 16), "\(resident)")
        #expect(try archive("verify", "--deep").status == 0)
    }
}
