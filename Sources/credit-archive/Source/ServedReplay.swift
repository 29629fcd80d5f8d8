internal import CanonicalJSON
internal import CreditArchive

/// The replay of a served log: its lines as the service gives them, onto stdout.
enum ServedReplay {
    static func run(_ question: FeedQuestion, _ client: ServiceClient) async throws {
        let output = LineOutput()
        // Lines before an error are told, too.
        defer { _ = output.flush() }
        try await client.replay(question) { line in output.line { $0.raw(line) } }
    }

    /// Until the last position, a signal, or closed output: each a clean end.
    static func follow(_ question: FeedQuestion, _ client: ServiceClient) async throws {
        let stop = StopSignal()
        let reading = Task {
            let output = LineOutput()
            defer { _ = output.flush() }
            try await client.follow(question, pause: { _ = output.flush() }) { line in output.line { $0.raw(line) } }
        }
        let watch = Task {
            while !Task.isCancelled, stop.wait(milliseconds: 100) { await Task.yield() }
            reading.cancel()
        }
        defer { watch.cancel() }
        try await reading.value
    }
}
