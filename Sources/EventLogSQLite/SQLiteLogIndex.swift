internal import Dispatch
public import EventLog
internal import Synchronization

/// `index.sqlite`: identities and streams, derived from the log (entry.md, Tables of log.sqlite).
///
/// New entries lie in memory and are found at once; a flush writes them sorted, together with the cursor and the root
/// there. The file is disposable: one that is missing, damaged or of another log is derived again. Only the holder of the
/// archive's ``WriterLock`` writes it; other processes keep what the file lacks in memory.
public final class SQLiteLogIndex: LogIndex {
    private let file: IndexFile?
    private let writable: Bool
    private let state: Mutex<State>
    private let flusher = DispatchQueue(label: "index-flush")

    fileprivate struct State: Sendable {
        /// The newest entries.
        var overlay = IndexOverlay()
        /// What is being written to the file, or could not be; older than the overlay.
        var frozen: (overlay: IndexOverlay, head: LogHead)?
        var isFlushing = false
        /// The greatest id that the file has of a source; nil within for none.
        var lastIDs: [SourceName: String?] = [:]
        /// What the file has of streams that were asked for, none among it: a new stream is asked for twice at least.
        var askedFor: [StreamID: StreamHead] = [:]
        /// How often the file has changed: what was read before a change is not remembered after it.
        var changes = 0
        /// The file has nothing yet: no need to look there.
        var isFileEmpty = false
        /// The file is not used: everything lies in memory (a reader without a usable file).
        var ignoresFile = false

        /// Sets aside what is to be written next: newer entries go into an overlay of their own from here on.
        mutating func freeze(_ head: LogHead) {
            frozen = (overlay, head)
            overlay = IndexOverlay()
        }

        mutating func fileChanged(isEmpty: Bool) {
            lastIDs = [:]
            askedFor = [:]
            changes += 1
            isFileEmpty = isEmpty
        }
    }

    /// Most streams in `askedFor`.
    private static let maximumAskedFor = 16_384

    /// Opens or makes the file. A damaged one is made anew by a writer and ignored by a reader.
    public init(path: String, writable: Bool) throws {
        self.writable = writable
        file = try writable ? IndexFile.writable(path: path) : IndexFile.readable(path: path)
        let size = try file?.cursor().size
        state = Mutex(State(isFileEmpty: size == 0, ignoresFile: file == nil))
    }

    private var usedFile: IndexFile? { state.withLock { $0.ignoresFile } ? nil : file }

    public func cursor() throws -> LogHead {
        let cursor = try usedFile?.cursor() ?? .empty
        // A reader's file is moved on by the writer's process: what it has by now does not lie in memory, too.
        guard !writable else { return cursor }
        state.withLock { state in
            state.overlay.forget(before: cursor.size)
            state.fileChanged(isEmpty: cursor.size == 0)
        }
        return cursor
    }

    // MARK: Look-ups

    fileprivate enum Found<Value: Sendable>: Sendable {
        case value(Value)
        case inFile(changes: Int)
    }

    public func position(of identity: EventIdentity) throws -> UInt64? {
        let found: Found<UInt64?> = state.withLock { state in
            if let position = state.overlay.identities[identity] { return .value(position) }
            if let position = state.frozen?.overlay.identities[identity] { return .value(position) }
            if state.isFileEmpty || state.ignoresFile { return .value(nil) }
            // Ids that are ordered by time lie behind all that are kept: no need to look.
            switch state.lastIDs[identity.sourceName] {
            case .some(nil): return .value(nil)
            case .some(let last?) where last.utf8.lexicographicallyPrecedes(identity.id.utf8): return .value(nil)
            case .some: return .inFile(changes: -1)
            case nil: return .inFile(changes: state.changes)
            }
        }
        guard case .inFile(let changes) = found, let file else {
            guard case .value(let position) = found else { return nil }
            return position
        }
        if changes >= 0 {
            let last = try file.lastID(of: identity.sourceName)
            state.withLock { if $0.changes == changes { $0.lastIDs[identity.sourceName] = .some(last) } }
        }
        return try file.position(of: identity)
    }

    public func stream(_ id: StreamID) throws -> StreamHead {
        let found: Found<StreamHead> = state.withLock { state in
            if let head = state.overlay.streams[id] { return .value(head) }
            return state.beneath(id)
        }
        return try resolve(found, id)
    }

