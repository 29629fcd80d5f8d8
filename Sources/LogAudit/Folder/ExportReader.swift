internal import TransparencyLog

/// Reads runs out of the files of an export.
///
/// Bundles are held against their other copies on the way: partial bundles, and the file of lines. Memory: one bundle
/// of at most 17 MB and a copy of one.
final class ExportReader: RunReader {
    /// An entry in a bundle with its length in front.
    static let entryByteLimit = UInt64(2 + EntryBundle.maximumEntryByteCount)

    let log: ExportLog
    let bundle = FileBuffer()
    let copy = FileBuffer()
    private let tile = FileBuffer()
    private let note = FileBuffer()
    let lines: GuardedFile?
    var findings = FindingList()

    /// The entries asked for that were not handed over yet.
    private var entries: Range<UInt64> = 0..<0
    /// The end of the loaded bundle, and where in it the next entry begins.
    private var bundleEnd: UInt64 = 0
    private var offset = 0
    /// Where the next bundle begins in the file of lines; nil where that cannot be told.
    private var lineOffset: UInt64?
    private var tiles: Range<UInt64> = 0..<0
    private var checkpoints: ArraySlice<UInt64> = []
    /// The tile of level 1 that tells the roots of tiles, if it could be read.
    private let roots = FileBuffer()
    private var rootsIndex: UInt64?

    init(_ log: ExportLog) throws(StorageFault) {
        self.log = log
        do throws(StorageFault) {
            lines = log.bounds.holdsEntries ? try log.folder.file(ExportFile.events, limit: .max) : nil
        } catch {
            // That there is no such file, or another thing in its place, is a finding of the survey.
            if error.obstacle != nil { throw error }
            lines = nil
        }
    }

    func takeFindings() -> FindingList {
        defer { findings = FindingList() }
        return findings
    }

    // MARK: Entries

    func seekEntries(_ positions: Range<UInt64>) throws(StorageFault) {
        entries = positions
        bundleEnd = positions.lowerBound
        let run = Int(positions.lowerBound >> UInt64(SubtreePyramid.height))
        let isStart = positions.lowerBound & UInt64(SubtreePyramid.width - 1) == 0
        lineOffset = isStart && run < log.lineOffsets.count ? log.lineOffsets[run] : nil
    }

    func nextEntry() throws(StorageFault) -> StoredEntry? {
        while entries.lowerBound < entries.upperBound {
            let position = entries.lowerBound
            if position == bundleEnd, try !loadBundle(position >> 8) { continue }
            let bytes = bundle.content
            let start = offset + 2
            let end = start + (Int(bytes[offset]) << 8 | Int(bytes[offset + 1]))
            offset = end
            entries = position + 1..<entries.upperBound
            let entry = UnsafeRawBufferPointer(rebasing: bytes[start..<end])
            return StoredEntry(position: Int64(position), bytes: entry)
        }
        return nil
    }

    /// Loads the bundle that begins with the next position; false if it is not there, which leaves a gap.
    private func loadBundle(_ index: UInt64) throws(StorageFault) -> Bool {
        let width = min(UInt64(FullTile.width), log.bounds.size - (index << 8))
        let end = (index << 8) + width
        // Behind a fault nobody knows where the next line begins.
        let lineOffset = self.lineOffset
        self.lineOffset = nil
        guard let coordinate = TileCoordinate(entries: index, width: Int(width)),
            try log.folder.read(coordinate.path, limit: Int(width * ExportReader.entryByteLimit), into: bundle)
        else {
            entries = min(end, entries.upperBound)..<entries.upperBound
            bundleEnd = end
            return false
        }
        guard let ends = ExportReader.ends(of: bundle.content, width: Int(width)) else {
            let detail = "\(coordinate.path) does not have \(width) entries in its \(bundle.count) bytes"
            throw StorageFault(.bundleMalformed, detail)
        }
        bundleEnd = end
        offset = 0
        comparePartialBundles(index, ends)
        if let lineOffset { self.lineOffset = compareLines(at: lineOffset, ends, index) }
        return true
    }

