internal import Foundation

/// What tells a file from one that was read before: another file, or the same one with other content.
public struct FileStamp: Hashable, Sendable {
    private let inode: UInt64
    private let seconds: Int
    private let nanoseconds: Int
    private let size: Int64

    /// Nil where there is no such file.
    public init?(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        inode = UInt64(status.st_ino)
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
        size = Int64(status.st_size)
    }
}
