import CreditModel
import EventLog
import Projections

/// Trends counted from the whole log as plainly as can be: every case asked on every 31 December of ``PlainFold``.
struct PlainTrend {
    private let plain: PlainFold
    private let years: [String: Int]
    private let today: CalendarDay

    init(_ entries: [Entry], today: CalendarDay) throws {
        plain = try PlainFold(entries)
        self.today = today
        var years: [String: Int] = [:]
        for entry in entries {
            if case .incidentDetermined(let data) = try entry.event() {
                years[String(entry.subject.name)] = data.attributedYear
            }
        }
        self.years = years
    }

    struct Year: Equatable {
        var year: Int
        var determined = 0
        var revoked = 0
        var repaired = 0
        var inEffectAtYearEnd = 0
        var byCategory: [CreditModel.Category: Int] = [:]
        var byArea: [KeyArea: Int] = [:]
        var bySeverity: [Severity: Int] = [:]
        var amount = Amount.zero
    }

    /// All bodies at a moment, and the cases in effect at the end of each year of the archive.
    struct Known {
        var bodies: [PlainFold.Body]
        var yearEnds: [(year: Int, bodies: [PlainFold.Body])]
    }

    func known(at moment: Moment) -> Known {
        func bodies(_ day: CalendarDay?) -> [PlainFold.Body] {
            plain.answer(asOf: day, atPosition: moment.atPosition, today: today)
        }
        let all = bodies(moment.asOf)
        let attributed = all.flatMap(\.cases).compactMap { years[$0.id] }
        guard let first = attributed.min(), let last = attributed.max() else { return Known(bodies: all, yearEnds: []) }
        let ends = (first...last).map { year in
            let end = CalendarDay(year: year, month: 12, day: 31)
            return (year, bodies([end, moment.asOf].compactMap { $0 }.min()))
        }
        return Known(bodies: all, yearEnds: ends)
    }

    /// - Parameter includes: decides by a body as it is at the moment.
    func answer(_ known: Known, includes: (PlainFold.Body) -> Bool) -> [Year] {
        let members = known.bodies.filter(includes)
        let ids = Set(members.map(\.id))
        return known.yearEnds.map { end in
            var year = Year(year: end.year)
            for item in members.flatMap(\.cases) where years[item.id] == end.year { count(item, &year) }
            // Who belongs is decided at the moment asked for; what is in effect, on the last day of the year.
            year.inEffectAtYearEnd = end.bodies.filter { ids.contains($0.id) }.flatMap(\.cases)
                .count { $0.status == "inEffect" }
            return year
        }
    }

    private func count(_ item: PlainFold.Case, _ year: inout Year) {
        year.determined += 1
        if item.status == "repaired" { year.repaired += 1 }
        if item.status == "revoked" {
            year.revoked += 1
            return
        }
        year.byCategory[item.category, default: 0] += 1
        if let area = item.area { year.byArea[area, default: 0] += 1 }
        year.bySeverity[item.severity, default: 0] += 1
        year.amount = year.amount + (item.amount ?? .zero)
    }
}

extension PlainTrend.Year {
    init(_ year: TrendYear) {
        self.init(
            year: year.year, determined: year.determined, revoked: year.revoked, repaired: year.repaired,
            inEffectAtYearEnd: year.inEffectAtYearEnd, byCategory: year.byCategory, byArea: year.byArea,
            bySeverity: year.bySeverity, amount: year.amount)
    }
}
