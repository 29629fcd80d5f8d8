internal import ArchiveServer
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Foundation
internal import Projections
internal import Synchronization

// The service under load, with the load generator in the same process: what a machine of these cores does for both.
extension Benchmarks {
    /// - Parameters:
    ///   - followers: streams that follow at once.
    ///   - seconds: how long they are fed, 200 events a second.
    func http(followers: Int, seconds: Int) async throws {
        let folder = ArchiveFolder(self.folder + "/http")
        _ = try Archive.create(at: folder, origin: DemoProvince.origin)
        let archive = try Archive(opening: folder, for: .writing)
        // Bodies with about ten cases, which is what a county's are like.
        let recorder = try Recorder(archive, recordedBy: "operator/bench")
        let made = DemoProvince.submissions(count: events, seed: 1, eventsPerBody: 25)
        for start in stride(from: 0, to: made.count, by: 1_000) {
            _ = try await recorder.append(Array(made[start..<min(start + 1_000, made.count)]))
        }
        try archive.projections.fold()
        let (_, secret) = try APIKeys(folder).issue(name: "bench", roles: [.recorder, .auditor])
        var settings = ServerSettings()
        settings.port = 0
        settings.rateLimit = 0
        settings.maximumFollowers = followers
        let bodies = try StandingQuery.profiles(.all, on: archive.projections).profiles.map(\.id.text)
        let (ports, started) = AsyncStream.makeStream(of: Int.self)
        let (ends, end) = AsyncStream.makeStream(of: Void.self)
        let server = ArchiveServer(archive, settings, logLevel: "error")
        let ended = Task {
            try await server.run(until: { for await _ in ends {} }, listening: { started.yield($0.port) })
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { throw BenchError("the service does not start") }
        let feed = HTTPFeed(port: port, key: "Authorization: Bearer \(secret)\r\n", bodies: bodies)
        // The archive is at rest for the answers, whose mark is that of bodies with about ten cases; then it grows.
        try await onThread {
            try self.standings(feed)
            try self.singlePosts(feed)
            try self.batchPosts(feed)
            try self.streams(feed, followers: followers, seconds: seconds)
        }
        end.finish()
        try await ended.value
    }

    /// The generator blocks: it has a thread of its own.
    private func onThread(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { (reply: CheckedContinuation<Void, any Error>) in
            Thread.detachNewThread { reply.resume(with: Result { try work() }) }
        }
    }

    /// Sends requests that are made now, and shows how they were answered.
    private func load(
        _ name: String, _ port: Int, connections: Int, events: Int = 1, note: String = "", requests: [[UInt8]]
    ) throws {
        let cpu = Process.cpuSeconds
        let figures = try HTTPLoad(port: port, connections: connections).run(requests)
        let used = (Process.cpuSeconds - cpu) * 1e6 / Double(figures.answers * events)
        show(name, figures, events: events, String(format: "%@; %.0f us of CPU each", note, used))
    }

    private func show(_ name: String, _ figures: HTTPLoad.Figures, events: Int = 1, _ note: String = "") {
        Line(
            name: name, amount: figures.answers * events, unit: "events", seconds: figures.seconds,
            note: String(
                format: "p50 %.1f ms, p99 %.1f ms, %d failed%@", figures.percentile(0.5), figures.percentile(0.99),
                figures.failures, note)
        ).show()
    }

    private func singlePosts(_ feed: HTTPFeed) throws {
        try load(
            "HTTP POST, 64 connections", feed.port, connections: 64,
            requests: (0..<singles * 40).map { feed.post($0, of: 1) })
    }

    private func batchPosts(_ feed: HTTPFeed) throws {
        try load(
            "HTTP POST of 500", feed.port, connections: 4, events: 500,
            requests: (0..<max(8, singles / 10)).map { feed.post(1_000_000 + $0, of: 500) })
    }

    private func standings(_ feed: HTTPFeed) throws {
        // In an order that has no body twice before each was there once.
        let requests = (0..<singles * 60).map { number in
            HTTPLoad.request(
                "GET", "/v1/bodies/\(feed.bodies[number &* 7_919 % feed.bodies.count])/standing", feed.key)
        }
        try load(
            "HTTP GET standing", feed.port, connections: 64, note: " of \(feed.bodies.count) bodies",
            requests: requests)
    }

    /// Followers of the stream while events come one by one: from the answer to the append to the last follower's event.
    private func streams(_ feed: HTTPFeed, followers: Int, seconds: Int) throws {
        var descriptors: [Int32] = []
        defer { for descriptor in descriptors { close(descriptor) } }
        let last = try feed.size()
        for _ in 0..<followers {
            let descriptor = try HTTPLoad.connect(feed.port)
            descriptors.append(descriptor)
            try HTTPLoad.send(
                HTTPLoad.request("GET", "/v1/events?after=\(last)", feed.key + "Accept: text/event-stream\r\n"),
                to: descriptor)
        }
        let times = Mutex<[ContinuousClock.Instant]>([])
        let isDone = Atomic<Bool>(false)
        let count = 200 * seconds
        let failure = Mutex<(any Error)?>(nil)
        Thread.detachNewThread {
            do {
                let load = HTTPLoad(port: feed.port, connections: 1)
                let requests = (0..<count).map { feed.post(2_000_000 + $0, of: 1) }
                let begin = ContinuousClock.now
                _ = try load.run(requests) { number in
                    let wait = begin + .milliseconds(5 * number) - .now
                    if wait > .zero { Thread.sleep(forTimeInterval: wait / .seconds(1)) }
                    times.withLock { $0.append(.now) }
                }
            } catch {
                failure.withLock { $0 = error }
            }
            isDone.store(true, ordering: .releasing)
        }
        var polled = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        var seen = [Int](repeating: 0, count: followers)
        var latencies: [Int] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 18)
        let deadline = ContinuousClock.now + .seconds(seconds + 20)
        while seen.contains(where: { $0 < count }), ContinuousClock.now < deadline {
            guard poll(&polled, nfds_t(followers), 1_000) > 0 else { continue }
            let now = ContinuousClock.now
            for place in polled.indices where polled[place].revents != 0 {
                let received = recv(descriptors[place], &buffer, buffer.count, 0)
                guard received > 0 else { throw BenchError("the service has closed a stream") }
                // Each event has one line of its kind; an id may be cut in two, a count may not be wrong by it.
                let new = HTTPFeed.count(of: "data: {", in: buffer[..<received])
                times.withLock { times in
                    for number in seen[place]..<min(seen[place] + new, times.count) {
                        latencies.append(Int((now - times[number]) / .microseconds(1)))
                    }
                }
                seen[place] += new
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        latencies.sort()
        let figures = HTTPLoad.Figures(
            answers: latencies.count, seconds: Double(seconds), latencies: latencies,
            failures: seen.count { $0 != count })
        show("HTTP streams", figures, " followers behind; \(followers) followers, 200 events/s")
    }
}

/// What the generator sends.
private struct HTTPFeed: Sendable {
    let port: Int
    let key: String
    let bodies: [String]

    /// So many incidents in one request; each number gives other cases.
    func post(_ number: Int, of count: Int) -> [UInt8] {
        let events = (0..<count).map { incident("\(number)-\($0)") }
        let body = count == 1 ? events[0] : "[" + events.joined(separator: ",") + "]"
        let type = count == 1 ? "application/cloudevents+json" : "application/cloudevents-batch+json"
        return HTTPLoad.request("POST", "/v1/events", key + "Content-Type: \(type)\r\n", body)
    }

    private func incident(_ id: String) -> String {
        """
        {"specversion":"1.0","id":"load-\(id)","source":"urn:bench:1","type":"incident.determined",\
        "subject":"case/load-\(id)","data":{"attributedYear":2025,"authority":"云岭县发展和改革局",\
        "basis":{"number":"云信〔2025〕1号","title":"行政决定书"},"body":"\(bodies[abs(id.hashValue) % bodies.count])",\
        "category":"R05","channel":"C03","determinedOn":"2025-12-05","fact":"未按约定支付工程款",\
        "occurredOn":"2025-01-10","severity":"一般","visibility":"公开"}}
        """
    }

    /// The last position of the log.
    func size() throws -> Int {
        let descriptor = try HTTPLoad.connect(port)
        defer { close(descriptor) }
        try HTTPLoad.send(HTTPLoad.request("GET", "/health/ready", "Connection: close\r\n"), to: descriptor)
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 {
            text += String(decoding: buffer[..<count], as: UTF8.self)
        }
        guard let entries = text.range(of: "\"entries\":"),
            let size = Int(text[entries.upperBound...].prefix { $0.isNumber })
        else { throw BenchError("the service is not ready: \(text)") }
        return size - 1
    }

    static func count(of text: String, in bytes: ArraySlice<UInt8>) -> Int {
        let wanted = Array(text.utf8)
        var (count, place) = (0, bytes.startIndex)
        while let found = bytes[place...].firstIndex(of: wanted[0]) {
            if bytes[found...].starts(with: wanted) { count += 1 }
            place = found + 1
        }
        return count
    }
}
