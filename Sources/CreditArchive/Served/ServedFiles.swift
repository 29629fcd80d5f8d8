internal import EventLog
internal import Foundation
internal import NIOCore
internal import TabularText

/// A file as pieces of a request: memory does not grow with it.
struct FilePieces: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    private static let pieceBytes = 1 << 18

    private let path: String
    private let sent: @Sendable (Int) -> Void

    /// - Parameter sent: told how many bytes have been read.
    init(path: String, _ sent: @escaping @Sendable (Int) -> Void) {
        self.path = path
        self.sent = sent
    }

    func makeAsyncIterator() -> Iterator { Iterator(handle: FileHandle(forReadingAtPath: path), sent: sent) }

    struct Iterator: AsyncIteratorProtocol {
        let handle: FileHandle?
        let sent: @Sendable (Int) -> Void
        private var count = 0

        init(handle: FileHandle?, sent: @escaping @Sendable (Int) -> Void) {
            self.handle = handle
            self.sent = sent
        }

        mutating func next() async throws -> ByteBuffer? {
            guard let data = try handle?.read(upToCount: FilePieces.pieceBytes), !data.isEmpty else { return nil }
            count += data.count
            sent(count)
            return ByteBuffer(bytes: data)
        }
    }
}

/// A file that comes from a service: it takes its name only when it is whole, and no older one misleads.
struct ReceivedFile {
    private let path: String
    private var draft: String { path + ".part" }

    /// Throws ``ArchiveError`` where the file could not be written.
    init(path: String) throws {
        self.path = path
        let descriptor = try open()
        close(descriptor)
    }

    /// 0600: rejected rows may name persons.
    private func open() throws -> Int32 {
        var status = stat()
        guard stat(path, &status) != 0 || status.st_mode & S_IFMT == S_IFREG else {
            throw ArchiveError(TabularError(.notRegularFile, detail: path))
        }
        let descriptor = Foundation.open(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure() }
        return descriptor
    }

    /// Writes the bytes, makes them durable and gives the file its name.
    func finish(_ bytes: [UInt8]) throws {
        let descriptor = try open()
        defer { close(descriptor) }
        guard DurableFile.write(bytes, to: descriptor) == 0, DurableFile.sync(descriptor) == 0,
            rename(draft, path) == 0
        else {
            unlink(draft)
            throw failure()
        }
    }

    private func failure() -> ArchiveError {
        // In the words of the file that an import into a folder writes.
        ArchiveError(TabularError(.cannotWrite, detail: "\(draft): \(String(cString: strerror(errno)))"))
    }
}
