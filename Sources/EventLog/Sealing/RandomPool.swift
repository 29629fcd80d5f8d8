internal import Glibc
internal import Synchronization

/// Random bytes from the system in blocks: one system call for many small draws.
public final class RandomPool: Sendable {
    private struct Block: Sendable {
        var bytes: [UInt8] = []
        var next = 0
    }

    private let block = Mutex(Block())
    private static let blockSize = 16_384

    public init() {}

    /// `count` random bytes (at most 16,384).
    public func bytes(_ count: Int) -> [UInt8] {
        precondition((0...RandomPool.blockSize).contains(count), "a draw has at most \(RandomPool.blockSize) bytes")
        return block.withLock { block in
            if block.bytes.count - block.next < count {
                block.bytes = RandomPool.fill()
                block.next = 0
            }
            let bytes = Array(block.bytes[block.next..<block.next + count])
            // A draw is never given out twice, nor left behind in memory.
            for index in block.next..<block.next + count { block.bytes[index] = 0 }
            block.next += count
            return bytes
        }
    }

    private static func fill() -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: blockSize) { buffer, count in
            while count < blockSize {
                // At most 256 bytes a call (getentropy(3)); it fails only where the kernel has no random source at all.
                guard let base = buffer.baseAddress, getentropy(base + count, 256) == 0 else {
                    preconditionFailure("the system gives no random bytes")
                }
                count += 256
            }
        }
    }
}
