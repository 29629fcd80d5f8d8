internal import Synchronization
public import TransparencyLog

/// A log in memory: for tests and for tools that build a log to throw it away. Not durable.
public final class InMemoryLogStore: LogStore {
    private struct State: Sendable {
        var entries: [[UInt8]] = []
        var tiles: [Int: [UInt64: FullTile]] = [:]
        var head = LogHead.empty
        var checkpoints: [UInt64: String] = [:]
    }

    private let state = Mutex(State())

    public init() {}

    public func head() throws -> LogHead { state.withLock { $0.head } }

    public func commit(_ batch: CommitBatch) throws {
        try state.withLock { state in
            try batch.checkFollows(UInt64(state.entries.count))
            state.entries += batch.entries
            for tile in batch.tiles { state.tiles[tile.level, default: [:]][tile.index] = tile }
            for checkpoint in batch.checkpoints { state.checkpoints[checkpoint.head.size] = checkpoint.note }
            state.head = batch.head
        }
    }

    public func forEachEntry(in range: Range<UInt64>, _ body: (UInt64, UnsafeRawBufferPointer) throws -> Void) throws {
        guard !range.isEmpty else { return }
        let entries = try state.withLock { state in
            guard range.upperBound <= UInt64(state.entries.count) else {
                throw EventLogError.notFound(range.upperBound - 1, size: UInt64(state.entries.count))
            }
            return Array(state.entries[Int(range.lowerBound)..<Int(range.upperBound)])
        }
        for (offset, entry) in entries.enumerated() {
            try entry.withUnsafeBytes { try body(range.lowerBound + UInt64(offset), $0) }
        }
    }

    public func fullTile(level: Int, index: UInt64) throws -> [UInt8]? {
        state.withLock { $0.tiles[level]?[index]?.hashes }
    }

    public func tileRoots(level: Int, in range: Range<UInt64>) throws -> [Digest32] {
        state.withLock { state in range.compactMap { state.tiles[level]?[$0]?.root } }
    }

    public func settle() throws {}

    public func save(checkpoint: String, size: UInt64) throws {
        try state.withLock { state in
            guard state.checkpoints[size] == nil || state.checkpoints[size] == checkpoint else {
                throw EventLogError.checkpointExists(size: size)
            }
            state.checkpoints[size] = checkpoint
        }
    }

    public func checkpoint(size: UInt64) throws -> String? { state.withLock { $0.checkpoints[size] } }

    public func latestCheckpoint() throws -> (size: UInt64, note: String)? {
        state.withLock { state in state.checkpoints.max { $0.key < $1.key }.map { ($0.key, $0.value) } }
    }

    public func checkpoints(above size: UInt64?, limit: Int) throws -> [(size: UInt64, note: String)] {
        let found = state.withLock { state in
            state.checkpoints.filter { kept in size.map { kept.key > $0 } ?? true }
        }
        return found.sorted { $0.key < $1.key }.prefix(limit).map { ($0.key, $0.value) }
    }
}

extension EventLogError {
    /// Never two checkpoints for one size.
    public static func checkpointExists(size: UInt64) -> EventLogError {
        EventLogError(
            .checkpointExists, chinese: "大小 \(size) 已有另一份检查点，同一大小不得签发两份",
            english: "size \(size) has another checkpoint; two for one size are never signed")
    }
}
