public import CreditModel

/// The days that a scheme's results are about.
public struct Period: Sendable, Hashable {
    /// The only year that the scheme is for; nil for schemes of every year.
    public var year: Int?
    public var from: MonthDay
    /// Inclusive, as printed: S3's ends on 12-30 (Q01).
    public var to: MonthDay
    /// The source's words.
    public var quote: String?

    init(_ node: DocumentNode) throws(SchemeFault) {
        var fields = try node.fields()
        year = try fields.optional("year")?.whole(in: 1900...2999)
        from = try MonthDay(fields.required("from"))
        to = try MonthDay(fields.required("to"))
        quote = try fields.optionalText("quote")
        try fields.finish()
        guard from.day(in: 2023) <= to.day(in: 2023) else { throw node.badValue("先起后止", "a beginning before the end") }
    }

    public func days(of year: Int) -> ClosedRange<CalendarDay> { from.day(in: year)...to.day(in: year) }

    /// The days of a calendar year that belong to no period of this scheme: what happened on them is listed, never
    /// dropped (Q01).
    public func uncoveredDays(of year: Int) -> [CalendarDay] {
        let covered = days(of: year)
        guard let first = CalendarDay(year: year, month: 1, day: 1) else { return [] }
        return (0..<366).map { first.adding(days: $0) }.filter { $0.year == year && !covered.contains($0) }
    }
}
