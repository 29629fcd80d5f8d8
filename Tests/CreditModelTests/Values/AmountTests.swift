import ArchiveTesting
import CanonicalJSON
import CreditModel
import Testing

@Suite struct AmountTests {
    @Test(
        arguments: [
            ("0", 0), ("1", 1_000_000), ("1607.18", 1_607_180_000), ("0.000001", 1), ("0.1", 100_000),
            ("10", 10_000_000),
            ("100.05", 100_050_000), ("999999999999999.999999", 999_999_999_999_999_999_999),
        ] as [(String, Int128)])
    func `the canonical form is read exactly and written back`(text: String, millionths: Int128) throws {
        let amount = try #require(Amount(text))
        #expect(amount.millionths == millionths)
        #expect(amount.description == text)
        #expect(json(amount) == "\"\(text)\"")
        #expect(try read("\"\(text)\"", as: Amount.self) == amount)
    }

    @Test(arguments: [
        "", ".", "1.", ".5", "00", "01", "1.0", "1.10", "0.0", "-1", "-0", "+1", "1e3", "1,607.18", " 1", "1 ", "1.2.3",
        "1..2", "0.0000001", "1.0000000", "1000000000000000", "１", "1．5", "一", "NaN", "0x1", "1_0", "1\u{301}",
    ])
    func `any other form is refused`(text: String) {
        #expect(Amount(text) == nil)
        #expect(fault { () throws(JSONFault) in _ = try read(json(text), as: Amount.self) }?.code == .badValue)
    }

    @Test func `an amount is a string in JSON, never a number`() {
        #expect(fault { () throws(JSONFault) in _ = try read("5", as: Amount.self) }?.code == .wrongType)
    }

    @Test(arguments: [
        ("0", "0.00"), ("0.004999", "0.00"), ("0.005", "0.01"), ("1607.18", "1607.18"), ("23520.125", "23520.13"),
        ("23520.124999", "23520.12"), ("0.995", "1.00"), ("9.99", "9.99"), ("10.1", "10.10"), ("7", "7.00"),
    ])
    func `tables show two decimals, rounded half up`(text: String, shown: String) {
        #expect(Amount(text)?.twoDecimals == shown)
    }

    @Test func `amounts are added and compared as numbers`() throws {
        let parts = try ["0.1", "0.2", "1606.88"].map { try #require(Amount($0)) }
        #expect(parts.reduce(.zero, +) == Amount("1607.18"))
        #expect(try #require(Amount("9.5")) < #require(Amount("10")))
        #expect(try #require(Amount("0.000001")) > .zero)
        #expect(Amount("0") == .zero)
    }

    @Test func `every number of millionths has one form`() throws {
        var generator = SeededGenerator(announcedAs: "amounts")
        for _ in 0..<20_000 {
            let digits = generator.below(21)
            let limit = (0..<digits).reduce(Int128(1)) { power, _ in power * 10 }
            let amount = Amount(millionths: Int128.random(in: 0..<limit, using: &generator))
            if Amount(amount.description) != amount {
                Issue.record("SEED=\(generator.seed): \(amount.millionths) became \(amount)")
            }
        }
    }
}
