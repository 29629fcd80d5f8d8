import Glibc

/// One pass over the bytes of a source; owns the file descriptor and closes it.
struct ByteStream: ~Copyable {
    private let descriptor: Int32
    private let path: String
    private let chunks: [[UInt8]]
    private var chunk = 0
    private var offset = 0
    /// All bytes there are, as known when the source was opened.
    let totalBytes: Int
    /// The bytes handed out so far.
    private(set) var bytesRead = 0

    init(_ source: TableSource) throws(TabularError) {
        switch source.place {
        case .memory(let chunks):
            descriptor = -1
            path = ""
            self.chunks = chunks
            totalBytes = chunks.reduce(0) { $0 + $1.count }
        case .file(let path):
            let opened = try Self.open(path)
            descriptor = opened.descriptor
            self.path = path
            chunks = []
            totalBytes = opened.size
        }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// Fills as much of `buffer` as is at hand; 0 only at the end.
    mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(TabularError) -> Int {
        precondition(!buffer.isEmpty, "a read needs room")
        let count = descriptor >= 0 ? try readFile(into: buffer) : readMemory(into: buffer)
        bytesRead += count
        return count
    }

    private func readFile(into buffer: UnsafeMutableRawBufferPointer) throws(TabularError) -> Int {
        while true {
            let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            let reason = errno
            if reason != EINTR { throw TabularError(.cannotRead, detail: "\(path): \(systemReason(reason))") }
        }
    }

    private mutating func readMemory(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        while chunk < chunks.count {
            let rest = chunks[chunk].count - offset
            if rest == 0 {
                chunk += 1
                offset = 0
                continue
            }
            let count = min(rest, buffer.count)
            chunks[chunk].withUnsafeBytes { bytes in
                buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + count]))
            }
            offset += count
            return count
        }
        return 0
    }

    private static func open(_ path: String) throws(TabularError) -> (descriptor: Int32, size: Int) {
        // O_NONBLOCK: opening a pipe without a writer would wait for ever; it changes nothing for a regular file.
        let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw TabularError(.cannotOpen, detail: "\(path): \(systemReason(errno))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            let reason = errno
            close(descriptor)
            throw TabularError(.cannotOpen, detail: "\(path): \(systemReason(reason))")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw TabularError(.notRegularFile, detail: path)
        }
        return (descriptor, Int(status.st_size))
    }
}

/// The system's words for an `errno`.
func systemReason(_ number: Int32) -> String {
    // glibc's strerror is thread-safe since 2.32 (its manual, strerror(3)).
    guard let text = strerror(number) else { return "errno \(number)" }
    return String(cString: text)
}
