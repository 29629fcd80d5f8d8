internal import CreditModel
internal import EventLog
public import Projections

/// The moment of a question as it is asked: by day, and by position or time of recording.
public struct MomentQuestion: Sendable, Hashable {
    enum Recording: Sendable, Hashable {
        case position(UInt64)
        /// Milliseconds since 1970, UTC, and the words that say it.
        case time(Int64, String)
    }

    let asOf: CalendarDay?
    let recording: Recording?
    private let prefix: String

    /// Reads the words of a question. Throws ``ArchiveError`` `flags-contradict`, `day-malformed` or `time-malformed`.
    ///
    /// - Parameters:
    ///   - knownAt: an RFC 3339 time with its zone, or a whole day in Asia/Shanghai.
    ///   - prefix: stands before `as-of`, `at-position` and `known-at` in the names of the options; one that does not begin
    ///     with dashes is that of parameters, as in `fromAsOf`.
    public init(
        asOf: String? = nil, atPosition: UInt64? = nil, knownAt: String? = nil, prefix: String = "--"
    ) throws(ArchiveError) {
        self.prefix = prefix
        func name(_ option: String) -> String { MomentQuestion.name(option, prefix) }
        guard atPosition == nil || knownAt == nil else {
            throw ArchiveError(
                .usage, "flags-contradict", chinese: "\(name("at-position")) 与 \(name("known-at")) 只用其一",
                english: "use one of \(name("at-position")) and \(name("known-at"))")
        }
        self.asOf = try asOf.map { (text) throws(ArchiveError) in try MomentQuestion.day(text, name("as-of")) }
        if let knownAt {
            recording = .time(try MomentQuestion.milliseconds(knownAt, name("known-at")), knownAt)
        } else {
            recording = atPosition.map(Recording.position)
        }
    }

    /// The name of one of its options, as whoever asks knows it.
    func name(_ option: String) -> String { MomentQuestion.name(option, prefix) }

    private static func name(_ option: String, _ prefix: String) -> String {
        guard !prefix.hasPrefix("-") else { return prefix + option }
        let words = option.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        return prefix.isEmpty ? words.prefix(1).lowercased() + words.dropFirst() : prefix + words
    }

    /// Nothing is said of the moment.
    public var isEmpty: Bool { asOf == nil && recording == nil }

    private static func day(_ text: String, _ field: String) throws(ArchiveError) -> CalendarDay {
        guard let day = CalendarDay(text) else {
            throw ArchiveError(
                .usage, "day-malformed", field: field, chinese: "\(field) 的“\(text)”不是日期，请写成 2024-12-31",
                english: "'\(text)' of \(field) is no day; write 2024-12-31")
        }
        return day
    }

    private static func milliseconds(_ text: String, _ field: String) throws(ArchiveError) -> Int64 {
        if let day = CalendarDay(text) { return day.lastMillisecond }
        guard let time = RecordedTime.milliseconds(rfc3339: text) else {
            throw ArchiveError(
                .usage, "time-malformed", field: field,
                chinese: "时刻“\(text)”应带时区，如 2024-12-31T16:00:00+08:00 或 2024-12-31T08:00:00Z，或只写日期 2024-12-31",
                english: "'\(text)' should be a time with its zone, such as 2024-12-31T16:00:00+08:00 or "
                    + "2024-12-31T08:00:00Z, or a day such as 2024-12-31")
        }
        return time
    }
}

extension Auditor {
    /// Holds the moment of a question against the log.
    ///
    /// Throws ``ArchiveError`` `day-in-future` and `time-in-future` for what nobody can know yet, `before-the-log` for a
    /// time at which the archive did not exist, ``EventLogError`` `entry-not-found` for a position outside the log.
    public func moment(_ question: MomentQuestion) throws -> Moment {
        let today = archive.today
        if let day = question.asOf, day > today {
            throw ArchiveError(
                .usage, "day-in-future", field: question.name("as-of"),
                chinese: "\(day) 在今天（\(today)）之后，那天以前还会发生什么无从得知；请用今天或更早的日期",
                english:
                    "\(day) lies after today (\(today)), and nobody knows what happens by then; use today or an earlier day"
            )
        }
        switch question.recording {
        case .position(let position):
            let size = try archive.log.head().size
            guard position < size else { throw EventLogError.notFound(position, size: size) }
            return Moment(asOf: question.asOf, atPosition: position)
        case .time(let milliseconds, let words):
            let position = try position(knownAt: milliseconds, words, field: question.name("known-at"))
            return Moment(asOf: question.asOf, atPosition: position)
        case nil: return Moment(asOf: question.asOf)
        }
    }

    /// The last position that was recorded by a moment.
    private func position(knownAt moment: Int64, _ words: String, field: String) throws -> UInt64 {
        // Recording times never run backwards, so a binary search finds the place.
        let size = try archive.log.head().size
        var (low, high) = (UInt64(0), size)
        while low < high {
            let middle = (low + high) / 2
            if try recordedMilliseconds(middle) <= moment { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else {
            throw ArchiveError(
                .usage, "before-the-log", field: field,
                chinese: "\(words) 时档案库尚未建立；它建于 \(created)，请用此后的时刻",
                english: "the archive did not exist at \(words); it was made at \(created), use a later time")
        }
        // The end of today is still to come, but whoever names a day means what is known of it.
        if low == size, try moment > max(archive.today.lastMillisecond, recordedMilliseconds(size - 1)) {
            throw ArchiveError(
                .usage, "time-in-future", field: field,
                chinese: "\(words) 在今天（\(archive.today)）之后，届时会有哪些记录无从得知；请用更早的时刻",
                english: "\(words) lies after today (\(archive.today)), and nobody knows what is recorded by then; "
                    + "use an earlier time")
        }
        return low - 1
    }

    private func recordedMilliseconds(_ position: UInt64) throws -> Int64 {
        try archive.log.entry(at: position).recordedMilliseconds ?? 0
    }

    private var created: String { (try? archive.log.entry(at: 0).recordedTime) ?? "" }

    /// The moment with its position: what is recorded now, and nothing that follows.
    public func pinned(_ moment: Moment) throws -> Moment {
        let size = try archive.log.head().size
        return Moment(asOf: moment.asOf, atPosition: moment.atPosition ?? (size == 0 ? nil : size - 1))
    }

    /// When a position was recorded: UTC, RFC 3339.
    public func recordedTime(at position: UInt64) throws -> String { try archive.log.entry(at: position).recordedTime }
}

extension CalendarDay {
    /// The end of the day in Asia/Shanghai, in milliseconds since 1970.
    fileprivate var lastMillisecond: Int64 { (Int64(ordinal) + 1) * 86_400_000 - 8 * 3_600_000 - 1 }
}
