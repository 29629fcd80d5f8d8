import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Projections
import Testing

@Suite("What leaves to whom")
struct ExchangeVisibilityTests {
    private static let secret = "甲公司张某的身份"

    private func ready() async throws -> TestArchive {
        let test = try TestArchive()
        try await test.append([
            Cloud.body(1), Cloud.body(2), Cloud.body(3),
            Cloud.incident("shown", on: "2025-12-05", fact: ExchangeVisibilityTests.secret),
            Cloud.incident("inner", on: "2025-12-05", visibility: "内部"),
            Cloud.incident("old"),
            Cloud.incident("hidden", body: 2, on: "2025-12-05"),
            Cloud.statement("s", "2025-12-20", of: "shown", ExchangeVisibilityTests.secret),
        ])
        try await test.withhold("case/hidden")
        return test
    }

    @Test(
        "to the public: publicised cases with their bodies; no withheld, internal or expired record, no text, no more")
    func publicOnly() async throws {
        let test = try await ready()
        try await test.subscribe("portal", .pull, .public)
        let events = try await test.drain("portal", limit: 2)
        #expect(events.map(\.id) == ["body-1", "incident-shown", "s"])
        let all = events.map(\.text).joined()
        for word in ["inner", "hidden", "old", Rows.code(2), ExchangeVisibilityTests.secret] {
            #expect(!all.contains(word), "\(word)")
        }
    }

    @Test("to an entitled platform: everything; texts open where it was told so, and neither withheld nor erased ones")
    func fullAndOpened() async throws {
        let test = try await ready()
        try await test.append([
            Cloud.incident("erased", body: 3, on: "2025-12-06", fact: "乙的旧文"),
            Cloud.act(
                "c", "incident.corrected", "2025-12-21", of: "shown",
                ",\"field\":\"失信事实\",\"old\":\"\(ExchangeVisibilityTests.secret)\",\"new\":\"甲的新文\""),
        ])
        try await test.writing {
            _ = try Administrator($0).destroyTexts(of: "case/erased", basis: "规定", recordedBy: "operator/7")
        }
        try await test.subscribe("sealed")
        try await test.subscribe("opened", .pull, .full) { $0.texts = .opened }
        let sealed = try await test.drain("sealed")
        let opened = try await test.drain("opened")
        #expect(try await UInt64(sealed.count) == test.size)
        #expect(opened.map(\.id) == sealed.map(\.id))
        #expect(!sealed.contains { $0.text.contains(ExchangeVisibilityTests.secret) })
        for (id, isOpen) in [
            ("incident-shown", true), ("s", true), ("c", true), ("incident-inner", true), ("incident-hidden", false),
            ("incident-erased", false),
        ] {
            let event = try #require(opened.first { $0.id == id })
            #expect(event.schema.hasSuffix(":submitted") == isOpen, "\(id)")
            #expect(event.text.contains("\"sealed\"") != isOpen, "\(id)")
        }
        #expect(opened.filter { $0.text.contains(ExchangeVisibilityTests.secret) }.count == 3)
    }

    @Test("a case that becomes public late comes whole, with its body")
    func late() async throws {
        let test = try await ready()
        try await test.subscribe("portal", .pull, .public)
        _ = try await test.drain("portal")
        try await test.append([Cloud.statement("t", "2025-12-22", of: "hidden", "乙的陈述")])
        #expect(try await test.drain("portal").isEmpty)
        try await test.withhold("case/hidden", isShown: true)
        #expect(try await test.drain("portal").map(\.id) == ["body-2", "incident-hidden", "t"])
    }

