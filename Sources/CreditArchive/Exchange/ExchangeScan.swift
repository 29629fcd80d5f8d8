internal import CreditModel
internal import EventLog
internal import Projections

/// Goes along the log for a subscriber, and says what it is to be handed next.
///
/// To a subscriber of public records a case comes whole when the public first sees it, with the entries of its body
/// where that one is new to it; later entries follow one by one; when the public does not see it any more (repaired,
/// revoked, its term over, its display ended), a notice says so. So a record that becomes public late is not missed.
struct ExchangeScan {
    /// Entries looked at in one transaction.
    static let pageEntries: UInt64 = 2_000

    struct Found {
        var kind: ExchangeEvent.Kind
        var position: UInt64
        var stream: StreamID
    }

    let archive: Archive
    let places: EntryPlaces
    let subscriber: Subscriber
    private var sight: PublicSight
    /// The cases that the subscriber has, by body.
    private var shown: [String: Set<String>]
    private(set) var found: [Found] = []
    /// Cases that came to be shown, and cases that ceased to be, in the end.
    private(set) var begun: [String: String] = [:]
    private(set) var ended: Set<String> = []

    init(_ exchange: Exchange, _ subscriber: Subscriber, shown: [String: Set<String>]) {
        archive = exchange.archive
        places = exchange.places
        self.subscriber = subscriber
        self.shown = shown
        sight = PublicSight(exchange.archive)
    }

    /// Looks at a page of the log, and returns the position behind it.
    ///
    /// Throws ``ArchiveError`` `exchange-ahead` where the log is shorter than what was handed out.
    mutating func page(limit: UInt64) throws -> UInt64 {
        let size = try archive.log.head().size
        guard subscriber.scanned <= size else {
            throw ArchiveError(
                .unavailable, "exchange-ahead", field: subscriber.name,
                chinese: "交换记录已到位置 \(subscriber.scanned)，日志只有 \(size) 条：日志比交换记录旧；请移除订阅方并重新建立",
                english:
                    "the exchange record is at \(subscriber.scanned) and the log has \(size) entries: the log is older; "
                    + "remove the subscriber and make it again")
        }
        let end = min(size, subscriber.scanned + limit)
        var check = try LeafCheck(archive.log)
        try archive.log.forEachEntry(in: subscriber.scanned..<end) { entry in
            try check.check(entry)
            try look(at: entry)
        }
        return end
    }

    private mutating func look(at entry: Entry) throws {
        guard subscriber.visibility == .public else {
            if try admits(entry) { found.append(Found(kind: .entry, position: entry.position, stream: entry.subject)) }
            return
        }
        switch entry.subject.family {
        case "case":
            guard let item = CaseID(String(entry.subject.name)), let body = try places.place(of: entry)?.body
            else { return }
            let wasShown = isShown(item, of: body)
            try judge(item, of: body, at: entry.position)
            if wasShown, isShown(item, of: body) { try add(entry) }
        case "body":
            guard let shown = shown[String(entry.subject.name)], !shown.isEmpty else { return }
            try add(entry)
        case "archive":
            guard case .displayChanged(let change) = try entry.event(), let stream = StreamID(change.stream) else {
                return
            }
            try judgeAll(of: stream, at: entry.position)
        default: return
        }
    }

    /// Judges the cases that a change of display is about.
    private mutating func judgeAll(of stream: StreamID, at position: UInt64) throws {
        switch stream.family {
        case "case":
            guard let item = CaseID(String(stream.name)), let body = try archive.projections.body(ofCase: item) else {
                return
            }
            try judge(item, of: body, at: position)
        case "body":
            guard let body = BodyID(String(stream.name)) else { return }
            let had = (shown[body.text] ?? []).compactMap { CaseID($0) }
            for item in Set(had).union(try sight.cases(of: body)).sorted() {
                try judge(item, of: body, at: position)
            }
        default: return
        }
    }

    /// Holds a case against what the public sees now: it comes whole, or a notice ends it.
    private mutating func judge(_ item: CaseID, of body: BodyID, at position: UInt64) throws {
        let isSeen = try sight.cases(of: body).contains(item)
        guard isSeen != isShown(item, of: body) else { return }
        guard isSeen else {
            found.append(Found(kind: .notice, position: position, stream: .case(item.text)))
            shown[body.text]?.remove(item.text)
            begun[item.text] = nil
            ended.insert(item.text)
            return
        }
        if shown[body.text]?.isEmpty ?? true { try addAll(of: .body(body.text), upTo: position) }
        try addAll(of: .case(item.text), upTo: position)
        shown[body.text, default: []].insert(item.text)
        begun[item.text] = body.text
        ended.remove(item.text)
    }

    /// Ends the cases that the public does not see any more, though nothing was recorded: their term is over.
    mutating func sweep() throws {
        for (body, items) in shown.sorted(by: { $0.key < $1.key }) {
            guard let body = BodyID(body) else { continue }
            for item in items.sorted().compactMap({ CaseID($0) }) {
                try judge(item, of: body, at: subscriber.scanned == 0 ? 0 : subscriber.scanned - 1)
            }
        }
    }

    private func isShown(_ item: CaseID, of body: BodyID) -> Bool { shown[body.text]?.contains(item.text) ?? false }

    private mutating func addAll(of stream: StreamID, upTo last: UInt64) throws {
        var check = try LeafCheck(archive.log)
        for position in try archive.log.stream(stream).positions where position <= last {
            let entry = try archive.log.entry(at: position)
            try check.check(entry)
            try add(entry)
        }
    }

    private mutating func add(_ entry: Entry) throws {
        guard try admits(entry) else { return }
        found.append(Found(kind: .entry, position: entry.position, stream: entry.subject))
    }

    private func admits(_ entry: Entry) throws -> Bool {
        let filter = subscriber.filter
        guard filter.body != nil || filter.regions != nil else {
            return filter.admits(type: entry.type, body: nil, region: nil)
        }
        let place = try places.place(of: entry)
        return filter.admits(type: entry.type, body: place?.body, region: place?.region)
    }
}
