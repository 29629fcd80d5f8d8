internal import TransparencyLog

/// The checks across entries: numbering of streams, identities, times.
///
/// Keeps fingerprints of 64 bits. What looks wrong by them is only suspected, and read again and compared byte by byte
/// in the end, so that two streams with one fingerprint do not make a finding. Equal names always have equal
/// fingerprints, so nothing is missed.
struct DeepLedger {
    /// More suspects than these are not read again; there is a finding that says so.
    private static let suspectLimit = 10_000

    private let log: any SurveyedLog
    private var nextSequence: FingerprintTable
    private var identities: FingerprintSet
    private var suspectStreams: Set<UInt64> = []
    private var suspectIdentities: Set<UInt64> = []
    private var tooManySuspects = false
    private var lastTime: UInt64 = 0

    init(_ log: any SurveyedLog) {
        self.log = log
        nextSequence = FingerprintTable(capacity: 1 << 16)
        // Five slots for four identities. A damaged log may only seem to be large: entries have a hundred bytes and
        // more.
        let entries = min(log.bounds.size, log.bounds.plausibleEntries / 25)
        identities = FingerprintSet(capacity: Int(clamping: entries + entries / 4 + 1))
    }

    mutating func add(_ chunk: Chunk, _ findings: inout FindingList) {
        for (offset, record) in chunk.records.enumerated() where record.stream != 0 {
            if record.time < lastTime {
                let position = chunk.positions.lowerBound + UInt64(offset)
                findings.add(.timeBackwards, at: position, "position \(position)")
            }
            lastTime = max(lastTime, record.time)
            let expected = nextSequence.set(record.stream, to: record.sequence + 1) ?? 0
            if record.sequence != expected { DeepLedger.add(record.stream, to: &suspectStreams, &tooManySuspects) }
            if !identities.insert(record.identity) {
                DeepLedger.add(record.identity, to: &suspectIdentities, &tooManySuspects)
            }
        }
    }

    private static func add(_ suspect: UInt64, to suspects: inout Set<UInt64>, _ tooMany: inout Bool) {
        if suspects.count < suspectLimit {
            suspects.insert(suspect)
        } else if !suspects.contains(suspect) {
            tooMany = true
        }
    }

    /// Reads the suspects again and compares them exactly.
    func recheck(_ findings: inout FindingList) throws(AuditError) {
        if tooManySuspects {
            let detail = "more than \(DeepLedger.suspectLimit) streams or identities; the others are not listed"
            findings.add(.sequenceBroken, detail)
        }
        guard !suspectStreams.isEmpty || !suspectIdentities.isEmpty else { return }
        var recheck = SuspectCheck(streams: suspectStreams, identities: suspectIdentities)
        let size = log.bounds.size
        let reader = try log.reader()
        do throws(StorageFault) {
            var next: UInt64 = 0
            while next < size {
                let end = min(size, next + UInt64(SubtreePyramid.width))
                try reader.seekEntries(next..<end)
                while let stored = try reader.nextEntry() {
                    let position = UInt64(bitPattern: stored.position)
                    guard position >= next else { throw StorageFault.disorder("position \(position) after \(next)") }
                    next = position + 1
                    guard let entry = stored.bytes else { continue }
                    recheck.read(entry, at: position, &findings)
                }
                next = end
            }
        } catch {
            if let obstacle = error.obstacle { throw obstacle }
            findings.add(error.finding, "entries, on the second reading: \(error.message)")
        }
    }
}

/// Follows suspected streams and identities by their exact names.
struct SuspectCheck {
    let streams: Set<UInt64>
    let identities: Set<UInt64>
    private var nextSequence: [[UInt8]: UInt64] = [:]
    private var firstPositions: [[UInt8]: UInt64] = [:]

    init(streams: Set<UInt64>, identities: Set<UInt64>) {
        (self.streams, self.identities) = (streams, identities)
    }

    mutating func read(_ entry: UnsafeRawBufferPointer, at position: UInt64, _ findings: inout FindingList) {
        var scanner = CanonicalScanner(entry)
        guard scanner.scan() else { return }
        let envelope = scanner.envelope
        guard let subject = envelope.subject, let source = envelope.source, let id = envelope.id,
            let sequence = envelope.sequence, envelope.recordedTime != nil
        else { return }
        if streams.contains(DeepRecord.fingerprint(subject)) {
            let name = [UInt8](subject)
            let expected = nextSequence[name] ?? 0
            if sequence != expected {
                let subject = String(decoding: subject.prefix(200), as: UTF8.self)
                let detail = "position \(position) is number \(sequence) of \(subject), expected \(expected)"
                findings.add(.sequenceBroken, at: position, detail)
            }
            nextSequence[name] = sequence + 1
        }
        if identities.contains(DeepRecord.fingerprint(source, id)) {
            let name = [UInt8](source) + [UInt8](id)
            if let first = firstPositions[name] {
                findings.add(.identityRepeated, at: position, "position \(position) repeats position \(first)")
            } else {
                firstPositions[name] = position
            }
        }
    }
}
