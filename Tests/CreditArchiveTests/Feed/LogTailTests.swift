import ArchiveTesting
import CreditArchive
import CreditModel
import Foundation
import Synchronization
import Testing

@Suite("The tail of the log")
struct LogTailTests {
    @Test("followers that come and go, fast and slow, are each told every entry once and in order")
    func everyEntryOnce() async throws {
        let test = try TestArchive()
        try await test.writing { archive in
            let recorder = try Recorder(archive, recordedBy: "operator/test")
            let tail = try LogTail(archive) { Issue.record("\($0)") }
            defer { tail.close() }
            let count = 300
            try await withThrowingTaskGroup(of: Void.self) { group in
                for follower in 0..<6 {
                    group.addTask {
                        tail.join()
                        defer { tail.leave() }
                        var next: UInt64 = 0
                        var told: [UInt64] = []
                        let deadline = ContinuousClock.now + .seconds(60)
                        while told.count < count + 1, ContinuousClock.now < deadline {
                            let items: [FeedItem]
                            if let kept = tail.kept(from: next, limit: 1 + follower * 7) {
                                items = kept
                                next += UInt64(kept.count)
                            } else {
                                let page = try tail.feed.page(from: next, limit: 1 + follower * 7)
                                items = page.items
                                next = page.next
                            }
                            told += items.map(\.position)
                            if follower == 1 { try await Task.sleep(for: .milliseconds(2)) }
                            if items.isEmpty {
                                _ = await tail.wait(beyond: next, until: .now + .milliseconds(200))
                            }
                        }
                        #expect(told == Array(0...UInt64(count)), "follower \(follower)")
                    }
                }
                for number in 1...count {
                    _ = try await recorder.append(cloudEvents: Array(Cloud.body(number).utf8))
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("whoever waits is woken by a commit, by the deadline, by cancellation and by the end")
    func waits() async throws {
        let test = try TestArchive()
        try await test.writing { archive in
            let recorder = try Recorder(archive, recordedBy: "operator/test")
            let tail = try LogTail(archive) { Issue.record("\($0)") }
            #expect(await !tail.wait(beyond: 1, until: .now + .milliseconds(50)))
            let committed = Task { await tail.wait(beyond: 1, until: .now + .seconds(30)) }
            let cancelled = Task { await tail.wait(beyond: 99, until: .now + .seconds(300)) }
            let ended = Task { await tail.wait(beyond: 99, until: .now + .seconds(300)) }
            try await Task.sleep(for: .milliseconds(20))
            _ = try await recorder.append(cloudEvents: Array(Cloud.body(1).utf8))
            #expect(await committed.value)
            cancelled.cancel()
            #expect(await !cancelled.value)
            tail.close()
            #expect(await !ended.value)
            #expect(await !tail.wait(beyond: 99, until: .now + .seconds(300)))
        }
    }

    @Test("a page filtered by region or type says how far it has looked, so that nothing is looked at twice")
    func rareFilters() async throws {
        let test = try TestArchive()
        try await test.writing { archive in
            let recorder = try Recorder(archive, recordedBy: "operator/test")
            let events = (1...30).map { Cloud.body($0, region: $0 == 17 ? "419802" : "419801") }
            _ = try await recorder.append(cloudEvents: Array(Cloud.batch(events).utf8))
            let feed = try EventFeed(archive)
            let page = try feed.page(from: 0, limit: 5, FeedFilter(regions: ["419802"]))
            #expect(page.items.map(\.position) == [17] && page.next == 31 && page.isAtEnd)
            // Moved, the body is found where it is now.
            let move = Cloud.change("m", "moved", 17, "2025-01-01", ",\"region\":\"419803\"")
            _ = try await recorder.append(cloudEvents: Array(move.utf8))
            let moved = try EventFeed(archive).page(from: 0, limit: 5, FeedFilter(regions: ["419803"]))
            #expect(moved.items.map(\.position) == [17, 31])
        }
    }
}
