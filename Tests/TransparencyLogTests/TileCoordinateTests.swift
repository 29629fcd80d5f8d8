import ArchiveTesting
import Testing
import TransparencyLog

@Suite("Tile paths and entry bundles")
struct TileCoordinateTests {
    @Test(
        "each coordinate has its one path",
        arguments: [
            ("tile/0/000", 0, 0, 256, false), ("tile/0/x001/x234/067", 0, 1_234_067, 256, false),
            ("tile/0/x001/x234/067.p/41", 0, 1_234_067, 41, false),
            ("tile/15/x123/x456/789.p/41", 15, 123_456_789, 41, false),
            ("tile/63/999.p/255", 63, 999, 255, false), ("tile/1/x001/000.p/1", 1, 1000, 1, false),
            ("tile/entries/x001/x234/067", 0, 1_234_067, 256, true), ("tile/entries/000.p/8", 0, 0, 8, true),
            ("tile/0/x018/x446/x744/x073/x709/x551/615", 0, UInt64.max, 256, false),
        ] as [(String, Int, UInt64, Int, Bool)])
    func paths(path: String, level: Int, index: UInt64, width: Int, entries: Bool) throws {
        let coordinate = try TileCoordinate(path: path)
        #expect(coordinate.level == level)
        #expect(coordinate.index == index)
        #expect(coordinate.width == width)
        #expect(coordinate.holdsEntries == entries)
        let made =
            entries
            ? TileCoordinate(entries: index, width: width) : TileCoordinate(level: level, index: index, width: width)
        #expect(made == coordinate)
        #expect(made?.path == path)
    }

    @Test(
        "any other path is refused",
        arguments: [
            "", "/", "tile", "tile/", "tile/0", "tile/0/", "/tile/0/000", "tile/0/000/", "tile/0//000", "tiles/0/000",
            "tile/0/x001", "tile/0/x001/", "tile/0/067.p", "tile/0/.p/", "tile/0/067.p/", "tile/0/067.p/0",
            "tile/0/067.p/256", "tile/0/067.p/01", "tile/0/067.p/+1", "tile/0/067.p/1/", "tile/0/067.p/1/1",
            "tile/64/000", "tile/00/000", "tile/-1/000", "tile/+1/000", "tile/x/000", "tile/0/0", "tile/0/00",
            "tile/0/0000", "tile/0/1", "tile/0/x000/067", "tile/0/x000/x001/067", "tile/0/001/067", "tile/0/x01/067",
            "tile/0/+67", "tile/0/-67", "tile/0/ 67", "tile/0/x001/+67", "tile/0/X001/067", "tile/Entries/000",
            "tile/entries/x001", "tile/entries", "tile/0/000.P/1", "tile/0/000p/1",
            "tile/0/x018/x446/x744/x073/x709/x551/616",
            "tile/0/x999/x999/x999/x999/x999/x999/x999/999", "tile/0/٠٠٠", "tile/0/000.p/\u{0661}", "tile/0/000\u{301}",
            "tile/0/000\n", "tile/0/000?", "tile/0/%30%30%30", "tile/0/../0/000", "checkpoint",
        ])
    func rejected(path: String) {
        #expect(refusal { _ = try TileCoordinate(path: path) } == .tilePathMalformed)
    }

    @Test("coordinates out of range cannot be made")
    func range() {
        #expect(TileCoordinate(level: 64, index: 0) == nil)
        #expect(TileCoordinate(level: -1, index: 0) == nil)
        #expect(TileCoordinate(level: 0, index: 0, width: 0) == nil)
        #expect(TileCoordinate(level: 0, index: 0, width: 257) == nil)
        #expect(TileCoordinate(entries: 0, width: 0) == nil)
        #expect(TileCoordinate(entries: 0, width: -1) == nil)
    }

    @Test("partial widths are the digits of the size to the base of 256")
    func partials() {
        #expect(TileCoordinate.partialTiles(size: 0).isEmpty)
        #expect(TileCoordinate.partialTiles(size: 256).map(\.path) == ["tile/1/000.p/1"])
        #expect(
            TileCoordinate.partialTiles(size: 70_000).map(\.path) == [
                "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1",
            ])
        #expect(TileCoordinate.partialWidth(size: .max, level: 7) == 255)
        #expect(TileCoordinate.partialWidth(size: .max, level: 8) == 0)
        #expect(TileCoordinate.partialWidth(size: .max, level: 63) == 0)
    }

    @Test("random text never passes for another coordinate's path")
    func fuzz() {
        var generator = SeededGenerator(announcedAs: "TileCoordinateTests")
        let seed = generator.seed
        let start = [UInt8]("tile/15/x123/x456/789.p/41".utf8)
        for _ in 0..<20_000 {
            let path = String(decoding: start.mutated(using: &generator), as: UTF8.self)
            guard let coordinate = try? TileCoordinate(path: path) else { continue }
            #expect(coordinate.path == path, "seed \(seed)")
        }
    }

    @Test("a bundle returns its entries")
    func bundle() throws {
        let entries = [[], [1], [UInt8](repeating: 7, count: 65_535), [2, 3]] as [[UInt8]]
        var bundle: [UInt8] = []
        for entry in entries { try entry.withUnsafeBytes { try EntryBundle.append($0, to: &bundle) } }
        #expect(bundle.prefix(7) == [0, 0, 0, 1, 1, 0xFF, 0xFF])
        #expect(try EntryBundle.entries(of: bundle, width: 4).map(Array.init) == entries)
        for width in [0, 3, 5, 256] {
            #expect(refusal { _ = try EntryBundle.entries(of: bundle, width: width) } == .bundleMalformed)
        }
        for cut in [1, 3, bundle.count - 1] {
            #expect(refusal { _ = try EntryBundle.entries(of: [UInt8](bundle[..<cut]), width: 4) } == .bundleMalformed)
        }
    }

    @Test("an entry above 65,535 bytes does not go into a bundle")
    func longEntry() {
        var bundle: [UInt8] = []
        let entry = [UInt8](repeating: 0, count: 65_536)
        #expect(
            refusal { try entry.withUnsafeBytes { try EntryBundle.append($0, to: &bundle) } } == .bundleMalformed)
        #expect(bundle.isEmpty)
    }
}
