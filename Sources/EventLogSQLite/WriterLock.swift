public import EventLog

#if canImport(Glibc)
internal import Glibc
#else
internal import Darwin
#endif

/// The one writing process of an archive: an OS lock that ends with the process, and a file that names its holder.
public final class WriterLock: Sendable {
    private let descriptor: Int32

    /// Takes the lock of the folder. Throws ``EventLogError`` `archive-locked`, naming the holder, or `storage-failed`.
    ///
    /// - Parameter holder: one line about the process, for whoever finds the archive locked.
    public init(folder: String, holder: String) throws(EventLogError) {
        descriptor = try WriterLock.take(folder + "/lock", holder)
    }

    // Not in the initialiser: one that throws with its properties set runs deinit, which would empty and close a
    // descriptor that is closed already and may be another file's by then.
    private static func take(_ path: String, _ holder: String) throws(EventLogError) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else {
            throw .storage(("打开锁文件 \(path) ", "opening the lock file \(path)"), DurableFile.reason(errno))
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let found = WriterLock.read(descriptor)
            close(descriptor)
            throw EventLogError(
                .locked, chinese: "档案库正由另一进程写入（\(found)）；同一时间只允许一个写入进程，请等待其结束",
                english:
                    "another process is writing to the archive (\(found)); one writes at a time, wait for it to end")
        }
        let line = Array((holder + "\n").utf8)
        let code = ftruncate(descriptor, 0) == 0 ? DurableFile.write(line, to: descriptor) : errno
        guard code == 0 else {
            close(descriptor)
            throw .storage(("写入锁文件 \(path) ", "writing the lock file \(path)"), DurableFile.reason(code))
        }
        return descriptor
    }

    deinit {
        ftruncate(descriptor, 0)
        close(descriptor)
    }

    private static func read(_ descriptor: Int32) -> String {
        var buffer = [UInt8](repeating: 0, count: 256)
        let count = pread(descriptor, &buffer, buffer.count, 0)
        let line = String(decoding: buffer.prefix(max(0, count)).prefix { $0 != 0x0A }, as: UTF8.self)
        return line.isEmpty ? "unknown" : line
    }
}
