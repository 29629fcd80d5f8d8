/// Turns what is done of a rebuild's phase into figures, at most ten times a second.
struct ProgressMeter {
    private let report: (RebuildProgress) -> Void
    private var progress = RebuildProgress(phase: .folding, done: 0, total: 0, eventsPerSecond: 0)
    private var start = ContinuousClock.now
    private var last: ContinuousClock.Instant?
    var lastError: ProjectionStop?

    init(_ report: @escaping (RebuildProgress) -> Void) { self.report = report }

    mutating func begin(_ phase: RebuildProgress.Phase, total: UInt64) {
        progress = RebuildProgress(phase: phase, done: 0, total: total, eventsPerSecond: 0)
        start = .now
        last = nil
        show(0)
    }

    mutating func show(_ done: UInt64) {
        let now = ContinuousClock.now
        guard done >= progress.total || last.map({ now - $0 > .milliseconds(100) }) ?? true else { return }
        last = now
        let seconds = max((now - start) / .seconds(1), 0.001)
        progress.done = min(done, progress.total)
        progress.eventsPerSecond = Double(progress.done) / seconds
        progress.secondsLeft =
            done > 0 ? seconds * Double(progress.total - progress.done) / Double(progress.done) : nil
        progress.lastError = lastError
        report(progress)
    }
}
