import ArchiveTesting
import Synchronization
import Testing
import TransparencyLog

@Suite("Tiles kept from proof to proof")
struct KeptTilesTests {
    /// A log of 2^40 entries that are all alike: the hashes of a level are all the same, so none has to be stored.
    private final class AlikeLog: TileReader {
        static let height = 40
        let kept: KeptTiles?
        let levels: [Digest32]
        private let reads = Mutex<[String: Int]>([:])

        init(keeping kept: KeptTiles?) {
            self.kept = kept
            var levels = [MerkleHash.leaf([0x61])]
            while levels.count <= AlikeLog.height { levels.append(MerkleHash.node(levels.last!, levels.last!)) }
            self.levels = levels
        }

        var size: UInt64 { 1 << UInt64(AlikeLog.height) }
        var root: Digest32 { levels[AlikeLog.height] }
        var readsByTile: [String: Int] { reads.withLock { $0 } }

        func hashes(level: Int, index: UInt64, width: Int) throws -> [Digest32] {
            reads.withLock { $0["\(level)/\(index).\(width)", default: 0] += 1 }
            return Array(repeating: levels[8 * level], count: width)
        }
    }

    @Test("proofs of far more tiles than are kept are all right, and those of one place read its shared tiles once")
    func boundedAndRight() throws {
        let log = AlikeLog(keeping: KeptTiles())
        var random = SeededGenerator(announcedAs: "KeptTilesTests")
        for _ in 0..<600 {
            let index = UInt64.random(in: 0..<log.size, using: &random)
            let proof = try InclusionProof(index: index, size: log.size, tiles: log)
            #expect(proof.verify(leaf: log.levels[0], root: log.root))
        }
        let place: UInt64 = 7 << 16
        for index in place..<place + 32 {
            let proof = try InclusionProof(index: index, size: log.size, tiles: log)
            #expect(proof.verify(leaf: log.levels[0], root: log.root))
        }
        // The top tile is asked for by every proof, the one above these 32 entries by all of them.
        #expect(log.readsByTile["1/7.256"] == 1)
        #expect(log.readsByTile["0/\(place >> 8).256"] == 32)
    }

    @Test("without a shelf, each proof reads its own tiles")
    func notKept() throws {
        let log = AlikeLog(keeping: nil)
        for _ in 0..<3 { _ = try InclusionProof(index: 5, size: log.size, tiles: log) }
        #expect(log.readsByTile["0/0.256"] == 3)
        #expect(log.readsByTile["1/0.256"] == 3)
    }
}