    private func resolve(_ found: Found<StreamHead>, _ id: StreamID) throws -> StreamHead {
        switch found {
        case .value(let head): return head
        case .inFile(let changes):
            guard let file else { return StreamHead() }
            let head = try file.stream(id)
            state.withLock { state in
                guard state.changes == changes else { return }
                if state.askedFor.count >= SQLiteLogIndex.maximumAskedFor { state.askedFor = [:] }
                state.askedFor[id] = head
            }
            return head
        }
    }

    public func streams(withPrefix prefix: String) throws -> [StreamID] {
        let pending = state.withLock { state in
            state.overlay.streams(withPrefix: prefix) + (state.frozen?.overlay.streams(withPrefix: prefix) ?? [])
        }
        return Set(try (usedFile?.streams(withPrefix: prefix) ?? []) + pending).sorted()
    }

    public func highestKeyID() throws -> UInt32? {
        let pending = state.withLock { [$0.overlay.highestKeyID, $0.frozen?.overlay.highestKeyID] }
        return try ([usedFile?.highestKeyID()] + pending).compactMap { $0 }.max()
    }

    public func destroyedKeyIDs() throws -> [UInt32] {
        let pending = state.withLock { ($0.frozen?.overlay.destroyedKeyIDs ?? []) + $0.overlay.destroyedKeyIDs }
        return try (usedFile?.destroyedKeyIDs() ?? []) + pending
    }

    /// How far the file reaches, and a digest of all it says; nil where there is none that can be used.
    public func contents() throws -> (size: UInt64, digest: String)? {
        guard let file else { return nil }
        return (try file.cursor().size, try file.digest())
    }

    // MARK: Keeping

    public var pendingCount: Int { state.withLock { $0.overlay.count } }

    public func add(_ entries: [IndexedEntry]) throws {
        guard let first = entries.first else { return }
        // What lies beneath the overlay is read before the lock is taken: reading takes it too.
        let unknown: [StreamID: Found<StreamHead>] = state.withLock { state in
            state.overlay.align(to: first.position)
            var unknown: [StreamID: Found<StreamHead>] = [:]
            for entry in entries where entry.sequence > 0 && state.overlay.streams[entry.stream] == nil {
                unknown[entry.stream] = state.beneath(entry.stream)
            }
            return unknown
        }
        var bases: [StreamID: StreamHead] = [:]
        for (stream, found) in unknown { bases[stream] = try resolve(found, stream) }
        try state.withLock { state in
            for entry in entries { try state.overlay.add(entry) { bases[$0] ?? StreamHead() } }
        }
    }

    public func flush(head: LogHead) throws {
        guard let file, writable else { return }
        try flusher.sync {
            try write(to: file)
            state.withLock { $0.freeze(head) }
            try write(to: file)
        }
    }

    public func flushInBackground(head: LogHead) {
        guard let file, writable else { return }
        let begins = state.withLock { state in
            defer { state.isFlushing = true }
            // What an earlier flush could not write comes first.
            if !state.isFlushing, state.frozen == nil { state.freeze(head) }
            return !state.isFlushing
        }
        guard begins else { return }
        flusher.async {
            // What cannot be written stays in memory; the next flush tries again.
            try? self.write(to: file)
            self.state.withLock { $0.isFlushing = false }
        }
    }

    private func write(to file: IndexFile) throws {
        guard let (overlay, head) = state.withLock({ $0.frozen }) else { return }
        try file.add(overlay, to: head)
        state.withLock { state in
            state.frozen = nil
            state.fileChanged(isEmpty: false)
        }
    }

    public func reset() throws {
        guard let file, writable else {
            state.withLock { $0 = State(isFileEmpty: true, ignoresFile: true) }
            return
        }
        try flusher.sync { try file.reset() }
        state.withLock { $0 = State(isFileEmpty: true) }
    }
}

extension SQLiteLogIndex.State {
    /// What is known of a stream without the newest entries.
    fileprivate func beneath(_ id: StreamID) -> SQLiteLogIndex.Found<StreamHead> {
        if let head = frozen?.overlay.streams[id] { return .value(head) }
        if isFileEmpty || ignoresFile { return .value(StreamHead()) }
        return askedFor[id].map { .value($0) } ?? .inFile(changes: changes)
    }
}
