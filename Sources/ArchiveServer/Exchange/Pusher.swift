internal import CreditArchive
internal import EventLog
internal import Logging
internal import Synchronization

/// Posts to the webhooks of subscribers, beside the requests: each batch until it is taken, those who fail after a
/// growing pause, all of them apart from each other. What was handed out stands in `exchange.sqlite`, so that a restart
/// goes on where the service was killed.
final class Pusher: Sendable {
    /// Webhooks that are posted to at once.
    static let maximumUnderWay = 32
    private static let longestPause = Duration.seconds(1)
    private static let shortestPause = Duration.milliseconds(50)

    private struct State: Sendable {
        var underWay: Set<String> = []
        /// Those who failed are left alone until then.
        var notBefore: [String: ContinuousClock.Instant] = [:]
    }

    private let service: ArchiveService
    private let client: WebhookClient
    private let schedule: RetrySchedule
    private let state = Mutex(State())

    init(_ service: ArchiveService) {
        self.service = service
        client = WebhookClient(timeoutSeconds: service.settings.pushTimeoutSeconds)
        schedule = RetrySchedule(
            firstMilliseconds: Int64(service.settings.pushRetryMilliseconds),
            maximumMilliseconds: Int64(service.settings.pushRetryMaximumSeconds) * 1_000)
    }

    /// Posts until the service ends; what is under way then is called off, and posted again by the next one.
    func run() async {
        await withDiscardingTaskGroup { group in
            while service.isReady, !Task.isCancelled {
                let seen = service.tail.feed.size
                do {
                    for subscriber in try await aside({ try $0.pushes() }) where begin(subscriber) {
                        group.addTask {
                            await self.push(to: subscriber)
                            self.state.withLock { _ = $0.underWay.remove(subscriber.name) }
                        }
                    }
                } catch {
                    service.logger.error("no pushes: \(ArchiveError(error).english)")
                }
                try? await Task.sleep(for: Pusher.shortestPause)
                _ = await service.tail.wait(beyond: seen, until: nextWake())
            }
            group.cancelAll()
        }
    }

    /// Takes a subscriber up, where its pause is over and nobody posts to it already.
    private func begin(_ subscriber: Subscriber) -> Bool {
        let now = ContinuousClock.now
        return state.withLock { state in
            if subscriber.failures == 0 {
                state.notBefore[subscriber.name] = nil
            } else if state.notBefore[subscriber.name] == nil {
                // It failed before the service was started.
                let left = max(0, (subscriber.nextAttempt ?? 0) - service.clock())
                state.notBefore[subscriber.name] =
                    now + .milliseconds(min(left, Int64(service.settings.pushRetryMaximumSeconds) * 1_000))
            }
            guard state.underWay.count < Pusher.maximumUnderWay, !state.underWay.contains(subscriber.name),
                state.notBefore[subscriber.name].map({ $0 <= now }) ?? true
            else { return false }
            state.underWay.insert(subscriber.name)
            return true
        }
    }

    private func nextWake() -> ContinuousClock.Instant {
        let now = ContinuousClock.now
        let next = state.withLock { $0.notBefore.values.min() } ?? now + Pusher.longestPause
        return min(max(next, now), now + Pusher.longestPause)
    }

    /// Posts batch after batch until there is no more or one fails.
    private func push(to subscriber: Subscriber) async {
        var failures = subscriber.failures
        while service.isReady, !Task.isCancelled {
            do {
                let limit = service.settings.pushBatch
                let batch = try await aside { try $0.nextBatch(of: subscriber.name, by: .push, limit: limit) }
                if batch.isEmpty, batch.isAtEnd { return }
                if batch.isEmpty { continue }
                try await post(batch, to: subscriber)
                failures = 0
            } catch is CancellationError {
                return
            } catch let error as ArchiveError where ["subscriber-paused", "subscriber-not-found"].contains(error.code) {
                return
            } catch {
                await fail(
                    subscriber, error as? WebhookFailure ?? WebhookFailure(.local, ArchiveError(error).english),
                    failures)
                return
            }
        }
    }

    private func post(_ batch: ExchangeBatch, to subscriber: Subscriber) async throws {
        let signers = try service.exchange.signers(of: subscriber)
        // Where readings cannot be recorded, nothing leaves.
        if let failure = service.access.failure { throw failure }
        let post = WebhookClient.Post(
            batch, origin: service.archive.origin.origin, signers: signers, milliseconds: service.clock())
        let status: Int
        do {
            status = try await client.post(
                post, to: subscriber.url ?? "", allowingPrivate: subscriber.allowsPrivate,
                resolving: { work in try await self.aside { _ in try work() } })
        } catch let failure as WebhookFailure {
            try record(batch, subscriber, status: failure.status ?? 0)
            throw failure
        }
        try record(batch, subscriber, status: status)
        _ = try await aside {
            try $0.acknowledge(batch.subscriber, position: batch.position, digest: batch.digest ?? "", by: .push)
        }
        service.metrics.delivered(to: subscriber.name, "delivered")
    }

    /// Notes what has left, or may have: status 0 where no answer came.
    private func record(_ batch: ExchangeBatch, _ subscriber: Subscriber, status: Int) throws {
        try service.access.add(
            AccessRecord(
                milliseconds: service.clock(), principal: "subscriber/\(subscriber.name)",
                request: "PUSH \(subscriber.url ?? "") \(batch.first)…\(batch.position - 1)", subject: nil,
                purpose: nil, status: status, requestID: "batch-\(batch.number ?? 0)"))
    }

    private func fail(_ subscriber: Subscriber, _ failure: WebhookFailure, _ failures: Int) async {
        service.metrics.delivered(to: subscriber.name, failure.outcome)
        service.logger.warning(
            "a push failed: \(failure.detail)",
            metadata: [
                "subscriber": "\(subscriber.name)", "outcome": "\(failure.outcome)", "failures": "\(failures + 1)",
            ])
        let pause = schedule.pause(
            afterFailures: failures + 1, asked: failure.retryAfterSeconds, chance: Double.random(in: 0...1))
        state.withLock { $0.notBefore[subscriber.name] = .now + .milliseconds(pause) }
        let next = service.clock() + pause
        do {
            try await aside { exchange in
                try exchange.failed(subscriber, outcome: failure.outcome, nextAttempt: next)
                guard failure.kind == .gone else { return }
                _ = try exchange.pause(subscriber.name, reason: "410 Gone", by: "service")
            }
        } catch {
            service.logger.error("a failed push was not noted: \(ArchiveError(error).english)")
        }
    }

    /// Blocking work, on threads that no request waits for.
    private func aside<Result: Sendable>(
        _ work: @escaping @Sendable (Exchange) throws -> Result
    ) async throws -> Result {
        let exchange = service.exchange
        return try await Task(executorPreference: service.jobExecutor) { try work(exchange) }.value
    }
}
