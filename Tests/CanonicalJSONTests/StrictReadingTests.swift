import ArchiveTesting
import CanonicalJSON
import Testing

/// What a lenient reader would let through, each with the code and the byte that a sender is told.
@Suite struct StrictReadingTests {
    @Test(arguments: [
        ("", 0), (" \n", 2), ("{", 1), ("{\"a\"", 4), ("{\"a\":", 5), ("{\"a\":1", 6), ("{\"a\":1,", 7),
        ("{\"a\":1,}", 7),
        ("{,}", 1), ("{\"a\" 1}", 5), ("{\"a\":,}", 5), ("{1:2}", 1), ("{\"a\":1 \"b\":2}", 7), ("{\"a\":1]", 6),
        ("[", 1), ("[1", 2), ("[1,", 3), ("[1,]", 3), ("[,1]", 1), ("[1 2]", 3), ("[1}", 2), ("tru", 0), ("True", 0),
        ("nul", 0), ("falsch", 0), ("'a'", 0), ("+1", 0), (".5", 0), ("NaN", 0), ("Infinity", 0), ("-", 0), ("-a", 0),
        ("/* */ 1", 0), ("}", 0), (":", 0), ("[1,-]", 3),
    ])
    func `a syntax error names its byte`(text: String, offset: Int) {
        let fault = faultReading(text)
        #expect(fault?.code == .malformed)
        #expect(fault?.pointer == "")
        #expect(fault?.detail.hasPrefix("byte \(offset): ") == true, "\(fault?.detail ?? "accepted")")
    }

    @Test(arguments: [
        ("1 2", 2), ("truex", 4), ("{}{", 2), ("[1]]", 3), ("null,", 4), ("\"a\"b", 3), ("1a", 1), ("{} \u{0C}", 3),
        ("0x10", 1), ("12345678901234567890x", 0),
    ])
    func `nothing may stand after the value`(text: String, offset: Int) {
        let fault = faultReading(text)
        #expect(fault?.code == (offset == 0 ? .notAnInteger : .malformed))
        #expect(fault?.detail.hasPrefix("byte \(offset): ") == true, "\(fault?.detail ?? "accepted")")
    }

    @Test(arguments: ["\u{FEFF}{}", "\u{A0}1", "\u{3000}1", "\u{0C}1", "\u{0B}1", "\u{2028}1", "\u{0}", "1\u{0}"])
    func `only the four white space characters of JSON are white space`(text: String) {
        #expect(faultReading(text)?.code == .malformed)
    }

    @Test func `white space of JSON is skipped wherever it may stand`() throws {
        let spaced = " \t\r\n{ \t\"a\"\r\n:\n[ 1 ,\t2 ]\r, \"b\" : { } , \"c\" : [ ] } \n"
        #expect(try canonical(spaced) == #"{"a":[1,2],"b":{},"c":[]}"#)
    }

    @Test(arguments: 0x00...0x1F)
    func `a raw control character in a string is refused`(byte: UInt8) {
        let fault = faultReading([0x22, 0x61, byte, 0x22])
        #expect(fault?.code == (byte == 0 ? .nulCharacter : .malformed))
        #expect(fault?.detail.hasPrefix("byte 2: ") == true)
    }

    @Test func `DEL and C1 controls are characters like others`() throws {
        #expect(try root("\"\u{7F}\u{85}\"").string() == "\u{7F}\u{85}")
    }

    @Test(arguments: [
        (#""\"#, 1), (#""a\"#, 2), (#""\x41""#, 1), (#""\U0041""#, 1), (#""\'""#, 1), (#""\0""#, 1), (#""\u""#, 1),
        (#""\u12""#, 1), (#""\u12g4""#, 1), (#""\u 123""#, 1), (#""\u+123""#, 1),
        (#""\ud800\uzzzz""#, 1), ("\"a", 2), (#""a\""#, 4),
    ])
    func `a bad or unfinished escape names its byte`(text: String, offset: Int) {
        let fault = faultReading(text)
        #expect(fault?.code == .malformed)
        #expect(fault?.detail.hasPrefix("byte \(offset): ") == true, "\(fault?.detail ?? "accepted")")
    }

    @Test func `every escape is resolved`() throws {
        let text = #""\"\\\/\b\f\n\r\t\u0041\u00e9\u00E9\u4e2d\ud83d\ude00\uD834\uDD1E""#
        #expect(try root(text).string().unicodeScalars.elementsEqual("\"\\/\u{8}\u{C}\n\r\tAéé中😀𝄞".unicodeScalars))
    }

    @Test(arguments: [("\"\\u0000\"", 1), ("\"ab\\u0000\"", 3), ("{\"\\u0000\":1}", 2)])
    func `U+0000 is refused as an escape too`(text: String, offset: Int) {
        #expect(faultReading(text)?.code == .nulCharacter)
        #expect(faultReading(text)?.detail.hasPrefix("byte \(offset): ") == true)
    }

    @Test(arguments: [
        (#""\ud800""#, 1), (#""\udbff""#, 1), (#""\ud800\u""#, 1), (#""\udc00""#, 1), (#""ab\udfff""#, 3),
        (#""\ud800x""#, 1),
        (#""\ud800\n""#, 1), (#""\ud800\u0041""#, 1), (#""\ud800\ud800\udc00""#, 1), (#""\udc00\ud800""#, 1),
        (#""\ud83d\ude00\ud83d""#, 13), (#"{"\ud800":1}"#, 2),
    ])
    func `a lone surrogate names the byte of its escape`(text: String, offset: Int) {
        let fault = faultReading(text)
        #expect(fault?.code == .loneSurrogate)
        #expect(fault?.detail.hasPrefix("byte \(offset): ") == true, "\(fault?.detail ?? "accepted")")
    }

    @Test(arguments: ["arrays", "objects", "both"])
    func `thirty-two levels are read and a thirty-third is not`(kind: String) {
        func nested(_ levels: Int) -> String {
            let isObject = (0..<levels).map { kind == "objects" || kind == "both" && !$0.isMultiple(of: 2) }
            return isObject.map { $0 ? "{\"k\":" : "[" }.joined() + "0"
                + isObject.reversed().map { $0 ? "}" : "]" }.joined()
        }
        #expect(faultReading(nested(JSONDocument.maximumDepth)) == nil)
        #expect(faultReading(nested(JSONDocument.maximumDepth + 1))?.code == .tooDeep)
        #expect(faultReading(String(repeating: "[", count: 100_000))?.code == .tooDeep)
    }

    @Test func `depth counts levels, not siblings`() {
        #expect(faultReading("[" + Array(repeating: "[[]]", count: 100).joined(separator: ",") + "]") == nil)
    }
}
