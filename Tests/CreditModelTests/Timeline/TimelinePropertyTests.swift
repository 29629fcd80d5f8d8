import ArchiveTesting
import CanonicalJSON
import CreditModel
import Testing

/// Random histories, accepted and refused step by step, against the plain judge.
@Suite struct TimelinePropertyTests {
    /// A case that grows at random: most facts at its end and likely to fit, some late, some nonsense.
    private struct RandomCase {
        var generator: SeededGenerator
        var timeline = CaseTimeline()
        var entries: [PlainJudge.Entry] = []
        private let base = day("2021-03-31")

        init(generator: SeededGenerator) { self.generator = generator }

        mutating func nextFact(distinctDays: Bool) -> CaseFact {
            let last = timeline.facts.last?.day ?? base
            var day = last.adding(days: generator.below(40))
            if generator.below(4) == 0 { day = base.adding(days: generator.below(900) - 20) }
            while distinctDays, timeline.facts.contains(where: { $0.day == day }) { day = day.adding(days: 1) }
            var step = randomStep()
            // Half of the time, look for a step that fits, so that long histories come about.
            for _ in 0..<(generator.below(2) * 30) {
                var trial = timeline
                let fact = CaseFact(day: day, position: CaseFact.unrecorded, step: step)
                if (try? trial.accept(fact, under: .standard, today: .distant)) != nil { break }
                step = randomStep()
            }
            return CaseFact(day: day, position: UInt64(entries.count + 1), step: step)
        }

        private mutating func randomStep() -> CaseStep {
            if timeline.state == nil, generator.below(3) > 0 { return .determined(randomRecord()) }
            let steps: [CaseStep] = [
                .rectificationOrdered, .rectificationReported, .rectificationAccepted, .objectionFiled,
                .objectionDismissed, .objectionWithdrawn, .repairApplied, .repairApplied, .repairAccepted,
                .repairAccepted, .repairDeclined, .repairGranted, .repairGranted, .repairRefused, .repairRescinded,
                .measureImposed, .measureLifted, .publicityExpired, .statement, .corrected(randomCorrection()),
                .corrected(randomCorrection()), .objectionUpheldCorrected(randomCorrection()),
                .determined(randomRecord()),
            ]
            switch generator.below(60) {
            case 0: return .revoked
            case 1: return .objectionUpheldRevoked
            default: return steps[generator.below(steps.count)]
            }
        }

        private mutating func pick<Value>(_ values: [Value]) -> Value { values[generator.below(values.count)] }

        private mutating func randomRecord() -> CaseRecord {
            CaseRecord(
                body: BodyID("body")!, category: pick([.r02, .r02, .r05]), area: pick([nil, .k1, .k2]),
                severity: pick(Severity.allCases), amount: pick([nil, .zero, Amount("1.5")]),
                visibility: pick([.open, .open, .restricted]), attributedYear: 2021, basisTitle: "甲", basisNumber: "1号",
                fact: commitment(UInt8(generator.below(3))))
        }

        /// Mostly from the value in force.
        private mutating func randomCorrection() -> CaseCorrection {
            let other = randomRecord()
            let old = generator.below(4) > 0 ? timeline.state?.record ?? other : other
            return switch generator.below(7) {
            case 0: .category(old: old.category, new: other.category)
            case 1: .area(old: old.area, new: other.area)
            case 2: .fact(old: old.fact, new: other.fact)
            case 3: .severity(old: old.severity, new: other.severity)
            case 4: .amount(old: old.amount, new: other.amount)
            case 5: .basisTitle(old: old.basisTitle, new: pick(["甲", "乙"]))
            default: .basisNumber(old: old.basisNumber, new: pick(["1号", "2号"]))
            }
        }

        /// Accepts the fact if both judges agree that it fits; says whether they agree.
        mutating func submit(_ fact: CaseFact) -> (accepted: Bool, agreed: Bool) {
            let entry = PlainJudge.Entry(day: fact.day, order: entries.count, step: fact.step)
            let isLegal = PlainJudge.isLegal(entries + [entry], under: .standard)
            let before = timeline.facts
            do throws(Refusal) {
                try timeline.accept(fact, under: .standard, today: .distant)
                entries.append(entry)
                return (true, isLegal)
            } catch {
                return (false, !isLegal && timeline.facts == before)
            }
        }
    }

