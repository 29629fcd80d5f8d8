import ArchiveTesting
import CanonicalJSON
import CreditModel
import Testing

@Suite struct CodeListTests {
    /// Every value is found by each of its names, no name means two values, and JSON has the code alone.
    private func check<List: CodeList>(_ list: List.Type, count: Int) throws {
        #expect(List.allCases.count == count, "\(List.listName)")
        var owners: [String: List] = [:]
        for value in List.allCases {
            #expect(List(codeOrName: value.rawValue) == value)
            #expect(List(codeOrName: value.name) == value)
            #expect(json(value) == "\"\(value.rawValue)\"")
            #expect(try read(json(value), as: List.self) == value)
            for name in Set([value.rawValue, value.name] + value.aliases) {
                #expect(List(codeOrName: name) == value)
                #expect(owners.updateValue(value, forKey: name) == nil, "\(name) means two values of \(List.listName)")
                guard name != value.rawValue else { continue }
                let found = fault { () throws(JSONFault) in _ = try read(json(name), as: List.self) }
                #expect(found?.code == .badValue, "\(name) is not a code of \(List.listName)")
            }
        }
        #expect(List(codeOrName: "") == nil)
        #expect(List(codeOrName: "无此项") == nil)
        #expect(fault { () throws(JSONFault) in _ = try read("0", as: List.self) }?.code == .wrongType)
    }

    @Test func `each list has its values, by code in JSON, by code or name from people`() throws {
        try check(Category.self, count: 18)
        try check(KeyArea.self, count: 9)
        try check(SourceChannel.self, count: 12)
        try check(Severity.self, count: 3)
        try check(Conclusion.self, count: 2)
        try check(Visibility.self, count: 4)
        try check(BodyKind.self, count: 8)
        try check(BodyLevel.self, count: 5)
        try check(Measure.self, count: 8)
        try check(Correction.Field.self, count: 7)
        try check(ImportCompleted.Encoding.self, count: 3)
        try check(ImportCompleted.Template.self, count: 5)
        try check(CaseState.Status.self, count: 3)
    }

    @Test func `codes run without a gap`() {
        let numbers = { (range: ClosedRange<Int>) in range.map { $0 < 10 ? "0\($0)" : "\($0)" } }
        #expect(Category.allCases.map(\.rawValue) == numbers(1...18).map { "R" + $0 })
        #expect(KeyArea.allCases.map(\.rawValue) == (1...9).map { "K\($0)" })
        #expect(SourceChannel.allCases.map(\.rawValue) == numbers(1...12).map { "C" + $0 })
    }

    @Test(arguments: [
        ("行政处罚", Category.r02), ("R02", .r02), ("拖欠账款", .r09), ("被执行人", .r07), ("失信被执行人", .r07),
        ("投诉举报", .r18), ("错敏信息", .r11),
    ])
    func `categories are known by what the sources call them`(text: String, category: CreditModel.Category) {
        #expect(Category(codeOrName: text) == category)
    }

    @Test(arguments: [
        ("被执行人 / 失信被执行人", Category.r07), ("被执行人／失信被执行人", .r07), ("双公示/五类信息 迟报漏报不合规", .r12),
        ("投诉举报（已查实）", .r18), ("投诉举报(已查实)，信访结论，审计/督查问题", .r18), (" R02\u{3000}", .r02),
    ])
    func `white space and the kind of comma or bracket do not count in what people write`(
        text: String, category: CreditModel.Category
    ) {
        #expect(Category(codeOrName: text) == category)
        #expect(fault { () throws(JSONFault) in _ = try read(json(text), as: Category.self) }?.code == .badValue)
    }

    @Test(arguments: ["r02", "R2", "R19", "R00", "行政", "Ｒ02", "R02R02", "行政处罚、", "(行政处罚)"])
    func `what is nearly a code or a name is neither`(text: String) {
        #expect(Category(codeOrName: text) == nil)
        #expect(fault { () throws(JSONFault) in _ = try read(json(text), as: Category.self) }?.code == .badValue)
    }

    @Test func `a code in JSON is compared by its bytes`() {
        // The Kelvin sign and a compatibility ideograph are canonically equivalent to K and 金: Swift's == says equal.
        #expect("\u{212A}1" == "K1")
        #expect(fault { () throws(JSONFault) in _ = try read("\"\u{212A}1\"", as: KeyArea.self) }?.code == .badValue)
        let field = "涉及\u{F90A}额(万元)"
        #expect(field == Correction.Field.amount.rawValue)
        #expect(
            fault { () throws(JSONFault) in _ = try read(json(field), as: Correction.Field.self) }?.code == .badValue)
    }

    @Test func `severities rise from minor to serious`() {
        #expect([Severity.serious, .minor, .ordinary].sorted() == [.minor, .ordinary, .serious])
        #expect(Severity.allCases.map(\.rank) == [0, 1, 2])
    }

    @Test func `petitions need a clear conclusion, complaints one that can be verified, other channels none`() {
        for channel in SourceChannel.allCases {
            #expect(channel.requiredConclusion == (channel == .c07 ? .clear : channel == .c10 ? .verifiable : nil))
        }
    }
}
