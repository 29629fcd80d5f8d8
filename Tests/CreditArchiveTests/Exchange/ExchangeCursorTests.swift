import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Testing

@Suite("What a subscriber is handed, and its cursor")
struct ExchangeCursorTests {
    @Test("every entry of the log once, byte for byte, in numbers without gaps, whatever the batch")
    func everything() async throws {
        for limit in [1, 7, 1_000] {
            let test = try TestArchive()
            try await test.append((1...20).map { Cloud.body($0) })
            try await test.subscribe()
            var entries: [[UInt8]] = []
            while case let batch = try await test.next(limit: limit), !batch.isEmpty {
                #expect(batch.first == UInt64(entries.count) && batch.events.count <= limit)
                #expect(batch.digest == EvidenceStore.digest(batch.lines))
                entries += batch.events
                #expect(batch.position == UInt64(entries.count) && batch.isAtEnd == (entries.count == 21))
                try await test.acknowledge(batch)
            }
            #expect(try await test.entries().map(\.bytes) == entries)
        }
    }

    @Test("a batch is the same until it is acknowledged, also by another process, while the log grows")
    func repeated() async throws {
        let test = try TestArchive()
        try await test.append([Cloud.body(1), Cloud.body(2)])
        try await test.subscribe()
        let first = try await test.next(limit: 2)
        try await test.append([Cloud.body(3)])
        let again = try await test.next(limit: 1_000)
        #expect(again.events == first.events && again.digest == first.digest && again.number == first.number)
        #expect(!again.isAtEnd)
        for isDuplicate in [false, true, true] {
            let receipt = try await test.acknowledge(first)
            #expect(receipt.isDuplicate == isDuplicate && receipt.position == 2)
        }
        let rest = try await test.next()
        #expect(rest.first == 2 && rest.events.count == 2 && rest.isAtEnd)
    }

    @Test("an acknowledgement of what was not handed out, of half a batch, or of other bytes is refused")
    func refused() async throws {
        let test = try TestArchive()
        try await test.append((1...5).map { Cloud.body($0) })
        try await test.subscribe()
        let digest = EvidenceStore.digest([])
        func acknowledge(_ position: UInt64, _ digest: String) async -> String {
            await codeOfRefusal {
                try await test.exchange {
                    _ = try $0.acknowledge("province", position: position, digest: digest, by: .pull)
                }
            }
        }
        #expect(await acknowledge(1, digest) == "cursor-ahead")
        let batch = try await test.next(limit: 4)
        #expect(await acknowledge(5, digest) == "cursor-ahead")
        #expect(await acknowledge(3, try #require(batch.digest)) == "cursor-unknown")
        #expect(await acknowledge(4, digest) == "digest-differs")
        #expect(try await test.exchange { try $0.subscriber("province").acknowledged } == 0)
        try await test.acknowledge(batch)
        #expect(await acknowledge(4, digest) == "digest-differs")
        #expect(try await test.next().first == 4)
    }

