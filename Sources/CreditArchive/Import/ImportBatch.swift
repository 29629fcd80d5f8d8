internal import CreditModel
internal import EventLog

/// Rows on their way into the log: one batch is committed while the next is judged.
struct ImportBatch {
    private let archive: Archive
    private let judge: Judge
    private var drafts: [EventDraft] = []
    private var expectations: [(stream: StreamID, version: ExpectedVersion)] = []
    private var streams: Set<StreamID> = []
    private var underWay: (drafts: [EventDraft], task: Task<Void, any Error>)?

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
        let request = AppendRequest(drafts, expecting: expectations)
        underWay = (drafts, Task { _ = try await writer.append(request) })
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

    private func settle(_ batch: (drafts: [EventDraft], task: Task<Void, any Error>)) async throws {
        try await batch.task.value
        judge.settle(batch.drafts)
    }
}
