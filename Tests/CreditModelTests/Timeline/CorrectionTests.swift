import CanonicalJSON
import CreditModel
import Testing

@Suite struct CorrectionTests {
    private static let start = determined(on: "2023-01-10", .r05, severity: .ordinary, area: .k1, amount: "1607.18")

    private static let legal: [CaseCorrection] = [
        .category(old: .r05, new: .r09), .area(old: .k1, new: .k2), .area(old: .k1, new: nil),
        .fact(old: commitment(0), new: commitment(1)), .severity(old: .ordinary, new: .serious),
        .amount(old: Amount("1607.18"), new: Amount("1607.1")), .amount(old: Amount("1607.18"), new: nil),
        .amount(old: Amount("1607.18"), new: .zero), .basisTitle(old: "行政处理决定书", new: "行政判决书"),
        .basisNumber(old: "云发改〔2023〕7号", new: "云发改〔2023〕8号"),
    ]

    private static let nothing: [CaseCorrection] = [
        .category(old: .r05, new: .r05), .area(old: .k1, new: .k1), .area(old: nil, new: nil),
        .fact(old: commitment(0), new: commitment(0)), .severity(old: .ordinary, new: .ordinary),
        .amount(old: Amount("1607.18"), new: Amount("1607.18")), .amount(old: nil, new: nil),
        .basisTitle(old: "行政处理决定书", new: "行政处理决定书"),
        .basisNumber(old: "云发改〔2023〕7号", new: "云发改〔2023〕7号"),
    ]

    private static let mismatched: [CaseCorrection] = [
        .category(old: .r06, new: .r09), .area(old: .k2, new: .k3), .area(old: nil, new: .k3),
        .fact(old: commitment(9), new: commitment(1)), .severity(old: .minor, new: .serious),
        .amount(old: Amount("1607.19"), new: Amount("1")), .amount(old: nil, new: Amount("1")),
        .amount(old: .zero, new: Amount("1")), .basisTitle(old: "行政处理决定", new: "行政判决书"),
        .basisNumber(old: "云发改〔2023〕07号", new: "云发改〔2023〕8号"),
    ]

    /// A correction by the authority, and the same by an upheld objection.
    private func refusals(_ correction: CaseCorrection) throws -> [Refusal?] {
        let objected = try given(Self.start, on("2023-01-11", .objectionFiled))
        return [
            try given(Self.start).refusal(of: on("2023-02-01", .corrected(correction))),
            objected.refusal(of: on("2023-02-01", .objectionUpheldCorrected(correction))),
        ]
    }

    @Test(arguments: legal)
    func `a correction from the value in force is accepted and changes its field alone`(
        correction: CaseCorrection
    ) throws {
        #expect(try refusals(correction) == [nil, nil])
        var story = try given(Self.start)
        let before = try #require(story.state?.record)
        try story.accept(on("2023-02-01", .corrected(correction)))
        var expected = before
        switch correction {
        case .category(_, let new): expected.category = new
        case .area(_, let new): expected.area = new
        case .fact(_, let new): expected.fact = new
        case .severity(_, let new): expected.severity = new
        case .amount(_, let new): expected.amount = new
        case .basisTitle(_, let new): expected.basisTitle = new
        case .basisNumber(_, let new): expected.basisNumber = new
        }
        #expect(story.state?.record == expected)
        #expect(story.state?.record != before)
        #expect(try story.state(asOf: "2023-01-31")?.record == before)
        #expect(story.refusal(of: on("2023-02-02", .corrected(correction)))?.code == "old-value-differs")
    }

    @Test(arguments: nothing)
    func `a correction that changes nothing is refused`(correction: CaseCorrection) throws {
        for refusal in try refusals(correction) {
            #expect(refusal?.code == "correction-changes-nothing")
            #expect(refusal?.field == "新值")
            #expect(refusal?.chinese.contains(correction.field.rawValue) == true)
        }
    }

    @Test(arguments: mismatched)
    func `a correction from another value than that in force is refused`(correction: CaseCorrection) throws {
        for refusal in try refusals(correction) {
            #expect(refusal?.code == "old-value-differs")
            #expect(refusal?.field == "原值")
            #expect(refusal?.chinese.contains(correction.field.rawValue) == true)
        }
    }

    @Test func `a value may be supplied where there was none`() throws {
        let story = try given(determined(on: "2023-01-10"))
        #expect(story.refusal(of: on("2023-02-01", .corrected(.amount(old: nil, new: .zero)))) == nil)
        #expect(story.refusal(of: on("2023-02-01", .corrected(.area(old: nil, new: .k9)))) == nil)
    }

    @Test func `amounts are compared as numbers`() throws {
        // Ten million fen and a hundred thousand yuan are the same number of 万元.
        let amount = CaseCorrection.amount(old: Amount(millionths: 1_607_180_000), new: Amount("2"))
        #expect(try refusals(amount) == [nil, nil])
    }

    @Test func `texts are compared by their bytes`() throws {
        // A compatibility ideograph in the title: canonically equivalent to the right one, and yet what is to be mended.
        var story = try given(
            Self.start, on("2023-01-11", .corrected(.basisTitle(old: "行政处理决定书", new: "\u{F90A}融处罚决定书"))))
        let mended = on("2023-02-01", .corrected(.basisTitle(old: "\u{F90A}融处罚决定书", new: "金融处罚决定书")))
        let wrongOld = on("2023-02-01", .corrected(.basisTitle(old: "金融处罚决定书", new: "决定书")))
        #expect(story.refusal(of: wrongOld)?.code == "old-value-differs")
        try story.accept(mended)
        #expect(story.state?.record.basisTitle.utf8.elementsEqual("金融处罚决定书".utf8) == true)
    }
}
