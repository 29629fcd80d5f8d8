internal import Assessment
internal import CreditModel
internal import EventLog
internal import Projections

// What a round's scheme says at the door: for which year it is, whom it assesses, and what it gives.
extension Judge {
    /// A scheme that is for one year has no rounds of another.
    func requireYear(_ scheme: Scheme, of id: RoundID) throws(Refusal) {
        guard let only = scheme.period.year, only != id.year else { return }
        let days = scheme.period.days(of: only)
        let quote = scheme.period.quote.map { "“\($0)”" } ?? ""
        throw Refusal(
            "scheme-other-year", field: "年度",
            chinese: "方案 \(scheme.id) 的评价周期是 \(days.lowerBound) 至 \(days.upperBound)，不能开展 \(id.year) 年度的评价；请核对方案和年度"
                + "（《\(scheme.source.document)》\(quote)）",
            english:
                "the scheme \(scheme.id) is about \(days.lowerBound) to \(days.upperBound) and has no round of \(id.year); "
                + "check the scheme and the year (《\(scheme.source.document)》)")
    }

    /// The evaluated days, for the steps that begin a round: nothing is begun for a year that has not begun.
    func period(_ type: EventType, _ scheme: Scheme, of id: RoundID) -> ClosedRange<CalendarDay>? {
        switch type {
        case .evaluationCommissioned, .evaluationPlanned, .evaluationOpened: scheme.period.days(of: id.year)
        default: nil
        }
    }

    /// Bodies on their way into the round that it cannot assess: of kinds that the scheme is not about, of another
    /// region, not there on the period's last day, or the evaluator itself.
    func strangers(
        _ coming: [AssessedBody], _ scheme: Scheme, of id: RoundID, evaluator: NamedOffice?
    ) throws -> [StepSurroundings.Stranger] {
        let last = scheme.period.days(of: id.year).upperBound
        let rule = "《\(scheme.source.document)》方案 \(scheme.id) 的受评单位是\(scheme.cohort.words)，区划属 \(id.region)"
        var found: [StepSurroundings.Stranger] = []
        for assessed in coming {
            guard let history = try register.history(assessed.body) else { continue }
            let profile = history.profile(asOf: last)
            let level = profile.level.map { "，\($0.rawValue)级" } ?? ""
            let told = "\(profile.name)（\(profile.kind.rawValue)\(level)，区划 \(profile.region)）"
            func add(_ chinese: String, _ english: String) {
                found.append(
                    StepSurroundings.Stranger(
                        body: assessed.body, chinese: "\(told)\(chinese)", english: "\(told) \(english)"))
            }
            let area = scheme.cohort.key(kind: profile.kind, level: profile.level, region: profile.region)?.area
            if let evaluator, isSame(evaluator, history) {
                add("是受委托的评价机构，不能同时受评", "is the evaluator and cannot be assessed by itself")
            } else if let day = profile.establishedOn, day > last {
                add("\(day) 成立，\(last) 尚不存在", "was established on \(day) and was not there on \(last)")
            } else if let day = profile.abolishedOn {
                add("已于 \(day) 撤销，\(last) 不再存在", "was abolished on \(day) and was not there on \(last)")
            } else if area.map({ $0.hasPrefix(id.region.prefix) || id.region.prefix.hasPrefix($0) }) != true
                || !profile.region.text.hasPrefix(id.region.prefix)
            {
                add(
                    "不属于本轮次：\(rule)；请核对代码",
                    "does not belong to this round: it assesses \(scheme.cohort.words) in \(id.region) (《\(scheme.source.document)》); check the code"
                )
            }
        }
        return found
    }

    /// Holds submitted results against what their documents give from their snapshot.
    ///
    /// A score that cannot show the entries and the rule behind it must not be (design.md, What must never be, 6): results
    /// are computed by the archive (contract §5) whoever submits them, and others are refused. A grade that is set by
    /// hand (Q24) is the office's own.
    func requireComputed(_ results: EvaluationResults, of id: RoundID) throws {
        let size = try archive.log.head().size
        guard results.snapshot < size else {
            throw Refusal(
                "snapshot-unknown", field: "snapshot", chinese: "快照位置 \(results.snapshot) 尚未收录，现有 \(size) 个条目",
                english: "the snapshot \(results.snapshot) is not recorded; the archive has \(size) entries")
        }
        let computed: [BodyID: EvaluatedBody]
        let isByHand: Bool
        do {
            let answer = try archive.evaluation(
                of: id, scheme: results.scheme, overlay: results.overlay, at: results.snapshot)
            computed = Dictionary(uniqueKeysWithValues: answer.bodies.map { ($0.profile.id, $0) })
            isByHand = answer.scheme.points == nil
        } catch let error as ArchiveError {
            throw Refusal(
                "results-not-computed", field: "results", chinese: "提交的评价结果不能由其快照算得：\(error.chinese)",
                english: "the submitted results cannot be computed from their snapshot: \(error.english)")
        }
        for given in results.results {
            guard let score = computed[given.body]?.score else {
                throw Judge.notComputed(given.body, results, "该单位不在方案的受评单位之列", "the scheme does not assess it")
            }
            var own = EvaluationResults.BodyResult(score)
            if isByHand { own.grade = given.grade }
            guard own != given else { continue }
            let (chinese, english) = Judge.difference(given, own)
            throw Judge.notComputed(given.body, results, chinese, english)
        }
    }

    private static func difference(
        _ given: EvaluationResults.BodyResult, _ own: EvaluationResults.BodyResult
    ) -> (String, String) {
        func text(_ points: Points?) -> String { points?.shown ?? "—" }
        for mine in own.indicators {
            guard let other = given.indicators.first(where: { $0.id == mine.id }) else {
                return ("缺少指标 \(mine.id)，应为 \(text(mine.score))", "\(mine.id) is missing; it is \(text(mine.score))")
            }
            guard other != mine else { continue }
            let flags = mine.flags.isEmpty ? "" : " " + mine.flags.joined(separator: " ")
            return (
                "指标 \(mine.id) 提交 \(text(other.score))，应为 \(text(mine.score))\(flags)",
                "\(mine.id) is given as \(text(other.score)) and is \(text(mine.score))\(flags)"
            )
        }
        let (rank, mine) = (given.rank.map(String.init) ?? "—", own.rank.map(String.init) ?? "—")
        return (
            "提交总分 \(text(given.total))、名次 \(rank)，应为 \(text(own.total))、\(mine)",
            "total \(text(given.total)) and rank \(rank) are given and are \(text(own.total)) and \(mine)"
        )
    }

    private static func notComputed(
        _ body: BodyID, _ results: EvaluationResults, _ chinese: String, _ english: String
    ) -> Refusal {
        Refusal(
            "results-not-computed", field: "results",
            chinese: "\(body) 的结果不是以快照 \(results.snapshot) 算得的：\(chinese)；请先登记指标数据，再用 results issue 印发",
            english: "the result of \(body) is not what the snapshot \(results.snapshot) gives: \(english); record the "
                + "observations and issue the results with results issue")
    }
}