    private func outcome(of state: CaseState?) -> PlainJudge.Outcome? {
        state.map { state in
            PlainJudge.Outcome(
                status: state.status.rawValue, inDispute: state.objectionOpen, measureImposed: state.measureImposed,
                repairedOn: state.repairedOn, revokedOn: state.revokedOn, record: state.record)
        }
    }

    private func story(of facts: [CaseFact]) -> String {
        facts.map { "\($0.day) \($0.step.chinese) (\($0.position))" }.joined(separator: ", ")
    }

    @Test func `whatever is submitted in whatever order, the timeline judges as re-sorting and re-folding does`() throws
    {
        var generator = SeededGenerator(announcedAs: "timelines against the plain judge")
        let seed = generator.seed
        var seen: [String: Int] = [:]
        for round in 0..<600 {
            var random = RandomCase(generator: SeededGenerator(seed: generator.next()))
            for _ in 0..<30 {
                let fact = random.nextFact(distinctDays: false)
                let (accepted, agreed) = random.submit(fact)
                seen[accepted ? fact.step.chinese : "refused", default: 0] += 1
                guard agreed else {
                    Issue.record(
                        """
                        SEED=\(seed), round \(round): \(fact.day) \(fact.step) is \(accepted ? "accepted" : "refused") \
                        against the plain judge, after \(story(of: random.timeline.facts))
                        """)
                    return
                }
                guard outcome(of: random.timeline.state) == PlainJudge.outcome(of: random.entries, under: .standard)
                else {
                    Issue.record("SEED=\(seed), round \(round): another outcome of \(story(of: random.timeline.facts))")
                    return
                }
            }
            try checkViews(of: random, seed: seed)
        }
        // Every kind of step was accepted somewhere, or the property says little.
        #expect(seen.count == 22, "SEED=\(seed): \(seen)")
        #expect(seen["refused", default: 0] > 1_000)
    }

    /// On every day and at every position the view is that of the facts which it may use, and of the timeline loaded anew.
    private func checkViews(of random: RandomCase, seed: UInt64) throws {
        let facts = random.timeline.facts
        let reloaded = try CaseTimeline(facts.reversed(), under: .standard)
        #expect(reloaded.facts == facts && reloaded.state == random.timeline.state, "SEED=\(seed)")
        for fact in facts {
            for position in [UInt64.max, fact.position] {
                let used = random.entries.filter { $0.day <= fact.day && $0.order < position }
                let view = try random.timeline.state(asOf: fact.day, atPosition: position, under: .standard)
                if outcome(of: view) != PlainJudge.outcome(of: used, under: .standard) {
                    Issue.record("SEED=\(seed): as of \(fact.day) at \(position), \(story(of: facts))")
                }
            }
        }
    }

    @Test func `any order in which the same facts are accepted ends in the same state`() throws {
        var generator = SeededGenerator(announcedAs: "orders of acceptance")
        let seed = generator.seed
        var otherOrders = 0
        for _ in 0..<300 {
            var random = RandomCase(generator: SeededGenerator(seed: generator.next()))
            for _ in 0..<25 { _ = random.submit(random.nextFact(distinctDays: true)) }
            let facts = random.timeline.facts
            let chronological = try accepted(facts)
            for _ in 0..<5 {
                let order = acceptableOrder(of: facts, &generator)
                if order != facts { otherOrders += 1 }
                let timeline = try accepted(order)
                guard timeline.facts == chronological.facts, timeline.state == chronological.state else {
                    Issue.record("SEED=\(seed): \(story(of: order)) ends otherwise")
                    return
                }
            }
        }
        #expect(otherOrders > 500, "SEED=\(seed)")
    }

    private func accepted(_ facts: [CaseFact]) throws -> CaseTimeline {
        var timeline = CaseTimeline()
        for fact in facts { try timeline.accept(fact, under: .standard, today: .distant) }
        return timeline
    }

    /// Any fact that fits comes next; where none does, the rest has no other order than that of its days.
    private func acceptableOrder(of facts: [CaseFact], _ generator: inout SeededGenerator) -> [CaseFact] {
        var rest = facts
        var order: [CaseFact] = []
        var timeline = CaseTimeline()
        while !rest.isEmpty {
            let next = rest.indices.shuffled(using: &generator).first { index in
                (try? timeline.accept(rest[index], under: .standard, today: .distant)) != nil
            }
            guard let next else { return facts }
            order.append(rest.remove(at: next))
        }
        return order
    }
}

extension CalendarDay {
    fileprivate static let distant = day("2999-12-31")
}
