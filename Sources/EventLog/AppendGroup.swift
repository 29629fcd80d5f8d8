internal import TransparencyLog

/// The requests that one transaction commits: what they add, seen by the later ones of the group.
struct AppendGroup {
    private let index: any LogIndex
    private let store: any LogStore
    private var assembler = EntryAssembler()
    private var entries: [[UInt8]] = []
    private var indexed: [IndexedEntry] = []
    private var tiles: [FullTile] = []
    /// Identities of the group, with their place in `entries`; while a request is judged, its own are there too.
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
        // Places in `fresh` of the drafts that are not in the log, which may be fewer than all.
        var fresh: [Int] = []
        var versions: [UInt64] = []
        do {
            let outcomes = try identify(request, tail, &fresh)
            // A retry of what is recorded already is answered, whatever has happened to the streams since.
            guard !fresh.isEmpty else { return outcomes }
            for (stream, version) in request.expectations { try check(stream, version) }
            var assembled: [[UInt8]] = []
            assembled.reserveCapacity(fresh.count)
            for number in fresh {
                let version = try nextVersion(request.drafts[number].subject)
                versions.append(version)
                assembled.append(
                    try assembler.assemble(
                        request.drafts[number], sequence: version, recordedTime: tail.recordedTime,
                        nonce: random.bytes(16)))
            }
            for (place, number) in fresh.enumerated() {
                add(assembled[place], of: request.drafts[number], version: versions[place], to: &tail)
            }
            return outcomes
        } catch {
            for number in fresh { identities[request.drafts[number].identity] = nil }
            for number in fresh.prefix(versions.count) { counts[request.drafts[number].subject]? -= 1 }
            throw error
        }
    }

    /// Tells what is recorded from what is new; new identities get the places that their entries will have.
    private mutating func identify(
        _ request: AppendRequest, _ tail: LogTail, _ fresh: inout [Int]
    ) throws -> [AppendOutcome] {
        let first = tail.tree.size - UInt64(entries.count)
        var outcomes: [AppendOutcome] = []
        outcomes.reserveCapacity(request.drafts.count)
        // Drafts are used in place: a copy of one is a dozen references.
        for number in request.drafts.indices {
            let identity = request.drafts[number].identity
            let known: Entry
            if let place = identities[identity] {
                let position = first + UInt64(place)
                let bytes =
                    place < entries.count
                    ? entries[place]
                    : try assembler.assemble(
                        request.drafts[fresh[place - entries.count]], sequence: 0, recordedTime: tail.recordedTime,
                        nonce: .init(repeating: 0, count: 16))
                known = try Entry(position: position, bytes: bytes)
            } else if let position = try index.position(of: identity) {
                known = try recorded(identity, at: position)
            } else {
                let place = entries.count + fresh.count
                identities[identity] = place
                fresh.append(number)
                outcomes.append(AppendOutcome(position: first + UInt64(place), isDuplicate: false))
                continue
            }
            guard try request.isSameContent(number, known) else {
                throw EventLogError.identityConflict(identity, at: known.position)
            }
            outcomes.append(AppendOutcome(position: known.position, isDuplicate: true))
        }
        return outcomes
    }

    private func recorded(_ identity: EventIdentity, at position: UInt64) throws -> Entry {
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

    private mutating func nextVersion(_ stream: StreamID) throws -> UInt64 {
        let version = try count(stream)
        counts[stream] = version + 1
        return version
    }

    private mutating func check(_ stream: StreamID, _ expected: ExpectedVersion) throws {
        let events = try count(stream)
        guard expected.holds(forEvents: events) else {
            throw EventLogError.versionConflict(stream, expected: expected, events: events)
        }
    }

    private mutating func add(_ bytes: [UInt8], of draft: EventDraft, version: UInt64, to tail: inout LogTail) {
        let position = tail.tree.size
        tail.tree.append(bytes.withUnsafeBytes { MerkleHash.leaf($0) }) { tiles.append($0) }
        entries.append(bytes)
        indexed.append(
            IndexedEntry(
                position: position, identity: draft.identity, stream: draft.subject, sequence: version,
                keyID: draft.keyID, destroyedKeyID: draft.destroyedKeyID))
    }

    /// Commits the group and returns what the index has to be told of it.
    func commit(_ head: LogHead) throws -> [IndexedEntry] {
        guard let first = indexed.first else { return [] }
        try store.commit(CommitBatch(firstPosition: first.position, entries: entries, tiles: tiles, head: head))
        return indexed
    }
}
