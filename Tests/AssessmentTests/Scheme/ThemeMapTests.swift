import Assessment
import CreditModel
import Schema
import Testing

/// The map of themes: read as strictly as the schemes, and exact in its shares.
@Suite struct ThemeMapTests {
    private static let source = String(decoding: Schema.schemeThemes, as: UTF8.self)

    private static func schemes() throws(SchemeFault) -> [Scheme] {
        var schemes: [Scheme] = []
        for (id, _) in Schema.schemes { schemes.append(try Schemes.scheme(id)) }
        return schemes
    }

    private static func read(_ yaml: String = source) throws(SchemeFault) -> ThemeMap {
        try ThemeMap(Schemes.text("themes.yaml", Array(yaml.utf8)), schemes: schemes())
    }

    @Test func `Q26: one idea under different names is one theme, across S3's two tables, S0 and S4`() throws {
        let map = try ThemeMapTests.read()
        func names(_ theme: String, _ scheme: String) -> [String] {
            map.themes.first { $0.name.chinese == theme }?.selections.filter { $0.scheme == scheme }
                .flatMap { $0.groups + $0.indicators.map(\.name) } ?? []
        }
        #expect(names("守信践诺", "province-integrity") == ["守信践诺"])
        #expect(names("守信践诺", Schemes.township) == ["履约践诺"])
        #expect(names("守信践诺", Schemes.department) == ["合同、协议履约情况", "政府合同违约纠纷情况", "中小微企业账款情况"])
        #expect(names("政务公开", "province-integrity") == ["政务信息公开"])
        for scheme in [Schemes.township, Schemes.department, "jiangsu-2020"] {
            #expect(names("政务公开", scheme) == ["政务公开"])
        }
        #expect(names("依法行政", "jiangsu-2020") == ["依法行政"])
        #expect(map.themes.flatMap(\.selections).allSatisfy { !$0.reason.isEmpty })
        // What is lost in its source is not guessed by its name (Q16).
        let lost = map.unmapped.first { $0.scheme == "province-integrity" }?.indicators.map(\.id)
        #expect(lost == ["SJ09", "SJ10", "SJ11", "SJ12"])
    }

    @Test func everyIndicatorIsInOneThemeOrHasAReasonWhyNot() throws {
        let map = try ThemeMapTests.read()
        for scheme in try ThemeMapTests.schemes() where scheme.incomplete == nil {
            for indicator in scheme.indicators where indicator.role == .base {
                let places = (map.themes.flatMap(\.selections) + map.unmapped).filter { selection in
                    selection.scheme == scheme.id
                        && (selection.indicators.contains { $0.id == indicator.id }
                            || selection.groups.contains { $0 == indicator.group })
                }
                #expect(places.count == 1, "\(indicator.id)")
            }
        }
    }

    static let broken: [(from: String, to: String, code: SchemeFault.Code)] = [
        ("SJ02: 政务信息公开}", "SJ02: 政务公开}", .badValue), ("SJ02: 政务信息公开}", "SJ99: 政务信息公开}", .unknownReference),
        ("groups: [履约践诺]", "groups: [守信践诺]", .unknownReference), ("register: Q26", "register: Q25", .badValue),
        (
            "  province-integrity:\n        indicators: {SJ01", "  province:\n        indicators: {SJ01",
            .unknownReference
        ),
        ("SJ01: 科学民主决策, SJ03: 依法履职尽责", "SJ01: 科学民主决策", .missingKey),
        ("SJ01: 科学民主决策, SJ03: 依法履职尽责", "SJ01: 科学民主决策, SJ02: 政务信息公开, SJ03: 依法履职尽责", .duplicateKey),
        ("groups: [政务信用信息系统建设, ", "groups: [", .missingKey), ("en: openness", "english: openness", .missingKey),
        ("        groups: [履约践诺]\n", "", .missingKey), ("reason: 只评等次，没有分数", "because: 只评等次，没有分数", .missingKey),
        ("reason: 只评等次，没有分数", "reason: 只评等次，没有分数\n    more: 1", .unknownKey),
        ("{SP01: 公众评议, SP02: 代表评议}", "[SP01, SP02]", .wrongType),
        ("{ZW00: 年度专项业务工作和日常工作}", "{ZW10: 加分}", .unknownReference),
    ]

    @Test(arguments: broken.indices)
    func aBrokenMapIsRefusedWithItsPlace(_ index: Int) throws {
        let (from, to, code) = ThemeMapTests.broken[index]
        #expect(ThemeMapTests.source.contains(from), "\(from)")
        let yaml = ThemeMapTests.source.replacing(from, with: to, maxReplacements: 1)
        let fault = try #require(fault { () throws(SchemeFault) in _ = try ThemeMapTests.read(yaml) }, "\(to)")
        #expect(fault.code == code, "\(to): \(fault)")
        #expect(fault.line > 0 && fault.document == "themes.yaml" && !fault.chinese.isEmpty)
    }

    @Test func aThemeIsAShareOfItsMaximumExactly() throws {
        let map = try ThemeMapTests.read()
        let scheme = try Schemes.scheme("province-integrity")
        var member = CohortMember(try #require(BodyID("a")))
        for (indicator, score) in zip(
            scheme.indicators, ["7", "9", "6.5", "0", "15", "7", "8", "9", "7", "8", "5", "5"])
        {
            member.inputs[indicator.id] = ["manual_score": InputValue(score)]
        }
        let result = try Evaluator(scheme, year: 2023).evaluate([member])[0]
        let scores = map.scores(of: result, by: scheme)
        #expect(scores.map(\.theme.chinese) == ["依法行政", "政务公开", "勤政高效", "守信践诺"])
        // 13.5 of 16, 9 of 9, 15 of 25, 24 of 25.
        #expect(scores.map { $0.percent?.description } == ["84.38", "100.00", "60.00", "96.00"])
        #expect(scores.map(\.maximum.description) == ["16", "9", "25", "25"])
        #expect(scores.map { $0.points?.description } == ["13.50", "9.00", "15.00", "24.00"])
    }

    @Test func aMissingIndicatorLeavesItsThemeWithoutAShare() throws {
        let map = try ThemeMapTests.read()
        let scheme = try Schemes.scheme("province-integrity")
        let result = try Evaluator(scheme, year: 2023).evaluate([.with("a", "SJ02", ["manual_score": "4.5"])])[0]
        let scores = map.scores(of: result, by: scheme)
        #expect(scores[1].percent?.description == "50.00" && scores[1].missing.isEmpty)
        #expect(scores[0].percent == nil && scores[0].points == nil && scores[0].missing == ["SJ01", "SJ03"])
    }
}
