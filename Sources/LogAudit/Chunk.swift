internal import TransparencyLog

/// What every worker of one audit needs to know.
struct ChunkPlan: Sendable {
    let log: any SurveyedLog
    let trust: CheckpointTrust
    let deep: Bool

    /// The number of positions to audit.
    var size: UInt64 { log.bounds.size }

    /// The number of runs of 65,536 positions, the last one perhaps shorter.
    var chunkCount: Int { Int((size + UInt64(SubtreePyramid.width) - 1) >> UInt64(SubtreePyramid.height)) }

    /// The positions of a run.
    func positions(of index: Int) -> Range<UInt64> {
        let start = UInt64(index) << UInt64(SubtreePyramid.height)
        return start..<min(size, start + UInt64(SubtreePyramid.width))
    }
}

/// What a worker found out about a run of positions.
struct Chunk: Sendable {
    let index: Int
    let positions: Range<UInt64>
    /// The root over all its leaves; a whole run's is a perfect subtree.
    let root: Digest32
    /// The roots of its full tiles of level 0.
    let tileRoots: [Digest32]
    /// The sizes within the run at which partial tiles are kept.
    let partialSizes: [UInt64]
    /// What heads and checkpoints state about sizes within the run.
    let claims: [RootClaim]
    /// Of each entry in order; none unless the audit is deep.
    let records: [DeepRecord]
    let bytesHashed: UInt64
    /// The rows read beside the entries.
    let tally: RowTally
    let findings: FindingList
}

/// That somebody says what the root is at a size.
struct RootClaim: Sendable {
    enum Claimant: Sendable { case head, checkpoint, earlier }

    let claimant: Claimant
    let size: UInt64
    /// The root as stated.
    let stated: Digest32
    /// The root over the leaves of the run up to the size, to be joined with what is in front of the run.
    let ragged: Digest32
}
