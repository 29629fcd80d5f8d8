internal import CanonicalJSON
public import CreditModel
public import EventLog
public import Projections
public import TransparencyLog

/// What auditors do: ask for standings and trails, replay history, and prove it to outsiders.
public struct Auditor: Sendable {
    let archive: Archive

    public init(_ archive: Archive) { self.archive = archive }

    /// The body that a text names: an id, a 统一社会信用代码 (also a former one), or a full name.
    ///
    /// Throws ``ArchiveError`` `body-not-found`, or `name-ambiguous` listing the codes.
    public func body(named text: String) throws -> BodyID {
        if let id = BodyID(text), try archive.log.stream(.body(id.text)).count > 0 { return id }
        if let code = USCC(text), let id = try archive.projections.laterCodes()[code] { return id }
        let named = try StandingQuery(.all, today: archive.today).run(on: archive.projections)
            .filter { $0.body.name == text }.map(\.body.id)
        if named.count > 1 {
            let list = named.map(\.text).joined(separator: " ")
            throw ArchiveError(
                .badInput, "name-ambiguous", chinese: "名为“\(text)”的主体不止一个，请用代码：\(list)",
                english: "more than one body is named '\(text)'; use the code: \(list)")
        }
        guard let id = named.first else {
            throw ArchiveError(
                .notFound, "body-not-found", chinese: "没有主体“\(text)”；请用统一社会信用代码或登记的全称",
                english: "there is no body '\(text)'; use its 统一社会信用代码 or its registered name")
        }
        return id
    }

    /// Standings (contract §2). `asOf` nil: today, from all that is recorded.
    public func standing(
        _ scope: StandingQuery.Scope, asOf day: CalendarDay? = nil, atPosition position: UInt64? = nil
    ) throws -> [Standing] {
        if let position { try requirePosition(position) }
        return try StandingQuery(scope, asOf: day, atPosition: position, today: archive.today).run(
            on: archive.projections)
    }

    /// Trends by year (contract §2, Trend).
    public func trend(_ query: TrendQuery) throws -> [TrendYear] {
        if let position = query.atPosition { try requirePosition(position) }
        return try query.run(on: archive.projections)
    }

    private func requirePosition(_ position: UInt64) throws { _ = try archive.log.entry(at: position) }

    /// Calls `visit` with the entries of a range that belong to a body, or have a type; nil is everything.
    public func replay(
        from first: UInt64 = 0, to last: UInt64? = nil, body: BodyID? = nil, type: String? = nil,
        _ visit: (Entry) throws -> Void
    ) throws {
        let size = try archive.log.head().size
        for limit in [first, last].compactMap({ $0 }) where limit >= size {
            throw ArchiveError(
                .badInput, "position-outside", chinese: "位置 \(limit) 超出日志（共 \(size) 条，位置从 0 起）",
                english: "position \(limit) is outside the log (\(size) entries, counted from 0)")
        }
        let end = last.map { $0 + 1 } ?? size
        guard first < end else {
            throw ArchiveError(
                .badInput, "range-empty", chinese: "起始位置 \(first) 大于结束位置 \(end - 1)",
                english: "the range begins at \(first), behind its end at \(end - 1)")
        }
        if let type, EventType(rawValue: type) == nil {
            let known = EventType.allCases.map(\.rawValue).joined(separator: " ")
            throw ArchiveError(
                .badInput, "type-unknown", chinese: "没有事件类型 \(type)；可用：\(known)",
                english: "there is no event type \(type); known: \(known)")
        }
        var check = try LeafCheck(archive.log)
        if let body {
            for position in try positions(of: body) where position >= first && position < end {
                let entry = try archive.log.entry(at: position)
                try check.check(entry)
                if type.map({ $0 == entry.type }) ?? true { try visit(entry) }
            }
            return
        }
        try archive.log.forEachEntry(in: first..<end) { entry in
            try check.check(entry)
            if type.map({ $0 == entry.type }) ?? true { try visit(entry) }
        }
    }

    /// The positions of everything about a body: itself, its cases, its observations; in order.
    func positions(of body: BodyID) throws -> [UInt64] {
        var streams: [StreamID] = [.body(body.text)]
        try archive.projections.forEachBodyFile(.body(body)) { file in
            streams += file.cases.keys.map { .case($0.text) }
        }
        streams += try archive.log.index.streams(withPrefix: "observations/\(body.text)/")
        return try streams.flatMap { try archive.log.stream($0).positions }.sorted()
    }

