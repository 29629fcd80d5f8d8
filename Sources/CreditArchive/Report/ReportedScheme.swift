internal import Assessment
public import CreditModel

extension Auditor {
    /// The scheme of a report for which none was named: the only one by which the body reported something in the year, or
    /// the only one of them about 政务诚信.
    ///
    /// Throws ``ArchiveError`` `scheme-needed`: there is none, or there are several.
    public func scheme(ofReportOn body: BodyID, in year: Int) throws -> String {
        let schemes = try schemes(reportedBy: body, in: year)
        let integrity = schemes.filter { $0.title.contains("政务诚信") }
        if let only = schemes.count == 1 ? schemes.first : integrity.count == 1 ? integrity.first : nil {
            return only.id
        }
        let list = schemes.map(\.id).joined(separator: " ")
        throw ArchiveError(
            .usage, "scheme-needed", field: "--scheme",
            chinese: schemes.isEmpty
                ? "\(body) 在 \(year) 年没有任何方案的指标数据，无从报告" : "\(body) 在 \(year) 年有几个方案的数据，请用 --scheme 指明：\(list)",
            english: schemes.isEmpty
                ? "\(body) has reported nothing for any scheme in \(year)"
                : "\(body) was assessed by several schemes in \(year); choose with --scheme: \(list)")
    }
}
