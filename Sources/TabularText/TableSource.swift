/// Where the bytes of a table come from: a file or memory, opened afresh by every pass over it.
public struct TableSource: Sendable {
    enum Place: Sendable {
        case file(String)
        case memory([[UInt8]])
    }

    /// How many bytes a pass reads at once.
    static let chunkBytes = 128 * 1024

    let place: Place

    /// A regular file; opening reports a missing one.
    public static func file(_ path: String) -> TableSource { TableSource(place: .file(path)) }

    /// Bytes in memory.
    public static func bytes(_ bytes: [UInt8]) -> TableSource { TableSource(place: .memory([bytes])) }

    /// Bytes in memory in pieces, as they arrived; where they are cut makes no difference to what is read.
    public static func chunks(_ chunks: [[UInt8]]) -> TableSource { TableSource(place: .memory(chunks)) }

    /// Runs `body` over all bytes in order, piece by piece, in constant memory; a piece is valid only within the call.
    ///
    /// Throws `cannot-open`, `not-a-regular-file` or `cannot-read`, and what `body` throws.
    public func forEachChunk(_ body: (UnsafeRawBufferPointer) throws(TabularError) -> Void) throws(TabularError) {
        var stream = try ByteStream(self)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkBytes, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = try stream.read(into: buffer)
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }
}
