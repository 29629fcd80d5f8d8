internal import CreditArchive
internal import EventLog
internal import EventLogSQLite
internal import Foundation
internal import LogAudit
internal import TransparencyLog

/// A log by itself: genuine entries of about 600 bytes with their tiles, heads and a signed checkpoint, written through
/// the log's own store and past everything that an archive does before.
struct BenchLog {
    let path: String
    let entries: Int
    let signer: NoteSigner

    static let origin = "bench.example/verify"
    private static let batch = 10_000

    /// Makes the log, and tells what of the time was the tree's.
    init(folder: String, entries: Int) throws {
        path = folder + "/bench-log.sqlite"
        self.entries = entries
        signer = try NoteSigner(name: BenchLog.origin)
        if !FileManager.default.fileExists(atPath: path) { try write() }
    }

    private func write() throws {
        try SQLiteLogStore.create(path: path)
        let store = try SQLiteLogStore(path: path, writable: true)
        var tree = TreeBuilder()
        var treeSeconds = 0.0
        let start = ContinuousClock.now
        for first in stride(from: 0, to: entries, by: BenchLog.batch) {
            let batch = (first..<min(entries, first + BenchLog.batch)).map(BenchLog.entry)
            var tiles: [FullTile] = []
            var head = LogHead.empty
            treeSeconds += timedNow {
                for entry in batch { tree.append(MerkleHash.leaf(entry)) { tiles.append($0) } }
                head = LogHead(size: tree.size, root: tree.root())
            }
            try store.commit(CommitBatch(firstPosition: UInt64(first), entries: batch, tiles: tiles, head: head))
        }
        let note = try Checkpoint(origin: BenchLog.origin, size: tree.size, root: tree.root()).signed(by: [signer])
        try store.save(checkpoint: String(decoding: note.bytes, as: UTF8.self), size: tree.size)
        try store.settle()
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        Line(
            name: "writing a log to verify", amount: entries, unit: "entries", seconds: seconds,
            note: String(
                format: "hashes, tiles and heads are %.2f us an entry, %.0f%% of storing alone",
                treeSeconds / Double(entries) * 1e6, treeSeconds / seconds * 100)
        ).show()
    }

    /// An envelope as the archive writes it, of about 600 bytes (entry.md).
    private static func entry(_ number: Int) -> [UInt8] {
        let milliseconds = Int64(1_700_000_000_000) + Int64(number)
        let text = """
            {"data":{"fact":{"sealed":{"cm":"\(nonce(number, 43))","ct":"\(nonce(number, 110 + number % 40))",\
            "iv":"\(nonce(number, 16))","kid":\(number / 5)}}},"datacontenttype":"application/json",\
            "dataschema":"urn:credit-archive:schema:statement.attached:1","id":"\(number)",\
            "nonce":"\(nonce(number, 22))","recordedby":"operator/bench",\
            "recordedtime":"\(RecordedTime.text(milliseconds: milliseconds))","sequence":"\(padded(number % 5))",\
            "source":"urn:bench","specversion":"1.0","subject":"case/\(number / 5)","type":"statement.attached"}
            """
        return Array(text.utf8)
    }

    private static func padded(_ number: Int) -> String { "000000000\(number)" }

    private static func nonce(_ number: Int, _ count: Int) -> String {
        let digits = String(UInt64(truncatingIfNeeded: number) &* 0x9E37_79B9_7F4A_7C15, radix: 16)
        return String(repeating: digits, count: count / digits.utf8.count + 1).prefix(count).description
    }
}

extension Benchmarks {
    /// Every entry re-hashed, tiles, heads and signatures, over a log by itself; then proofs out of it.
    func verifyLog() throws {
        let log = try BenchLog(folder: folder, entries: events)
        let raw = try Raw.scan(folder, log.path)
        for deep in [false, true] {
            var best: LogAuditor.Report?
            var peak = 0
            for _ in 0..<(deep ? 1 : 3) {
                peak = try Process.peakMegabytes {
                    let options = LogAuditor.Options(
                        verifierKeys: [log.signer.verifier], origins: [BenchLog.origin], deep: deep)
                    let report = try LogAuditor(path: log.path, options: options).run()
                    guard report.isSound else { throw BenchError("\(report.findings)") }
                    if report.seconds < best?.seconds ?? .infinity { best = report }
                }
            }
            guard let best else { continue }
            Line(
                name: deep ? "verify a log, deep" : "verify a log", amount: Int(best.entries), unit: "entries",
                seconds: best.seconds, bytes: best.bytesHashed, rawRate: raw,
                note: (deep ? "" : "best of 3; raw reads every byte and hashes none; ") + "peak \(peak) MiB"
            ).show()
        }
        try proofs(log)
    }

    /// Proofs of entries and between sizes all over the log, each verified outside the time.
    private func proofs(_ log: BenchLog) throws {
        let store = try SQLiteLogStore(path: log.path, writable: false)
        let reader = LogReader(store: store, index: InMemoryLogIndex())
        let head = try store.head()
        var generator = SystemRandomNumberGenerator()
        let places = (0..<2_000).map { _ in UInt64.random(in: 1..<head.size, using: &generator) }
        var proofs: [InclusionProof] = []
        let first = try timedNow { _ = try reader.inclusionProof(of: places[0], size: head.size) }
        let inclusion = try timedNow {
            for place in places { proofs.append(try reader.inclusionProof(of: place, size: head.size)) }
        }
        for (place, proof) in zip(places, proofs) {
            var isRight = false
            try store.forEachEntry(in: place..<place + 1) { _, entry in
                isRight = proof.verify(leaf: MerkleHash.leaf(entry), root: head.root)
            }
            guard isRight else { throw BenchError("the proof of \(place) does not verify") }
        }
        Line(
            name: "inclusion proof", amount: places.count, unit: "proofs", seconds: inclusion,
            note: String(
                format: "%.0f us each; %.0f us the first, which derives the right edge",
                inclusion / Double(places.count) * 1e6, first * 1e6)
        ).show()
        let consistency = try timedNow {
            for place in places { _ = try reader.consistencyProof(from: place, to: head.size) }
        }
        Line(
            name: "consistency proof", amount: places.count, unit: "proofs", seconds: consistency,
            note: String(format: "%.0f us each", consistency / Double(places.count) * 1e6)
        ).show()
    }

    /// What of an append's processor time is the tree's: the entries' hashes, tiles and a root for each 1,000, over the
    /// same entries again, against what `used` seconds appended.
    func treeShare(of used: Double) throws {
        let store = try SQLiteLogStore(path: archiveFolder.log, writable: false)
        let size = try store.head().size
        var tree = TreeBuilder()
        var seconds = 0.0
        for first in stride(from: 0, to: size, by: 1_000) {
            var batch: [[UInt8]] = []
            try store.forEachEntry(in: first..<min(size, first + 1_000)) { batch.append(Array($1)) }
            seconds += timedNow {
                for entry in batch { tree.append(MerkleHash.leaf(entry)) { _ in } }
                _ = tree.root()
            }
        }
        Line(
            name: "  of that the tree", amount: Int(size), unit: "entries", seconds: seconds,
            note: String(
                format: "%.1f%% of the CPU of the appends; measured alone over the same entries", seconds / used * 100)
        ).show()
    }
}
