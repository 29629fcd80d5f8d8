import Assessment
import CreditModel
import Testing

@Suite struct OverlayTests {
    @Test func anOverlayChangesOptionsDatesAndWeightsAndIsNamed() throws {
        let scheme = try Schemes.scheme(
            Schemes.township,
            overlay: """
                period: {to: 12-31}
                groups: {依法行政: 19, 政务公开: 21}
                indicators:
                  XZ01: {points: 3}
                  XZ03:
                    options: {deadlineDay: exclusive}
                    rule:
                      parts:
                        - {input: made, points: 1.5}
                        - {input: published_on, points: 0.5, presupposes: made, deadline: 04-15}
                  XZ06: {points: 1}
                """)
        #expect(scheme.overlay?.id == "test" && scheme.overlay?.digest == "digest of overlay.yaml")
        #expect(scheme.overlay?.reason == "县信用办〔2024〕1号" && scheme.overlay?.dated == CalendarDay("2024-01-01"))
        #expect(scheme.period.days(of: 2023).upperBound == CalendarDay("2023-12-31"))
        #expect(try scheme.score("XZ01", ["list_published": "是"]).score?.description == "3.00")
        #expect(try scheme.score("XZ03", ["made": "是", "published_on": "2023-04-14"]).score?.description == "2.00")
        #expect(try scheme.score("XZ03", ["made": "是", "published_on": "2023-04-15"]).score?.description == "1.50")
        let explained = try #require(
            try Evaluator(scheme, year: 2023).explain(
                "XZ01", of: .with("a", "XZ01", ["list_published": "是"]), among: []))
        #expect(explained.overlay?.id == "test")
    }

    @Test(arguments: [
        ("indicators: {XZ01: {points: 3}}", SchemeFault.Code.wrongSum),
        ("indicators: {XZ01: {quote: 另一句}}", .notChangeable), ("indicators: {XZ99: {points: 3}}", .notChangeable),
        ("indicators: {XZ04: {rule: {type: presence}}}", .notChangeable), ("title: 别的", .notChangeable),
        ("period: {year: 2024}", .notChangeable), ("groups: {新组: 3}", .notChangeable),
        ("options: {rank: dense}", .badValue), ("options: {nothing: dense}", .unknownKey),
        ("indicators: {XZ04: {options: {zeroBase: most}}}", .badValue), ("points: 90", .notChangeable),
        ("indicators: {XZ04: {rule: {numerator: won}}}", .unknownReference), ("period: [1]", .wrongType),
    ])
    func whatAnOverlayMayNotSayIsRefusedWithItsLine(_ change: String, _ code: SchemeFault.Code) throws {
        let told = try #require(
            fault { () throws(SchemeFault) in
                _ = try Schemes.scheme(Schemes.township, overlay: change)
            })
        #expect(told.code == code, "\(told)")
        if ![.wrongSum, .unknownReference].contains(code), told.line > 0, !told.field.isEmpty {
            #expect(told.document == "overlay.yaml" && told.line == 6, "\(told)")
        }
    }

    @Test func anOverlayForAnotherSchemeOrWithoutAReasonIsRefused() throws {
        let text = Schemes.source(Schemes.township)
        let other = fault { () throws(SchemeFault) in
            _ = try Schemes.read(text, overlay: Schemes.head(Schemes.department))
        }
        #expect(other?.code == .otherScheme)
        let silent = fault { () throws(SchemeFault) in
            _ = try Schemes.read(
                text, overlay: "overlay: a\nversion: \"1\"\ndated: 2024-01-01\nscheme: \(Schemes.township)\n")
        }
        #expect(silent?.code == .missingKey)
    }
}
