import ArchiveServer
import ArchiveTesting
import CreditArchive
import CreditModel
import EventLog
import Foundation
import Synchronization
import Testing

@Suite("Pushes to webhooks")
struct PushTests {
    private static let quick = ServerSettings.quick {
        $0.pushBatch = 7
        $0.pushTimeoutSeconds = 1
        $0.pushRetryMilliseconds = 4
        $0.pushRetryMaximumSeconds = 1
    }

    private func subscribe(
        _ test: TestArchive, _ url: String, _ visibility: Subscriber.Visibility = .full, as name: String = "portal",
        allowsPrivate: Bool = true
    ) async throws -> String {
        try await test.reading { archive in
            let wish = SubscriberWish(
                name: name, title: "信用门户", delivery: .push, visibility: visibility, url: url,
                allowsPrivate: allowsPrivate)
            return try #require(try Exchange(archive).create(wish, by: "operator/1").secret)
        }
    }

    private func state(_ test: TestArchive, _ name: String = "portal") async throws -> (Subscriber, size: UInt64) {
        try await test.reading { archive in
            let exchange = try Exchange(archive)
            return (try exchange.subscriber(name), try exchange.logSize)
        }
    }

    /// Waits until a state is reached; fails after half a minute.
    private func wait(
        _ test: TestArchive, _ what: String, until isReached: (Subscriber, UInt64) -> Bool
    ) async throws {
        for _ in 0..<600 {
            let (subscriber, size) = try await state(test)
            if isReached(subscriber, size) { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        let (subscriber, size) = try await state(test)
        Issue.record("\(what): \(subscriber.acknowledged) of \(size), \(subscriber.lastOutcome ?? "—")")
    }

    @Test(
        "a webhook that fails half the time, with restarts in the middle, ends with every event, and both sides agree")
    func failingHalfTheTime() async throws {
        let test = try TestArchive()
        let fates = FailingReceiver.Fate.allCases.filter { ![.gone, .busy].contains($0) && $0 != .taken }
        let generator = Mutex(SeededGenerator(stream: 602))
        let receiver = try FailingReceiver { _ in
            generator.withLock { $0.chance(50) ? .taken : $0.pick(fates) }
        }
        defer { receiver.close() }
        let secret = try await subscribe(test, receiver.url)
        let parts = 3
        for part in 0..<parts {
            try await ServedArchive.serving(test, settings: PushTests.quick) { served in
                for number in 0..<8 {
                    let first = part * 40 + number * 5
                    #expect(try await served.post((first + 1...first + 5).map { Sample.body($0) }).status == 201)
                }
                // The service ends in the middle of it, but for the last time.
                if part < parts - 1 {
                    while receiver.posts.count < (part + 1) * 4 { try await Task.sleep(for: .milliseconds(5)) }
                } else {
                    try await wait(test, "all") { $0.acknowledged == $1 && $0.waiting == 0 }
                }
            }
        }
        #expect(Set(receiver.posts.map(\.fate)).count > 3)
        let held = try receiver.events()
        let repeated = held.count - Set(held.map { $0.source + $0.id }).count
        #expect(repeated > 0, "nothing came twice: the test does not show what it should")
        let list = try test.file(
            "list.csv",
            "source,id,digest\n" + held.map { "\($0.source),\($0.id),\(EvidenceStore.digest($0.json))\n" }.joined())
        try await test.reading { archive in
            let told = try Exchange(archive).reconcile(
                "portal", against: ReconciliationList(path: list, format: .csv))
            #expect(told.isClean && told.missing == 0 && told.differing == 0 && told.unknown == 0)
            #expect(told.days.map(\.sent) == [121] && told.days.map(\.acknowledged) == [121])
            let entries = try (0..<121).map { try archive.log.entry(at: $0).bytes }
            #expect(
                Set(held.map { String(decoding: $0.json, as: UTF8.self) })
                    == Set(entries.map { String(decoding: $0, as: UTF8.self) }))
        }
        try check(receiver.posts.filter { $0.fate != .closed }, secret)
    }

    /// Holds every post to its signature and digest, by a script that shares no code.
    private func check(_ posts: [FailingReceiver.Post], _ secrets: String...) throws {
        let folder = try TemporaryFolder()
        let told = posts.enumerated().map { number, post in
            [
                "secret": secrets[number % secrets.count], "id": post.header("webhook-id"),
                "timestamp": post.header("webhook-timestamp"), "signature": post.header("webhook-signature"),
                "digest": post.header("exchange-digest"), "body": Data(post.body).base64EncodedString(),
            ].compactMapValues { $0 }
        }
        try JSONSerialization.data(withJSONObject: told).write(to: URL(filePath: folder.file("posts.json")))
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Fixtures/check_webhook.py").path
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [script, folder.file("posts.json")]
        process.standardOutput = output
        try process.run()
        let bytes = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "\(String(decoding: bytes, as: UTF8.self))")
    }

