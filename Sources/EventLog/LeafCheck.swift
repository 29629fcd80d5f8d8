internal import TransparencyLog

/// Holds entries that are decoded against the tree: an entry that was altered is an error and never an answer.
public struct LeafCheck {
    private let store: any LogStore
    private let head: LogHead
    private var tile: (index: UInt64, hashes: [UInt8])?
    private var isEdgeChecked = false

    /// - Parameter log: the log whose entries are checked, up to where it ends now.
    public init(_ log: LogReader) throws {
        store = log.store
        head = try log.head()
    }

    /// Checks one entry; entries come in order of position. Throws ``EventLogError`` `log-damaged`.
    public mutating func check(_ entry: Entry) throws {
        let index = entry.position / 256
        guard index < head.size / 256 else { return try checkEdge() }
        if tile?.index != index {
            guard let hashes = try store.fullTile(level: 0, index: index), hashes.count == FullTile.byteCount else {
                throw EventLogError.damaged("第 \(index) 个哈希块缺失或已损坏", "tile \(index) is missing or damaged")
            }
            tile = (index, hashes)
        }
        let leaf = entry.bytes.withUnsafeBytes { MerkleHash.leaf($0) }
        let start = Int(entry.position % 256) * Digest32.byteCount
        guard let hashes = tile?.hashes, hashes[start..<start + Digest32.byteCount].elementsEqual(leaf.bytes) else {
            throw EventLogError.damaged(
                "位置 \(entry.position) 的条目与树不符", "the entry at position \(entry.position) does not fit the tree")
        }
    }

    /// The entries past the last full tile are held by the head alone.
    private mutating func checkEdge() throws {
        guard !isEdgeChecked else { return }
        guard try StoreTiles(store: store, size: head.size).root(at: head.size) == head.root else {
            let first = head.size / 256 * 256
            throw EventLogError.damaged(
                "位置 \(first) 起的条目与树头不符", "the entries from position \(first) on do not fit the tree head")
        }
        isEdgeChecked = true
    }
}
