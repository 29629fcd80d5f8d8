public import CreditModel
internal import Foundation
internal import Synchronization

/// What a rebuild builds, and how.
public struct RebuildOptions: Sendable {
    /// Whose rows are built anew; the rest is taken over from the live generation.
    public enum Subjects: Sendable, Hashable {
        case all
        case body(BodyID)
        /// Bodies whose 行政区划代码 begins with the digits.
        case region(prefix: String)
        /// Bodies and cases with an entry at or after a position.
        case since(UInt64)
    }

    /// The names of projections; nil: all.
    public var projections: Set<String>?
    public var subjects = Subjects.all
    /// Decode the log again, instead of trusting `facts.sqlite`.
    public var fromLog = false
    /// Build and compare row by row, but leave the live generation in place.
    public var dryRun = false
    /// Threads that fold; nil: one for each core.
    public var workers: Int?

    public init(fromLog: Bool = false, dryRun: Bool = false) {
        self.fromLog = fromLog
        self.dryRun = dryRun
    }

    var workerCount: Int { min(max(workers ?? ProcessInfo.processInfo.activeProcessorCount, 1), 256) }
}

/// Calls a rebuild off, from any thread: the live generation stays as it is.
public final class RebuildControl: Sendable {
    private let cancelled = Atomic<Bool>(false)

    public init() {}

    public func cancel() { cancelled.store(true, ordering: .relaxed) }

    /// Throws `CancellationError` once the rebuild was called off.
    func check() throws {
        if cancelled.load(ordering: .relaxed) { throw CancellationError() }
    }
}

/// How far a rebuild has come.
public struct RebuildProgress: Sendable, Hashable {
    public enum Phase: String, Sendable {
        /// The log is decoded again.
        case decoding
        /// Facts are folded into rows.
        case folding
        /// What was appended meanwhile is folded, and the result is compared with the live generation.
        case finishing
    }

    public var phase: Phase
    /// Entries, of this phase.
    public var done: UInt64
    public var total: UInt64
    /// Of this phase.
    public var eventsPerSecond: Double
    /// Of this phase; nil where it cannot be told yet.
    public var secondsLeft: Double?
    /// The last entry that a projection could not take.
    public var lastError: ProjectionStop?
}

/// What a rebuild did.
public struct RebuildReport: Sendable, Hashable {
    /// Entries of the log that the generation reflects; of a part of it, the facts that were folded.
    public var events: UInt64
    public var seconds: Double
    public var generation: Int
    /// SHA-256 over every row of the new generation.
    public var digest: String
    /// Whether the generation that was live gave the same answers; nil where there was none at this position.
    public var digestMatchesLive: Bool?
    /// Whether the facts that were decoded anew are those that were there; nil where none were decoded, or there were
    /// none to this position.
    public var factsMatchLive: Bool?
    public var projections: [ProjectionState]
    /// Rows of the live generation that are not as they should be; counted in a dry run only.
    public var differences = RowDifferences()

    /// The projections that could not take an entry.
    public var stops: [ProjectionStop] { projections.compactMap(\.stop) }
}
