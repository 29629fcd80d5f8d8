internal import Assessment
internal import CanonicalJSON
internal import CreditModel
internal import EventLog
internal import TabularText
internal import TransparencyLog

/// An error as the archive's users see it: a code, a place, and what to do, in Chinese and English.
public struct ArchiveError: Error, Sendable, Hashable {
    /// What kind of outcome this is; the command line's exit codes and HTTP's statuses follow from it.
    public enum Kind: String, Sendable, Hashable {
        /// The call itself is wrong.
        case usage
        /// What was handed in is wrong.
        case badInput
        /// The domain refuses the fact.
        case refused
        /// Who asks is not known: a key is missing, unknown, expired or revoked.
        case unauthenticated
        /// Who asks may not do this.
        case forbidden
        /// Recorded already with other content, or another version than expected.
        case conflict
        /// There is no such body, case or position.
        case notFound
        /// The archive is damaged or cannot be opened.
        case unavailable
    }

    public var kind: Kind
    /// Kebab-case, stable.
    public var code: String
    /// A JSON pointer or a column.
    public var field: String?
    public var chinese: String
    public var english: String

    public init(_ kind: Kind, _ code: String, field: String? = nil, chinese: String, english: String) {
        self.kind = kind
        self.code = code
        self.field = field
        self.chinese = chinese
        self.english = english
    }
}

extension ArchiveError {
    /// The user's view of any error of the house.
    public init(_ error: any Error) {
        switch error {
        case let error as ArchiveError: self = error
        case let error as Refusal:
            self.init(.refused, error.code, field: error.field, chinese: error.chinese, english: error.english)
        case let error as SchemeFault:
            self.init(
                .badInput, error.code.rawValue, field: error.field.isEmpty ? nil : error.field,
                chinese: error.chinese, english: error.english)
        case let error as JSONFault:
            self.init(
                .badInput, error.code.rawValue, field: error.pointer, chinese: error.chinese, english: error.english)
        case let error as EventLogError:
            self.init(Kind(error.code), error.code.rawValue, chinese: error.chinese, english: error.english)
        case let error as TransparencyError:
            self.init(.badInput, error.code.rawValue, chinese: error.chinese, english: error.english)
        case let error as PolicyFault:
            let place = error.line.map { ("第 \($0) 行：", "line \($0): ") } ?? ("", "")
            self.init(
                .badInput, "policy-malformed", field: error.line.map { "line \($0)" },
                chinese: "策略文件\(place.0)\(error.chinese)", english: "policy, \(place.1)\(error.english)")
        case let error as TabularError:
            self.init(
                .badInput, error.code.rawValue, field: error.column, chinese: error.chinese, english: error.english)
        case let error as TabularProblems:
            self.init(
                .badInput, error.all.first?.code.rawValue ?? "table", field: error.all.first?.column,
                chinese: error.chinese, english: error.english)
        default:
            self.init(
                .unavailable, "unexpected", chinese: "未预料的错误：\(error)", english: "an unexpected error: \(error)")
        }
    }

    /// A file of the archive's own could not be written: the disk is at fault and not what was handed in.
    static func storage(_ path: String, _ number: Int32) -> ArchiveError {
        ArchiveError(EventLogError.storage(("写入 \(path) ", "writing \(path)"), DurableFile.reason(number)))
    }

    static func file(_ code: String, _ path: String, _ reason: String) -> ArchiveError {
        ArchiveError(
            .badInput, code, chinese: "无法使用文件 \(path)：\(reason)", english: "the file \(path) cannot be used: \(reason)")
    }
}

extension ArchiveError.Kind {
    init(_ code: EventLogError.Code) {
        switch code {
        case .versionConflict, .identityConflict, .checkpointExists, .logsPart: self = .conflict
        case .entryTooLarge: self = .badInput
        case .notFound: self = .notFound
        default: self = .unavailable
        }
    }
}
