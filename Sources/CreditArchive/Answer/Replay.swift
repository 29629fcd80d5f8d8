public import CreditModel
public import EventLog
internal import Projections

/// Which entries a replay tells: those that belong to a body, those of a type, or all.
public struct ReplayFilter: Sendable, Hashable {
    public var body: BodyID?
    /// An event type, as it stands in the envelope.
    public var type: String?

    public init(body: BodyID? = nil, type: String? = nil) {
        self.body = body
        self.type = type
    }

    /// Throws ``ArchiveError`` `type-unknown`.
    func check() throws(ArchiveError) {
        guard let type, EventType(rawValue: type) == nil else { return }
        let known = EventType.allCases.map(\.rawValue).joined(separator: " ")
        throw ArchiveError(
            .badInput, "type-unknown", chinese: "没有事件类型 \(type)；可用：\(known)",
            english: "there is no event type \(type); known: \(known)")
    }
}

extension Auditor {
    /// Calls `visit` with the entries of a range, each held against the tree first; `last` nil is the log's end.
    ///
    /// Throws ``ArchiveError`` `position-outside`, `range-empty`, `type-unknown`, ``EventLogError`` on damage.
    public func replay(
        from first: UInt64 = 0, to last: UInt64? = nil, _ filter: ReplayFilter = ReplayFilter(),
        _ visit: (Entry) throws -> Void
    ) throws {
        try filter.check()
        try requireOrder(first, last)
        let size = try archive.log.head().size
        for limit in [first, last].compactMap({ $0 }) where limit >= size { throw ArchiveError.outsideLog(limit, size) }
        let end = last.map { $0 + 1 } ?? size
        var check = try LeafCheck(archive.log)
        func tell(_ entry: Entry) throws {
            try check.check(entry)
            if filter.type.map({ $0 == entry.type }) ?? true { try visit(entry) }
        }
        guard let body = filter.body else { return try archive.log.forEachEntry(in: first..<end, tell) }
        for position in try positions(of: body) where position >= first && position < end {
            try tell(archive.log.entry(at: position))
        }
    }

    /// Replays what is recorded and then waits for more: every entry of the range once, in order, as soon as it is
    /// committed by any process. Ends when `last` has been told.
    ///
    /// - Parameters:
    ///   - first: at most the log's size, which is the position of the next entry.
    ///   - wait: called when everything that is recorded has been told; returns false to end.
    /// - Throws: as ``replay(from:to:_:_:)``; ``EventLogError`` `log-damaged` where the log is not the one it was.
    public func follow(
        from first: UInt64 = 0, to last: UInt64? = nil, _ filter: ReplayFilter = ReplayFilter(),
        wait: () throws -> Bool, _ visit: (Entry) throws -> Void
    ) throws {
        try filter.check()
        try requireOrder(first, last)
        var head = try archive.log.head()
        guard first <= head.size else { throw ArchiveError.outsideLog(first, head.size) }
        var next = first
        if next < head.size {
            let end = min(last ?? .max, head.size - 1)
            try replay(from: next, to: end, filter, visit)
            next = end + 1
        }
        var subjects = try filter.body.map { try BodySubjects($0, archive.projections) }
        while last.map({ next <= $0 }) ?? true {
            guard try wait() else { return }
            let grown = try archive.log.head()
            if grown == head { continue }
            try requireGrowth(from: head, to: grown)
            head = grown
            let end = last.map { $0 < grown.size ? $0 + 1 : grown.size } ?? grown.size
            var check = try LeafCheck(archive.log)
            try archive.log.forEachEntry(in: next..<end) { entry in
                try check.check(entry)
                let isOfBody = try subjects?.includes(entry) ?? true
                if isOfBody, filter.type.map({ $0 == entry.type }) ?? true { try visit(entry) }
            }
            next = end
        }
    }

    private func requireOrder(_ first: UInt64, _ last: UInt64?) throws(ArchiveError) {
        if let last, last < first { throw .emptyRange(first, last) }
    }

    /// A log only grows: what was told before is still its beginning.
    private func requireGrowth(from old: LogHead, to new: LogHead) throws {
        let tiles = StoreTiles(store: archive.log.store, size: new.size)
        guard try old.size < new.size && tiles.root(at: old.size) == old.root else {
            throw EventLogError.damaged(
                "日志不再是先前的那一本（原有 \(old.size) 条）", "the log is not the one it was (it had \(old.size) entries)")
        }
    }

    /// The positions of everything about a body that is recorded by now: itself, its cases, its observations; in order.
    func positions(of body: BodyID) throws -> [UInt64] {
        try catchUpIndex()
        var streams: [StreamID] = [.body(body.text)]
        try archive.projections.forEachBodyFile(.body(body)) { file in
            streams += file.cases.keys.map { .case($0.text) }
        }
        streams += try archive.log.index.streams(withPrefix: BodySubjects.observations(body))
        return try streams.flatMap { try archive.log.stream($0).positions }.sorted()
    }

    /// Brings a reader's index up to the log as it is now; it was read when the archive was opened.
    func catchUpIndex() throws {
        let log = archive.log
        guard archive.writer == nil, try log.index.cursor().size + UInt64(log.index.pendingCount) != log.head().size
        else { return }
        try IndexCatchUp.run(store: log.store, index: log.index, keep: false)
    }
}

extension ArchiveError {
    static func outsideLog(_ limit: UInt64, _ size: UInt64) -> ArchiveError {
        ArchiveError(
            .badInput, "position-outside", chinese: "位置 \(limit) 超出日志（共 \(size) 条，位置从 0 起）",
            english: "position \(limit) is outside the log (\(size) entries, counted from 0)")
    }

    static func emptyRange(_ first: UInt64, _ last: UInt64) -> ArchiveError {
        ArchiveError(
            .badInput, "range-empty", chinese: "起始位置 \(first) 大于结束位置 \(last)",
            english: "the range begins at \(first), behind its end at \(last)")
    }
}

/// Tells the entries about a body from others, without the index.
private struct BodySubjects {
    private let body: BodyID
    private var cases: Set<StreamID> = []

    /// - Parameter projections: know the cases that are recorded; later ones are noticed as they come.
    init(_ body: BodyID, _ projections: ProjectionSet) throws {
        self.body = body
        var cases: Set<StreamID> = []
        try projections.forEachBodyFile(.body(body)) { cases.formUnion($0.cases.keys.map { .case($0.text) }) }
        self.cases = cases
    }

    static func observations(_ body: BodyID) -> String { "observations/\(body.text)/" }

    mutating func includes(_ entry: Entry) throws -> Bool {
        if entry.type == EventType.incidentDetermined.rawValue, case .incidentDetermined(let data) = try entry.event(),
            data.body == body
        {
            cases.insert(entry.subject)
        }
        return entry.subject == .body(body.text) || cases.contains(entry.subject)
            || entry.subject.text.utf8.starts(with: BodySubjects.observations(body).utf8)
    }
}
