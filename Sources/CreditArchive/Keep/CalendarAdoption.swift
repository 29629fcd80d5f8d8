public import CanonicalJSON
public import CreditModel
internal import EventLog
public import Projections

/// A notice of holidays that has been adopted.
public struct CalendarAdoption: Sendable, JSONEncodable {
    public var years: [Int]
    public var position: UInt64
    public var digest: String
    /// It was adopted before, with the same content.
    public var isDuplicate: Bool

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("years", years)
        writer.member("position", position)
        writer.member("digest", digest)
        writer.member("duplicate", isDuplicate)
        writer.endObject()
    }
}

/// A calendar year whose working days are known.
public struct CalendarYear: Sendable, JSONEncodable {
    public var year: Int
    public var workingDays: Int
    /// Of the notice that settles it.
    public var title: String
    /// Position from which on it is in force.
    public var position: UInt64

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("year", year)
        writer.member("workingDays", workingDays)
        writer.member("title", title)
        writer.member("position", position)
        writer.endObject()
    }
}

extension Administrator {
    /// Adopts a notice of holidays: it is kept under its digest, and limits are counted by it from its entry on. The same
    /// notice again adds nothing.
    ///
    /// Throws ``ArchiveError`` where the document is no calendar or contradicts itself (with the pointer of the fault),
    /// `calendar-year-settled` where it settles a year anew without `amending`, `calendar-unchanged` where it has nothing
    /// new to say of one.
    public func adoptCalendar(
        _ bytes: [UInt8], name: String, office: String, document: String?, amending: Bool, recordedBy: String
    ) throws -> CalendarAdoption {
        let notice: HolidayNotice
        do { notice = try HolidayNotice(json: JSONDocument(parsing: bytes).root) } catch {
            throw ArchiveError(
                .badInput, "calendar-malformed", field: error.pointer,
                chinese: "\(name) 不是有效的节假日安排：\(ArchiveError(error).chinese)；请对照通知改正",
                english: "\(name) is no sound notice of holidays: \(error.english); mend it by the notice")
        }
        let years = notice.years.keys.sorted()
        let digest = EvidenceStore.digest(bytes)
        let before = try archive.calendars.adopted()
        if let same = before.first(where: { $0.document.digest == digest }) {
            return CalendarAdoption(years: years, position: same.position, digest: digest, isDuplicate: true)
        }
        try requireNew(notice, WorkingCalendar(before.map(\.notice)), amending)
        guard PlainText.isName(office, limit: 200) else {
            throw ArchiveError(
                .usage, "office-malformed", field: "--office", chinese: "采用单位应为一行文字，至多 200 字",
                english: "the office is one line of at most 200 characters")
        }
        let number = try document.map { (text) throws(ArchiveError) in
            guard let number = DocumentNumber(text) else {
                throw ArchiveError(
                    .usage, "document-number-malformed", field: "--document", chinese: "文号应为一行文字，至多 100 字",
                    english: "a document number is one line of at most 100 characters")
            }
            return number
        }
        try archive.evidence.keep(bytes)
        let data = CalendarAdopted(
            calendar: AdoptedDocument(id: notice.id, version: notice.version, digest: digest), years: years,
            file: Evidence(digest: digest, name: name, size: Int64(bytes.count)), office: office,
            occurredOn: archive.today, document: number)
        guard let writer = archive.writer else { preconditionFailure("the archive was opened for reading") }
        let draft = EventDraft(
            .calendarAdopted(data),
            identity: CalendarShelf.identity(before.count - archive.created.calendars.count + 1), subject: .archive,
            recordedBy: recordedBy)
        let outcome = try writer.appendNow(AppendRequest([draft]))
        return CalendarAdoption(years: years, position: outcome[0].position, digest: digest, isDuplicate: false)
    }

    private func requireNew(
        _ notice: HolidayNotice, _ calendar: WorkingCalendar, _ amending: Bool
    ) throws(ArchiveError) {
        for (year, days) in notice.years.sorted(by: { $0.key < $1.key }) {
            guard let known = calendar.year(year) else { continue }
            guard known != days else {
                throw ArchiveError(
                    .refused, "calendar-unchanged", field: "/years/\(year)", chinese: "\(year) 年的安排与已采用的相同，请删去该年",
                    english: "\(year) is settled so already; leave that year out")
            }
            guard amending else {
                throw ArchiveError(
                    .refused, "calendar-year-settled", field: "/years/\(year)",
                    chinese: "\(year) 年已有安排且内容不同；确为国务院办公厅调整的，请加 --amend",
                    english: "\(year) is settled otherwise; if the State Council has changed it, say so with --amend")
            }
        }
    }
}

extension Auditor {
    /// The years whose working days are known, with the notice in force.
    public func calendarYears(atPosition position: UInt64? = nil) throws -> [CalendarYear] {
        var years: [Int: CalendarYear] = [:]
        for adopted in try archive.calendars.adopted(atPosition: position) {
            let calendar = WorkingCalendar([adopted.notice])
            for year in adopted.notice.years.keys {
                guard let first = CalendarDay(year: year, month: 1, day: 1) else { continue }
                let days = (0..<366).map { first.adding(days: $0) }.filter { $0.year == year }
                years[year] = CalendarYear(
                    year: year, workingDays: days.count { (try? calendar.isWorkingDay($0)) == true },
                    title: adopted.notice.title, position: adopted.position)
            }
        }
        return years.values.sorted { $0.year < $1.year }
    }

    /// The moment of a question about duties: any day may be named, one ahead included.
    public func duty(on day: CalendarDay?, atPosition position: UInt64?) throws -> Moment {
        if let position { _ = try archive.log.entry(at: position) }
        return Moment(asOf: day, atPosition: position)
    }
}
