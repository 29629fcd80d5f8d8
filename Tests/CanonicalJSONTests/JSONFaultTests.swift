import CanonicalJSON
import Testing

@Suite struct JSONFaultTests {
    private static let codes: [JSONFault.Code] = [
        .malformed, .notUTF8, .duplicateKey, .loneSurrogate, .nulCharacter, .notAnInteger, .tooDeep, .tooLong,
        .notCanonical, .unknownMember, .missingMember, .wrongType, .badValue,
        JSONFault.Code(rawValue: "of-a-later-day"),
    ]

    @Test func `codes are distinct and in kebab case`() {
        #expect(Set(Self.codes).count == Self.codes.count)
        for code in Self.codes { #expect(code.rawValue.wholeMatch(of: /[a-z0-9]+(?:-[a-z0-9]+)*/) != nil) }
    }

    @Test(arguments: codes)
    func `every fault is said in both languages with its place or its detail`(code: JSONFault.Code) {
        let fault = JSONFault(code, at: "/a/0", "byte 17")
        for sentence in [fault.chinese, fault.english] {
            #expect(sentence.contains("/a/0") || sentence.contains("byte 17"))
        }
        #expect(fault.chinese.contains { ("\u{4E00}"..."\u{9FFF}").contains($0) })
        #expect(fault.chinese.hasSuffix("。"))
        #expect(fault.english.allSatisfy { $0.isASCII || "−±".contains($0) })
        #expect(fault.english.hasSuffix("."))
    }

    @Test func `the whole document is called by a slash`() {
        #expect(JSONFault(.wrongType, at: "", "object").english.hasPrefix("/ has the wrong type"))
    }

    @Test func `a fault of an inner document is placed in the outer one`() {
        let inner = JSONFault(.badValue, at: "/day", "a day")
        #expect(inner.prefixed(by: "/data") == JSONFault(.badValue, at: "/data/day", "a day"))
    }
}
