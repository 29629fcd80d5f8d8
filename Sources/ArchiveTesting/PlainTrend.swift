internal import Foundation

extension PlainFold {
    /// Whose cases a trend counts (contract §2, Trend).
    public enum Scope: Sendable {
        case body(String, withSubordinates: Bool)
        case region(prefix: String)
        case all
    }

    /// The trend as the command line's JSON has it, by year; without `years` from the first attributed year to the last.
    public func trend(_ scope: Scope, _ moment: Moment, years: ClosedRange<Int>? = nil) -> [[String: Any]] {
        let everything = cases(moment)
        let attributed = everything.map(\.year)
        guard let years = years ?? attributed.min().flatMap({ first in attributed.max().map { first...$0 } }) else {
            return []
        }
        let members = members(scope, bodies(moment))
        let counted = everything.filter { members.contains($0.body) }
        return years.map { year in
            var answer = figures(of: counted.filter { $0.year == year })
            answer["year"] = year
            // As of 31 December: the facts dated by then, of those that are used.
            let end = "\(year)-12-31"
            let atEnd = Moment(
                asOf: min(moment.asOf ?? end, end), atPosition: moment.atPosition, knownAt: moment.knownAt)
            answer["inEffectAtYearEnd"] = cases(atEnd).count { $0.status == "inEffect" && members.contains($0.body) }
            return answer
        }
    }

    private func members(_ scope: Scope, _ bodies: [Body]) -> Set<String> {
        switch scope {
        case .all: return Set(bodies.map(\.id))
        case .region(let prefix): return Set(bodies.filter { $0.region.hasPrefix(prefix) }.map(\.id))
        case .body(let id, let withSubordinates):
            var members: Set<String> = [id]
            while withSubordinates {
                let more = bodies.filter { $0.parent.map(members.contains) ?? false }.map(\.id)
                if members.isSuperset(of: more) { break }
                members.formUnion(more)
            }
            return members
        }
    }

    private func figures(of cases: [PlainCase]) -> [String: Any] {
        let standing = cases.filter { $0.status != "revoked" }
        func counts(_ code: (PlainCase) -> String?) -> [String: Int] {
            standing.compactMap(code).reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        var sum = standing.compactMap(\.amount).compactMap { Decimal(string: $0) }.reduce(0, +)
        var rounded = Decimal()
        NSDecimalRound(&rounded, &sum, 2, .plain)
        return [
            "determined": cases.count, "revoked": cases.count - standing.count,
            "repaired": cases.count { $0.status == "repaired" }, "byCategory": counts(\.category),
            "byArea": counts(\.area), "bySeverity": counts(\.severity), "amount": PlainFold.twoDecimals(rounded),
        ]
    }

    /// `3.3` as `3.30`.
    private static func twoDecimals(_ amount: Decimal) -> String {
        let parts = "\(amount)".split(separator: ".")
        let fraction = parts.count > 1 ? String(parts[1]) : ""
        return parts[0] + "." + fraction + String(repeating: "0", count: 2 - fraction.count)
    }
}
