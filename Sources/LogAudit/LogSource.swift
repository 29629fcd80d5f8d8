internal import TransparencyLog

/// A log as it is kept somewhere, looked at once: its bounds, and readers of what lies within them.
protocol SurveyedLog: Sendable {
    var bounds: LogBounds { get }

    /// A reader for one thread.
    func reader() throws(AuditError) -> any RunReader

    /// Checks what stands beside the tree and needs it to be known; called once, after all runs.
    func checkRemainder(_ findings: inout FindingList) throws(AuditError)
}

extension SurveyedLog {
    func checkRemainder(_ findings: inout FindingList) throws(AuditError) {}
}

/// How many entries a log has, and what stands outside them.
struct LogBounds: Sendable {
    /// The number of positions to audit.
    var size: UInt64 = 0
    /// How many entries the bytes can hold at all: a damaged log may only seem to be large.
    var plausibleEntries: UInt64 = 0
    /// Whether the entries themselves are there; if not, the hashes of the lowest tiles are all that can be checked.
    var holdsEntries = true
    /// Whether full tiles are kept.
    var holdsTiles = true
    var latestCheckpoint: String?
    /// The rows that tables hold in all, where they are counted.
    var counted = RowTally()
    /// The rows that were read already.
    var tally = RowTally()
    /// Defects that show from the bounds alone.
    var findings = FindingList()
}

/// Reads a log run by run, in the order of positions; for one thread.
///
/// A fault that is no obstacle is damage at the place that was asked for: whoever asked reports it and asks again for
/// what is behind. Pointers are valid until the next call.
protocol RunReader: AnyObject {
    /// Asks for the entries of a range that starts with a full tile.
    func seekEntries(_ positions: Range<UInt64>) throws(StorageFault)
    /// The next entry; gaps are left to the caller to notice. Nil at the end of the range.
    func nextEntry() throws(StorageFault) -> StoredEntry?

    /// Asks for the full tiles of level 0.
    func seekTiles(_ indexes: Range<UInt64>) throws(StorageFault)
    func nextTile() throws(StorageFault) -> StoredTile?

    /// Hands a full tile of a higher level over, or nil if it is not there.
    func readUpperTile(
        level: Int, index: UInt64, _ body: (StoredTile?) -> Void
    ) throws(StorageFault)

    /// Asks for the heads whose sizes are above the lower bound, up to the upper one.
    func seekHeads(_ positions: Range<UInt64>) throws(StorageFault)
    func nextHead() throws(StorageFault) -> (size: Int64, root: Digest32?)?

    /// Asks for the checkpoints whose sizes are above the lower bound, up to the upper one.
    func seekCheckpoints(_ positions: Range<UInt64>) throws(StorageFault)
    func nextCheckpoint() throws(StorageFault) -> (size: Int64, note: UnsafeRawBufferPointer?)?

    /// The sizes above the lower bound, up to the upper one, at which partial tiles are kept.
    func partialSizes(_ positions: Range<UInt64>) -> ArraySlice<UInt64>
    /// The hashes of a partial tile; nil if it is not there.
    func partialTile(_ tile: TileCoordinate) throws(StorageFault) -> UnsafeRawBufferPointer?

    /// What was noticed beside what was asked for; each defect is handed over once.
    func takeFindings() -> FindingList
}

/// An entry as it is kept.
struct StoredEntry {
    let position: Int64
    /// Nil where something else stands in its place.
    let bytes: UnsafeRawBufferPointer?
}

/// A full tile as it is kept.
struct StoredTile {
    let index: Int64
    /// Its 256 hashes; nil where there are not as many.
    let hashes: UnsafeRawBufferPointer?
    /// The root over the hashes as it is stated: beside them, or by the tile above.
    let root: Digest32?
    /// Whether the root belongs to the tile and is to be checked with it.
    let ownsRoot: Bool
}

/// What storage gave instead of what was asked for.
struct StorageFault: Error {
    /// The finding that it is, where it is no obstacle.
    let finding: Finding.Code
    let message: String
    /// What keeps the audit from being made; nil where the log itself is at fault.
    let obstacle: AuditError?

    init(_ finding: Finding.Code, _ message: String, obstacle: AuditError? = nil) {
        (self.finding, self.message, self.obstacle) = (finding, message, obstacle)
    }

    /// Rows that no sound table gives.
    static func disorder(_ message: String) -> StorageFault { StorageFault(.storageDamaged, message) }
}
