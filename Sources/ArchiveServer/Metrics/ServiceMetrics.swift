internal import CoreMetrics
internal import CreditArchive
internal import EventLog
internal import Foundation
internal import HTTPTypes
internal import Projections
internal import Synchronization

/// What the service counts and measures, by way of swift-metrics.
final class ServiceMetrics: Sendable {
    private struct Answer: Hashable {
        var operation: String
        var method: HTTPRequest.Method
        var status: Int
    }

    private struct Known: Sendable {
        var answers: [Answer: Counter] = [:]
        var durations: [String: CoreMetrics.Timer] = [:]
    }

    private static let methods: [HTTPRequest.Method] = [.get, .post, .head, .put, .delete, .options]
    private static let otherMethod = HTTPRequest.Method("other") ?? .get

    let registry = PrometheusRegistry(help: MetricsCatalogue.help)
    private let known = Mutex(Known())
    private let appendSeconds: CoreMetrics.Timer
    private let appended: Counter
    private let duplicates: Counter

    init() {
        appendSeconds = CoreMetrics.Timer(label: "credit_archive_append_seconds", dimensions: [], factory: registry)
        appended = Counter(label: "credit_archive_events_appended_total", dimensions: [], factory: registry)
        duplicates = Counter(label: "credit_archive_events_duplicate_total", dimensions: [], factory: registry)
    }

    /// - Parameter method: one that clients may choose freely is counted as `other`.
    func answered(_ operation: String, _ method: HTTPRequest.Method, _ status: Int, _ elapsed: Duration) {
        let isKnown = ServiceMetrics.methods.contains(method)
        let key = Answer(operation: operation, method: isKnown ? method : ServiceMetrics.otherMethod, status: status)
        let (counter, timer) = known.withLock { known in
            if let counter = known.answers[key], let timer = known.durations[operation] { return (counter, timer) }
            let counter =
                known.answers[key]
                ?? Counter(
                    label: "credit_archive_requests_total",
                    dimensions: [
                        ("operation", operation), ("method", key.method.rawValue), ("status", String(status)),
                    ], factory: registry)
            known.answers[key] = counter
            let timer =
                known.durations[operation]
                ?? CoreMetrics.Timer(
                    label: "credit_archive_request_seconds", dimensions: [("operation", operation)], factory: registry)
            known.durations[operation] = timer
            return (counter, timer)
        }
        counter.increment()
        timer.recordNanoseconds(Int64(elapsed / .nanoseconds(1)))
    }

    func appended(_ recorded: [Recorded], _ elapsed: Duration) {
        let new = recorded.count { !$0.isDuplicate }
        appended.increment(by: new)
        duplicates.increment(by: recorded.count - new)
        appendSeconds.recordNanoseconds(Int64(elapsed / .nanoseconds(1)))
    }

    /// Counts what became of a batch: `delivered`, `pulled`, `acknowledged`, `empty`, or how a push failed.
    func delivered(to subscriber: String, _ outcome: String) {
        Counter(
            label: "credit_archive_exchange_deliveries_total",
            dimensions: [("subscriber", subscriber), ("outcome", outcome)], factory: registry
        ).increment()
    }

    /// The text of a scrape, with what is read when it is asked for.
    func text(_ service: ArchiveService) throws -> String {
        let size = service.tail.feed.size
        func gauge(_ name: String, _ value: Double, _ dimensions: [(String, String)] = []) {
            Meter(label: "credit_archive_\(name)", dimensions: dimensions, factory: registry).set(value)
        }
        gauge("log_entries", Double(size))
        gauge("read_model_lag_entries", Double(size - min(service.keeper.folded, size)))
        gauge("followers", Double(service.tail.followers))
        gauge("checkpoint_entries", Double(try service.auditor.latestCheckpoint()?.size ?? 0))
        let groups = service.archive.groupCommits
        gauge("group_commits", Double(groups.commits))
        gauge("group_commit_entries", Double(groups.entries))
        for one in try service.exchange.subscribers() {
            let label = [("subscriber", one.name)]
            gauge("exchange_lag_entries", Double(one.lag(logSize: size)), label)
            gauge("exchange_acknowledged_events", Double(one.acknowledged), label)
            gauge("exchange_circuit_open", one.circuit(at: service.clock()) == .closed ? 0 : 1, label)
            gauge("exchange_paused", one.pausedAt == nil ? 0 : 1, label)
        }
        let rebuild = service.jobs.runningRebuild()
        gauge("rebuild_running", rebuild == nil ? 0 : 1)
        gauge("rebuild_done_entries", Double(rebuild?.done ?? 0))
        gauge("rebuild_total_entries", Double(rebuild?.total ?? 0))
        for name in ["log.sqlite", "log.sqlite-wal", "index.sqlite", "facts.sqlite", "access.sqlite"] {
            let path = service.archive.folder.path + "/" + name
            let bytes = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? NSNumber
            gauge("file_bytes", bytes?.doubleValue ?? 0, [("file", name)])
        }
        return registry.text()
    }
}
