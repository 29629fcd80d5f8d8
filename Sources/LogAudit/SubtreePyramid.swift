internal import TransparencyLog

/// All perfect subtrees over a run of up to 65,536 leaves, so that the root at every size within it can be told.
///
/// On purpose not the writer's right edge: rows of pairs instead of a stack, so that a defect of one cannot hide in the
/// other. Takes 4 MiB, which it keeps from run to run.
struct SubtreePyramid {
    /// The height of a full run.
    static let height = 16
    /// The number of leaves of a full run.
    static let width = 1 << height

    /// The leaf hashes, to be filled before ``build()``.
    var leaves: [Digest32] {
        get { rows[0] }
        _modify { yield &rows[0] }
    }

    private var rows: [[Digest32]]

    init() {
        rows = (0...SubtreePyramid.height).map { height in
            var row: [Digest32] = []
            row.reserveCapacity(SubtreePyramid.width >> height)
            return row
        }
    }

    /// Empties all rows and keeps their memory.
    mutating func removeAll() {
        for height in rows.indices { rows[height].removeAll(keepingCapacity: true) }
    }

    /// Hashes the rows above the leaves.
    mutating func build() {
        for height in 1...SubtreePyramid.height {
            let children = rows[height - 1]
            TreeHasher.hash(pairsOf: children, into: &rows[height])
        }
    }

    /// The roots of the full tiles of level 0.
    var tileRoots: [Digest32] { rows[8] }

    /// The root over the first `count` leaves of the run.
    ///
    /// - Precondition: `count` is at least 1 and at most the number of leaves.
    func root(count: Int) -> Digest32 {
        var height = count.trailingZeroBitCount
        var hash = rows[height][(count >> height) - 1]
        height += 1
        while count >> height != 0 {
            let subtrees = count >> height
            if subtrees & 1 == 1 { hash = MerkleHash.node(rows[height][subtrees - 1], hash) }
            height += 1
        }
        return hash
    }

    /// The root over a perfect run of hashes: a power of two of them.
    static func root(ofPerfect hashes: [Digest32]) -> Digest32 {
        var row = hashes
        var parents: [Digest32] = []
        while row.count > 1 {
            TreeHasher.hash(pairsOf: row, into: &parents)
            swap(&row, &parents)
        }
        return row[0]
    }
}