    @Test("to the public: no withheld, internal or expired record, no text; the headers say what it is")
    func publicOnly() async throws {
        let test = try TestArchive()
        let receiver = try FailingReceiver { _ in .taken }
        defer { receiver.close() }
        _ = try await subscribe(test, receiver.url, .public)
        try await ServedArchive.serving(test, settings: PushTests.quick) { served in
            try await served.post([
                Sample.body(1), Sample.incident("shown", fact: "张某的文本"), Sample.incident("inner", visibility: "内部"),
                Sample.incident("old", on: "2020-01-10"),
            ])
            try await wait(test, "all") { $0.acknowledged == 2 && $0.lag(logSize: $1) == 0 }
        }
        #expect(try receiver.events().map(\.id) == ["body-1", "incident-shown"])
        let all = receiver.taken.map { String(decoding: $0, as: UTF8.self) }.joined()
        for word in ["inner", "old", "张某"] { #expect(!all.contains(word)) }
        let post = try #require(receiver.posts.first)
        #expect(post.header("content-type") == "application/cloudevents-batch+json; charset=UTF-8")
        #expect(
            post.header("exchange-origin") == "credit.example/test" && post.header("exchange-subscriber") == "portal")
        #expect(post.header("exchange-first") == "0" && post.header("exchange-position") != nil)
        // What has left is in the access record.
        let readings = try AccessLog.read(test.folder, AccessQuery())
        #expect(readings.contains { $0.principal == "subscriber/portal" && $0.status == 204 })
    }

