import ArchiveTesting
import LaneSHA256
import Testing
import TransparencyLog

@Suite("SHA-256 in lanes", .enabled(if: lane_sha256_is_available(), "this processor has no AVX-512"))
struct LaneHashTests {
    /// A message with a zero in front, padded to whole blocks.
    private func padded(_ entry: [UInt8]) -> [UInt8] {
        let message = [0] + entry
        let blocks = (message.count + 9 + 63) / 64
        let zeros = [UInt8](repeating: 0, count: blocks * 64 - message.count - 9)
        return message + [0x80] + zeros + withUnsafeBytes(of: UInt64(8 * message.count).bigEndian) { [UInt8]($0) }
    }

    private func leaves(_ entries: [[UInt8]]) -> [Digest32] {
        let messages = entries.map(padded)
        var digests = [UInt8](repeating: 0, count: 32 * entries.count)
        lane_sha256_padded(messages.flatMap { $0 }, messages.map { UInt32($0.count / 64) }, entries.count, &digests)
        return (0..<entries.count).compactMap { Digest32(digests[32 * $0..<32 * $0 + 32]) }
    }

    @Test("is the common library's, at each length")
    func lengths() {
        let entries = (0..<700).map { count in (0..<count).map { UInt8(truncatingIfNeeded: $0 * 7 + count) } }
        #expect(leaves(entries) == entries.map { MerkleHash.leaf($0) })
    }

    @Test("is the common library's, for any number of messages of any lengths")
    func mixtures() {
        var generator = SeededGenerator(stream: 413)
        for count in Array(0..<40) + [100, 257] {
            let entries = (0..<count).map { _ in
                let length = generator.chance(5) ? generator.below(70_000) : generator.below(1_000)
                return (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
            }
            #expect(leaves(entries) == entries.map { MerkleHash.leaf($0) }, "\(count) messages")
        }
    }

    @Test("of nodes is the common library's, for any number of pairs")
    func nodes() {
        for count in Array(0..<70) + [127, 128, 129, 500] {
            let children = (0..<2 * count).map { MerkleHash.leaf([UInt8($0 & 255), UInt8($0 >> 8)]) }
            var parents = [UInt8](repeating: 0, count: 32 * count)
            lane_sha256_nodes(children.flatMap(\.bytes), count, &parents)
            let expected = (0..<count).flatMap { MerkleHash.node(children[2 * $0], children[2 * $0 + 1]).bytes }
            #expect(parents == expected, "\(count) pairs")
        }
    }
}
