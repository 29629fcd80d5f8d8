internal import EventLog
internal import Foundation

/// A file of lines that is written in one go and put into its place when it is whole.
final class LineFile {
    let path: String
    private let descriptor: Int32
    private var buffer: [UInt8] = []
    private var offset = 0
    private var isFinished = false
    private static let bufferBytes = 1 << 20

    init(path: String) throws(ArchiveError) {
        self.path = path
        descriptor = open(path + ".part", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw .file("cannot-write", path, DurableFile.reason(errno)) }
        buffer.reserveCapacity(LineFile.bufferBytes + 65_536)
    }

    deinit {
        close(descriptor)
        if !isFinished { unlink(path + ".part") }
    }

    /// Adds a line, which holds no line break itself.
    func append(_ line: UnsafeRawBufferPointer) throws(ArchiveError) {
        buffer.append(contentsOf: line)
        buffer.append(UInt8(ascii: "\n"))
        if buffer.count >= LineFile.bufferBytes { try flush() }
    }

    /// Puts the file into its place.
    func finish() throws(ArchiveError) {
        try flush()
        guard rename(path + ".part", path) == 0 else { throw .storage(path, errno) }
        isFinished = true
    }

    private func flush() throws(ArchiveError) {
        let code = DurableFile.write(buffer, to: descriptor, at: offset)
        guard code == 0 else { throw .storage(path, code) }
        offset += buffer.count
        buffer.removeAll(keepingCapacity: true)
    }
}
