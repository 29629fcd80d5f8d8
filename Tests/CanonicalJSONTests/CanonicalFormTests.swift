import ArchiveTesting
import CanonicalJSON
import Testing

/// RFC 8785, with the vectors of its text and of its authors' test data (numbers made integers).
@Suite struct CanonicalFormTests {
    @Test func `keys are sorted by UTF-16 code units as the RFC's example has them`() throws {
        let example = #"""
            {"\u20ac":"Euro Sign","\r":"Carriage Return","\ufb33":"Hebrew Letter Dalet With Dagesh","1":"One",
             "\ud83d\ude00":"Emoji: Grinning Face","\u0080":"Control","\u00f6":"Latin Small Letter O With Diaeresis"}
            """#
        let document = try JSONDocument(parsing: CanonicalForm.bytes(of: root(example)))
        let names = try document.root.members().map { member throws(JSONFault) in try member.value.string() }
        #expect(
            names == [
                "Carriage Return", "One", "Control", "Latin Small Letter O With Diaeresis", "Euro Sign",
                "Emoji: Grinning Face", "Hebrew Letter Dalet With Dagesh",
            ])
    }

    @Test(arguments: [
        (
            #"{"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}"#,
            #"{"literals":[null,true,false],"string":"€$\u000f\nA'B\"\\\\\"/"}"#
        ),
        (
            #"""
            {"1":{"f":{"f":"hi","F":5},"\n":56},"10":{ },"":"empty","a":{ },"111":[{"e":"yes","E":"no"}],"A":{ }}
            """#,
            #"{"":"empty","1":{"\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{"E":"no","e":"yes"}],"A":{},"a":{}}"#
        ),
        (#"{"sin":1,"pêche":2,"péché":3,"peach":4}"#, #"{"peach":4,"péché":3,"pêche":2,"sin":1}"#),
        (#"{"Unnormalized Unicode":"A\u030a"}"#, "{\"Unnormalized Unicode\":\"A\u{30A}\"}"),
        (
            #"{"</script>":1,"\u0080":"Control\u007f","\r":3}"#,
            "{\"\\r\":3,\"</script>\":1,\"\u{80}\":\"Control\u{7F}\"}"
        ),
        ("\"\\u2028\\u2029\\u200b\\ufeff\"", "\"\u{2028}\u{2029}\u{200B}\u{FEFF}\""),
        (" [ 56 , [ ] , { } ] ", "[56,[],{}]"),
    ])
    func `a value has one form`(text: String, expected: String) throws {
        let bytes = CanonicalForm.bytes(of: try root(text))
        #expect(bytes == Array(expected.utf8))
        try CanonicalForm.check(bytes)
    }

    @Test func `escapes are the shortest ones, in lower case`() throws {
        let short: [UInt8: String] = [8: "\\b", 9: "\\t", 10: "\\n", 12: "\\f", 13: "\\r", 0x22: "\\\"", 0x5C: "\\\\"]
        for byte in UInt8(1)...0x7F {
            let digits = String(byte, radix: 16)
            let escape = "\\u00" + (digits.utf8.count == 1 ? "0" : "") + digits
            let expected =
                short[byte] ?? (byte < 0x20 ? escape : String(Character(Unicode.Scalar(byte))))
            #expect(try canonical("\"\(escape.uppercased().replacing("\\U", with: "\\u"))\"") == "\"\(expected)\"")
        }
    }

    @Test func `only the borders of the surrogates make the order differ from that of the bytes`() throws {
        let rising = ["\u{7F}", "\u{D7FF}", "\u{10000}", "\u{1F600}", "\u{10FFFF}", "\u{E000}", "\u{FB33}", "\u{FFFF}"]
        for prefix in ["", "x", "中", "😀", "\u{FFFD}"] {
            let keys = rising.map { prefix + $0 }
            let text = "{" + keys.reversed().map { "\"\($0)\":0" }.joined(separator: ",") + "}"
            let sorted = try JSONDocument(parsing: canonical(text)).root.members().map(\.key)
            #expect(sorted == keys)
        }
    }

    @Test(arguments: [
        (" {}", 0), ("{} ", 2), (#"{"b":1,"a":2}"#, 2), (#"{"a": 1}"#, 5), (#"{"a":1, "b":2}"#, 7), ("[1 ]", 2),
        (#""\u0041""#, 1), (#""\/""#, 1), (#""\u000A""#, 2), (#""\u000F""#, 6), (#""\u0022""#, 2),
        ("{\"\u{FB33}\":0,\"😀\":0}", 2),
    ])
    func `the first byte that is not canonical is named`(text: String, offset: Int) {
        let found = fault { () throws(JSONFault) in try CanonicalForm.check(Array(text.utf8)) }
        #expect(found == JSONFault(.notCanonical, at: "", "byte \(offset)"))
    }

    @Test(arguments: ["{}", "[]", "0", "-7", "true", "null", "\"\"", "{\"\":{}}", "{\"😀\":0,\"\u{FB33}\":0}", "\"/\""])
    func `canonical bytes pass the check`(text: String) {
        #expect(fault { () throws(JSONFault) in try CanonicalForm.check(Array(text.utf8)) } == nil)
    }

    @Test func `the check reads as strictly as any reader`() {
        for (text, code) in [
            ("{\"a\":1,\"a\":1}", JSONFault.Code.duplicateKey), ("1.5", .notAnInteger), ("{", .malformed),
            ("\"\\ud800\"", .loneSurrogate),
        ] {
            #expect(fault { () throws(JSONFault) in try CanonicalForm.check(Array(text.utf8)) }?.code == code)
        }
    }

    @Test func `a part of a document has the form it would have alone`() throws {
        let node = try root(#"{"x":[1,{"b":"\u0041","a":null}]}"#)
        let part = try node.members()[0].value.elements()[1]
        #expect(CanonicalForm.bytes(of: part) == Array(#"{"a":null,"b":"A"}"#.utf8))
    }
}
