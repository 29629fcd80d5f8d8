import CanonicalJSON
import CreditModel
import Testing

@Suite struct PointsTests {
    @Test(arguments: [
        ("0", 0), ("8", 800), ("8.5", 850), ("8.25", 825), ("0.05", 5), ("-0.25", -25), ("-3", -300),
        ("999999.99", 99_999_999),
    ])
    func theCanonicalFormIsReadAndWritten(_ text: String, _ hundredths: Int) throws {
        let points = try #require(Points(text))
        #expect(points.hundredths == Int64(hundredths) && points.description == text)
    }

    @Test(arguments: [
        "", "-", "-0", "08", "8.", ".5", "8.50", "8.125", "+8", "1e2", "1000000", "8,5", "８", "--1", "-0.0",
    ])
    func anotherFormIsRefused(_ text: String) { #expect(Points(text) == nil) }
}
