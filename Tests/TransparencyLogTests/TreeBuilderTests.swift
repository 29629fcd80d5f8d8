import ArchiveTesting
import Testing
import TransparencyLog

@Suite("Tree builder")
struct TreeBuilderTests {
    @Test("the root after every append is that of the definition, up to 600 leaves")
    func everyRoot() {
        let leaves = cheapLeaves(600)
        var builder = TreeBuilder()
        #expect(builder.root() == NaiveTree.root([]))
        for size in 1...600 {
            builder.append(leaves[size - 1]) { _ in }
            #expect(builder.size == UInt64(size))
            #expect(builder.root() == NaiveTree.root(leaves[..<size]), "size \(size)")
        }
    }

    @Test("the root around tile borders", arguments: [255, 256, 257, 511, 512, 65535, 65536, 65537, 131_073])
    func borders(size: Int) {
        let leaves = cheapLeaves(size)
        var builder = TreeBuilder()
        for leaf in leaves { builder.append(leaf) { _ in } }
        #expect(builder.root() == NaiveTree.root(leaves))
    }

    @Test("each full tile comes once, in order, with its hashes and its root")
    func fullTiles() {
        let leaves = cheapLeaves(65537)
        var tiles: [FullTile] = []
        var builder = TreeBuilder()
        for leaf in leaves { builder.append(leaf) { tiles.append($0) } }
        #expect(tiles.map(\.level) == [Int](repeating: 0, count: 256) + [1])
        #expect(tiles.prefix(256).map(\.index) == (0..<256).map(UInt64.init))
        for tile in tiles {
            let span = tile.level == 0 ? 256 : 65536
            let first = Int(tile.index) * span
            let expected = stride(from: first, to: first + span, by: span / 256).flatMap {
                NaiveTree.root(leaves[$0..<$0 + span / 256]).bytes
            }
            #expect(tile.hashes == expected)
            #expect(tile.root == NaiveTree.root(leaves[first..<first + span]))
        }
        #expect(tiles.last?.index == 0)
        #expect(builder.partialTiles.map(\.count) == [1, 0, 1])
    }

    @Test(
        "a builder taken up from its partial tiles goes on alike",
        arguments: [0, 1, 2, 255, 256, 300, 65535, 65536, 66000])
    func resume(size: Int) throws {
        var original = TreeBuilder()
        for number in 0..<size { original.append(cheapLeaf(number)) { _ in } }
        var resumed = try TreeBuilder(size: UInt64(size), partialTiles: original.partialTiles)
        #expect(resumed.root() == original.root())
        var given: [FullTile] = []
        var expected: [FullTile] = []
        for number in size..<size + 600 {
            original.append(cheapLeaf(number)) { expected.append($0) }
            resumed.append(cheapLeaf(number)) { given.append($0) }
            #expect(resumed.root() == original.root())
        }
        #expect(given == expected)
        #expect(expected.count >= 2)
        #expect(resumed.partialTiles == original.partialTiles)
    }

    @Test(
        "an edge that cannot belong to the size is refused",
        arguments: [(1, []), (0, [1]), (256, [0]), (256, [0, 0]), (257, [1]), (3, [2]), (3, [3, 1]), (255, [256])]
            as [(UInt64, [Int])])
    func wrongEdge(size: UInt64, widths: [Int]) {
        let partialTiles = widths.map(cheapLeaves)
        #expect(refusal { _ = try TreeBuilder(size: size, partialTiles: partialTiles) } == .edgeInvalid)
    }

    @Test("a size beyond 2^63 - 1 is refused")
    func tooLarge() {
        #expect(refusal { _ = try TreeBuilder(size: .max, partialTiles: []) } == .edgeInvalid)
    }

    @Test("the largest tree can be taken up")
    func largest() throws {
        let size = TreeBuilder.maximumSize - 1
        let widths = (0..<8).map { TileCoordinate.partialWidth(size: size, level: $0) }
        var builder = try TreeBuilder(size: size, partialTiles: widths.map(cheapLeaves))
        let before = builder.root()
        builder.append(cheapLeaf(1)) { _ in }
        #expect(builder.size == TreeBuilder.maximumSize)
        #expect(builder.root() != before)
    }

    @Test("a copy kept from before an error goes on as if nothing had been")
    func failure() {
        struct Full: Error {}
        var builder = TreeBuilder()
        for number in 0..<255 { builder.append(cheapLeaf(number)) { _ in } }
        let kept = builder
        #expect(throws: Full.self) { try builder.append(cheapLeaf(255)) { _ in throw Full() } }
        builder = kept
        builder.append(cheapLeaf(255)) { #expect($0.hashes.count == FullTile.byteCount) }
        #expect(builder.root() == NaiveTree.root(cheapLeaves(256)))
    }
}
