import ArchiveTesting
import CanonicalJSON
import CreditModel
import Testing

@Suite struct CreditPolicyTests {
    private static let minimal = #"""
        {"id":"x","version":"1","title":"t","shortestTermMonths":{},
         "longestPublicityMonths":{"轻微":0,"一般":1,"严重":1200},"sources":[]}
        """#

    @Test func `the policy of this repository has the terms of the contract`() throws {
        let policy = CreditPolicy.standard
        #expect(policy.id == "default")
        #expect(policy.version == "1")
        #expect(policy.shortestTermMonths == [.r02: [.minor: 0, .ordinary: 3, .serious: 12]])
        #expect(policy.longestPublicityMonths == [.minor: 3, .ordinary: 12, .serious: 36])
    }

    @Test(arguments: [
        (Category.r02, Severity.minor, "2023-11-30"), (.r02, .ordinary, "2024-02-29"), (.r02, .serious, "2024-11-30"),
        (.r05, .serious, "2023-11-30"), (.r01, .ordinary, "2023-11-30"),
    ])
    func `the first day of a repair counts calendar months from the determination`(
        category: CreditModel.Category, severity: Severity, first: String
    ) {
        let found = CreditPolicy.standard.earliestRepair(
            determinedOn: day("2023-11-30"), category: category, severity: severity)
        #expect(found == day(first))
    }

    @Test(arguments: [
        (Severity.minor, "2024-02-29"), (.ordinary, "2024-11-30"), (.serious, "2026-11-30"),
    ])
    func `publicity ends after the longest term of the severity`(severity: Severity, end: String) {
        let found = CreditPolicy.standard.publicityEnds(determinedOn: day("2023-11-30"), severity: severity)
        #expect(found == day(end))
    }

    @Test func `a policy without shortest terms has none`() throws {
        let policy = try read(Self.minimal, as: CreditPolicy.self)
        let first = policy.earliestRepair(determinedOn: day("2023-01-31"), category: .r02, severity: .serious)
        #expect(first == day("2023-01-31"))
        #expect(policy.publicityEnds(determinedOn: day("2023-01-31"), severity: .ordinary) == day("2023-02-28"))
    }

    @Test(arguments: [
        ("\"id\":\"x\",", "", "/id"), ("\"id\":\"x\"", "\"id\":\"X\"", "/id"), ("\"version\":\"1\",", "", "/version"),
        ("\"title\":\"t\"", "\"title\":\"\"", "/title"), ("\"sources\":[]", "\"sources\":[1]", "/sources/0"),
        ("\"sources\":[]", "\"sources\":[],\"more\":1", "/more"),
        ("\"轻微\":0", "\"轻微\":-1", "/longestPublicityMonths/轻微"),
        ("\"轻微\":0", "\"轻微\":1201", "/longestPublicityMonths/轻微"),
        ("\"轻微\":0", "\"轻微\":\"3\"", "/longestPublicityMonths/轻微"),
        ("\"轻微\":0", "\"特重\":0", "/longestPublicityMonths/特重"), ("\"轻微\":0,", "", ""),
        ("\"shortestTermMonths\":{}", "\"shortestTermMonths\":{\"R19\":{}}", "/shortestTermMonths/R19"),
        ("\"shortestTermMonths\":{}", "\"shortestTermMonths\":{\"R02\":3}", "/shortestTermMonths/R02"),
        ("\"shortestTermMonths\":{}", "\"shortestTermMonths\":{\"R02\":{\"轻\":3}}", "/shortestTermMonths/R02/轻"),
        ("\"shortestTermMonths\":{},", "", "/shortestTermMonths"),
    ])
    func `a document with a mistake is refused at its place`(part: String, replacement: String, pointer: String) throws
    {
        let text = Self.minimal.replacing(part, with: replacement)
        try #require(text != Self.minimal)
        let found = fault { () throws(JSONFault) in _ = try read(text, as: CreditPolicy.self) }
        #expect(found?.pointer == pointer)
    }
}
