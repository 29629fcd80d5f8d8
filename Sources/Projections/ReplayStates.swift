public import CreditModel
public import EventLog

/// The state of a body or a case after each entry of a replay, from everything that was recorded up to that entry.
///
/// Entries come in order of position; those of a stream that the replay passes over are read from the log. Memory: at
/// most ``capacity`` timelines; the rest is read again when it is needed.
public struct ReplayStates {
    public enum State: Sendable, Hashable {
        case ofCase(CaseID, CaseState)
        case ofBody(BodyHistory.Profile)
    }

    static let capacity = 20_000

    /// What is folded of one stream.
    private struct Folded {
        var count: UInt64 = 0
        var timeline = CaseTimeline()
        var history: BodyHistory?
    }

    private let projections: ProjectionSet
    private var streams: [StreamID: Folded] = [:]

    public init(_ projections: ProjectionSet) { self.projections = projections }

    /// The state after `entry`; nil for an entry of which none follows. Throws ``EventLogError`` on damage.
    public mutating func state(after entry: Entry) throws -> State? {
        let fact = try DecodedFact(entry, codec: projections.codec)
        switch fact {
        case .observed, .other: return nil
        case .ofCase, .ofBody: break
        }
        // Taken out, so that the timeline is changed in place.
        var folded = streams.removeValue(forKey: entry.subject) ?? Folded()
        if folded.count > entry.sequence { folded = Folded() }
        for earlier in try entries(of: entry.subject, from: folded.count, to: entry.sequence) {
            try fold(DecodedFact(earlier, codec: projections.codec), at: earlier.position, into: &folded)
        }
        try fold(fact, at: entry.position, into: &folded)
        if streams.count >= ReplayStates.capacity { streams.removeAll() }
        streams[entry.subject] = folded
        switch fact {
        case .ofCase(let id, _): return folded.timeline.state.map { .ofCase(id, $0) }
        case .ofBody: return folded.history.map { .ofBody($0.profile()) }
        case .observed, .other: return nil
        }
    }

    private func fold(_ fact: DecodedFact, at position: UInt64, into folded: inout Folded) throws {
        folded.count += 1
        switch fact {
        case .ofCase(_, let fact):
            do {
                try folded.timeline.accept(fact, under: projections.policy, today: fact.day)
            } catch {
                throw EventLogError.undecodable(position, error.english)
            }
        case .ofBody(let id, .registered(let data)):
            folded.history = BodyHistory(id: id, registration: data, position: position)
        case .ofBody(_, .changed(let data)): folded.history?.add(data, position: position)
        case .observed, .other: break
        }
    }

    /// The entries of a stream by version, each held against the tree.
    private func entries(of stream: StreamID, from first: UInt64, to end: UInt64) throws -> [Entry] {
        guard first < end else { return [] }
        let log = projections.log
        var positions = try log.stream(stream).positions
        if positions.count < end {
            // A follower's index was read before these were appended.
            try IndexCatchUp.run(store: log.store, index: log.index, keep: false)
            positions = try log.stream(stream).positions
        }
        guard positions.count >= end else {
            throw EventLogError.damaged("索引中 \(stream) 不完整", "the index lacks entries of \(stream)")
        }
        var check = try LeafCheck(log)
        return try (Int(first)..<Int(end)).map { version in
            let entry = try log.entry(of: stream, version: version, at: positions[version])
            try check.check(entry)
            return entry
        }
    }
}
