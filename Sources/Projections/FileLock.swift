internal import EventLog
internal import Foundation

/// An advisory lock in the archive's folder, for threads and processes alike: each holder opens the file for itself, and
/// the lock ends with its holder.
struct FileLock: Sendable {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Waits for the lock and holds it while `body` runs.
    func holding<Result>(_ body: () throws -> Result) throws -> Result {
        guard let result = try locked(LOCK_EX, body) else {
            throw EventLogError.storage(("锁定 \(path) ", "locking \(path)"), DurableFile.reason(errno))
        }
        return result
    }

    /// Holds the lock while `body` runs; nil where another has it.
    func holdingIfFree<Result>(_ body: () throws -> Result) throws -> Result? {
        try locked(LOCK_EX | LOCK_NB, body)
    }

    private func locked<Result>(_ operation: Int32, _ body: () throws -> Result) throws -> Result? {
        // The system wakes whoever waits, but lets him in only if nobody is quicker: one who takes the lock again and
        // again would keep all others out. So all pass a gate that stays shut while its last visitor waits for the lock.
        guard let gate = try acquire(path + ".gate", operation) else { return nil }
        let descriptor: Int32?
        do {
            defer { close(gate) }
            descriptor = try acquire(path, operation)
        }
        guard let descriptor else { return nil }
        defer { close(descriptor) }
        return try body()
    }

    /// A descriptor that has the lock; nil where another has it.
    private func acquire(_ path: String, _ operation: Int32) throws -> Int32? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw EventLogError.storage(
                ("打开锁文件 \(path) ", "opening the lock file \(path)"), DurableFile.reason(errno))
        }
        while flock(descriptor, operation) != 0 {
            guard errno == EINTR else {
                close(descriptor)
                return nil
            }
        }
        return descriptor
    }
}
