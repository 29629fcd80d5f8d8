public import CreditModel
internal import EventLog
internal import Projections

/// Results that a round has issued: one entry, fixed to the prefix of the log from which they were computed.
public struct ResultIssue: Sendable, Hashable {
    public enum Stage: String, Sendable, CaseIterable {
        /// 初步评价 (《政务诚信评价办法》第十一条第三项).
        case preliminary
        /// 最终评价 (第十一条第五项).
        case final
        /// A later correction made other scores of it.
        case reissued

        public var chinese: String {
            switch self {
            case .preliminary: "初评"
            case .final: "最终"
            case .reissued: "更正"
            }
        }

        public var eventType: EventType {
            switch self {
            case .preliminary: .evaluationPreliminary
            case .final: .evaluationFinal
            case .reissued: .evaluationReissued
            }
        }
    }

    public var position: UInt64
    public var recordedTime: String
    public var stage: Stage
    public var round: RoundID
    public var occurredOn: CalendarDay
    public var document: DocumentNumber?
    public var results: EvaluationResults
    /// The position of the results that a re-issue replaces.
    public var replaces: UInt64?
    /// Why results were re-issued.
    public var reason: String?

    /// Nil for an entry that issues no results.
    init?(_ entry: Entry, _ round: RoundID) throws {
        guard let stage = Stage.allCases.first(where: { $0.eventType.rawValue == entry.type }),
            case .evaluation(let step) = try entry.event(), let results = step.content.results
        else { return nil }
        position = entry.position
        recordedTime = entry.recordedTime
        self.stage = stage
        self.round = round
        occurredOn = step.details.occurredOn
        document = step.details.document
        self.results = results
        replaces = step.content.replaces
        reason = step.content.reason
    }
}

/// Everything that a round has issued, and what of it holds.
public struct RoundResults: Sendable {
    /// What holds of one body.
    public struct Standing: Sendable, Hashable {
        public var result: EvaluationResults.BodyResult
        public var issue: ResultIssue
    }

    public var round: RoundID
    /// In order of recording.
    public private(set) var issues: [ResultIssue] = []
    /// What holds of each body: the final result or its latest re-issue, before that the latest preliminary one.
    public private(set) var standing: [BodyID: Standing] = [:]

    init(_ round: RoundID) { self.round = round }

    mutating func add(_ issue: ResultIssue) {
        issues.append(issue)
        for result in issue.results.results {
            // A preliminary result after the final one changes nothing.
            if issue.stage == .preliminary, let now = standing[result.body], now.issue.stage != .preliminary {
                continue
            }
            standing[result.body] = Standing(result: result, issue: issue)
        }
    }
}

extension Archive {
    /// What the rounds of a scheme and year have issued, of every region or of one; as known at a position.
    func results(
        scheme: String? = nil, year: Int? = nil, region: String? = nil, atPosition position: UInt64? = nil
    ) throws -> [RoundResults] {
        var found: [RoundResults] = []
        for stream in try log.index.streams(withPrefix: "round/") {
            guard let round = RoundID(stream: stream.text), scheme.map({ $0 == round.scheme }) ?? true,
                year.map({ $0 == round.year }) ?? true, region.map({ round.region.text.hasPrefix($0) }) ?? true
            else { continue }
            var results = RoundResults(round)
            for entry in try log.entries(of: stream) where position.map({ entry.position <= $0 }) ?? true {
                if let issue = try ResultIssue(entry, round) { results.add(issue) }
            }
            if !results.issues.isEmpty { found.append(results) }
        }
        return found.sorted { $0.round < $1.round }
    }
}
