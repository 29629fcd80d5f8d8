import ArchiveTesting
import Crypto
import EventLog
import EventLogSQLite
import TransparencyLog

/// The stores that keep the contract of `LogStore`, each with its index.
enum StoreKind: String, CaseIterable, Sendable {
    case memory
    case sqlite
}

/// A log that is open for writing, in a folder of its own.
struct TestLog: Sendable {
    typealias Expectation = (stream: StreamID, version: ExpectedVersion)

    let folder: TemporaryFolder
    let store: any LogStore
    let index: any LogIndex
    let clock: ManualClock
    let writer: LogWriter

    init(_ kind: StoreKind, clock: ManualClock = ManualClock()) throws {
        let folder = try TemporaryFolder()
        switch kind {
        case .memory: try self.init(folder, InMemoryLogStore(), InMemoryLogIndex(), clock)
        case .sqlite:
            try SQLiteLogStore.create(path: folder.file("log.sqlite"))
            try self.init(
                folder, SQLiteLogStore(path: folder.file("log.sqlite"), writable: true),
                SQLiteLogIndex(path: folder.file("index.sqlite"), writable: true), clock)
        }
    }

    init(_ folder: TemporaryFolder, _ store: any LogStore, _ index: any LogIndex, _ clock: ManualClock) throws {
        (self.folder, self.store, self.index, self.clock) = (folder, store, index, clock)
        writer = try LogWriter(store: store, index: index, random: RandomPool(), clock: clock.read)
    }

    /// The log as a new process finds it: its end read from the store, its index derived from the entries alone.
    func reopened() throws -> TestLog { try TestLog(folder, store, InMemoryLogIndex(), clock) }

    var reader: LogReader { LogReader(store: store, index: index) }

    @discardableResult
    func append(_ drafts: EventDraft..., expecting expectations: [Expectation] = []) async throws -> [AppendOutcome] {
        try await append(drafts, expecting: expectations)
    }

    @discardableResult
    func append(_ drafts: [EventDraft], expecting expectations: [Expectation] = []) async throws -> [AppendOutcome] {
        try await writer.append(AppendRequest(drafts, expecting: expectations))
    }

    /// The ids of the stored events, by position.
    func ids() throws -> [String] {
        var ids: [String] = []
        try reader.forEachEntry(in: 0..<store.head().size) { ids.append($0.identity.id) }
        return ids
    }

    /// The stored bytes, by position.
    func blobs() throws -> [[UInt8]] {
        var blobs: [[UInt8]] = []
        try store.forEachEntry(in: 0..<store.head().size) { blobs.append(Array($1)) }
        return blobs
    }
}

extension AppendOutcome {
    static func added(_ position: UInt64) -> AppendOutcome { AppendOutcome(position: position, isDuplicate: false) }
    static func known(_ position: UInt64) -> AppendOutcome { AppendOutcome(position: position, isDuplicate: true) }
}

/// The Merkle tree as RFC 6962 section 2.1 defines it, from the hash function up: recursive, slow, plain.
enum NaiveTree {
    static func leaf(_ entry: [UInt8]) -> [UInt8] { Array(SHA256.hash(data: [0] + entry)) }

    static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
        guard let first = leaves.first else { return Array(SHA256.hash(data: [UInt8]())) }
        if leaves.count == 1 { return first }
        var split = 1
        while split * 2 < leaves.count { split *= 2 }
        let middle = leaves.startIndex + split
        return Array(SHA256.hash(data: [1] + root(leaves[..<middle]) + root(leaves[middle...])))
    }

    static func root(ofEntries entries: some Collection<[UInt8]>) -> Digest32 {
        Digest32(root(entries.map(leaf)[...]))!
    }
}
