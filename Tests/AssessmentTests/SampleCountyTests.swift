import Assessment
import CreditModel
import Foundation
import Testing

/// `expected/scores-2023.json`, computed independently: every figure, flag and rank.
@Suite struct SampleCountyTests {
    @Test(arguments: ["tongbai-2023-township", "tongbai-2023-department", "openness-assessment"])
    func theCountysScoresAreTheOracles(_ id: String) throws {
        let oracle = try #require(try SampleCounty.expected("scores-2023")[id] as? [String: [String: Any]])
        let results = try Evaluator(Schemes.scheme(id), year: 2023).evaluate(SampleCounty.members(of: id))
        #expect(Set(results.map(\.body.text)) == Set(oracle.keys))
        for result in results {
            let expected = try #require(oracle[result.body.text])
            var answer: [String: Any] = [
                "total": result.total?.description ?? NSNull(), "rank": result.rank ?? NSNull(),
            ]
            if expected.keys.contains("indicators") {
                answer["indicators"] = Dictionary(
                    uniqueKeysWithValues: result.indicators.map { ($0.id, $0.score?.description ?? NSNull() as Any) })
                answer["flags"] = Dictionary(
                    uniqueKeysWithValues: result.indicators.filter { !$0.flags.isEmpty }.map {
                        ($0.id, $0.flags.map(\.rawValue))
                    })
            }
            if expected.keys.contains("grade") { answer["grade"] = result.grade ?? NSNull() }
            if expected.keys.contains("uncapped") { answer["uncapped"] = result.uncapped?.description ?? NSNull() }
            #expect(
                NSDictionary(dictionary: answer) == NSDictionary(dictionary: expected),
                "\(result.body): \(answer) against \(expected)")
        }
    }
}
