import Glibc

/// Writes records to a file, which takes its name only when it is whole: a failure leaves no half file behind.
public struct CSVFileWriter: ~Copyable {
    private static let flushBytes = 64 * 1024

    /// Where the file will be.
    public let path: String
    private let temporaryPath: String
    private let descriptor: Int32
    private var writer: CSVWriter
    private var isFinished = false

    /// Begins a file beside `path`, as `path` with `.part` behind it.
    ///
    /// Throws `not-a-regular-file` where a folder or a device has the name, and `cannot-write`.
    public init(
        path: String, encoding: TextEncoding = .utf8WithMark, formulas: FormulaGuard = .exact
    ) throws(TabularError) {
        let writer = try CSVWriter(encoding: encoding, formulas: formulas)
        var status = stat()
        // Taking the name of a device, as /dev/stdout, would replace it.
        if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
            throw TabularError(.notRegularFile, detail: path)
        }
        let temporaryPath = path + ".part"
        // 0600: rejected rows may name persons.
        let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw TabularError(.cannotWrite, detail: "\(temporaryPath): \(systemReason(errno))")
        }
        self.path = path
        self.temporaryPath = temporaryPath
        self.descriptor = descriptor
        self.writer = writer
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(temporaryPath) }
    }

    /// Adds a record; throws what `CSVWriter.write` throws, and `cannot-write`.
    public mutating func write(_ fields: [String]) throws(TabularError) {
        try writer.write(fields)
        if writer.pendingBytes >= Self.flushBytes { try flush() }
    }

    /// Makes the file durable and gives it its name, replacing an older one; throws `cannot-write`.
    public consuming func finish() throws(TabularError) {
        try flush()
        guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else { throw failure() }
        isFinished = true
    }

    private mutating func flush() throws(TabularError) {
        let bytes = writer.takeBytes()
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes { buffer in
                Glibc.write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
            }
            if count < 0, errno != EINTR { throw failure() }
            written += max(count, 0)
        }
    }

    private func failure() -> TabularError {
        TabularError(.cannotWrite, detail: "\(path): \(systemReason(errno))")
    }
}
