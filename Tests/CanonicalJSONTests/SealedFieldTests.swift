import ArchiveTesting
import CanonicalJSON
import Testing

@Suite struct SealedFieldTests {
    private static let cm = Base64URL.encode([UInt8](repeating: 0xC0, count: 32))
    private static let ct = Base64URL.encode([UInt8](repeating: 0xCE, count: 49))
    private static let iv = Base64URL.encode([UInt8](repeating: 0x11, count: 12))

    private static func json(cm: String = cm, ct: String = ct, iv: String = iv, kid: String = "7") -> String {
        #"{"sealed":{"cm":"\#(cm)","ct":"\#(ct)","iv":"\#(iv)","kid":\#(kid)}}"#
    }

    private static func letters(of count: Int) -> String { Base64URL.encode([UInt8](repeating: 1, count: count)) }

    @Test func `a sealed field is read and written as it stands in an entry`() throws {
        let field = try SealedField(json: root(Self.json()))
        #expect(field.keyID == 7)
        #expect(field.nonce == [UInt8](repeating: 0x11, count: 12))
        #expect(field.ciphertext == [UInt8](repeating: 0xCE, count: 49))
        #expect(field.commitment.bytes == [UInt8](repeating: 0xC0, count: 32))
        var writer = JSONWriter()
        writer.value(field)
        #expect(writer.text == Self.json())
        try CanonicalForm.check(writer.bytes)
    }

    @Test(arguments: [
        json(kid: "0"), json(kid: "4294967295"), json(ct: letters(of: 65_535)), json(ct: letters(of: 50)),
    ])
    func `the borders of key numbers and ciphertexts are within`(text: String) {
        #expect(fault { () throws(JSONFault) in _ = try SealedField(json: root(text)) } == nil)
    }

    @Test(
        arguments: [
            (json(kid: "-1"), JSONFault.Code.badValue, "/sealed/kid"),
            (json(kid: "4294967296"), .badValue, "/sealed/kid"),
            (json(kid: "\"7\""), .wrongType, "/sealed/kid"),
            (json(kid: "null"), .wrongType, "/sealed/kid"),
            (json(ct: letters(of: 48)), .badValue, "/sealed/ct"),
            (json(ct: letters(of: 65_536)), .badValue, "/sealed/ct"),
            (json(ct: ct + "="), .badValue, "/sealed/ct"),
            (json(ct: letters(of: 49).dropLast() + "B"), .badValue, "/sealed/ct"),
            (json(ct: ""), .badValue, "/sealed/ct"),
            (json(iv: letters(of: 11)), .badValue, "/sealed/iv"),
            (json(iv: letters(of: 13)), .badValue, "/sealed/iv"),
            (json(iv: iv.dropLast() + "+"), .badValue, "/sealed/iv"),
            (json(cm: letters(of: 31)), .badValue, "/sealed/cm"),
            (json(cm: letters(of: 33)), .badValue, "/sealed/cm"),
            (json(cm: cm.dropLast() + "B"), .badValue, "/sealed/cm"),
            (#"{"sealed":{"cm":"\#(cm)","ct":"\#(ct)","iv":"\#(iv)"}}"#, .missingMember, "/sealed/kid"),
            (#"{"sealed":{"ct":"\#(ct)","iv":"\#(iv)","kid":1}}"#, .missingMember, "/sealed/cm"),
            (#"{"sealed":{"cm":"\#(cm)","iv":"\#(iv)","kid":1}}"#, .missingMember, "/sealed/ct"),
            (#"{"sealed":{"cm":"\#(cm)","ct":"\#(ct)","kid":1}}"#, .missingMember, "/sealed/iv"),
            (json().dropLast(2) + #","tag":""}}"#, .unknownMember, "/sealed/tag"),
            (json().dropLast() + #","plain":"x"}"#, .unknownMember, "/plain"),
            ("{}", .missingMember, "/sealed"),
            (#"{"sealed":"x"}"#, .wrongType, "/sealed"),
            (#""plain""#, .wrongType, ""),
        ] as [(any StringProtocol & Sendable, JSONFault.Code, String)])
    func `any other shape is refused at its place`(
        text: any StringProtocol & Sendable, code: JSONFault.Code, pointer: String
    ) {
        let found = fault { () throws(JSONFault) in _ = try SealedField(json: root(String(text))) }
        #expect(found?.code == code)
        #expect(found?.pointer == pointer)
    }

    @Test func `a commitment is thirty-two bytes`() throws {
        #expect(Commitment([UInt8](repeating: 0, count: 31)) == nil)
        #expect(Commitment([UInt8](repeating: 0, count: 33)) == nil)
        let commitment = try #require(Commitment(0..<32))
        var writer = JSONWriter()
        writer.value(commitment)
        #expect(try Commitment(json: root(writer.text)) == commitment)
        #expect(fault { () throws(JSONFault) in _ = try Commitment(json: root("[]")) }?.code == .wrongType)
    }

    @Test func `a submitted text is plain and a stored one sealed`() throws {
        let plain = try SealableText(json: root("\"拖欠\\n账款\""), form: .submitted, limit: 5)
        #expect(plain.plain == "拖欠\n账款")
        #expect(plain.sealed == nil)
        let sealed = try SealableText(json: root(Self.json()), form: .stored, limit: 5)
        #expect(sealed.plain == nil)
        #expect(sealed.sealed?.keyID == 7)
        for (text, form) in [(Self.json(), EventForm.submitted), ("\"拖欠\"", .stored)] {
            let found = fault { () throws(JSONFault) in
                _ = try SealableText(json: root(text), form: form, limit: 5)
            }
            #expect(found?.code == .wrongType)
        }
        var writer = JSONWriter()
        writer.value([plain, sealed])
        #expect(writer.text == "[\"拖欠\\n账款\",\(Self.json())]")
    }

    @Test(arguments: [
        (#""""#, false), (#""a""#, true), (#""abcd""#, true), (#""abcde""#, false), (#""𠮷𠮷𠮷𠮷""#, true),
        (#""𠮷𠮷𠮷𠮷𠮷""#, false), ("\"e\u{301}e\u{301}\"", true), ("\"e\u{301}e\u{301}e\"", false), (#""\n""#, true),
        (#""a\tb""#, false), (#""a\rb""#, false), (#""a\u001fb""#, false), ("\"a\u{7F}b\"", false),
        ("\"a\u{85}b\"", true), (#""  ""#, true),
    ])
    func `a text counts Unicode scalars and has no control characters but line breaks`(text: String, isText: Bool) {
        let found = fault { () throws(JSONFault) in
            _ = try SealableText(json: root(text), form: .submitted, limit: 4)
        }
        #expect(found?.code == (isText ? nil : .badValue))
    }
}
