import ArchiveTesting
import Assessment
import CreditModel
import Testing

/// The engine against a second computation that shares nothing with it, over cohorts of random inputs: missing ones,
/// zero bases, counts above their maximum and rates above one among them.
@Suite struct PlainScoreTests {
    private static let words = [InputForm.yesNo: ["是", "否"], .compliance: ["合规", "未产生", "缺失"]]

    private func value(of input: InputDefinition, _ random: inout SeededGenerator) -> String {
        switch input.form {
        case .count: return random.pick(["0", "0", "1", "2", "3", "4", "5", "6", "7", "9", "12", "31"])
        case .decimal:
            let hundredths = random.below(
                input.maximum == .one ? 112 : input.name == Indicator.manualScore ? 700 : 4_000)
            let rest = hundredths % 100
            let fraction = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : rest < 10 ? ".0\(rest)" : ".\(rest)"
            return "\(hundredths / 100)\(fraction)"
        case .day: return random.pick(["2023-01-15", "2023-03-30", "2023-03-31", "2023-04-01", "2023-12-30"])
        case .yesNo, .compliance, .satisfaction: return random.pick(Self.words[input.form] ?? [])
        }
    }

    private func cohort(_ scheme: Scheme, _ random: inout SeededGenerator) -> [CohortMember] {
        let skipped = [Indicator.notApplicable, "cases"]
        return (0..<(1 + random.below(9))).map { number in
            var member = CohortMember(BodyID("b\(number)")!)
            // Some bodies report everything, so that totals and ranks come about.
            let gaps = random.chance(60) ? 0 : 4
            for row in scheme.indicators {
                for input in row.inputs where row.id == "XZ22" || !skipped.contains(input.name) {
                    let isNeeded = !input.isOptional || input.name == Indicator.manualScore
                    guard isNeeded ? !random.chance(gaps) : random.chance(30) else { continue }
                    var text = value(of: input, &random)
                    if input.name == Indicator.manualScore, gaps == 0 { text = random.pick(["0", "3.5", "4", "2.25"]) }
                    member.inputs[row.id, default: [:]][input.name] = InputValue(text)
                }
            }
            return member
        }
    }

    @Test(arguments: [Schemes.township, Schemes.department])
    func everyScoreFlagTotalAndRankIsThatOfThePlainComputation(_ id: String) throws {
        let scheme = try Schemes.scheme(id)
        let evaluator = try Evaluator(scheme, year: 2023)
        var random = SeededGenerator(announcedAs: "plain scores of \(id)")
        for round in 0..<(isLongRun ? 40_000 : 2_000) {
            let members = cohort(scheme, &random)
            let results = evaluator.evaluate(members)
            var totals = [Int?](repeating: 0, count: members.count)
            for row in scheme.indicators {
                let inputs = members.map { ($0.inputs[row.id] ?? [:]).mapValues(\.text) }
                let expected =
                    ["XB01", "XB02", "XB05"].contains(row.id)
                    ? PlainScores.placed(row.id, inputs)
                    : inputs.map {
                        (try? PlainScores(inputs: $0).score(row.id)) ?? .init(hundredths: nil, flags: ["MISSING"])
                    }
                for (index, wanted) in expected.enumerated() {
                    let score = try #require(results[index][indicator: row.id])
                    let isSame =
                        score.score?.hundredths == wanted.hundredths.map(Int64.init)
                        && Set(score.flags.map(\.rawValue)) == wanted.flags
                    try #require(isSame, "round \(round): \(row.id) \(inputs[index]) gave \(score), not \(wanted)")
                    if let value = wanted.hundredths {
                        totals[index] = totals[index].map { $0 + value }
                    } else {
                        totals[index] = nil
                    }
                }
            }
            for (index, total) in totals.enumerated() {
                let better = total.map { own in 1 + totals.compactMap(\.self).filter { $0 > own }.count }
                try #require(results[index].total?.hundredths == total.map(Int64.init), "round \(round)")
                try #require(results[index].rank == better, "round \(round)")
            }
        }
    }
}
