internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Synchronization

/// What platform services do: append records.
///
/// Calls may come from many tasks at once: each is judged by itself, and the log commits those that wait together.
public actor Recorder {
    private let archive: Archive
    private let judge: Judge
    private let ended = EndedCommits()
    private let mayBlock: Bool
    /// Calls that have begun and not ended.
    private nonisolated let callers = Atomic<Int>(0)

    /// Most events in one batch.
    public static let maximumBatch = 10_000

    /// Calls that may be under way; more are refused with `log-busy`.
    private nonisolated let maximumCallers: Int

    /// - Parameters:
    ///   - recordedBy: a pseudonymous principal, `key/…` or `operator/…`.
    ///   - maximumWaiting: appends that may be under way at once.
    ///   - mayBlock: whether a lone caller's thread does the commit itself; false where the thread serves others, too.
    public init(
        _ archive: Archive, recordedBy: String, maximumWaiting: Int = 65_536, mayBlock: Bool = true
    ) throws {
        precondition(archive.writer != nil, "the archive was opened for reading")
        self.archive = archive
        self.mayBlock = mayBlock
        maximumCallers = maximumWaiting
        judge = try Judge(archive, recordedBy: recordedBy)
    }

    /// Appends CloudEvents in JSON — one object, an array, or one object a line — whole or not at all.
    ///
    /// Read by the caller's own task, beside whatever is judged and committed. Throws ``ArchiveError`` naming the event
    /// (its number from 1), the attribute or member, and what to do.
    ///
    /// - Parameter evidenceFrom: the folder of the attachments that the events name; they are kept before the events.
    public nonisolated func append(
        cloudEvents bytes: [UInt8], evidenceFrom folder: String? = nil
    ) async throws -> [Recorded] {
        let submissions = try Recorder.submissions(bytes)
        if let folder {
            for (number, submission) in submissions.enumerated() {
                do { try archive.evidence.take(submission.event.evidence, from: folder) } catch {
                    throw ArchiveError(error).ofEvent(number + 1)
                }
            }
        }
        return try await append(submissions)
    }

    /// Reads CloudEvents in JSON: one object, an array, or one object a line. Throws ``ArchiveError`` naming the event.
    public static func submissions(_ bytes: [UInt8]) throws(ArchiveError) -> [Submission] {
        try submissions(bytes) { _ in }
    }

    /// The same events as the array that a service takes (CloudEvents JSON Format 1.0, section 4), and what they say.
    static func batch(_ bytes: [UInt8]) throws(ArchiveError) -> (json: [UInt8], submissions: [Submission]) {
        var writer = JSONWriter(reserving: bytes.count + 2)
        writer.beginArray()
        let submissions = try submissions(bytes) { writer.raw($0.source) }
        writer.endArray()
        return (writer.bytes, submissions)
    }

    /// - Parameter visit: called with each event as it was sent.
    private static func submissions(
        _ bytes: [UInt8], _ visit: (JSONNode) -> Void
    ) throws(ArchiveError) -> [Submission] {
        // A file that an editor saved with a byte order mark.
        let bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
        var submissions: [Submission] = []
        func read(_ node: JSONNode) throws(ArchiveError) {
            do { submissions.append(try CloudEventReader.read(node)) } catch {
                throw ArchiveError(error).ofEvent(submissions.count + 1)
            }
            visit(node)
        }
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }
        do {
            guard first == UInt8(ascii: "[") else {
                // One object, or NDJSON: an object may also stand over several lines.
                if let document = try? JSONDocument(parsing: bytes) {
                    try read(document.root)
                    return submissions
                }
                var line = 0
                for text in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
                    line += 1
                    guard text.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) else { continue }
                    do { try read(JSONDocument(parsing: Array(text)).root) } catch let fault as JSONFault {
                        throw ArchiveError(fault).ofLine(line)
                    }
                }
                return submissions
            }
            for node in try JSONDocument(parsing: bytes).root.elements() { try read(node) }
        } catch {
            throw ArchiveError(error)
        }
        return submissions
    }

    /// Appends submissions, whole or not at all; returns when they are durable.
    public nonisolated func append(_ submissions: [Submission]) async throws -> [Recorded] {
        let count = callers.add(1, ordering: .relaxed).newValue
        defer { callers.subtract(1, ordering: .relaxed) }
        guard count <= maximumCallers else { throw EventLogError.tooManyAppends }
        for _ in 1..<Recorder.attempts {
            do { return try await record(submissions) } catch let error as EventLogError
                where error.code == .versionConflict && submissions.allSatisfy({ $0.expected == nil })
            {
                // An import or another recorder wrote to one of the streams: all is judged anew, by what is there now.
                continue
            }
        }
        return try await record(submissions)
    }

    /// How often a batch is judged before a conflict is the caller's: each time somebody else has got ahead of it.
    private static let attempts = 5

    private nonisolated func record(_ submissions: [Submission]) async throws -> [Recorded] {
        guard !submissions.isEmpty else {
            throw ArchiveError(.badInput, "no-events", chinese: "没有可收录的事件", english: "there are no events to append")
        }
        guard submissions.count <= Recorder.maximumBatch else {
            throw ArchiveError(
                .badInput, "batch-too-large",
                chinese: "一批最多 \(Recorder.maximumBatch) 个事件，现为 \(submissions.count) 个，请分批",
                english: "a batch has at most \(Recorder.maximumBatch) events, not \(submissions.count); split it")
        }
        let (commit, places) = try await admit(submissions)
        // Waited for outside: what is judged next waits for no commit, and whoever has his answer does not come back here.
        let outcomes = try await commit?.outcomes() ?? []
        return zip(submissions, places).map { submission, place in
            switch place {
            case .position(let position): Recorded(id: submission.identity.id, position: position, isDuplicate: true)
            case .draft(let number, let isDuplicate):
                Recorded(
                    id: submission.identity.id, position: outcomes[number].position,
                    isDuplicate: isDuplicate || outcomes[number].isDuplicate)
            }
        }
    }

    /// Judges submissions and hands what is new to the log. Requests reach it in the order in which they were judged:
    /// nothing is awaited in between.
    ///
    /// - Returns: the commit under way, nil where nothing is new.
    private func admit(_ submissions: [Submission]) async throws -> (Commit?, [Place]) {
        ended.apply(to: judge)
        // A retry that arrives while its first try is under way waits for that; meanwhile others may begin.
        while judge.hasPending, submissions.contains(where: { judge.isPending($0.identity) }) {
            await ended.next()
            ended.apply(to: judge)
        }
        let (drafts, expectations, places) = try judgeAll(submissions)
        guard !drafts.isEmpty, let writer = archive.writer else { return (nil, places) }
        let commit = Commit(drafts, ended)
        let request = AppendRequest(drafts, expecting: expectations)
        // With nobody else to serve, the commit is done right here: to wake the writer's thread and to be woken by it
        // would cost more than the commit. Otherwise the writer gathers what comes from all callers.
        if mayBlock, drafts.count <= 16, callers.load(ordering: .relaxed) == 1 {
            commit.end(Result { try writer.appendNow(request) })
        } else {
            writer.submit(request) { commit.end($0) }
        }
        return (commit, places)
    }

    /// Where the answer for a submission comes from: a position known before, or a draft of this batch.
    private enum Place {
        case position(UInt64)
        case draft(Int, isDuplicate: Bool)
    }

    private func judgeAll(
        _ submissions: [Submission]
    ) throws -> ([EventDraft], [(stream: StreamID, version: ExpectedVersion)], [Place]) {
        var drafts: [EventDraft] = []
        var expectations: [(stream: StreamID, version: ExpectedVersion)] = []
        var places: [Place] = []
        var streams: Set<StreamID> = []
        judge.twoPersonActs = try archive.twoPersons.acts()
        drafts.reserveCapacity(submissions.count)
        places.reserveCapacity(submissions.count)
        do {
            for number in submissions.indices {
                switch try judge.judge(submissions[number]) {
                case .accepted(let draft, let expected):
                    // The first event of a stream in the batch carries what the batch expects of it.
                    if streams.insert(draft.subject).inserted { expectations.append((draft.subject, expected)) }
                    places.append(.draft(drafts.count, isDuplicate: false))
                    drafts.append(draft)
                case .duplicate(let position): places.append(.position(position))
                case .duplicateOfPending:
                    let identity = submissions[number].identity
                    guard let first = drafts.firstIndex(where: { $0.identity == identity }) else {
                        throw Judge.conflict(identity, position: nil)
                    }
                    places.append(.draft(first, isDuplicate: true))
                }
            }
        } catch let error as EventLogError where error.code == .versionConflict {
            judge.forget(drafts)
            throw error
        } catch {
            judge.forget(drafts)
            throw ArchiveError(error).ofEvent(places.count + 1)
        }
        return (drafts, expectations, places)
    }
}

extension ArchiveError {
    func ofEvent(_ number: Int) -> ArchiveError {
        var error = self
        error.chinese = "第 \(number) 个事件：\(chinese)"
        error.english = "event \(number): \(english)"
        return error
    }

    func ofLine(_ number: Int) -> ArchiveError {
        var error = self
        error.chinese = "第 \(number) 行：\(chinese)"
        error.english = "line \(number): \(english)"
        return error
    }
}
