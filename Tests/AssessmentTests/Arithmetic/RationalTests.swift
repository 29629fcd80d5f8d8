import Assessment
import Testing

@Suite struct RationalTests {
    @Test(arguments: [
        ("0", "0"), ("0.4", "0.4"), ("25", "25"), ("-2", "-2"), ("1.50", "1.5"), ("000001", "1"), ("-0.25", "-0.25"),
        ("999999999999999.999999", "999999999999999.999999"),
    ])
    func decimalsAreReadExactly(_ text: String, _ shown: String) {
        #expect(Rational(decimal: text)?.description == shown)
    }

    @Test(arguments: [
        "", ".", "1.", ".5", "1e3", "+1", " 1", "1,5", "1.0000001", "1234567890123456", "--1", "1.2.3", "０",
    ])
    func whatIsNoDecimalIsRefused(_ text: String) {
        #expect(Rational(decimal: text) == nil)
    }

    @Test func arithmeticIsExactWhereBinaryNumbersAreNot() throws {
        let tenth = try #require(Rational(decimal: "0.1"))
        let fifth = try #require(Rational(decimal: "0.2"))
        #expect(try tenth + fifth == Rational(decimal: "0.3"))
        let third = try Rational(1, over: 3)
        #expect(try third * Rational(3) == .one)
        #expect(try (third + third + third) - .one == .zero)
        #expect(third.description == "1/3")
        #expect(try Rational(4, over: -6) == Rational(-2, over: 3))
        #expect(try Rational(3).divided(by: Rational(-6)).description == "-0.5")
    }

    @Test func comparisonsNeverOverflow() throws {
        let large = try Rational(.max, over: 3)
        let larger = try Rational(.max, over: 2)
        #expect(large < larger && !(larger < large))
        #expect(try Rational(1, over: .max) < Rational(1, over: .max - 1))
        #expect(try Rational(-1, over: 2) < Rational(1, over: 3))
    }

    @Test func whatLeavesTheRangeThrowsAndNeverWraps() throws {
        let large = Rational(.max)
        #expect(throws: ArithmeticOverflow.self) { try large + .one }
        #expect(throws: ArithmeticOverflow.self) { try large * Rational(2) }
        #expect(throws: ArithmeticOverflow.self) { try Rational(.min, over: 1) }
        #expect(throws: ArithmeticOverflow.self) { try Rational(1, over: .max) + Rational(1, over: .max - 1) }
        #expect(throws: ArithmeticOverflow.self) { try Score(rounding: large) }
        #expect(try large * Rational(1, over: .max) == .one)
    }

    @Test(arguments: [
        ("0.005", "0.01"), ("0.0049", "0.00"), ("1.005", "1.01"), ("2.675", "2.68"), ("8", "8.00"), ("-0.005", "0.00"),
        ("-0.006", "-0.01"), ("-2", "-2.00"), ("3.014999", "3.01"), ("99.995", "100.00"),
    ])
    func scoresRoundHalfUpToTwoDecimals(_ value: String, _ score: String) throws {
        #expect(try Score(rounding: #require(Rational(decimal: value))).description == score)
    }

    @Test func aThirdOfAPointRounds() throws {
        #expect(try Score(rounding: Rational(5, over: 3)).description == "1.67")
        #expect(try Score(rounding: Rational(25, over: 7)).description == "3.57")
        #expect(Score(hundredths: 7).description == "0.07")
        #expect(Score(hundredths: 1234).value.description == "12.34")
    }
}
