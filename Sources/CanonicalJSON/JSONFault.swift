/// A defect of a JSON text or of a value in it: what is wrong, and where.
///
/// `pointer` is the RFC 6901 JSON Pointer of the value at fault (empty for the whole document); for a text that cannot
/// be read at all, `detail` names the byte offset.
public struct JSONFault: Error, Sendable, Equatable {
    /// The kind of defect; stable, machine-readable, extensible.
    public struct Code: RawRepresentable, Sendable, Hashable {
        public let rawValue: String
        public init(rawValue: String) { self.rawValue = rawValue }

        public static let malformed = Code(rawValue: "json-malformed")
        public static let notUTF8 = Code(rawValue: "json-not-utf8")
        public static let duplicateKey = Code(rawValue: "json-duplicate-key")
        public static let loneSurrogate = Code(rawValue: "json-lone-surrogate")
        public static let nulCharacter = Code(rawValue: "json-nul-character")
        public static let notAnInteger = Code(rawValue: "json-not-an-integer")
        public static let tooDeep = Code(rawValue: "json-too-deep")
        public static let tooLong = Code(rawValue: "json-too-long")
        public static let notCanonical = Code(rawValue: "json-not-canonical")
        public static let unknownMember = Code(rawValue: "unknown-member")
        public static let missingMember = Code(rawValue: "missing-member")
        public static let wrongType = Code(rawValue: "wrong-type")
        public static let badValue = Code(rawValue: "bad-value")
    }

    public var code: Code
    public var pointer: String
    public var detail: String

    public init(_ code: Code, at pointer: String, _ detail: String = "") {
        self.code = code
        self.pointer = pointer
        self.detail = detail
    }

    /// The same fault seen from a document that holds this one at `prefix`.
    public func prefixed(by prefix: String) -> JSONFault {
        JSONFault(code, at: prefix + pointer, detail)
    }

    private var chineseType: String {
        ["string": "字符串", "integer": "整数", "boolean": "布尔值", "array": "数组", "object": "对象"][detail] ?? detail
    }

    private var place: String { pointer.isEmpty ? "/" : pointer }

    /// One sentence in Chinese: what, where, what to do.
    public var chinese: String {
        switch code {
        case .malformed: "JSON 语法错误（\(detail)），请检查发送方的编码程序。"
        case .notUTF8: "不是合法的 UTF-8 文本（\(detail)），请以 UTF-8 重新发送。"
        case .duplicateKey: "\(place) 重复出现，同一对象的键只能出现一次。"
        case .loneSurrogate: "字符串中有不成对的代理码元（\(detail)），请改为合法的 Unicode 字符。"
        case .nulCharacter: "字符串中有空字符 U+0000（\(detail)），请删除。"
        case .notAnInteger: "\(detail)：只接受 ±(2^53−1) 以内的整数，金额与得分请写成十进制字符串。"
        case .tooDeep: "嵌套过深（\(detail)）。"
        case .tooLong: "内容过长（\(detail)）。"
        case .notCanonical: "不是 RFC 8785 规范形式（\(detail)）。"
        case .unknownMember: "\(place) 不是已知的字段，请删除或更正名称。"
        case .missingMember: "缺少必填字段 \(place)。"
        case .wrongType: "\(place) 的类型不对，应为\(chineseType)。"
        default: "\(place) 的值不合规定，应为：\(detail)。"
        }
    }

    /// One sentence in English: what, where, what to do.
    public var english: String {
        switch code {
        case .malformed: "JSON syntax error (\(detail)); check the program that wrote it."
        case .notUTF8: "Not valid UTF-8 (\(detail)); send the text as UTF-8."
        case .duplicateKey: "\(place) stands twice; a key may stand once in an object."
        case .loneSurrogate: "A string has a lone surrogate (\(detail)); send valid Unicode."
        case .nulCharacter: "A string has U+0000 (\(detail)); remove it."
        case .notAnInteger:
            "\(detail): only integers within ±(2^53−1) are numbers here; write amounts as decimal strings."
        case .tooDeep: "Nested too deeply (\(detail))."
        case .tooLong: "Too long (\(detail))."
        case .notCanonical: "Not in RFC 8785 canonical form (\(detail))."
        case .unknownMember: "\(place) is not a known member; remove it or correct its name."
        case .missingMember: "The required member \(place) is missing."
        case .wrongType: "\(place) has the wrong type: expected \(detail)."
        default: "\(place) has a value that is not allowed; it must be: \(detail)."
        }
    }
}