    @Test("the cursor goes back by a reset alone, which is recorded; then the same numbers come again")
    func reset() async throws {
        let test = try TestArchive()
        try await test.append((1...9).map { Cloud.body($0) })
        try await test.subscribe()
        let all = try await test.drain(limit: 4)
        let last = try await test.exchange { try $0.subscriber("province") }
        #expect(last.acknowledged == 10 && last.handed == 10)
        #expect(
            await codeOfRefusal {
                try await test.exchange { _ = try $0.reset("province", to: 11, reason: "x", by: "operator/1") }
            } == "cursor-ahead")
        #expect(
            await codeOfRefusal {
                try await test.exchange { _ = try $0.reset("province", to: 3, reason: "", by: "operator/1") }
            } == "reason-malformed")
        _ = try await test.exchange { try $0.reset("province", to: 3, reason: "对方重建", by: "operator/1") }
        let batch = try await test.next(limit: 5)
        #expect(batch.first == 3 && batch.position == 8)
        #expect(try batch.told() == Array(all[3..<8]))
        // What was acknowledged before the reset does not count any more.
        #expect(
            await codeOfRefusal {
                try await test.exchange {
                    _ = try $0.acknowledge("province", position: 10, digest: batch.digest ?? "", by: .pull)
                }
            } == "cursor-unknown")
        try await test.acknowledge(batch)
        #expect(try await test.drain() == Array(all[8...]))
        let acts = try await test.exchange { try $0.acts(of: $0.subscriber("province")) }
        #expect(acts.map(\.kind) == [.created, .reset])
        #expect(acts.last?.position == 3 && acts.last?.reason == "对方重建" && acts.last?.principal == "operator/1")
    }

    @Test("filters by body, type and region, and goes on past what is not asked for")
    func filters() async throws {
        let test = try TestArchive()
        try await test.append([
            Cloud.body(1), Cloud.body(2, region: "419802"), Cloud.incident("a"), Cloud.incident("b", body: 2),
            Cloud.statement("s", "2023-04-01", of: "b", "乙的陈述"),
        ])
        let cases: [(String, [String], (inout SubscriberWish) -> Void)] = [
            ("type", ["incident-a", "incident-b"], { $0.type = "incident.determined" }),
            ("body", ["body-2", "incident-b", "s"], { $0.body = "云岭县第2局" }),
            ("region", ["body-1", "incident-a"], { $0.regions = [RegionCode("419801")].compactMap { $0 } }),
            (
                "regions", ["body-1", "body-2", "incident-a", "incident-b", "s"],
                { $0.regions = ["419801", "419802"].compactMap { RegionCode($0) } }
            ),
        ]
        for (name, expected, change) in cases {
            try await test.subscribe(name, .pull, .full, change)
            #expect(try await test.drain(name, limit: 2).map(\.id) == expected, "\(name)")
            #expect(try await test.exchange { try $0.subscriber(name).lag(logSize: $0.logSize) } == 0)
        }
    }

    @Test("two who take batches at once never get different ones, and nothing is skipped")
    func atOnce() async throws {
        let test = try TestArchive()
        try await test.append((1...60).map { Cloud.body($0) })
        try await test.subscribe()
        let archive = try await test.open(.reading)
        let exchanges = [try Exchange(archive), try Exchange(archive)]
        let seen = try await withThrowingTaskGroup(of: [UInt64: [[UInt8]]].self) { group in
            for exchange in exchanges {
                group.addTask {
                    var seen: [UInt64: [[UInt8]]] = [:]
                    while true {
                        let batch = try exchange.nextBatch(of: "province", by: .pull, limit: 3)
                        if batch.isEmpty { return seen }
                        seen[batch.first] = batch.events
                        // The other one may have acknowledged it already.
                        _ = try exchange.acknowledge(
                            "province", position: batch.position, digest: batch.digest ?? "", by: .pull)
                    }
                }
            }
            return try await group.reduce(into: [[UInt64: [[UInt8]]]]()) { $0.append($1) }
        }
        let both = seen[0].merging(seen[1]) { left, right in
            #expect(left == right)
            return left
        }
        let all = both.sorted { $0.key < $1.key }.flatMap(\.value)
        #expect(try await test.entries().map(\.bytes) == all)
    }

    @Test("a paused subscriber gets nothing; one that was removed is gone, and its name free")
    func pausedAndRemoved() async throws {
        let test = try TestArchive()
        try await test.subscribe()
        _ = try await test.exchange { try $0.pause("province", reason: "对方维护", by: "operator/1") }
        #expect(await codeOfRefusal { _ = try await test.next() } == "subscriber-paused")
        _ = try await test.exchange { try $0.resume("province", reason: "恢复", by: "operator/1") }
        #expect(try await test.next().events.count == 1)
        #expect(await codeOfRefusal { try await test.subscribe() } == "subscriber-exists")
        try await test.exchange { try $0.remove("province", reason: "停止", by: "operator/1") }
        #expect(await codeOfRefusal { _ = try await test.next() } == "subscriber-not-found")
        try await test.subscribe()
        #expect(try await test.next().first == 0)
    }

    @Test("what no subscriber can be is refused")
    func malformed() async throws {
        let table: [(String, (inout SubscriberWish) -> Void)] = [
            ("subscriber-name-malformed", { $0.name = "省平台" }), ("subscriber-name-malformed", { $0.name = "" }),
            ("subscriber-title-malformed", { $0.title = " " }),
            ("texts-need-full", { ($0.visibility, $0.texts) = (.public, .opened) }),
            ("url-needed", { $0.delivery = .push }), ("url-needless", { $0.url = "https://a.example/" }),
            ("url-malformed", { ($0.delivery, $0.url) = (.push, "ftp://a.example/") }),
            ("type-unknown", { $0.type = "nothing" }), ("body-not-found", { $0.body = "没有的局" }),
            ("key-not-found", { $0.key = "k3x9m2qa" }),
        ]
        let test = try TestArchive()
        for (code, change) in table {
            #expect(await codeOfRefusal { try await test.subscribe("x", .pull, .full, change) } == code)
        }
        #expect(try await test.exchange { try $0.subscribers() }.isEmpty)
    }
}
