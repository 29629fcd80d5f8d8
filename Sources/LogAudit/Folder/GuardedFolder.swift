#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#elseif canImport(Darwin)
internal import Darwin
#endif

/// A folder that somebody else filled, perhaps to harm whoever checks it.
///
/// Every component of a path is opened without following links, so that nothing outside is read; only plain files are
/// opened, so that nothing is waited for; a file's length is looked at before it is read, and a folder's names are
/// counted while they are listed, so that nothing grows without bound.
final class GuardedFolder: Sendable {
    private let descriptor: Int32

    /// Opens the folder itself, whose path is the caller's own word: links in it are followed.
    ///
    /// - Throws: `cannot-open`.
    init(_ path: String) throws(AuditError) {
        descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw AuditError(.cannotOpen, "\(path): \(GuardedFolder.reason(errno))") }
    }

    deinit { close(descriptor) }

    /// Opens a plain file by its path within the folder; nil if there is none.
    ///
    /// - Throws: `file-irregular` for a link, a folder, a pipe or a device in its place or on the way to it;
    ///   `file-oversized` if it has more than `limit` bytes.
    func file(_ name: String, limit: UInt64) throws(StorageFault) -> GuardedFile? {
        guard let (parent, last) = try parent(of: name) else { return nil }
        defer { if parent != descriptor { close(parent) } }
        guard let status = try status(last, in: parent, name) else { return nil }
        // Before it is opened, since to open a device may do something.
        try GuardedFolder.check(status, name, limit)
        let file = openat(parent, last, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)
        guard file >= 0 else { return try GuardedFolder.absence(name, errno) }
        let opened = GuardedFile(file, name)
        // Again, since another may have been put in its place meanwhile.
        try GuardedFolder.check(opened.status(), name, limit)
        return opened
    }

    /// Reads a plain file whole; false if there is none.
    ///
    /// - Throws: as ``file(_:limit:)``.
    func read(_ name: String, limit: Int, into buffer: FileBuffer) throws(StorageFault) -> Bool {
        guard let file = try file(name, limit: UInt64(limit)) else { return false }
        let length = Int(try file.byteCount())
        buffer.resize(length)
        // What has been added since the length was looked at is left; what was taken away shows as a shorter file.
        buffer.resize(try file.read(into: buffer.bytes, at: 0))
        return true
    }

    /// The length of a plain file; nil if there is none.
    ///
    /// - Throws: as ``file(_:limit:)``.
    func byteCount(_ name: String) throws(StorageFault) -> UInt64? {
        guard let (parent, last) = try parent(of: name) else { return nil }
        defer { if parent != descriptor { close(parent) } }
        guard let status = try status(last, in: parent, name) else { return nil }
        try GuardedFolder.check(status, name, .max)
        return UInt64(max(0, status.st_size))
    }

    /// Whether there is anything under a path.
    func exists(_ name: String) throws(StorageFault) -> Bool {
        guard let (parent, last) = try parent(of: name) else { return false }
        defer { if parent != descriptor { close(parent) } }
        return try status(last, in: parent, name) != nil
    }

    /// Lists a folder by its path, `""` for the whole; false if there is none.
    ///
    /// - Parameter body: is handed each name, as far as it is UTF-8, in no order.
    /// - Throws: `file-irregular`; `folder-too-large` when there are more than `limit` names.
    func forEachName(
        in folder: String, limit: Int, _ body: (String) throws(StorageFault) -> Void
    ) throws(StorageFault) -> Bool {
        guard let listed = try self.folder(folder.isEmpty ? "." : folder) else { return false }
        guard let stream = fdopendir(listed) else {
            close(listed)
            throw GuardedFolder.fault(folder, errno)
        }
        defer { closedir(stream) }
        var count = 0
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw GuardedFolder.fault(folder, errno) }
                return true
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name == "." || name == ".." { continue }
            count += 1
            guard count <= limit else {
                throw StorageFault(.folderTooLarge, "\(folder.isEmpty ? "the folder" : folder): over \(limit) names")
            }
            try body(name)
        }
    }

    /// The folder that a path's last component is in, to be closed unless it is this one; nil if it is not there.
    private func parent(of name: String) throws(StorageFault) -> (Int32, String)? {
        guard let slash = name.lastIndex(of: "/") else { return (descriptor, name) }
        guard let parent = try folder(String(name[..<slash])) else { return nil }
        return (parent, String(name[name.index(after: slash)...]))
    }

    /// Opens a folder component by component.
    private func folder(_ name: String) throws(StorageFault) -> Int32? {
        var current = descriptor
        for component in name.split(separator: "/") {
            let next = openat(current, String(component), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
            let code = errno
            if current != descriptor { close(current) }
            guard next >= 0 else { return try GuardedFolder.absence(name, code) }
            current = next
        }
        return current
    }

    private func status(_ last: String, in parent: Int32, _ name: String) throws(StorageFault) -> stat? {
        var status = stat()
        guard fstatat(parent, last, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            return try GuardedFolder.absence(name, errno)
        }
        return status
    }

    private static func check(_ status: stat, _ name: String, _ limit: UInt64) throws(StorageFault) {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw StorageFault(.fileIrregular, "\(name) is no plain file")
        }
        let length = UInt64(max(0, status.st_size))
        guard length <= limit else {
            throw StorageFault(.fileOversized, "\(name) has \(length) bytes, at most \(limit)")
        }
    }

    /// Nil for what is not there; everything else is a fault.
    private static func absence<Anything>(_ name: String, _ code: Int32) throws(StorageFault) -> Anything? {
        if code == ENOENT { return nil }
        throw fault(name, code)
    }

    static func fault(_ name: String, _ code: Int32) -> StorageFault {
        let message = "\(name): \(reason(code))"
        switch code {
        case ELOOP, ENOTDIR, EISDIR, ENXIO, ENODEV:
            return StorageFault(.fileIrregular, "\(name) is no plain file, or a link is on the way to it")
        case ENOMEM: return StorageFault(.storageDamaged, message, obstacle: AuditError(.outOfMemory, message))
        case EACCES, EPERM, EMFILE, ENFILE:
            return StorageFault(.storageDamaged, message, obstacle: AuditError(.cannotOpen, message))
        default: return StorageFault(.storageDamaged, message)
        }
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}

