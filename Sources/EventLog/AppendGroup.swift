internal import TransparencyLog

/// The requests that one transaction commits: what they add, seen by the later ones of the group.
struct AppendGroup {
    private let index: any LogIndex
    private let store: any LogStore
    private var assembler = EntryAssembler()
    private var entries: [[UInt8]] = []
    private var indexed: [IndexedEntry] = []
    private var tiles: [FullTile] = []
    /// Identities of the group, with their place in `entries`.
    private var identities: [EventIdentity: Int] = [:]
    /// Number of events of the streams that the group has touched or asked for.
    private var counts: [StreamID: UInt64] = [:]

    init(index: any LogIndex, store: any LogStore) {
        self.index = index
        self.store = store
    }

    /// Takes a request in, or throws and leaves the group as it was.
    mutating func admit(
        _ request: AppendRequest, to tail: inout LogTail, random: RandomPool
    ) throws -> [AppendOutcome] {
        var outcomes: [AppendOutcome] = []
        outcomes.reserveCapacity(request.drafts.count)
        var fresh: [Int] = []
        var firsts: [EventIdentity: Int] = [:]
        // Drafts are used in place: a copy of one is a dozen references.
        for number in request.drafts.indices {
            let identity = request.drafts[number].identity
            if let known = try knownEntry(identity) {
                guard try request.isSameContent(number, known) else {
                    throw EventLogError.identityConflict(identity, at: known.position)
                }
                outcomes.append(AppendOutcome(position: known.position, isDuplicate: true))
            } else if let first = firsts[identity] {
                let position = outcomes[first].position
                let bytes = try assembler.assemble(
                    request.drafts[first], sequence: 0, recordedTime: tail.recordedTime,
                    nonce: .init(repeating: 0, count: 16))
                guard try request.isSameContent(number, Entry(position: position, bytes: bytes)) else {
                    throw EventLogError.identityConflict(identity, at: position)
                }
                outcomes.append(AppendOutcome(position: position, isDuplicate: true))
            } else {
                firsts[identity] = number
                outcomes.append(
                    AppendOutcome(position: tail.tree.size + UInt64(fresh.count), isDuplicate: false))
                fresh.append(number)
            }
        }
        // A retry of what is recorded already is answered, whatever has happened to the streams since.
        guard !fresh.isEmpty else { return outcomes }
        for (stream, version) in request.expectations { try check(stream, version) }
        let drafts = fresh.count == request.drafts.count ? request.drafts : fresh.map { request.drafts[$0] }
        try add(drafts, to: &tail, random: random)
        return outcomes
    }

    private func knownEntry(_ identity: EventIdentity) throws -> Entry? {
        if let place = identities[identity] {
            return try Entry(position: indexed[place].position, bytes: entries[place])
        }
        guard let position = try index.position(of: identity) else { return nil }
        var entry: Entry?
        try store.forEachEntry(in: position..<position + 1) { entry = try Entry(position: $0, bytes: Array($1)) }
        guard let entry, entry.identity == identity else {
            throw EventLogError.damaged(
                "索引与日志不符（位置 \(position)），请删除 index.sqlite 后重试",
                "the index does not fit the log at \(position); delete index.sqlite")
        }
        return entry
    }

    private mutating func count(_ stream: StreamID) throws -> UInt64 {
        if let count = counts[stream] { return count }
        let count = try index.stream(stream).count
        counts[stream] = count
        return count
    }

    private mutating func check(_ stream: StreamID, _ expected: ExpectedVersion) throws {
        let events = try count(stream)
        let holds =
            switch expected {
            case .none: events == 0
            case .any: true
            case .exact(let version): events > 0 && events - 1 == version
            }
        guard holds else { throw EventLogError.versionConflict(stream, expected: expected, events: events) }
    }

    /// Gives new drafts their versions and positions. All are assembled before the first changes anything.
    private mutating func add(_ drafts: [EventDraft], to tail: inout LogTail, random: RandomPool) throws {
        var assembled: [[UInt8]] = []
        assembled.reserveCapacity(drafts.count)
        var added: [StreamID: UInt64] = [:]
        var versions: [UInt64] = []
        for number in drafts.indices {
            let subject = drafts[number].subject
            let version = try added[subject] ?? count(subject)
            added[subject] = version + 1
            versions.append(version)
            assembled.append(
                try assembler.assemble(
                    drafts[number], sequence: version, recordedTime: tail.recordedTime, nonce: random.bytes(16)))
        }
        for number in drafts.indices {
            let position = tail.tree.size
            let leaf = assembled[number].withUnsafeBytes { MerkleHash.leaf($0) }
            tail.tree.append(leaf) { tiles.append($0) }
            identities[drafts[number].identity] = entries.count
            entries.append(assembled[number])
            indexed.append(
                IndexedEntry(
                    position: position, identity: drafts[number].identity, stream: drafts[number].subject,
                    sequence: versions[number],
                    keyID: drafts[number].keyID, destroyedKeyID: drafts[number].destroyedKeyID))
        }
        counts.merge(added) { $1 }
    }

    /// Commits the group and returns what the index has to be told of it.
    func commit(_ head: LogHead) throws -> [IndexedEntry] {
        guard let first = indexed.first else { return [] }
        try store.commit(CommitBatch(firstPosition: first.position, entries: entries, tiles: tiles, head: head))
        return indexed
    }
}
