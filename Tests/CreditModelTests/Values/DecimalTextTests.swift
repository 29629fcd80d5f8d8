import CreditModel
import Testing

/// Decimals as texts carry them: what amounts and scores are read from.
@Suite struct DecimalTextTests {
    @Test(arguments: [
        ("0", false, 0, 0, 0), ("12.5", false, 12, 5, 1), ("-3.050", true, 3, 50, 3), ("007", false, 7, 0, 0),
        ("999999999999999.999999", false, 999_999_999_999_999, 999_999, 6),
    ])
    func aDecimalIsTakenApart(_ text: String, _ isNegative: Bool, _ whole: Int, _ fraction: Int, _ digits: Int) throws {
        let decimal = try #require(DecimalText(text))
        #expect(decimal.isNegative == isNegative && decimal.whole == UInt64(whole))
        #expect(decimal.fraction == UInt64(fraction) && decimal.fractionDigits == digits)
        #expect(decimal.hasLeadingZero == (text == "007"))
    }

    @Test(arguments: [
        "", "-", ".", "1.", ".5", "-.5", "--1", "1-", "1.2.3", "+1", " 1", "1 ", "1e3", "１", "1,000", "0x1",
        "1000000000000000", "0.0000001", "99999999999999999999999999999999",
    ])
    func whatIsNoDecimalIsRefused(_ text: String) {
        #expect(DecimalText(text) == nil)
    }

    @Test func amountsAreReadInTheirCanonicalFormAlone() {
        for text in ["0", "7", "0.5", "12.000001", "999999999999999.999999"] {
            #expect(Amount(text)?.description == text)
        }
        for text in ["00", "01", "-1", "-0", "1.0", "1.50", "0.0"] { #expect(Amount(text) == nil, "\(text)") }
    }
}
