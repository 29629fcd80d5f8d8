import ArchiveTesting
import Crypto
import Testing
import TransparencyLog

@Suite("Merkle hashes: published vectors")
struct MerkleVectorTests {
    static let leaves = [
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    ]
    static let roots = [
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]

    static func tiles(size: Int) -> MemoryTiles {
        var tiles = MemoryTiles()
        for leaf in leaves.prefix(size) { tiles.append(MerkleHash.leaf([UInt8](hex: leaf))) }
        return tiles
    }

    @Test("a leaf is hashed behind 0x00")
    func leaf() {
        let hash = MerkleHash.leaf([UInt8]("L123456".utf8))
        #expect(hash.hex == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56")
    }

    @Test("a node is hashed behind 0x01")
    func node() {
        // The published vector's children are no digests, so it fixes the formula and the formula fixes `node`.
        let formula = { (left: [UInt8], right: [UInt8]) in Digest32([UInt8](SHA256.hash(data: [1] + left + right))) }
        let published = Digest32(hex: "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb")
        #expect(formula([UInt8]("N123".utf8), [UInt8]("N456".utf8)) == published)
        let (left, right) = (cheapLeaf(1), cheapLeaf(2))
        #expect(MerkleHash.node(left, right) == formula(left.bytes, right.bytes))
    }

    @Test("the root of each size", arguments: 0...8)
    func root(size: Int) {
        #expect(Self.tiles(size: size).builder.root().hex == Self.roots[size])
    }

    @Test("the consistency proof from 6 to 7")
    func consistency() throws {
        let proof = try ConsistencyProof(oldSize: 6, newSize: 7, tiles: Self.tiles(size: 7))
        #expect(
            proof.hashes.map(\.base64) == [
                "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o=", "sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8=",
                "037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
            ])
        let old = try #require(Digest32(hex: Self.roots[6]))
        let new = try #require(Digest32(hex: Self.roots[7]))
        #expect(proof.verify(oldRoot: old, newRoot: new))
        #expect(!proof.verify(oldRoot: new, newRoot: old))
    }

    @Test("a long entry and a short one are hashed alike, whatever their alignment")
    func alignment() {
        let bytes = (0..<5000).map { UInt8(truncatingIfNeeded: $0) }
        for length in [0, 1, 54, 55, 56, 63, 64, 65, 1022, 1023, 1024, 1025, 4000] {
            for offset in 0..<9 {
                let slice = [UInt8](bytes[offset..<offset + length])
                let hash = bytes.withUnsafeBytes {
                    MerkleHash.leaf(UnsafeRawBufferPointer(rebasing: $0[offset..<offset + length]))
                }
                #expect(hash == MerkleHash.leaf(slice))
            }
        }
    }
}

@Suite("Digests")
struct Digest32Tests {
    let digest = MerkleHash.leaf([1, 2, 3])

    @Test("bytes, hexadecimal and base64 return the same value")
    func roundTrip() throws {
        #expect(Digest32(digest.bytes) == digest)
        #expect(Digest32(hex: digest.hex) == digest)
        #expect(Digest32(hex: digest.hex.uppercased()) == digest)
        #expect(Digest32(base64: digest.base64.utf8) == digest)
        var buffer: [UInt8] = [9]
        digest.append(to: &buffer)
        #expect(buffer == [9] + digest.bytes)
    }

    @Test("any other length is refused", arguments: [0, 1, 31, 33, 64])
    func length(count: Int) {
        #expect(Digest32([UInt8](repeating: 0, count: count)) == nil)
        #expect(Digest32(hex: String(repeating: "0", count: 2 * count)) == nil)
    }

    @Test(
        "base64 has one form",
        arguments: [
            "", "AAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=A=",
        ])
    func base64(text: String) {
        #expect(Digest32(base64: text.utf8) == nil)
    }

    @Test("the order is that of the bytes")
    func order() {
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<500 {
            var left = [UInt8](repeating: 0, count: 32)
            left[Int.random(in: 0..<32, using: &generator)] = UInt8.random(in: 0...2, using: &generator)
            var right = left
            right[Int.random(in: 0..<32, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            let ordered = left.lexicographicallyPrecedes(right)
            let (first, second) = (
                left.withUnsafeBytes { Digest32(unsafe: $0) }, right.withUnsafeBytes { Digest32(unsafe: $0) }
            )
            #expect((first < second) == ordered)
        }
    }
}
