/// Why a post did not arrive, as far as the archive can tell.
public struct WebhookFailure: Error, Sendable, Hashable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// It answered with a status that is not 2xx.
        case status
        /// It sent the post elsewhere; nobody follows.
        case redirected
        /// It is gone for good (410): the subscriber is paused.
        case gone
        case timeout
        case unreachable
        /// Its answer was cut off: whether it has the batch is not known, so it gets it again.
        case cut
        case unresolved
        case privateAddress = "private-address"
        /// Nothing could be posted: the archive itself is at fault.
        case local
    }

    public var kind: Kind
    /// In English, for the log.
    public var detail: String
    public var status: Int?
    /// Seconds that it asked to be left alone for.
    public var retryAfterSeconds: Int64?

    public init(_ kind: Kind, _ detail: String, status: Int? = nil, retryAfterSeconds: Int64? = nil) {
        self.kind = kind
        self.detail = detail
        self.status = status
        self.retryAfterSeconds = retryAfterSeconds
    }

    /// A word for records and metrics: `status-500`, `timeout` …
    public var outcome: String { kind == .status ? "status-\(status ?? 0)" : kind.rawValue }
}

/// When a webhook that failed is tried again: the pause doubles with each failure up to a bound, and half of it is left
/// to chance, so that subscribers who failed together do not come back together.
public struct RetrySchedule: Sendable {
    public var firstMilliseconds: Int64
    public var maximumMilliseconds: Int64
    /// What a Retry-After may ask for at most: a day.
    static let maximumAsked: Int64 = 86_400_000

    public init(firstMilliseconds: Int64, maximumMilliseconds: Int64) {
        self.firstMilliseconds = firstMilliseconds
        self.maximumMilliseconds = maximumMilliseconds
    }

    /// The pause in milliseconds after so many failures in a row, from 1.
    ///
    /// - Parameters:
    ///   - asked: Retry-After in seconds: never earlier.
    ///   - chance: 0…1.
    public func pause(afterFailures failures: Int, asked: Int64?, chance: Double) -> Int64 {
        let doublings = min(max(failures, 1) - 1, 30)
        let full = min(maximumMilliseconds, firstMilliseconds << Int64(doublings))
        let pause = full / 2 + Int64(Double(full - full / 2) * chance)
        return max(pause, min(RetrySchedule.maximumAsked, max(0, asked ?? 0) * 1_000))
    }
}
