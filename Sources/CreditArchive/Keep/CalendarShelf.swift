internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import Projections
internal import Schema
internal import Synchronization

/// The notices of holidays that an archive has adopted: in its first entry, and by `calendar.adopted`.
final class CalendarShelf: Sendable {
    /// One notice, from which entry on.
    struct Adopted: Sendable {
        var position: UInt64
        var document: AdoptedDocument
        var notice: HolidayNotice
    }

    private let created: ArchiveCreated
    private let evidence: EvidenceStore
    private let log: LogReader
    private let known = Mutex<[Adopted]>([])

    init(_ created: ArchiveCreated, _ evidence: EvidenceStore, _ log: LogReader) {
        self.created = created
        self.evidence = evidence
        self.log = log
    }

    /// The identity of the `number`th adoption behind the first entry: they are found without a search.
    static func identity(_ number: Int) -> EventIdentity {
        EventIdentity(source: "urn:credit-archive:calendar", id: String(number))
    }

    /// All that were adopted by `position` (nil: so far), in order.
    ///
    /// Throws ``ArchiveError`` where a document is missing or altered, ``EventLogError`` for a damaged entry.
    func adopted(atPosition position: UInt64? = nil) throws -> [Adopted] {
        var all = known.withLock { $0 }
        if all.isEmpty {
            for document in created.calendars { all.append(try read(document, at: 0)) }
        }
        while let next = try log.index.position(of: CalendarShelf.identity(all.count - created.calendars.count + 1)) {
            guard case .calendarAdopted(let data) = try log.entry(at: next).event() else { break }
            all.append(try read(data.calendar, at: next))
        }
        known.withLock { if $0.count < all.count { $0 = all } }
        return position.map { limit in all.filter { $0.position <= limit } } ?? all
    }

    /// Working days by what was adopted by `position` (nil: so far).
    func calendar(atPosition position: UInt64? = nil) throws -> WorkingCalendar {
        WorkingCalendar(try adopted(atPosition: position).map(\.notice))
    }

    private func read(_ document: AdoptedDocument, at position: UInt64) throws -> Adopted {
        let embedded = Schema.holidayCalendar
        let bytes = EvidenceStore.digest(embedded) == document.digest ? embedded : try evidence.bytes(document.digest)
        return Adopted(
            position: position, document: document,
            notice: try HolidayNotice(json: JSONDocument(parsing: bytes).root))
    }
}