/// A plain file, opened for reading; closed with the last reference.
final class GuardedFile: Sendable {
    private let descriptor: Int32
    private let name: String

    fileprivate init(_ descriptor: Int32, _ name: String) { (self.descriptor, self.name) = (descriptor, name) }

    deinit { close(descriptor) }

    func byteCount() throws(StorageFault) -> UInt64 { UInt64(max(0, try status().st_size)) }

    fileprivate func status() throws(StorageFault) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw GuardedFolder.fault(name, errno) }
        return status
    }

    /// Reads into the whole of `bytes` if there is as much.
    ///
    /// - Returns: how many bytes there were.
    func read(into bytes: UnsafeMutableRawBufferPointer, at offset: UInt64) throws(StorageFault) -> Int {
        var count = 0
        while count < bytes.count {
            let rest = UnsafeMutableRawBufferPointer(rebasing: bytes[count...])
            guard let place = off_t(exactly: offset + UInt64(count)) else { break }
            let read = pread(descriptor, rest.baseAddress, rest.count, place)
            if read < 0, errno == EINTR { continue }
            guard read >= 0 else { throw GuardedFolder.fault(name, errno) }
            if read == 0 { break }
            count += read
        }
        return count
    }
}

/// Memory that files are read into, one after the other.
final class FileBuffer {
    private var storage = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    private(set) var count = 0

    deinit { storage.deallocate() }

    /// The bytes that are in use, valid until the next ``resize(_:)``.
    var bytes: UnsafeMutableRawBufferPointer { UnsafeMutableRawBufferPointer(rebasing: storage[..<count]) }
    var content: UnsafeRawBufferPointer { UnsafeRawBufferPointer(bytes) }

    /// Makes it of a length; what it held is kept only as far as it becomes shorter.
    func resize(_ count: Int) {
        if count > storage.count {
            storage.deallocate()
            storage = .allocate(byteCount: max(count, 2 * storage.count), alignment: 16)
        }
        self.count = count
    }
}
