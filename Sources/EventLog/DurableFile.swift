#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#else
internal import Darwin
#endif

/// How files outside SQLite are written so that what was said to be kept survives a power cut, and what the system says
/// where that fails.
package enum DurableFile {
    /// Writes all bytes at an offset.
    ///
    /// - Returns: 0, or the `errno` of what failed. A short write is continued, so that a full disk names itself.
    package static func write(_ bytes: [UInt8], to descriptor: Int32, at offset: Int = 0) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            var done = 0
            while let base = buffer.baseAddress, done < buffer.count {
                let count = pwrite(descriptor, base + done, buffer.count - done, off_t(offset + done))
                if count < 0, errno == EINTR { continue }
                if count <= 0 { return count == 0 ? EIO : errno }
                done += count
            }
            return 0
        }
    }

    /// Syncs a file's bytes. Returns 0 or `errno`.
    package static func sync(_ descriptor: Int32) -> Int32 { fsync(descriptor) == 0 ? 0 : errno }

    /// Syncs the folder that has the name of a new, renamed or removed file: only then is the name durable, too
    /// (fsync(2)).
    ///
    /// - Returns: 0 or `errno`.
    package static func syncFolder(of path: String) -> Int32 {
        let folder = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        let code = sync(descriptor)
        // A file system that cannot sync folders says so and keeps names in order by itself.
        return code == EINVAL ? 0 : code
    }

    /// What an `errno` means to a user, in Chinese and English.
    package static func reason(_ number: Int32) -> String {
        // glibc's strerror is thread-safe since 2.32 (its manual, strerror(3)).
        let english = strerror(number).map { String(cString: $0) } ?? "errno \(number)"
        let chinese: String? =
            switch number {
            case ENOSPC: "磁盘空间不足"
            case EDQUOT: "超出磁盘配额"
            case EIO: "磁盘读写出错"
            case EROFS: "文件系统只读"
            case EACCES, EPERM: "没有权限"
            case ENOENT, ENOTDIR: "目录不存在"
            case EMFILE, ENFILE: "打开的文件过多"
            default: nil
            }
        return chinese.map { "\($0) / \(english)" } ?? english
    }

    /// Whether the disk is at fault and not the path or the permissions.
    package static func isDiskFault(_ number: Int32) -> Bool { [ENOSPC, EDQUOT, EIO, EROFS].contains(number) }
}
