public import CanonicalJSON

/// The terms an archive works by, as adopted by digest in its first entry.
///
/// Default: 发改财金〔2023〕1103号 for government breach, 国家发展改革委令第36号 for administrative penalties (contract §1, §2).
public struct CreditPolicy: Sendable, Hashable {
    public var id: String
    public var version: String
    /// Shortest term before a repair may be applied for, in calendar months from 认定日期; absent: none.
    public var shortestTermMonths: [Category: [Severity: Int]]
    /// Longest term of publicity, in calendar months from 认定日期.
    public var longestPublicityMonths: [Severity: Int]

    public init(
        id: String, version: String, shortestTermMonths: [Category: [Severity: Int]],
        longestPublicityMonths: [Severity: Int]
    ) {
        self.id = id
        self.version = version
        self.shortestTermMonths = shortestTermMonths
        self.longestPublicityMonths = longestPublicityMonths
    }

    /// The first day on which a repair may be applied for.
    public func earliestRepair(determinedOn day: CalendarDay, category: Category, severity: Severity) -> CalendarDay {
        day.adding(months: shortestTermMonths[category]?[severity] ?? 0)
    }

    /// The first day on which the record is no longer publicised.
    public func publicityEnds(determinedOn day: CalendarDay, severity: Severity) -> CalendarDay {
        day.adding(months: longestPublicityMonths[severity] ?? 0)
    }
}

extension CreditPolicy: JSONDecodable {
    /// Reads a policy document: `{id, version, title, shortestTermMonths, longestPublicityMonths, sources}`.
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        id = try fields.required("id").slug()
        version = try fields.required("version")
        _ = try fields.required("title").name()
        _ = try fields.required("sources", as: [String].self)
        longestPublicityMonths = try CreditPolicy.months(fields.required("longestPublicityMonths"))
        guard longestPublicityMonths.count == Severity.allCases.count else {
            throw json.fault(.badValue, "longestPublicityMonths for every severity")
        }
        shortestTermMonths = [:]
        for (key, value) in try fields.required("shortestTermMonths").members() {
            guard let category = Category(rawValue: key) else { throw value.fault(.badValue, "a category R01…R18") }
            shortestTermMonths[category] = try CreditPolicy.months(value)
        }
        try fields.finish()
    }

    private static func months(_ node: JSONNode) throws(JSONFault) -> [Severity: Int] {
        var months: [Severity: Int] = [:]
        for (key, value) in try node.members() {
            guard let severity = Severity(rawValue: key) else { throw value.fault(.badValue, "轻微 | 一般 | 严重") }
            months[severity] = Int(try value.integer(in: 0...1200))
        }
        return months
    }
}
