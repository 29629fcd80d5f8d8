import CreditModel
import Testing

@Suite struct RoundIDTests {
    @Test func aRoundIsNamedBySchemeYearAndRegion() throws {
        let id = try #require(RoundID(stream: "round/province-integrity/2023/411330"))
        #expect(id.scheme == "province-integrity" && id.year == 2023 && id.region.text == "411330")
        #expect(id.stream == "round/province-integrity/2023/411330")
        #expect(id.lastDay == day("2023-12-31"))
    }

    @Test(arguments: [
        "round/a/2023", "round/a/23/411330", "round/A/2023/411330", "round/a/2023/4113", "round/a/2023/411330100",
        "round//2023/411330", "rounds/a/2023/411330", "round/a/2023/411330/x", "round/a/+023/411330",
        "round/a/1899/411330",
    ])
    func anotherNameIsNone(_ stream: String) { #expect(RoundID(stream: stream) == nil) }

    @Test func theProvinceOfARegionHasTheList() throws {
        let region = try #require(RegionCode("411330"))
        #expect(EvaluatorsStream.province(of: region)?.text == "410000")
        #expect(EvaluatorsStream.province(of: "evaluators/410000")?.text == "410000")
        #expect(EvaluatorsStream.province(of: "evaluators/411330") == nil)
    }
}