    /// A receipt for an entry under a signed checkpoint (C2SP tlog-proof). It carries the entry itself as `extra`, so that
    /// it verifies with nothing but the file and the log's key; without the entry, whoever verifies must have it.
    public func receipt(for position: UInt64, checkpoint: String, includingEntry: Bool = true) throws -> TlogProof {
        let entry = try archive.log.entry(at: position)
        let signed = try Checkpoint(text: Note(parsing: Array(checkpoint.utf8)).text)
        let proof = try archive.log.inclusionProof(of: position, size: signed.size)
        // A receipt that would not verify is never given out: the log is damaged then.
        guard entry.bytes.withUnsafeBytes({ proof.verify(leaf: MerkleHash.leaf($0), root: signed.root) }) else {
            throw EventLogError.damaged(
                "位置 \(position) 的条目与已签名的树不符", "the entry at position \(position) does not fit the signed tree")
        }
        return try TlogProof(
            proof: proof, checkpoint: Array(checkpoint.utf8), extra: includingEntry ? entry.bytes : nil)
    }

    /// The latest signed checkpoint, if one was ever made.
    public func latestCheckpoint() throws -> (size: UInt64, note: String)? { try archive.log.store.latestCheckpoint() }
}

/// Verifies receipts without any archive.
public enum ReceiptVerification {
    public struct Outcome: Sendable, Hashable {
        public var origin: String
        public var size: UInt64
        public var index: UInt64
        /// The proven entry, in JSON.
        public var entry: [UInt8]
    }

    /// Verifies a receipt by a key that the caller trusts; the log's name is the key's.
    ///
    /// - Parameter entry: the entry's bytes, where the receipt does not carry them.
    /// - Throws: ``TransparencyError`` or ``ArchiveError``: what does not hold.
    public static func verify(
        _ receipt: [UInt8], verifierKey: String, entry: [UInt8]? = nil
    ) throws -> Outcome {
        let proof = try TlogProof(parsing: receipt)
        let verifier = try NoteVerifier(verifierKey)
        guard let leaf = entry ?? proof.extra else {
            throw ArchiveError(
                .badInput, "entry-needed", field: "--entry", chinese: "收据不含条目本身，请用 --entry 给出条目文件",
                english: "the receipt does not carry the entry; give its file with --entry")
        }
        let checkpoint = try proof.verify(entry: leaf, origin: verifier.name, trusting: [verifier])
        return Outcome(origin: checkpoint.origin, size: checkpoint.size, index: proof.index, entry: leaf)
    }
}

extension Auditor {
    /// Which bodies are asked for.
    public typealias Scope = StandingQuery.Scope

    /// Whether there is a case with this id.
    public func exists(_ id: CaseID) throws -> Bool { try archive.log.stream(.case(id.text)).count > 0 }

    /// The last position that was recorded by a moment: an RFC 3339 time in UTC as the log writes it, or a whole day in
    /// Asia/Shanghai. Throws ``ArchiveError`` where nothing was recorded by then.
    public func position(knownAt text: String) throws -> UInt64 {
        let moment: Int64
        if let day = CalendarDay(text) {
            moment = (Int64(day.ordinal) + 1) * 86_400_000 - 8 * 3_600_000 - 1
        } else if let time = RecordedTime.milliseconds(rfc3339: text) {
            moment = time
        } else {
            throw ArchiveError(
                .usage, "time-malformed", field: "--known-at",
                chinese: "时刻“\(text)”应如 2024-12-31T08:00:00Z 或 2024-12-31",
                english: "'\(text)' should look like 2024-12-31T08:00:00Z or 2024-12-31")
        }
        // Recording times never run backwards, so a binary search finds the place.
        var low: UInt64 = 0
        var high = try archive.log.head().size
        while low < high {
            let middle = (low + high) / 2
            let recorded = try archive.log.entry(at: middle).recordedMilliseconds ?? 0
            if recorded <= moment { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else {
            throw ArchiveError(
                .usage, "before-the-log", field: "--known-at", chinese: "该时刻档案库尚未建立",
                english: "the archive did not exist at that time")
        }
        return low - 1
    }
}
