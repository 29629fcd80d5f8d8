/// Why an audit could not be made; says nothing about whether the log is sound.
public struct AuditError: Error, Sendable, Hashable {
    /// What kind of obstacle it is; more may be added, so a `switch` over codes needs a default.
    public struct Code: Sendable, Hashable, RawRepresentable, CustomStringConvertible {
        /// The stable name, in lowercase with hyphens.
        public let rawValue: String

        /// A code with the given stable name.
        public init(rawValue: String) { self.rawValue = rawValue }

        /// The stable name.
        public var description: String { rawValue }
    }

    /// What kind of obstacle it is.
    public let code: Code
    /// What exactly, in English, for a log line.
    public let detail: String

    /// An obstacle and what exactly it was.
    public init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// The same, with the file's path in it; a checkpoint that the caller gave is no file of the log.
    func naming(_ path: String) -> AuditError {
        code == .earlierMalformed || detail.contains(path) ? self : AuditError(code, "\(path): \(detail)")
    }
}

extension AuditError.Code {
    /// The file is missing or must not be read.
    public static let cannotOpen = Self(rawValue: "cannot-open")
    /// The file is not an SQLite database.
    public static let notADatabase = Self(rawValue: "not-a-database")
    /// The database has no table of entries.
    public static let notALog = Self(rawValue: "not-a-log")
    /// The last transactions stand in a write-ahead log that cannot be opened here.
    public static let walUnreadable = Self(rawValue: "wal-unreadable")
    /// Another process holds the file locked.
    public static let busy = Self(rawValue: "busy")
    /// There is not enough memory.
    public static let outOfMemory = Self(rawValue: "out-of-memory")
    /// An earlier checkpoint that the caller gave cannot be read.
    public static let earlierMalformed = Self(rawValue: "earlier-checkpoint-malformed")
}

extension AuditError: CustomStringConvertible {
    /// The code and the detail, for a log line.
    public var description: String { "\(code): \(detail)" }

    /// One sentence in Chinese: what is wrong and what to do.
    public var chinese: String { "\(messages.chinese)（\(detail)）" }

    /// One sentence in English: what is wrong and what to do.
    public var english: String { "\(messages.english) (\(detail))" }

    private var messages: (chinese: String, english: String) {
        switch code {
        case .cannotOpen: ("无法打开日志文件，请核对路径与权限", "The log cannot be opened: check its path and permissions")
        case .notADatabase:
            (
                "该文件不是数据库，请核对路径；若路径无误，文件头已损坏，请从备份恢复",
                "This is not a database: check the path; if it is right, the file's header is damaged, restore a backup"
            )
        case .notALog: ("该数据库不是档案日志，请核对路径", "This database is not a log: check the path")
        case .walUnreadable:
            (
                "最近的写入还在 -wal 文件中而此处无法读取，请连同该文件复制到可写的文件夹再检查",
                "The last writes are in the -wal file, which cannot be read here: copy both files to a writable folder"
            )
        case .busy: ("日志被另一个程序占用，请稍后再试", "Another program holds the log: try again later")
        case .outOfMemory: ("内存不足，请减少并行数或在更大的机器上检查", "Out of memory: use fewer workers or a larger machine")
        case .earlierMalformed: ("给出的旧检查点无法读取，请提供原件", "The earlier checkpoint cannot be read: give the original")
        default: ("检查未能进行，请报告", "The audit could not be made: report this")
        }
    }
}
