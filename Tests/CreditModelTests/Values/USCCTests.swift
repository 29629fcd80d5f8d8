import ArchiveTesting
import CanonicalJSON
import CreditModel
import Testing

/// GB 32100-2015, against an arithmetic of its own.
@Suite struct USCCTests {
    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY")

    /// Codes of real bodies from their public pages, the example of the standard, and made-up ones.
    private static let valid = [
        "114418020073034851", "11532300568802305C", "115323000151673132", "12100000400000624D", "12100000400002259P",
        "91350100M000100Y43", "1141133000MB00019G", "1241133000MB000278", "1144078100MB00035N",
    ]

    /// The check character as the standard's formula has it: weights are powers of three modulo 31.
    private static func checkCharacter(of first17: some Collection<Character>) -> Character? {
        var sum = 0
        var weight = 1
        for character in first17 {
            guard let value = alphabet.firstIndex(of: character) else { return nil }
            sum += value * weight
            weight = weight * 3 % 31
        }
        return alphabet[(31 - sum % 31) % 31]
    }

    private func uscFault(_ text: String) -> USCC.Fault? {
        do {
            _ = try USCC(checking: text)
            return nil
        } catch {
            return error
        }
    }

    @Test(arguments: valid)
    func `codes in use are valid`(text: String) throws {
        #expect(try USCC(checking: text).text == text)
        #expect(USCC(completing: String(text.dropLast()))?.text == text)
        #expect(try read("\"\(text)\"", as: USCC.self).text == text)
        #expect(json(try USCC(checking: text)) == "\"\(text)\"")
    }

    @Test(arguments: valid)
    func `changing any one character to any other makes a code invalid`(text: String) {
        let characters = Array(text)
        for place in characters.indices {
            for replacement in Self.alphabet where replacement != characters[place] {
                var changed = characters
                changed[place] = replacement
                guard case .check(let expected) = uscFault(String(changed)) else {
                    Issue.record("\(String(changed)) is taken for a code")
                    continue
                }
                #expect(Self.checkCharacter(of: changed.dropLast()).map(String.init) == expected)
            }
            for other in "IOSVZioabcxyz-_. 　０Ａ中é" {
                var changed = characters
                changed[place] = other
                #expect(uscFault(String(changed)) == .character(place + 1))
            }
        }
    }

    @Test func `the check character is that of the formula for random codes`() {
        var generator = SeededGenerator(announcedAs: "USCC")
        for _ in 0..<5_000 {
            let first17 = (0..<17).map { _ in Self.alphabet[generator.below(31)] }
            let expected = Self.checkCharacter(of: first17).map { String(first17) + String($0) }
            if USCC(completing: String(first17))?.text != expected || expected.flatMap({ USCC($0) }) == nil {
                Issue.record("SEED=\(generator.seed): \(String(first17))")
            }
        }
    }

    @Test(arguments: [
        ("", 0), ("1", 1), ("11441802007303485", 17), ("1144180200730348511", 19), ("1144180200730348 51", 19),
        ("114418020073034851 ", 19), ("\u{FEFF}114418020073034851", 19),
    ])
    func `a code of another length says how long it is`(text: String, length: Int) {
        #expect(uscFault(text) == .length(length))
    }

    @Test(arguments: [
        ("91350100M000100Y4Z", USCC.Fault.character(18)), ("９１350100M000100Y43", .character(1)),
        ("91350100m000100Y43", .character(9)), ("91350100M000100Y4中", .character(18)),
        ("91350100M000100Y40", .check(expected: "3")), ("e\u{301}350100M000100Y43", .character(1)),
    ])
    func `the character at fault is named, counted from one`(text: String, expected: USCC.Fault) {
        #expect(uscFault(text) == expected)
        #expect(USCC(text) == nil)
        #expect(fault { () throws(JSONFault) in _ = try read(json(text), as: USCC.self) }?.code == .badValue)
    }

    @Test func `each fault has its own code and says what to do in both languages`() {
        let faults: [USCC.Fault] = [.length(17), .character(3), .check(expected: "X")]
        #expect(faults.map(\.code) == ["uscc-length", "uscc-character", "uscc-check-digit"])
        #expect(zip(faults, ["17", "3", "X"]).allSatisfy { $0.chinese.contains($1) && $0.english.contains($1) })
        #expect(faults.allSatisfy { $0.chinese.contains("核对") && $0.english.contains("check") })
    }

    @Test(arguments: [
        ("1234567890123456", false), ("123456789012345678", false), ("1234567890123456I", false),
        ("12345678901234567", true), ("1234567890123456é", false),
    ])
    func `only seventeen characters of the alphabet can be completed`(prefix: String, completes: Bool) {
        #expect((USCC(completing: prefix) != nil) == completes)
    }

    @Test func `a code says where and as what its body is registered`() throws {
        let bureau = try USCC(checking: "114418020073034851")
        #expect(bureau.region == "441802")
        #expect(bureau.registrationAuthority == "机构编制")
        #expect(bureau.organisationCategory == "机关")
        #expect(USCC("12100000400000624D")?.organisationCategory == "事业单位")
        #expect(USCC("91350100M000100Y43")?.organisationCategory == "企业")
        #expect(USCC(completing: "54411330000000000")?.organisationCategory == "村民委员会、居民委员会")
        let unlisted = try #require(USCC(completing: "00000000000000000"))
        #expect(unlisted.registrationAuthority == nil)
        #expect(unlisted.organisationCategory == nil)
    }
}
