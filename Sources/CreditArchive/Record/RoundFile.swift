internal import Assessment
internal import CreditModel
internal import EventLog
internal import Projections

/// A round as the judge works with it: its timeline, how many events its stream has, and the key of its texts.
final class RoundFile {
    var timeline: RoundTimeline
    var count: UInt64
    var key: (id: UInt32, bytes: [UInt8])?

    init(_ timeline: RoundTimeline, count: UInt64, key: (id: UInt32, bytes: [UInt8])?) {
        self.timeline = timeline
        self.count = count
        self.key = key
    }
}

extension RoundTimeline {
    /// A round as the log has it, by what was recorded at or before `position`. Throws ``EventLogError`` for damage.
    init(_ id: RoundID, in log: LogReader, atPosition position: UInt64 = .max) throws {
        guard let stream = StreamID(id.stream) else { preconditionFailure("a round's stream has a name") }
        var facts: [RoundFact] = []
        let head = try log.stream(stream)
        for (version, place) in head.positions.enumerated() where place <= position {
            let entry = try log.entry(of: stream, version: version, at: place)
            guard case .evaluation(let step) = try entry.event() else { continue }
            facts.append(RoundFact(step, position: place))
        }
        self.init(id, facts)
    }
}

/// A scheme as a round works by it, and how its rounds go.
struct RoundScheme {
    var scheme: Scheme
    var process: RoundProcess
}

/// The schemes, as rounds name them by digest.
struct RoundProcesses {
    private let evidence: EvidenceStore
    private var known: [EvaluationStep.SchemeChoice: [String: RoundScheme]] = [:]

    init(_ evidence: EvidenceStore) { self.evidence = evidence }

    /// How the rounds of a scheme go, by the documents that a round names; as published where it names none.
    ///
    /// Throws ``Refusal`` where the scheme is not known, has no process, or a document is not there or does not fit.
    mutating func process(_ scheme: String, _ choice: EvaluationStep.SchemeChoice?) throws -> RoundProcess {
        try self.scheme(scheme, choice).process
    }

    /// The scheme by the documents that a round names, with its process. Throws as ``process(_:_:)``.
    mutating func scheme(_ scheme: String, _ choice: EvaluationStep.SchemeChoice?) throws -> RoundScheme {
        let choice = choice ?? EvaluationStep.SchemeChoice()
        if let found = known[choice]?[scheme] { return found }
        let library = SchemeLibrary.published
        let found: Scheme
        do {
            let overlay = try choice.overlay.map { SchemeLibrary.text($0, try evidence.bytes($0)) }
            let published = try library.scheme(scheme)
            if let digest = choice.scheme, digest != published.digest {
                let text = SchemeLibrary.text(digest, try evidence.bytes(digest))
                found = try Scheme(text, overlay: overlay, options: library.options)
            } else {
                found = overlay == nil ? published : try library.scheme(scheme, overlay: overlay)
            }
        } catch {
            let error = ArchiveError(error)
            throw Refusal(
                "scheme-not-usable", field: "方案", chinese: "方案 \(scheme) 或其调整文件不能使用：\(error.chinese)",
                english: "the scheme \(scheme) or its overlay cannot be used: \(error.english)")
        }
        let lender = try? library.scheme("province-integrity")
        guard found.id == scheme, let process = found.process(borrowingFrom: lender) else {
            throw Refusal(
                "scheme-without-process", field: "方案", chinese: "方案 \(scheme) 没有评价流程，不能登记轮次",
                english: "the scheme \(scheme) has no process; no round of it can be recorded")
        }
        let usable = RoundScheme(scheme: found, process: process)
        known[choice, default: [:]][scheme] = usable
        return usable
    }
}