    /// Where each entry ends; nil unless the bundle has exactly as many.
    private static func ends(of bundle: UnsafeRawBufferPointer, width: Int) -> [Int]? {
        var ends: [Int] = []
        ends.reserveCapacity(width)
        var offset = 0
        while ends.count < width {
            guard bundle.count - offset >= 2 else { return nil }
            offset += 2 + (Int(bundle[offset]) << 8 | Int(bundle[offset + 1]))
            guard offset <= bundle.count else { return nil }
            ends.append(offset)
        }
        return offset == bundle.count ? ends : nil
    }

    // MARK: Tiles

    func seekTiles(_ indexes: Range<UInt64>) throws(StorageFault) { tiles = indexes }

    func nextTile() throws(StorageFault) -> StoredTile? {
        while let index = tiles.first {
            tiles = index + 1..<tiles.upperBound
            do throws(StorageFault) {
                if let stored = try readTile(level: 0, index, root: statedRoot(of: index)) { return stored }
            } catch {
                if error.obstacle != nil { throw error }
                // The other tiles of the run are not to be missed for this one.
                findings.add(error.finding, at: index << 8, error.message)
                return StoredTile(index: Int64(index), hashes: nil, root: nil, ownsRoot: false)
            }
        }
        return nil
    }

    func readUpperTile(
        level: Int, index: UInt64, _ body: (StoredTile?) -> Void
    ) throws(StorageFault) {
        body(try readTile(level: level, index, root: nil))
    }

    private func readTile(level: Int, _ index: UInt64, root: Digest32?) throws(StorageFault) -> StoredTile? {
        guard let coordinate = TileCoordinate(level: level, index: index),
            try log.folder.read(coordinate.path, limit: FullTile.byteCount, into: tile)
        else { return nil }
        let hashes = tile.count == FullTile.byteCount ? tile.content : nil
        return StoredTile(index: Int64(index), hashes: hashes, root: root, ownsRoot: false)
    }

    /// The root of a tile of level 0 as the tile above says it; nil where that cannot be read.
    private func statedRoot(of index: UInt64) -> Digest32? {
        if rootsIndex != index >> 8 {
            rootsIndex = index >> 8
            let whole = log.bounds.size >> 8
            let width = min(UInt64(FullTile.width), whole - (index & ~255))
            let coordinate = TileCoordinate(level: 1, index: index >> 8, width: Int(width))
            let isRead = try? log.folder.read(coordinate?.path ?? "", limit: FullTile.byteCount, into: roots)
            if isRead != true { roots.resize(0) }
        }
        let item = Int(index & 255)
        guard roots.count >= (item + 1) * Digest32.byteCount else { return nil }
        return TileItems.hash(roots.content, item)
    }

    func partialSizes(_ positions: Range<UInt64>) -> ArraySlice<UInt64> {
        let sizes = log.publishedSizes
        let start = sizes.firstIndex(above: positions.lowerBound)
        return sizes[start..<sizes.firstIndex(above: positions.upperBound)]
    }

    func partialTile(_ coordinate: TileCoordinate) throws(StorageFault) -> UnsafeRawBufferPointer? {
        try log.folder.read(coordinate.path, limit: FullTile.byteCount, into: tile) ? tile.content : nil
    }

    // MARK: Heads and checkpoints

    func seekHeads(_ positions: Range<UInt64>) throws(StorageFault) {}

    func nextHead() throws(StorageFault) -> (size: Int64, root: Digest32?)? { nil }

    func seekCheckpoints(_ positions: Range<UInt64>) throws(StorageFault) { checkpoints = partialSizes(positions) }

    func nextCheckpoint() throws(StorageFault) -> (size: Int64, note: UnsafeRawBufferPointer?)? {
        while let size = checkpoints.popFirst() {
            let isHead = size == log.publishedSizes.last
            do throws(StorageFault) {
                if try log.folder.read("\(ExportFile.checkpoints)/\(size)", limit: Note.maximumByteCount, into: note) {
                    return (Int64(size), note.content)
                }
            } catch {
                if error.obstacle != nil { throw error }
                findings.add(error.finding, at: size, error.message)
            }
            // The head stands in a file of its own, too.
            let isRead = try? log.folder.read(ExportFile.checkpoint, limit: Note.maximumByteCount, into: note)
            if isHead, isRead == true { return (Int64(size), note.content) }
        }
        return nil
    }
}

extension [UInt64] {
    /// Where the first number above a bound stands; the numbers ascend.
    fileprivate func firstIndex(above bound: UInt64) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] <= bound { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
