internal import CanonicalJSON

/// An error of the event log: what happened, to which stream, entry or file.
public struct EventLogError: Error, Sendable {
    /// Kebab-case, stable, extensible.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let versionConflict = Code(rawValue: "version-conflict")
        public static let identityConflict = Code(rawValue: "identity-conflict")
        public static let entryTooLarge = Code(rawValue: "entry-too-large")
        public static let damaged = Code(rawValue: "log-damaged")
        public static let locked = Code(rawValue: "archive-locked")
        public static let storage = Code(rawValue: "storage-failed")
        public static let keys = Code(rawValue: "keys-unusable")
        public static let keyMissing = Code(rawValue: "key-missing")
        public static let busy = Code(rawValue: "log-busy")
        public static let checkpointExists = Code(rawValue: "checkpoint-exists")
        public static let notFound = Code(rawValue: "entry-not-found")
    }

    public var code: Code
    public var chinese: String
    public var english: String
    /// The stream's version in force, where a version was expected: nil for a stream without events.
    public var actualVersion: UInt64?

    public init(_ code: Code, chinese: String, english: String, actualVersion: UInt64? = nil) {
        self.code = code
        self.chinese = chinese
        self.english = english
        self.actualVersion = actualVersion
    }
}

extension EventLogError {
    /// `log-busy`: try again in a moment.
    package static var tooManyAppends: EventLogError {
        EventLogError(.busy, chinese: "写入排队已满，请稍后重试", english: "too many appends are waiting; try again later")
    }

    package static func versionConflict(
        _ stream: StreamID, expected: ExpectedVersion, events: UInt64
    ) -> EventLogError {
        let wish =
            switch expected {
            case .none: ("不存在", "no events")
            case .any: ("任意", "anything")
            case .exact(let version): ("第 \(version) 版", "version \(version)")
            }
        let actual =
            events == 0 ? ("尚无记录", "it has no events") : ("现为第 \(events - 1) 版", "it is at version \(events - 1)")
        return EventLogError(
            .versionConflict, chinese: "\(stream) 的版本不符：预期\(wish.0)，\(actual.0)；请重新读取后再提交",
            english: "\(stream) is not as expected: expected \(wish.1), \(actual.1); read it again and resubmit",
            actualVersion: events == 0 ? nil : events - 1)
    }

    static func identityConflict(_ identity: EventIdentity, at position: UInt64) -> EventLogError {
        EventLogError(
            .identityConflict, chinese: "同一标识（\(identity)）已在位置 \(position) 收录，内容不同；更改事实须用新的事件",
            english:
                "\(identity) is recorded at position \(position) with other content; a changed fact needs a new event")
    }

    static func entryTooLarge(_ identity: EventIdentity, _ bytes: Int) -> EventLogError {
        EventLogError(
            .entryTooLarge, chinese: "事件 \(identity.id) 过大：\(bytes) 字节，上限 \(Entry.maximumBytes)；大件请作为附件",
            english: "event \(identity.id) is too large: \(bytes) bytes of \(Entry.maximumBytes); attach large matter")
    }

    static func damagedEntry(_ position: UInt64, _ fault: JSONFault) -> EventLogError {
        EventLogError(
            .damaged, chinese: "位置 \(position) 的条目已损坏：\(fault.chinese)请运行 verify，并从备份恢复",
            english: "the entry at position \(position) is damaged: \(fault.english) Run verify and restore a backup")
    }

    public static func damaged(_ chinese: String, _ english: String) -> EventLogError {
        EventLogError(
            .damaged, chinese: "\(chinese)；请运行 verify，并从备份恢复", english: "\(english); run verify and restore a backup")
    }

    public static func storage(_ doing: (chinese: String, english: String), _ reason: String) -> EventLogError {
        EventLogError(
            .storage, chinese: "\(doing.chinese)失败：\(reason)；已确认的记录不受影响，请排除故障后重试",
            english: "\(doing.english) failed: \(reason); nothing acknowledged is lost, mend the cause and try again")
    }

    /// The log went on and its index did not.
    static func staleIndex(_ reason: any Error) -> EventLogError {
        let why = (reason as? EventLogError).map { ($0.chinese, $0.english) } ?? ("\(reason)", "\(reason)")
        return EventLogError(
            .storage, chinese: "索引未能跟上日志：\(why.0)；已确认的记录不受影响，请重新打开档案库",
            english:
                "the index has fallen behind the log: \(why.1); nothing acknowledged is lost, open the archive again")
    }

    /// There is no entry at a position.
    public static func notFound(_ position: UInt64, size: UInt64) -> EventLogError {
        EventLogError(
            .notFound, chinese: "没有位置 \(position)：日志共 \(size) 条，位置从 0 起",
            english: "there is no position \(position): the log has \(size) entries, counted from 0")
    }
}
