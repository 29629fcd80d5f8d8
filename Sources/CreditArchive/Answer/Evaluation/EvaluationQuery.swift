public import Assessment
internal import EventLog

/// Asks for the scores of a scheme's cohorts in a year (contract §3, §5).
public struct EvaluationQuery: Sendable {
    public var scheme: Scheme
    public var year: Int
    /// The digits that the codes of the regions asked for begin with; nil where the archive has one area only.
    public var region: String?
    /// Only what was recorded at or before this position; nil: everything.
    public var atPosition: UInt64?
    /// Entries that are left out, as if they had not been recorded: a what-if, which writes nothing.
    public var without: Set<UInt64>

    public init(
        _ scheme: Scheme, year: Int, region: String? = nil, atPosition: UInt64? = nil, without: Set<UInt64> = []
    ) {
        self.scheme = scheme
        self.year = year
        self.region = region
        self.atPosition = atPosition
        self.without = without
    }

    /// The last position that the answer uses; nil for an empty log. Throws `entry-not-found` for positions that the log
    /// does not have.
    func lastPosition(of archive: Archive) throws -> UInt64? {
        let size = try archive.log.head().size
        for position in [atPosition].compactMap(\.self) + without.sorted() where position >= size {
            throw EventLogError.notFound(position, size: size)
        }
        return size == 0 ? nil : atPosition ?? size - 1
    }
}
