internal import Crypto
internal import Foundation

/// Reads a folder that may be hostile: regular files of the folder itself alone, each up to a limit, and never through a
/// link; nothing waits for a FIFO or a device.
struct BundleFolder: Sendable {
    /// Why a file was not read.
    enum Fault: Error, Sendable, Hashable {
        case missing
        /// A link, a folder, a FIFO, a socket, a device.
        case notAFile
        case tooLarge(limit: Int)
        case unreadable(String)
    }

    let path: String

    /// What stands under a name, itself and not what a link leads to.
    enum Kind: Sendable, Hashable { case file, folder, other, missing }

    /// The names in the folder or one of its folders, sorted, at most `limit` and one more; nil where there is no such
    /// folder, or a link in its place. Bytes that are not UTF-8 are repaired: such a name is never one that belongs.
    func names(in subfolder: String? = nil, limit: Int) throws(Fault) -> [String]? {
        let descriptor = try openFolder(subfolder)
        guard let descriptor else { return nil }
        guard let stream = fdopendir(descriptor) else {
            close(descriptor)
            throw .unreadable(String(cString: strerror(errno)))
        }
        defer { closedir(stream) }
        var names: [String] = []
        while names.count <= limit, let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    func kind(_ name: String) -> Kind {
        var status = stat()
        guard lstat("\(path)/\(name)", &status) == 0 else { return .missing }
        switch status.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }

    /// The bytes of a file, at most `limit`.
    func read(_ name: String, in subfolder: String? = nil, limit: Int) throws(Fault) -> [UInt8] {
        var bytes: [UInt8] = []
        try forEachPiece(of: name, in: subfolder, limit: limit) { bytes.append(contentsOf: $0) }
        return bytes
    }

    /// The SHA-256 of a file of at most `limit` bytes in hexadecimal, and its length; read piece by piece.
    func digest(_ name: String, in subfolder: String, limit: Int) throws(Fault) -> (hex: String, size: Int) {
        var hash = SHA256()
        var size = 0
        try forEachPiece(of: name, in: subfolder, limit: limit) { piece in
            hash.update(data: piece)
            size += piece.count
        }
        let hex = hash.finalize().map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
        return (hex, size)
    }

    private func forEachPiece(
        of name: String, in subfolder: String?, limit: Int, _ body: (ArraySlice<UInt8>) -> Void
    ) throws(Fault) {
        guard let folder = try openFolder(subfolder) else { throw .missing }
        defer { close(folder) }
        // Looked at before it is opened: to open a device can do something.
        var status = stat()
        guard fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { throw Fault(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        let descriptor = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw Fault(errno) }
        defer { close(descriptor) }
        // And again what was opened: it may have been changed for another in between.
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw .notAFile }
        guard status.st_size <= limit else { throw .tooLarge(limit: limit) }
        var buffer = [UInt8](repeating: 0, count: min(1 << 20, Int(status.st_size) + 1))
        var total = 0
        while true {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .unreadable(String(cString: strerror(errno))) }
            if count == 0 { return }
            total += count
            // A file that grows while it is read is not read for ever.
            guard total <= limit else { throw .tooLarge(limit: limit) }
            body(buffer[..<count])
        }
    }

    /// A descriptor of the folder, or of a folder in it that is no link; nil where there is none.
    private func openFolder(_ subfolder: String?) throws(Fault) -> Int32? {
        // The folder that the caller names may be reached by a link; those within may not.
        let root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard root >= 0 else {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw .unreadable(String(cString: strerror(errno)))
        }
        guard let subfolder else { return root }
        defer { close(root) }
        let descriptor = openat(root, subfolder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor < 0 else { return descriptor }
        if [ENOENT, ENOTDIR, ELOOP].contains(errno) { return nil }
        throw .unreadable(String(cString: strerror(errno)))
    }
}

extension BundleFolder.Fault {
    /// What an `errno` of opening means here.
    fileprivate init(_ number: Int32) {
        switch number {
        case ENOENT, ENOTDIR: self = .missing
        case ELOOP, ENXIO: self = .notAFile
        default: self = .unreadable(String(cString: strerror(number)))
        }
    }

    var english: String {
        switch self {
        case .missing: "it is not there"
        case .notAFile: "it is no regular file but a link, a folder, a FIFO or a device"
        case .tooLarge(let limit): "it has more than \(limit) bytes"
        case .unreadable(let reason): "it cannot be read: \(reason)"
        }
    }

    var chinese: String {
        switch self {
        case .missing: "文件不在"
        case .notAFile: "不是普通文件，而是链接、目录、管道或设备"
        case .tooLarge(let limit): "超过 \(limit) 字节"
        case .unreadable(let reason): "无法读取：\(reason)"
        }
    }
}
