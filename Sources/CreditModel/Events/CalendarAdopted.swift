public import CanonicalJSON

/// The record that a notice of the State Council's General Office on holidays and make-up working days is in force
/// here: limits in working days are counted by it from this entry on.
///
/// The notice is kept beside the log under its digest, as a calendar file (``HolidayNotice``).
public struct CalendarAdopted: Sendable, Hashable, JSONEncodable {
    /// The calendar; its digest is the file's.
    public var calendar: AdoptedDocument
    /// The calendar years that it settles, ascending.
    public var years: [Int]
    public var file: Evidence
    /// Who adopts it.
    public var office: String
    public var occurredOn: CalendarDay
    public var document: DocumentNumber?

    public init(
        calendar: AdoptedDocument, years: [Int], file: Evidence, office: String, occurredOn: CalendarDay,
        document: DocumentNumber?
    ) {
        self.calendar = calendar
        self.years = years
        self.file = file
        self.office = office
        self.occurredOn = occurredOn
        self.document = document
    }

    init(reading fields: inout JSONFields) throws(JSONFault) {
        calendar = try fields.required("calendar")
        document = try fields.optional("document")
        file = try fields.required("file")
        occurredOn = try fields.required("occurredOn")
        office = try fields.required("office").name()
        let years = try fields.required("years")
        self.years = []
        for node in try years.elements() {
            self.years.append(
                Int(try node.integer(in: Int64(CalendarDay.years.lowerBound)...Int64(CalendarDay.years.upperBound))))
        }
        guard (1...100).contains(self.years.count) else { throw years.fault(.badValue, "1–100 years") }
    }

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("calendar", calendar)
        writer.member("document", document)
        writer.member("file", file)
        writer.member("occurredOn", occurredOn)
        writer.member("office", office)
        writer.member("years", years)
        writer.endObject()
    }
}
