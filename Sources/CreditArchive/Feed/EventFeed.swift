internal import CanonicalJSON
public import CreditModel
internal import EventLog
internal import Projections
internal import Synchronization

/// Which entries of the feed are asked for; what is nil is not asked.
public struct FeedFilter: Sendable, Hashable {
    public var body: BodyID?
    /// An event type, as it stands in the envelope.
    public var type: String?
    /// The digits that the 行政区划代码 of the entry's body begins with, as it is now; any of several.
    public var regions: [String]?

    public init(body: BodyID? = nil, type: String? = nil, regions: [String]? = nil) {
        self.body = body
        self.type = type
        self.regions = regions
    }

    var isEmpty: Bool { body == nil && type == nil && regions == nil }

    /// Whether an entry is asked for.
    public func admits(_ item: FeedItem) -> Bool { admits(type: item.type, body: item.body, region: item.region) }

    func admits(type found: String, body about: BodyID?, region place: RegionCode?) -> Bool {
        if let type, found != type { return false }
        if let body, about != body { return false }
        guard let regions else { return true }
        return place.map { place in regions.contains { place.text.hasPrefix($0) } } ?? false
    }
}

/// An entry as the feed tells it, with what filters ask of it.
public struct FeedItem: Sendable {
    public let position: UInt64
    public let type: String
    /// Whom it is about; nil for what is about no body.
    public let body: BodyID?
    public let region: RegionCode?
    /// `{"position":…,"recordedTime":…,"event":…}`, one line: the line of a replay (contract §3).
    public let json: [UInt8]
}

/// The log as a feed by position: pages of it, and what filters need to know of each entry.
///
/// It ends where the index ends, which is the log's end but for the moment of a commit: so an entry is told once whom it
/// is about is known, and none is passed over.
public final class EventFeed: Sendable {
    /// Entries looked at for one page: what a rare filter leaves is asked for again from there.
    public static let maximumScanned: UInt64 = 20_000
    public static let maximumPage = 1_000

    public struct Page: Sendable {
        public var items: [FeedItem]
        /// The position that the next page begins at: everything before it is told, or was not asked for.
        public var next: UInt64
        /// Whether there was nothing more when the page was made.
        public var isAtEnd: Bool
    }

    let archive: Archive
    private let known: Atomic<UInt64>
    private let places: EntryPlaces

    /// - Parameter archive: open for writing.
    public init(_ archive: Archive) throws {
        self.archive = archive
        known = Atomic(try archive.log.head().size)
        places = EntryPlaces(archive)
    }

    /// How many entries the feed has.
    public var size: UInt64 { known.load(ordering: .acquiring) }

    /// Entries up to `size` are committed and indexed.
    func grow(to size: UInt64) {
        var seen = known.load(ordering: .relaxed)
        while seen < size {
            let (done, now) = known.compareExchange(expected: seen, desired: size, ordering: .acquiringAndReleasing)
            if done { return }
            seen = now
        }
    }

    /// A page of at most `limit` entries from a position on.
    ///
    /// Throws ``ArchiveError`` `type-unknown`, `position-outside` for one beyond the end, ``EventLogError`` on damage.
    public func page(from first: UInt64, limit: Int, _ filter: FeedFilter = FeedFilter()) throws -> Page {
        try check(from: first, filter)
        let size = size
        if let body = filter.body { return try page(of: body, from: first, size: size, limit: limit, filter) }
        let end = min(size, first + EventFeed.maximumScanned)
        var items: [FeedItem] = []
        var next = first
        while next < end, items.count < limit {
            // Short reads; where nothing is filtered no entry is read for nothing.
            let piece = min(end, next + UInt64(filter.isEmpty ? limit - items.count : 512))
            for item in try self.items(next..<piece) where items.count < limit {
                next = item.position + 1
                if filter.admits(item) { items.append(item) }
            }
        }
        return Page(items: items, next: next, isAtEnd: next == size)
    }

    /// Refuses a beginning beyond the end, and an unknown type. Throws as ``page(from:limit:_:)``.
    public func check(from first: UInt64, _ filter: FeedFilter) throws(ArchiveError) {
        try ReplayFilter(body: nil, type: filter.type).check()
        let size = size
        guard first <= size else {
            throw ArchiveError(
                .badInput, "position-outside", field: "after", chinese: "位置 \(first) 超出日志（共 \(size) 条，位置从 0 起）",
                english: "position \(first) is outside the log (\(size) entries, counted from 0)")
        }
    }

    private func page(
        of body: BodyID, from first: UInt64, size: UInt64, limit: Int, _ filter: FeedFilter
    ) throws -> Page {
        var items: [FeedItem] = []
        var check = try LeafCheck(archive.log)
        for position in try Auditor(archive).positions(of: body) where position >= first && position < size {
            let entry = try archive.log.entry(at: position)
            try check.check(entry)
            let item = try self.item(entry)
            guard filter.admits(item) else { continue }
            items.append(item)
            if items.count == limit { return Page(items: items, next: position + 1, isAtEnd: position + 1 == size) }
        }
        return Page(items: items, next: size, isAtEnd: true)
    }

    /// The entries of a range within the feed, each held against the tree.
    func items(_ range: Range<UInt64>) throws -> [FeedItem] {
        guard !range.isEmpty else { return [] }
        var items: [FeedItem] = []
        items.reserveCapacity(range.count)
        var check = try LeafCheck(archive.log)
        try archive.log.forEachEntry(in: range) { entry in
            try check.check(entry)
            items.append(try item(entry))
        }
        return items
    }

    /// One entry of the feed. Throws ``EventLogError`` `entry-not-found`.
    public func item(at position: UInt64) throws -> FeedItem { try item(archive.log.entry(at: position)) }

    private func item(_ entry: Entry) throws -> FeedItem {
        var writer = JSONWriter(reserving: entry.bytes.count + 96)
        writer.beginObject()
        writer.member("position", entry.position)
        writer.member("recordedTime", entry.recordedTime)
        writer.key("event")
        writer.raw(entry.bytes)
        writer.endObject()
        let place = try places.place(of: entry)
        return FeedItem(
            position: entry.position, type: entry.type, body: place?.body, region: place?.region, json: writer.bytes)
    }
}
