import ArchiveTesting
import CanonicalJSON
import Testing

/// Numbers are integers that every reader keeps exact (I-JSON, RFC 7493 §2.2); all else is written as a string.
@Suite struct NumberTests {
    @Test(
        arguments: [
            ("0", 0), ("7", 7), ("-1", -1), ("10", 10), ("4294967296", 4_294_967_296),
            ("9007199254740991", 9_007_199_254_740_991), ("-9007199254740991", -9_007_199_254_740_991),
        ] as [(String, Int64)])
    func `an integer within 2^53−1 is read exactly`(text: String, value: Int64) throws {
        #expect(try root(text).integer() == value)
        #expect(try canonical(text) == text)
    }

    @Test(arguments: [
        "1.0", "1.5", "0.0", "-0.5", "1e2", "1E2", "1e+2", "0e0", "1.", "-0", "-0.0", "-0e1", "9007199254740992",
        "-9007199254740992", "9999999999999999", "12345678901234567", "18446744073709551616",
        "-9223372036854775809", "1" + String(repeating: "0", count: 400),
    ])
    func `a fraction, an exponent, minus zero and a large number are refused`(text: String) {
        for (document, offset) in [(text, 0), ("[1,\(text)]", 3), ("{\"a\":\(text)}", 5)] {
            #expect(faultReading(document)?.code == .notAnInteger)
            #expect(faultReading(document)?.detail.hasPrefix("byte \(offset): ") == true)
        }
    }

    @Test(arguments: ["00", "01", "-01", "007", "-00", "00.5", "00000000000000001", "-00000000000000000000001"])
    func `leading zeros are a syntax error however many there are`(text: String) {
        #expect(faultReading(text)?.code == .malformed)
    }

    @Test func `a number is not a string and a string is not a number`() throws {
        #expect(fault { () throws(JSONFault) in _ = try root("\"1\"").integer() }?.code == .wrongType)
        #expect(fault { () throws(JSONFault) in _ = try root("1").string() }?.code == .wrongType)
    }
}
