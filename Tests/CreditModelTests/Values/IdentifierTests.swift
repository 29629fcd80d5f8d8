import ArchiveTesting
import CanonicalJSON
import CreditModel
import Testing

@Suite struct IdentifierTests {
    @Test(arguments: [
        ("a", true), ("A.b_c-9", true), ("114418020073034851", true), (String(repeating: "x", count: 64), true),
        ("", false),
        (String(repeating: "x", count: 65), false), ("a b", false), ("a/b", false), ("县", false), ("a\n", false),
        ("\u{212A}", false), ("a\u{301}", false), (" a", false),
    ])
    func `a body's id is a short word of ASCII`(text: String, isID: Bool) {
        #expect((BodyID(text) != nil) == isID)
        let found = fault { () throws(JSONFault) in _ = try read(json(text), as: BodyID.self) }
        #expect(found?.code == (isID ? nil : .badValue))
    }

    @Test func `ids are ordered by bytes`() throws {
        let ids = try ["b", "B", "a-", "a", "9"].map { try #require(BodyID($0)) }
        #expect(ids.sorted().map(\.text) == ["9", "B", "a", "a-", "b"])
        #expect(BodyID(try USCC(checking: "114418020073034851")).text == "114418020073034851")
    }

    @Test(arguments: [
        ("云政信〔2023〕1号", true), ("a b", true), (String(repeating: "𠮷", count: 128), true), ("", false), (" a", false),
        (String(repeating: "𠮷", count: 129), false), ("a ", false), ("\u{3000}a", false), ("a\u{A0}", false),
        ("a\tb", false), ("a\u{7F}", false), ("a\u{0}", false), ("a\nb", false), ("a\u{85}b", true),
    ])
    func `a case's id is a line without space around it`(text: String, isID: Bool) {
        #expect((CaseID(text) != nil) == isID)
        #expect(PlainText.isName(text, limit: 128) == isID)
    }

    @Test func `case ids are compared byte by byte`() throws {
        let composed = try #require(CaseID("caf\u{E9}"))
        let decomposed = try #require(CaseID("cafe\u{301}"))
        #expect(composed.text == decomposed.text)
        #expect(composed != decomposed)
        #expect(Set([composed, decomposed, try #require(CaseID("caf\u{E9}"))]).count == 2)
        #expect(decomposed < composed)
    }

    @Test(arguments: [
        ("411330", "411330"), ("411300", "4113"), ("410000", "41"), ("411000", "4110"), ("110000", "11"),
        ("460100", "4601"), ("000000", "00"), ("411330100", "411330100"), ("411330000", "411330"),
        ("411300000", "4113"), ("410000000", "41"), ("411330100000", "411330100"), ("411330100200", "411330100200"),
        ("411330101001", "411330101001"), ("411330000000", "411330"), ("411300000000", "4113"),
    ])
    func `a region covers the codes below its level and no others`(text: String, prefix: String) {
        #expect(RegionCode(text)?.prefix == prefix)
    }

    @Test func `the city covers its county, a township not its neighbour`() throws {
        let covers = { (region: String, other: String) throws in
            try #require(RegionCode(other)).text.hasPrefix(try #require(RegionCode(region)).prefix)
        }
        #expect(try covers("411300", "411330"))
        #expect(try covers("411330", "411330101"))
        #expect(try covers("411330100", "411330100003"))
        #expect(try !covers("411330100", "411330101"))
        #expect(try !covers("411330100000", "411330101003"))
        #expect(try !covers("411330", "411300"))
    }

    @Test(arguments: ["", "41133", "4113300", "41133010", "4113301000", "4113301000000", "41133a", "４１１３３０", " 411330"])
    func `a region has six, nine or twelve digits`(text: String) {
        #expect(RegionCode(text) == nil)
        #expect(fault { () throws(JSONFault) in _ = try read(json(text), as: RegionCode.self) }?.code == .badValue)
    }
}
