internal import Foundation
internal import Projections
internal import Synchronization
internal import TabularText

/// A rebuild's progress on stderr: a bar that moves on a terminal, else a plain line every second and at each end.
final class RebuildLine: Sendable {
    private struct State: Sendable {
        var last: ContinuousClock.Instant?
        var phase: RebuildProgress.Phase?
        var lastError: ProjectionStop?
        var isShown = false
    }

    private let language: Language
    private let isTerminal = Terminal.isTerminal(2)
    private let state = Mutex(State())

    init(_ language: Language) { self.language = language }

    func show(_ progress: RebuildProgress) {
        let now = ContinuousClock.now
        let isNews = state.withLock { state in
            let isNewError = progress.lastError != state.lastError
            let isNewPhase = progress.phase != state.phase
            let isDue = state.last.map { now - $0 > .seconds(1) } ?? true
            guard isTerminal || isNewError || isNewPhase || isDue || progress.done == progress.total else {
                return false
            }
            state = State(last: now, phase: progress.phase, lastError: progress.lastError, isShown: true)
            return true
        }
        guard isNews else { return }
        let bar = ProgressBar(label: label(progress.phase), width: isTerminal ? 72 : 60)
        var line = bar.line(
            done: Int(progress.done), total: Int(progress.total), ratePerSecond: progress.eventsPerSecond,
            secondsLeft: progress.secondsLeft)
        if let error = progress.lastError {
            line += "  \(error.projection) @\(error.position): \(language(error.chinese, error.english))"
        }
        if isTerminal { Terminal.put(Array(("\r\u{1B}[K" + line).utf8), to: 2) } else { Terminal.note(line) }
    }

    func finish() {
        guard isTerminal, state.withLock({ $0.isShown }) else { return }
        Terminal.put(Array("\r\u{1B}[K".utf8), to: 2)
    }

    private func label(_ phase: RebuildProgress.Phase) -> String {
        switch phase {
        case .decoding: language("解码", "decoding")
        case .folding: language("重建", "folding")
        case .finishing: language("收尾", "finishing")
        }
    }
}
