public import CanonicalJSON

/// The days of one calendar year that a notice settles.
public struct HolidayYear: Sendable, Hashable {
    /// Days off with the holiday's name, weekends within them included.
    public var daysOff: [CalendarDay: String]
    /// Saturdays and Sundays that are worked.
    public var workingDays: Set<CalendarDay>

    public init(daysOff: [CalendarDay: String], workingDays: Set<CalendarDay>) {
        self.daysOff = daysOff
        self.workingDays = workingDays
    }
}

/// 国务院办公厅关于部分节假日安排的通知, as a document: `{id, version, title, sources, years}`, where a year is
/// `{off: {day: holiday}, work: [day]}`.
///
/// A day stands under the calendar year that it lies in, whichever year's notice names it.
public struct HolidayNotice: Sendable, Hashable {
    public var id: String
    public var version: String
    public var title: String
    /// Addresses or numbers of the notices.
    public var sources: [String]
    public var years: [Int: HolidayYear]

    /// Most years of one document.
    public static let maximumYears = 100

    public init(id: String, version: String, title: String, sources: [String], years: [Int: HolidayYear]) {
        self.id = id
        self.version = version
        self.title = title
        self.sources = sources
        self.years = years
    }
}

extension HolidayNotice: JSONDecodable {
    /// Reads a notice strictly. Throws ``JSONFault`` with the pointer of what is missing, unknown or contradicts itself:
    /// a day in another year, off and worked at once, a make-up day that is no weekend, a statutory holiday left out.
    public init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        let adopted = try AdoptedDocument.name(&fields)
        (id, version) = adopted
        title = try fields.required("title").name()
        sources = []
        let sources = try fields.required("sources")
        for node in try sources.elements() { self.sources.append(try node.name(limit: 500)) }
        guard (1...100).contains(self.sources.count) else { throw sources.fault(.badValue, "1–100 sources") }
        years = [:]
        let years = try fields.required("years")
        for (key, node) in try years.members() {
            guard let year = Int(key), String(year) == key, CalendarDay.years.contains(year) else {
                throw node.fault(.badValue, "a year 1900…2999")
            }
            self.years[year] = try HolidayYear(year, node)
        }
        guard (1...HolidayNotice.maximumYears).contains(self.years.count) else {
            throw years.fault(.badValue, "1–\(HolidayNotice.maximumYears) years")
        }
        try fields.finish()
    }
}

extension HolidayYear {
    fileprivate init(_ year: Int, _ json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        daysOff = [:]
        let off = try fields.required("off")
        for (key, node) in try off.members() {
            guard let day = CalendarDay(key), day.year == year else { throw node.fault(.badValue, "a day of \(year)") }
            daysOff[day] = try node.name(limit: 32)
        }
        workingDays = []
        for node in try fields.required("work").elements() {
            let day = try CalendarDay(json: node)
            guard day.year == year else { throw node.fault(.badValue, "a day of \(year)") }
            guard daysOff[day] == nil else { throw node.fault(.badValue, "\(day) is off and worked at once") }
            guard day.isWeekend else {
                throw node.fault(.badValue, "\(day) is a working day by itself, no make-up day")
            }
            guard workingDays.insert(day).inserted else { throw node.fault(.badValue, "\(day) stands twice") }
        }
        try fields.finish()
        for fixed in HolidayYear.statutory {
            guard let day = CalendarDay(year: year, month: fixed.month, day: fixed.day), daysOff[day] == nil else {
                continue
            }
            throw off.fault(.badValue, "\(day) is a statutory holiday and missing: the notice is not whole")
        }
    }

    /// Holidays of a fixed day (《全国年节及纪念日放假办法》第二条): a notice without them is not the whole notice.
    private static let statutory: [(month: Int, day: Int)] = [(1, 1), (5, 1), (10, 1), (10, 2), (10, 3)]
}
