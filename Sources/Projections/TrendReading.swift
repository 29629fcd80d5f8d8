public import CanonicalJSON
internal import CreditModel

// Trends as they are read back from their JSON (contract §3): what a service of the archive answers.

extension TrendYear: JSONDecodable {
    /// Members that are no count of the year, as scores and positions, are left to others.
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        self.init(year: Int(try fields.required("year", as: Int64.self)))
        determined = Int(try fields.required("determined", as: Int64.self))
        revoked = Int(try fields.required("revoked", as: Int64.self))
        repaired = Int(try fields.required("repaired", as: Int64.self))
        inEffectAtYearEnd = Int(try fields.required("inEffectAtYearEnd", as: Int64.self))
        byCategory = try TrendYear.counts(fields.required("byCategory"))
        byArea = try TrendYear.counts(fields.required("byArea"))
        bySeverity = try TrendYear.counts(fields.required("bySeverity"))
        amount = try TrendYear.sum(fields.required("amount"))
    }

    private static func counts<List: CodeList>(_ node: JSONNode) throws(JSONFault) -> [List: Int] {
        var counts: [List: Int] = [:]
        for (key, value) in try node.members() {
            guard let code = List(rawValue: key) else { throw value.fault(.badValue, "a code of \(List.listName)") }
            counts[code] = Int(try value.integer())
        }
        return counts
    }

    /// A sum has two decimals always, which no amount of an event has.
    private static func sum(_ node: JSONNode) throws(JSONFault) -> Amount {
        let text = try node.string()
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].utf8.count == 2, let cents = Int128(parts[0] + parts[1]), cents >= 0 else {
            throw node.fault(.badValue, "0.00")
        }
        return Amount(millionths: cents * 10_000)
    }
}

extension TrendAnswer: JSONDecodable {
    /// Reads `{years, before?, position?}`.
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        let position = try fields.optional("position", as: Int64.self)
        self.init(
            years: try fields.required("years"), before: try fields.optional("before"),
            position: position.map { UInt64(clamping: $0) })
    }
}
