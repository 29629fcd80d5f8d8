public import Assessment
internal import CreditModel

/// （三）存在问题及改进建议: what lost points and by how much, what is on record against the body, what is still to be put
/// right. What would earn the points is told in the words of the scheme's source and no others.
public struct ReportProblems: Sendable {
    /// An indicator that did not reach its maximum, or a deduction.
    public struct Loss: Sendable, Hashable {
        public var indicator: String
        public var name: String
        public var maximum: Rational?
        public var score: Score
        /// Above zero.
        public var lost: Score
        /// The working, line by line: how the loss came about.
        public var working: [String]
        /// 评分说明, word for word: what the source asks for. Nil where it is lost (Q16).
        public var requirement: String?
        /// Where in the document.
        public var place: String
    }

    /// An indicator without a score, with what it lacks.
    public struct Missing: Sendable, Hashable {
        public var indicator: String
        public var name: String
        public var reasons: [String]
    }

    /// Largest first; equal ones in the order of the scheme.
    public var losses: [Loss]
    public var missing: [Missing]
    /// The body's own cases in effect at the report's position.
    public var inEffect: [ReportedCase]
    /// Of those, the ones whose rectification was ordered and not accepted yet.
    public var openRectifications: [ReportedCase] {
        inEffect.filter { $0.rectification == .ordered || $0.rectification == .reported }
    }
    /// The sum of the losses of the base; nil where it cannot be told.
    public var lostInBase: Score?
}

extension ReportProblems {
    init(_ explanations: [Explanation], of scheme: Scheme, body: BodyID, cases: [ReportedCase]) {
        losses = []
        missing = []
        var sum: Int64 = 0
        for told in explanations {
            guard let indicator = scheme[indicator: told.score.id] else { continue }
            let title = told.content ?? told.name
            if told.score.isMissing {
                let reasons = told.working + told.score.notices.map(\.chinese)
                missing.append(Missing(indicator: indicator.id, name: title, reasons: reasons))
            }
            guard let score = told.score.score, indicator.role != .bonus else { continue }
            let lost: Score
            if indicator.role == .deduction {
                lost = score
            } else {
                guard let maximum = told.score.maximum,
                    let difference = try? Score(rounding: maximum - score.value)
                else { continue }
                lost = difference
                sum += lost.hundredths
            }
            guard lost > .zero else { continue }
            losses.append(
                Loss(
                    indicator: indicator.id, name: title, maximum: told.score.maximum, score: score, lost: lost,
                    working: told.working, requirement: told.score.source, place: told.place))
        }
        lostInBase = scheme.points == nil ? nil : Score(hundredths: sum)
        losses = losses.enumerated().sorted { ($1.element.lost, $0.offset) < ($0.element.lost, $1.offset) }
            .map(\.element)
        inEffect = cases.filter { $0.status == .inEffect && $0.body == body }
    }
}