    @Test(
        "the same batch keeps its id; Retry-After is obeyed; after five failures the circuit is open, and a success closes it"
    )
    func circuit() async throws {
        let test = try TestArchive()
        let receiver = try FailingReceiver { $0 == 0 ? .busy : $0 < 6 ? .refused : .taken }
        defer { receiver.close() }
        _ = try await subscribe(test, receiver.url)
        let start = ContinuousClock.now
        try await ServedArchive.serving(test, settings: PushTests.quick) { served in
            try await wait(test, "busy") { one, _ in one.failures == 1 }
            #expect(try await state(test).0.lastOutcome == "status-503")
            try await wait(test, "open") { one, _ in one.failures >= 5 || one.acknowledged > 0 }
            try await wait(test, "closed") { one, size in one.acknowledged == size && one.failures == 0 }
            let metrics = try await served.get("/metrics").text
            for line in [
                #"credit_archive_exchange_deliveries_total{subscriber="portal",outcome="status-500"} 5"#,
                #"credit_archive_exchange_deliveries_total{subscriber="portal",outcome="delivered"} 1"#,
                #"credit_archive_exchange_lag_entries{subscriber="portal"} 0"#,
                #"credit_archive_exchange_circuit_open{subscriber="portal"} 0"#,
            ] { #expect(metrics.contains(line), "\(line)") }
        }
        #expect(ContinuousClock.now - start > .seconds(1))
        #expect(Set(receiver.posts.map { $0.header("webhook-id") }).count == 1 && receiver.posts.count == 7)
    }

    @Test("an open circuit is visible and nobody is asked meanwhile; resuming tries at once")
    func openCircuit() async throws {
        let test = try TestArchive()
        let isWell = Atomic<Bool>(false)
        let receiver = try FailingReceiver { _ in isWell.load(ordering: .relaxed) ? .taken : .refused }
        defer { receiver.close() }
        _ = try await subscribe(test, receiver.url)
        var settings = PushTests.quick
        settings.pushRetryMaximumSeconds = 600
        settings.pushRetryMilliseconds = 40
        try await ServedArchive.serving(test, settings: settings) { served in
            try await wait(test, "failures") { one, _ in one.failures >= 5 }
            let told = try await served.get("/v1/subscribers/portal").object["subscriber"] as? [String: Any]
            #expect(told?["circuit"] as? String == "open" && told?["nextAttempt"] is String)
            isWell.store(true, ordering: .relaxed)
            let answer = try await served.request(
                "POST", "/v1/subscribers/portal/acts", #"{"act":"resume","reason":"对方已恢复"}"#)
            #expect(answer.status == 200, "\(answer.text)")
            try await wait(test, "resumed") { $0.acknowledged == $1 }
        }
    }

    @Test("redirects are not followed, an address that is not public is not asked, 410 pauses")
    func neverAsked() async throws {
        let test = try TestArchive()
        let elsewhere = try FailingReceiver { _ in .redirected }
        let gone = try FailingReceiver { _ in .gone }
        let hidden = try FailingReceiver { _ in .taken }
        defer { for one in [elsewhere, gone, hidden] { one.close() } }
        _ = try await subscribe(test, elsewhere.url, as: "elsewhere")
        _ = try await subscribe(test, gone.url, as: "gone")
        _ = try await subscribe(test, hidden.url, as: "hidden", allowsPrivate: false)
        try await ServedArchive.serving(test, settings: PushTests.quick) { _ in
            for (name, outcome) in [("elsewhere", "redirected"), ("gone", "gone"), ("hidden", "private-address")] {
                var last: String?
                for _ in 0..<200 where last != outcome {
                    last = try await state(test, name).0.lastOutcome
                    try await Task.sleep(for: .milliseconds(25))
                }
                #expect(last == outcome, "\(name)")
            }
            try await Task.sleep(for: .milliseconds(200))
        }
        #expect(hidden.posts.isEmpty && gone.posts.count == 1)
        #expect(elsewhere.posts.allSatisfy { $0.head.hasPrefix("POST /hook ") })
        #expect(try await state(test, "gone").0.pausedAt != nil)
        #expect(try await state(test, "elsewhere").0.acknowledged == 0)
    }

    @Test("after a change of the secret posts are signed with both, so that either side may go first")
    func secrets() async throws {
        let test = try TestArchive()
        let receiver = try FailingReceiver { _ in .taken }
        defer { receiver.close() }
        let first = try await subscribe(test, receiver.url)
        let second = try await test.reading {
            try Exchange($0).renewSecret(of: "portal", reason: "定期更换", by: "operator/1")
        }
        try await ServedArchive.serving(test, settings: PushTests.quick) { served in
            try await served.post((1...20).map { Sample.body($0) })
            try await wait(test, "all") { $0.acknowledged == $1 }
        }
        #expect(first != second && receiver.posts.count > 1)
        try check(receiver.posts, first, second)
        // A day later the former one has ended.
        test.clock.advance(milliseconds: 86_400_001)
        try await test.writing {
            _ = try await Recorder($0, recordedBy: "operator/1").append(cloudEvents: Array("[\(Sample.body(99))]".utf8))
        }
        let count = receiver.posts.count
        try await ServedArchive.serving(test, settings: PushTests.quick) { _ in
            try await wait(test, "all") { $0.acknowledged == $1 }
        }
        try check(Array(receiver.posts[count...]), second)
        #expect(receiver.posts.last?.header("webhook-signature")?.contains(" ") == false)
    }
}
