/// A SHA-256 value: 32 bytes held inline, without a heap allocation.
///
/// Values are ordered as their bytes are, first byte first.
public struct Digest32: Sendable, Hashable {
    /// The length of a digest in bytes.
    public static let byteCount = 32

    // The words hold the bytes as they lie in memory, whatever the byte order of the machine.
    private let word0: UInt64
    private let word1: UInt64
    private let word2: UInt64
    private let word3: UInt64

    /// Copies a digest out of memory, at any alignment.
    ///
    /// - Precondition: the buffer holds exactly 32 bytes. Use ``init(_:)`` where the length comes from outside.
    @inlinable
    public init(unsafe bytes: UnsafeRawBufferPointer) {
        precondition(bytes.count == Digest32.byteCount, "a digest has 32 bytes")
        self.init(
            bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 16, as: UInt64.self),
            bytes.loadUnaligned(fromByteOffset: 24, as: UInt64.self))
    }

    @usableFromInline
    init(_ word0: UInt64, _ word1: UInt64, _ word2: UInt64, _ word3: UInt64) {
        (self.word0, self.word1, self.word2, self.word3) = (word0, word1, word2, word3)
    }

    /// Takes a digest from bytes; nil unless there are exactly 32.
    public init?(_ bytes: some Collection<UInt8>) {
        guard bytes.count == Digest32.byteCount else { return nil }
        self = withUnsafeTemporaryAllocation(byteCount: Digest32.byteCount, alignment: 8) { buffer in
            buffer.copyBytes(from: bytes)
            return Digest32(unsafe: UnsafeRawBufferPointer(buffer))
        }
    }

    /// Reads standard base64 of exactly 32 bytes (RFC 4648 section 4); nil for anything else.
    public init?(base64 text: some Collection<UInt8>) {
        // 44 characters hold 31 to 33 bytes: nothing longer is worth decoding.
        guard text.count == 44, let bytes = Base64.decode(text) else { return nil }
        self.init(bytes)
    }

    /// Reads 64 hexadecimal digits of either case; nil for anything else.
    public init?(hex text: String) {
        guard text.utf8.count == 2 * Digest32.byteCount, let bytes = Hex.decode(text.utf8) else { return nil }
        self.init(bytes)
    }

    /// Calls `body` with the 32 bytes; the pointer must not leave the closure.
    @inline(__always)
    public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try Swift.withUnsafeBytes(of: (word0, word1, word2, word3), body)
    }

    /// The 32 bytes.
    public var bytes: [UInt8] { withUnsafeBytes { [UInt8]($0) } }

    /// Appends the 32 bytes to `buffer`.
    public func append(to buffer: inout [UInt8]) {
        withUnsafeBytes { buffer.append(contentsOf: $0) }
    }

    /// Writes the 32 bytes at the start of `buffer`.
    ///
    /// - Precondition: the buffer holds at least 32 bytes.
    @inline(__always)
    public func store(to buffer: UnsafeMutableRawBufferPointer) {
        buffer.storeBytes(of: word0, toByteOffset: 0, as: UInt64.self)
        buffer.storeBytes(of: word1, toByteOffset: 8, as: UInt64.self)
        buffer.storeBytes(of: word2, toByteOffset: 16, as: UInt64.self)
        buffer.storeBytes(of: word3, toByteOffset: 24, as: UInt64.self)
    }

    /// The digest as 64 lowercase hexadecimal digits.
    public var hex: String { Hex.encode(bytes) }

    /// The digest in standard base64 with padding, 44 characters (RFC 4648 section 4).
    public var base64: String { Base64.encode(bytes) }
}

extension Digest32: Comparable {
    /// Whether the bytes of `left` come before those of `right`.
    public static func < (left: Digest32, right: Digest32) -> Bool {
        if left.word0 != right.word0 { return left.word0.bigEndian < right.word0.bigEndian }
        if left.word1 != right.word1 { return left.word1.bigEndian < right.word1.bigEndian }
        if left.word2 != right.word2 { return left.word2.bigEndian < right.word2.bigEndian }
        return left.word3.bigEndian < right.word3.bigEndian
    }
}

extension Digest32: CustomStringConvertible {
    /// The digest as 64 lowercase hexadecimal digits.
    public var description: String { hex }
}
