internal import EventLog
internal import SQLiteSupport

/// Decodes the log again into a facts file of its own: entries are checked and decoded on several threads, numbered and
/// written in larger sorted batches by the calling one.
struct FactDecoder {
    let projections: ProjectionSet
    let workers: Int
    let control: RebuildControl

    /// Entries that a thread decodes at a time.
    private static let page: UInt64 = 4_096
    /// Entries of one transaction: larger batches touch each leaf of the table more seldom.
    private static let batch = 65_536

    /// Decodes from the cursor of `facts` to `head`.
    func decode(into facts: FactStore, to head: LogHead, progress: (UInt64) throws -> Void) throws {
        let start = try facts.cursor().size
        guard start < head.size else { return }
        var cursor = try facts.cursor()
        var waiting: [EncodedFact] = []
        var position = start
        let count = Int((head.size - start + FactDecoder.page - 1) / FactDecoder.page)
        try OrderedPages.run(count: count, workers: workers, worker: worker(start, head)) { page in
            try control.check()
            waiting += page
            position = min(position + FactDecoder.page, head.size)
            if position == head.size || position - cursor.size >= FactDecoder.batch {
                let next = try projections.head(at: position, of: head)
                try facts.add(waiting, from: cursor, to: next)
                cursor = next
                waiting.removeAll(keepingCapacity: true)
            }
            try progress(position)
        }
    }

    private func worker(
        _ start: UInt64, _ head: LogHead
    ) -> @Sendable () throws -> (Int) throws -> [EncodedFact] {
        { [projections, control] in
            { number in
                try control.check()
                let first = start + UInt64(number) * FactDecoder.page
                let end = min(first + FactDecoder.page, head.size)
                // Copied out first: the store serves one at a time, and parsing takes longest.
                var blobs: [[UInt8]] = []
                blobs.reserveCapacity(Int(end - first))
                try projections.log.store.forEachEntry(in: first..<end) { blobs.append(Array($1)) }
                var leaves = try LeafCheck(projections.log)
                var facts: [EncodedFact] = []
                facts.reserveCapacity(blobs.count)
                for (index, bytes) in blobs.enumerated() {
                    let entry = try Entry(position: first + UInt64(index), bytes: bytes)
                    try leaves.check(entry)
                    let fact = try DecodedFact(entry, codec: projections.codec)
                    if let fact = EncodedFact(fact, position: entry.position) { facts.append(fact) }
                }
                return facts
            }
        }
    }
}
