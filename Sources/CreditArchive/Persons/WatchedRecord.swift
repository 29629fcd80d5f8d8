internal import Foundation
internal import Synchronization

/// A small record that other processes may change while this one runs: read again when its file is another one, changed
/// under a lock of its own.
final class WatchedRecord<Record: FolderRecord & Sendable, Value: Sendable>: Sendable {
    /// What tells a file from the one that was read.
    private struct Stamp: Hashable {
        var inode: UInt64
        var seconds: Int
        var nanoseconds: Int
        var size: Int64
    }

    private struct Loaded: Sendable {
        var stamp: Stamp?
        var value: Value
    }

    private let folder: String
    private let mode: mode_t
    private let value: @Sendable (Record?) -> Value
    private let loaded = Mutex<Loaded?>(nil)

    /// - Parameter value: what is asked of the record, made once for each file.
    init(in folder: String, mode: mode_t, _ value: @escaping @Sendable (Record?) -> Value) {
        self.folder = folder
        self.mode = mode
        self.value = value
    }

    /// The record as it stands; nil where there is none. Throws ``ArchiveError`` `record-damaged`.
    func read() throws(ArchiveError) -> Record? { try Record.read(in: folder) }

    /// What the record says now. Throws ``ArchiveError`` `record-damaged`.
    func current() throws(ArchiveError) -> Value {
        let stamp = stamp()
        if let known = loaded.withLock({ $0?.stamp == stamp ? $0?.value : nil }) { return known }
        let fresh = value(try read())
        loaded.withLock { $0 = Loaded(stamp: stamp, value: fresh) }
        return fresh
    }

    /// Changes the record under its lock: of two who change it at once both find theirs in it.
    ///
    /// Throws ``ArchiveError`` `storage-failed`, `record-damaged`, and what `body` throws.
    func change(_ initial: Record, _ body: (inout Record) throws(ArchiveError) -> Void) throws(ArchiveError) {
        let name = Record.fileName.split(separator: ".").first.map(String.init) ?? Record.fileName
        let lock = open("\(folder)/\(name).lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0, flock(lock, LOCK_EX) == 0 else { throw .storage(Record.path(in: folder), errno) }
        defer { close(lock) }
        var record = try read() ?? initial
        try body(&record)
        try record.write(in: folder, mode: mode)
    }

    private func stamp() -> Stamp? {
        var status = stat()
        guard stat(Record.path(in: folder), &status) == 0 else { return nil }
        return Stamp(
            inode: UInt64(status.st_ino), seconds: status.st_mtim.tv_sec, nanoseconds: status.st_mtim.tv_nsec,
            size: Int64(status.st_size))
    }
}
