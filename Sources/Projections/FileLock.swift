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
            throw EventLogError.storage(("锁定 \(path) ", "locking \(path)"), String(cString: strerror(errno)))
        }
        return result
    }

    /// Holds the lock while `body` runs; nil where another has it.
    func holdingIfFree<Result>(_ body: () throws -> Result) throws -> Result? {
        try locked(LOCK_EX | LOCK_NB, body)
    }

    private func locked<Result>(_ operation: Int32, _ body: () throws -> Result) throws -> Result? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw EventLogError.storage(
                ("打开锁文件 \(path) ", "opening the lock file \(path)"), String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        while flock(descriptor, operation) != 0 {
            guard errno == EINTR else { return nil }
        }
        return try body()
    }
}
