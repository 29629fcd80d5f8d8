internal import EventLog
internal import Synchronization

/// What was judged and is being committed: who appended it waits here for the outcome.
final class Commit: Sendable {
    private enum State {
        case underWay
        case awaited(CheckedContinuation<[AppendOutcome], any Error>)
        case ended(Result<[AppendOutcome], any Error>)
    }

    private let drafts: [EventDraft]
    private let ended: EndedCommits
    private let state = Mutex(State.underWay)

    init(_ drafts: [EventDraft], _ ended: EndedCommits) {
        self.drafts = drafts
        self.ended = ended
    }

    /// Takes the outcome; once.
    func end(_ outcome: Result<[AppendOutcome], any Error>) {
        ended.add(drafts, isDurable: (try? outcome.get()) != nil)
        let reply: CheckedContinuation<[AppendOutcome], any Error>? = state.withLock { state in
            defer { state = .ended(outcome) }
            if case .awaited(let reply) = state { return reply }
            return nil
        }
        reply?.resume(with: outcome)
    }

    /// The outcome of each draft, when it is durable; asked for once. Throws what the log has refused it for.
    func outcomes() async throws -> [AppendOutcome] {
        try await withCheckedThrowingContinuation { reply in
            let outcome: Result<[AppendOutcome], any Error>? = state.withLock { state in
                if case .ended(let outcome) = state { return outcome }
                state = .awaited(reply)
                return nil
            }
            if let outcome { reply.resume(with: outcome) }
        }
    }
}

/// Commits that have ended and that the judge has not been told of: it is told before it judges again.
final class EndedCommits: Sendable {
    private struct State {
        var commits: [(drafts: [EventDraft], isDurable: Bool)] = []
        /// Retries of what is being committed, until some commit has ended.
        var retries: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    func add(_ drafts: [EventDraft], isDurable: Bool) {
        let retries = state.withLock { state in
            state.commits.append((drafts, isDurable))
            defer { state.retries = [] }
            return state.retries
        }
        for retry in retries { retry.resume() }
    }

    /// Tells the judge of each, in the order in which they have ended.
    func apply(to judge: Judge) {
        let commits = state.withLock { state in
            defer { state.commits.removeAll(keepingCapacity: true) }
            return state.commits
        }
        for commit in commits {
            if commit.isDurable { judge.settle(commit.drafts) } else { judge.forget(commit.drafts) }
        }
    }

    /// Returns when there is one to tell of.
    func next() async {
        await withCheckedContinuation { reply in
            let isThere = state.withLock { state in
                guard state.commits.isEmpty else { return true }
                state.retries.append(reply)
                return false
            }
            if isThere { reply.resume() }
        }
    }
}
