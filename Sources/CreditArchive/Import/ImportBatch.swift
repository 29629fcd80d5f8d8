internal import CreditModel
internal import EventLog

/// Rows on their way into the log: one batch is committed while the next is judged.
struct ImportBatch {
    private let archive: Archive
    private let judge: Judge
    private var drafts: [EventDraft] = []
    private var expectations: [(stream: StreamID, version: ExpectedVersion)] = []
    private var streams: Set<StreamID> = []
    private var underWay: UnderWay?

    private typealias Outcome = Result<[AppendOutcome], any Error>
    private typealias UnderWay = (drafts: [EventDraft], outcome: AsyncStream<Outcome>)

    init(_ archive: Archive, _ judge: Judge) {
        self.archive = archive
        self.judge = judge
    }

    var count: Int { drafts.count }

    mutating func add(_ draft: EventDraft, expecting version: ExpectedVersion) {
        if streams.insert(draft.subject).inserted { expectations.append((draft.subject, version)) }
        drafts.append(draft)
    }

    /// Hands the batch to the log and waits for the one before it.
    mutating func commit() async throws {
        guard !drafts.isEmpty, let writer = archive.writer else { return }
        let previous = underWay
        let (outcome, reply) = AsyncStream<Outcome>.makeStream()
        // Submitted here and not by a task, so that batches reach the log in order.
        writer.submit(AppendRequest(drafts, expecting: expectations)) { result in
            reply.yield(result)
            reply.finish()
        }
        underWay = (drafts, outcome)
        drafts.removeAll(keepingCapacity: true)
        expectations.removeAll(keepingCapacity: true)
        streams.removeAll(keepingCapacity: true)
        if let previous { try await settle(previous) }
    }

    /// Waits until everything is durable.
    mutating func finish() async throws {
        try await commit()
        if let last = underWay {
            underWay = nil
            try await settle(last)
        }
    }

    private func settle(_ batch: UnderWay) async throws {
        for await outcome in batch.outcome { _ = try outcome.get() }
        judge.settle(batch.drafts)
    }
}
