internal import TransparencyLog

/// Lists the folder of tiles: what is there that no published checkpoint calls for, and how many of the lowest tiles
/// there are.
///
/// Whether each that should be there is there and right is left to whoever reads it. Nothing is kept of the names, and
/// no folder is gone into that cannot lead to a tile that is called for.
struct TileInventory {
    /// The number of full tiles of level 0 as files: bundles, or tiles where there are no bundles.
    private(set) var lowestCount: UInt64 = 0

    private let folder: GuardedFolder
    private let sizes: [UInt64]
    private let claimed: UInt64
    private let holdsEntries: Bool
    /// A folder has at most 1,000 each of subfolders, tiles, and folders of partial tiles.
    private static let nameLimit = 3_000

    init(_ folder: GuardedFolder, sizes: [UInt64], claimed: UInt64, holdsEntries: Bool) {
        (self.folder, self.sizes, self.claimed, self.holdsEntries) = (folder, sizes, claimed, holdsEntries)
    }

    /// - Throws: what keeps an audit from being made; damage is a finding.
    mutating func list(_ findings: inout FindingList) throws(AuditError) {
        guard claimed > 0 else { return }
        var kinds: Set<String> = []
        for level in 0..<8 where claimed >> (8 * UInt64(level)) > 0 {
            kinds.insert(String(level))
            try list("\(ExportFile.tiles)/\(level)", level, prefix: 0, holdsEntries: false, &findings)
        }
        if holdsEntries {
            kinds.insert("entries")
            try list(ExportFile.bundles, 0, prefix: 0, holdsEntries: true, &findings)
        }
        try names(in: ExportFile.tiles, 100, &findings) { inventory, name, findings throws(StorageFault) in
            if !kinds.contains(name) { findings.add(.fileUnexpected, "\(ExportFile.tiles)/\(name.prefix(100))") }
        }
    }

    private mutating func list(
        _ path: String, _ level: Int, prefix: UInt64, holdsEntries: Bool, _ findings: inout FindingList
    ) throws(AuditError) {
        // How many tiles of the level there can be, the last one perhaps partial.
        let end = ((claimed - 1) >> (8 * UInt64(level + 1))) + 1
        var subfolders: [(path: String, prefix: UInt64)] = []
        var partials: [(path: String, index: UInt64)] = []
        try names(in: path, TileInventory.nameLimit, &findings) { inventory, name, findings throws(StorageFault) in
            let digits = name.hasPrefix("x") ? name.dropFirst() : name.hasSuffix(".p") ? name.dropLast(2) : name[...]
            // Three groups and more can only follow a prefix that is not zero.
            guard digits.utf8.count == 3, digits.utf8.allSatisfy((UInt8(ascii: "0")...UInt8(ascii: "9")).contains),
                let group = UInt64(digits), case let index = prefix * 1000 + group, index < end
            else { return findings.add(.fileUnexpected, "\(path)/\(name.prefix(100))") }
            if name.hasPrefix("x") {
                guard index > 0, index <= (end - 1) / 1000 else {
                    return findings.add(.fileUnexpected, "\(path)/\(name)")
                }
                subfolders.append(("\(path)/\(name)", index))
            } else if name.hasSuffix(".p") {
                partials.append(("\(path)/\(name)", index))
            } else if index < inventory.claimed >> (8 * UInt64(level + 1)) {
                if level == 0, holdsEntries == inventory.holdsEntries { inventory.lowestCount += 1 }
            } else {
                findings.add(.fileUnexpected, "\(path)/\(name)")
            }
        }
        for partial in partials {
            try names(in: partial.path, 255, &findings) { inventory, name, findings throws(StorageFault) in
                guard let width = UInt8(name), String(width) == name, width > 0,
                    inventory.isPublished(level, partial.index, UInt64(width))
                else { return findings.add(.fileUnexpected, "\(partial.path)/\(name.prefix(100))") }
            }
        }
        for subfolder in subfolders {
            try list(subfolder.path, level, prefix: subfolder.prefix, holdsEntries: holdsEntries, &findings)
        }
    }

    /// Whether the tree of a published checkpoint has the partial tile.
    private func isPublished(_ level: Int, _ index: UInt64, _ width: UInt64) -> Bool {
        let shift = 8 * UInt64(level)
        let (items, overflow) = ((index << 8) + width).multipliedReportingOverflow(by: 1 << shift)
        guard !overflow else { return false }
        // The sizes with as many whole items of the level lie side by side.
        var (low, high) = (0, sizes.count)
        while low < high {
            let middle = (low + high) / 2
            if sizes[middle] < items { low = middle + 1 } else { high = middle }
        }
        return low < sizes.count && sizes[low] - items < 1 << shift
    }

    private mutating func names(
        in path: String, _ limit: Int, _ findings: inout FindingList,
        _ body: (inout TileInventory, String, inout FindingList) throws(StorageFault) -> Void
    ) throws(AuditError) {
        do throws(StorageFault) {
            _ = try folder.forEachName(in: path, limit: limit) { name throws(StorageFault) in
                try body(&self, name, &findings)
            }
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            findings.add(error.finding, error.message)
        }
    }
}
