internal import CreditModel
internal import EventLog
internal import Projections

/// Makes the events of a batch as they may leave at this moment.
struct EventMaker {
    private let archive: Archive
    private let subscriber: Subscriber
    private var sight: PublicSight
    private var displays: Displays
    private var check: LeafCheck

    init(_ archive: Archive, _ subscriber: Subscriber) throws {
        self.archive = archive
        self.subscriber = subscriber
        sight = PublicSight(archive)
        displays = Displays(archive.log)
        check = try LeafCheck(archive.log)
    }

    /// The event at a place of the feed: the entry, or the notice where the public does not see it any more.
    mutating func event(_ found: ExchangeScan.Found, number: UInt64) throws -> ExchangeEvent {
        let isSeen = try subscriber.visibility == .full || sight.sees(found.stream)
        guard found.kind == .entry, isSeen else {
            return ExchangeEvent(
                noticeOf: found.stream, position: found.position, subscriber: subscriber.name, number: number)
        }
        let entry = try archive.log.entry(at: found.position)
        try check.check(entry)
        guard subscriber.texts == .opened, try !displays.isWithheld(entry.subject),
            let opened = try archive.vault.opened(entry.event(), of: entry.identity)
        else { return ExchangeEvent(entry) }
        return ExchangeEvent(entry, opened: opened.withoutReplaced())
    }
}