    @Test(
        "a case that ceases to be public is told to be taken out, once: withheld, revoked, its body withheld, its term over"
    )
    func ended() async throws {
        let changes: [(String, (TestArchive) async throws -> Void)] = [
            ("withheld", { try await $0.withhold("case/shown") }),
            ("body", { try await $0.withhold("body/\(Rows.code(1))") }),
            (
                "revoked",
                {
                    try await $0.append([
                        Cloud.act("r", "incident.revoked", "2025-12-30", of: "shown")
                    ])
                }
            ),
            ("term", { $0.clock.advance(milliseconds: 366 * 86_400_000) }),
        ]
        for (name, change) in changes {
            let test = try await ready()
            try await test.subscribe("portal", .pull, .public)
            _ = try await test.drain("portal")
            try await change(test)
            let told = try await test.drain("portal")
            #expect(told.map(\.type) == ["exchange.withdrawn"] && told.map(\.subject) == ["case/shown"], "\(name)")
            #expect(
                told.first?.id == "portal/3" && told.first?.schema == "urn:credit-archive:schema:exchange.withdrawn:1")
            #expect(try await test.drain("portal").isEmpty, "\(name)")
        }
    }

    @Test("a case that is public again comes whole again")
    func again() async throws {
        let test = try await ready()
        try await test.subscribe("portal", .pull, .public)
        _ = try await test.drain("portal")
        try await test.withhold("case/shown")
        #expect(try await test.drain("portal").map(\.type) == ["exchange.withdrawn"])
        try await test.withhold("case/shown", isShown: true)
        #expect(try await test.drain("portal").map(\.id) == ["body-1", "incident-shown", "s"])
    }

    @Test("what was handed out and is withheld before it is acknowledged leaves its place to a notice")
    func betweenTries() async throws {
        let test = try await ready()
        try await test.subscribe("portal", .pull, .public)
        let first = try await test.next("portal")
        #expect(try first.told().map(\.id) == ["body-1", "incident-shown", "s"])
        try await test.withhold("case/shown")
        let again = try await test.next("portal")
        #expect(again.first == first.first && again.position == first.position && again.number == first.number)
        #expect(try again.told().map(\.type) == ["body.registered", "exchange.withdrawn", "exchange.withdrawn"])
        #expect(await codeOfRefusal { try await test.acknowledge(first) } == "digest-differs")
        try await test.acknowledge(again)
        #expect(try await test.drain("portal").isEmpty)
    }

    @Test("what was found and not handed out when it is withheld never leaves, nor does a notice of it")
    func beforeTheFirstTry() async throws {
        let test = try await ready()
        try await test.subscribe("portal", .pull, .public)
        let first = try await test.next("portal", limit: 1)
        #expect(try first.told().map(\.id) == ["body-1"])
        try await test.withhold("case/shown")
        try await test.acknowledge(first)
        #expect(try await test.drain("portal", limit: 1).isEmpty)
        try await test.withhold("case/shown", isShown: true)
        #expect(try await test.drain("portal").map(\.id).suffix(2) == ["incident-shown", "s"])
    }

    @Test("whatever happens and however batches are cut, the portal ends with what the public sees")
    func convergence() async throws {
        var generator = SeededGenerator(stream: 601)
        for _ in 0..<(isLongRun ? 30 : 4) {
            let test = try TestArchive()
            try await test.append([Cloud.body(1), Cloud.body(2)])
            try await test.subscribe("portal", .pull, .public)
            var held: [String: Set<String>] = [:]
            var made: [String] = []
            for step in 0..<25 {
                switch generator.below(6) {
                case 0, 1:
                    made.append("c\(step)")
                    let visibility = generator.pick(["公开", "公开", "内部"])
                    try await test.append([
                        Cloud.incident(
                            "c\(step)", body: 1 + generator.below(2), on: "2025-12-05", visibility: visibility)
                    ])
                case 2 where !made.isEmpty:
                    try await test.append([Cloud.statement("s\(step)", "2025-12-20", of: generator.pick(made), "陈述")])
                case 3 where !made.isEmpty:
                    let stream = generator.chance(80) ? "case/\(generator.pick(made))" : "body/\(Rows.code(1))"
                    let isShown = generator.chance(50)
                    _ = await codeOfRefusal { try await test.withhold(stream, isShown: isShown) }
                default:
                    let batch = try await test.next("portal", limit: 1 + generator.below(4))
                    if batch.isEmpty { continue }
                    if generator.chance(70), await codeOfRefusal({ try await test.acknowledge(batch) }) == "none" {
                        try Self.take(batch, &held)
                    }
                }
            }
            while case let batch = try await test.next("portal", limit: 3), !(batch.isEmpty && batch.isAtEnd) {
                try await test.acknowledge(batch)
                try Self.take(batch, &held)
            }
            let sees = try await test.reading { archive in
                let auditor = Auditor(archive)
                return try auditor.publicised(.all).flatMap(\.cases).map { "case/\($0.id)" }
            }
            #expect(Set(held.keys) == Set(sees), "SEED \(generator.seed)")
            for item in sees {
                let entries = try await test.entries().filter { $0.subject.text == item }.map(\.identity.id)
                #expect(held[item] == Set(entries), "\(item)")
            }
        }
    }

    /// What a portal does with a batch.
    private static func take(_ batch: ExchangeBatch, _ held: inout [String: Set<String>]) throws {
        for event in try batch.told() where event.subject.hasPrefix("case/") {
            if event.type == "exchange.withdrawn" {
                held[event.subject] = nil
            } else {
                held[event.subject, default: []].insert(event.id)
            }
        }
    }
}
