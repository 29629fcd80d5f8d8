internal import EventLog
internal import Foundation

/// The folder of an embedded archive and the files in it (design.md, On disk).
public struct ArchiveFolder: Sendable, Hashable {
    public let path: String

    public init(_ path: String) {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        self.path = path
    }

    public var log: String { path + "/log.sqlite" }
    public var index: String { path + "/index.sqlite" }
    public var evidence: String { path + "/evidence" }
    public var access: String { path + "/access.sqlite" }
    public var exchange: String { path + "/exchange.sqlite" }
    public var proposals: String { path + "/proposals.sqlite" }
    public var cosignatures: String { path + "/cosignatures" }
    public var keys: String { path + "/keys" }
    public var dataKeys: String { keys + "/data.keys" }
    public var signingKey: String { keys + "/signing.key" }

    /// Whether there is an archive here.
    public var exists: Bool { FileManager.default.fileExists(atPath: log) }
}

/// Small files: read whole, written durably and in one piece.
enum Files {
    static func read(_ path: String) throws(ArchiveError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .file("cannot-read", path, "不存在或无读取权限 / missing or not readable")
        }
        return Array(data)
    }

    /// Writes to a temporary file, syncs it, renames it into place and syncs its folder. Throws `storage-failed`.
    ///
    /// - Parameter isSynced: false where whoever writes many files syncs them together.
    static func write(
        _ bytes: [UInt8], to path: String, mode: mode_t = 0o644, synced isSynced: Bool = true
    ) throws(ArchiveError) {
        let temporary = path + ".part"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode)
        guard descriptor >= 0 else { throw .storage(path, errno) }
        var code = DurableFile.write(bytes, to: descriptor)
        if code == 0, isSynced { code = DurableFile.sync(descriptor) }
        close(descriptor)
        if code == 0, rename(temporary, path) != 0 { code = errno }
        if code == 0, isSynced { code = DurableFile.syncFolder(of: path) }
        guard code == 0 else {
            unlink(temporary)
            throw .storage(path, code)
        }
    }

    /// The names of new files in a folder are durable when the folder is synced, too. Throws `storage-failed`.
    static func syncFolder(_ path: String) throws(ArchiveError) {
        let code = DurableFile.syncFolder(of: path + "/.")
        guard code == 0 else { throw .storage(path, code) }
    }

    /// Copies a file piece by piece, durably; `path` must not exist.
    static func copy(_ source: String, to path: String, mode: mode_t = 0o644) throws(ArchiveError) {
        let input = open(source, O_RDONLY | O_CLOEXEC)
        guard input >= 0 else { throw .file("cannot-read", source, String(cString: strerror(errno))) }
        defer { close(input) }
        let output = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
        guard output >= 0 else { throw .file("cannot-write", path, String(cString: strerror(errno))) }
        defer { close(output) }
        var buffer = [UInt8](repeating: 0, count: 1 << 20)
        while true {
            let count = Foundation.read(input, &buffer, buffer.count)
            guard count >= 0 else { throw .file("cannot-read", source, String(cString: strerror(errno))) }
            if count == 0 { break }
            var offset = 0
            while offset < count {
                let written = buffer.withUnsafeBytes { bytes in
                    Foundation.write(output, bytes.baseAddress.map { $0 + offset }, count - offset)
                }
                guard written > 0 else { throw .file("cannot-write", path, String(cString: strerror(errno))) }
                offset += written
            }
        }
        guard fsync(output) == 0 else { throw .file("cannot-write", path, String(cString: strerror(errno))) }
    }

    /// The names in a folder, sorted; none where it cannot be read.
    static func names(in folder: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
    }

    /// Whether two paths lead to one file.
    static func isSame(_ left: String, _ right: String) -> Bool {
        var first = stat()
        var second = stat()
        return stat(left, &first) == 0 && stat(right, &second) == 0 && first.st_dev == second.st_dev
            && first.st_ino == second.st_ino
    }

    /// Makes a folder and those above it that are missing, durably; one that is there is left as it is.
    ///
    /// Throws `storage-failed` where the disk is at fault, `cannot-make-folder` where the path is.
    static func makeFolder(_ path: String, mode: mode_t = 0o755) throws(ArchiveError) {
        var isFolder: ObjCBool = false
        if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue { return }
        var code = mkdir(path, mode) == 0 ? 0 : errno
        if code == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
            try makeFolder(String(path[..<slash]))
            code = mkdir(path, mode) == 0 ? 0 : errno
        }
        if code == 0 { code = DurableFile.syncFolder(of: path) }
        guard code == 0 else {
            throw DurableFile.isDiskFault(code)
                ? .storage(path, code) : .file("cannot-make-folder", path, DurableFile.reason(code))
        }
    }
}
