public import CreditModel
public import EventLog
internal import Foundation
internal import SQLiteSupport

/// The derived side of an archive folder: decoded facts and the live generation of read models.
///
/// Only the holder of the archive's writer lock keeps facts and folds; everybody else reads, and folds what the files
/// lack in memory.
public struct ProjectionSet: Sendable {
    public let folder: String
    public let log: LogReader
    public let policy: CreditPolicy
    public let codec: EventCodec
    let catalogue: ProjectionCatalogue
    let files: OpenFiles

    public init(folder: String, log: LogReader, policy: CreditPolicy, codec: EventCodec = .standard) {
        self.init(folder: folder, log: log, policy: policy, codec: codec, catalogue: .standard)
    }

    /// - Parameter catalogue: other projections than those of this program.
    package init(
        folder: String, log: LogReader, policy: CreditPolicy, codec: EventCodec = .standard,
        catalogue: ProjectionCatalogue
    ) {
        self.folder = folder
        self.log = log
        self.policy = policy
        self.codec = codec
        self.catalogue = catalogue
        files = OpenFiles(folder: folder, catalogue: catalogue)
    }

    var factsPath: String { folder + "/facts.sqlite" }

    /// Held by every fold of a chunk, and by the last drain of a rebuild and its change of generation.
    var folds: FileLock { FileLock(folder + "/folds.lock") }
    /// Held by a rebuild from beginning to end: one at a time.
    var rebuilds: FileLock { FileLock(folder + "/rebuild.lock") }

    /// The names of the projections, as `rebuild --projection` takes them.
    public var projectionNames: [String] { catalogue.names }

    /// Removes what a rebuild that was cut off has left, unless one is under way: when the archive is opened for writing.
    public func removeLeftovers() throws {
        _ = try rebuilds.holdingIfFree { Generation.removeLeftovers(folder) }
    }

    /// Follows the log to its end: facts first, then the read models. For the holder of the writer lock only.
    ///
    /// A projection that is new or has another version is built beside the old generation. Throws ``EventLogError``
    /// `derived-newer` where a newer program wrote the live generation, which is left as it is.
    ///
    /// - Parameter progress: entries done and to do.
    /// - Returns: the number of entries folded.
    @discardableResult
    public func fold(progress: (_ done: UInt64, _ total: UInt64) -> Void = { _, _ in }) throws -> UInt64 {
        do { return try foldOnce(progress) } catch {
            guard try discardDamaged(after: error) else { throw error }
            return try foldOnce(progress)
        }
    }

    private func foldOnce(_ progress: (UInt64, UInt64) -> Void) throws -> UInt64 {
        let follower = Follower(self)
        let (folded, need) = try follower.follow(progress)
        do {
            switch need {
            case .nothing: break
            case .everything: try Rebuilder(self).rebuild()
            case .projections(let names):
                var options = RebuildOptions()
                options.projections = names
                try Rebuilder(self).rebuild(options)
            }
        } catch let error as EventLogError where error.code == .rebuilding {
            // Whoever rebuilds brings what is needed; answers are folded from facts until then.
        }
        return folded
    }

    func decode(_ range: Range<UInt64>) throws -> [(position: UInt64, fact: DecodedFact)] {
        var decoded: [(position: UInt64, fact: DecodedFact)] = []
        var leaves = try LeafCheck(log)
        try log.forEachEntry(in: range) { entry in
            try leaves.check(entry)
            decoded.append((entry.position, try DecodedFact(entry, codec: codec)))
        }
        return decoded
    }

    func encodedFacts(_ range: Range<UInt64>) throws -> [EncodedFact] {
        try decode(range).compactMap { EncodedFact($0.fact, position: $0.position) }
    }

    /// The head of the log when it had `size` entries.
    func head(at size: UInt64, of head: LogHead) throws -> LogHead {
        guard size != head.size else { return head }
        return LogHead(size: size, root: try StoreTiles(store: log.store, size: head.size).root(at: size))
    }

    /// The timeline of facts that were accepted before; one that is not legal means that the log was written by others.
    func timeline(_ facts: [CaseFact]) throws -> CaseTimeline {
        do {
            return try CaseTimeline(facts, under: policy)
        } catch {
            throw EventLogError.undecodable(facts.last?.position ?? 0, error.english)
        }
    }

    /// How far the read models reach, and a digest of all they say; nil where there are none.
    public func viewsState() throws -> (size: UInt64, digest: String)? {
        try files.withViews { (try $0.file.cursor().size, try $0.digest()) }
    }

    /// The projections of the live generation; empty where there is none.
    public func projectionStates() throws -> [ProjectionState] { try files.withViews { try $0.states() } ?? [] }

    /// How far the decoded facts reach, and a digest of all they say; nil where there are none.
    public func factsState() throws -> (size: UInt64, digest: String)? {
        guard let facts = try files.facts() else { return nil }
        return (try facts.cursor().size, try facts.digest())
    }
}
