public import CanonicalJSON

/// The stable id of a body; names, codes and parents may change, the id never does.
///
/// A body registered by import has its first 统一社会信用代码 as id. 1–64 letters, digits, `.`, `_`, `-`.
public struct BodyID: Sendable, Hashable, Comparable, CustomStringConvertible {
    public let text: String

    public init?(_ text: String) {
        let bytes = text.utf8
        guard (1...64).contains(bytes.count),
            bytes.allSatisfy({ byte in
                switch byte {
                case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            })
        else { return nil }
        self.text = text
    }

    public init(_ code: USCC) { text = code.text }

    public var description: String { text }
    public static func < (left: BodyID, right: BodyID) -> Bool {
        left.text.utf8.lexicographicallyPrecedes(right.text.utf8)
    }
}

extension BodyID: JSONDecodable, JSONEncodable {
    public init(json: JSONNode) throws(JSONFault) {
        guard let id = BodyID(try json.string()) else {
            throw json.fault(.badValue, "a body id: 1–64 letters, digits, '.', '_' or '-'")
        }
        self = id
    }

    public func write(to writer: inout JSONWriter) { writer.string(text) }
}

/// 事项编号: the id of a case. 1–128 characters, no control characters, no white space around it.
///
/// Compared byte by byte (RFC 8785: no Unicode normalisation).
public struct CaseID: Sendable, CustomStringConvertible {
    public let text: String

    public init?(_ text: String) {
        guard PlainText.isName(text, limit: 128) else { return nil }
        self.text = text
    }

    public var description: String { text }
}

extension CaseID: Hashable, Comparable {
    public static func == (left: CaseID, right: CaseID) -> Bool { left.text.hasSameBytes(as: right.text) }
    public static func < (left: CaseID, right: CaseID) -> Bool { left.text.precedesInBytes(right.text) }
    public func hash(into hasher: inout Hasher) { hasher.combine(utf8: text) }
}

/// What counts as a name: the rule for titles, names of offices and other single-line texts.
public enum PlainText {
    /// 1…`limit` Unicode scalars, no control characters, no white space at either end.
    public static func isName(_ text: String, limit: Int) -> Bool {
        guard let first = text.unicodeScalars.first, let last = text.unicodeScalars.last else { return false }
        return !isSpace(first) && !isSpace(last) && text.scalarCount <= limit && !text.hasControls()
    }

    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || scalar == "\u{3000}" || scalar == "\u{A0}"
    }
}

extension JSONNode {
    /// A single-line text of at most `limit` characters. Throws ``JSONFault``.
    func name(limit: Int = 200) throws(JSONFault) -> String {
        let text = try string()
        guard PlainText.isName(text, limit: limit) else {
            throw fault(.badValue, "1–\(limit) characters, no control characters, no space at either end")
        }
        return text
    }

    /// A text that `accepts` holds for. Throws ``JSONFault`` saying `expectation`.
    func text(_ expectation: String, where accepts: (String.UTF8View) -> Bool) throws(JSONFault) -> String {
        let text = try string()
        guard accepts(text.utf8) else { throw fault(.badValue, expectation) }
        return text
    }

    /// An integer within `range`. Throws ``JSONFault``.
    func integer(in range: ClosedRange<Int64>) throws(JSONFault) -> Int64 {
        let value = try integer()
        guard range.contains(value) else { throw fault(.badValue, "\(range.lowerBound)…\(range.upperBound)") }
        return value
    }
}

/// 行政区划代码 (GB/T 2260): 6 digits, or 9 for a township, 12 for a village.
public struct RegionCode: Sendable, Hashable, CustomStringConvertible {
    public let text: String

    public init?(_ text: String) {
        guard [6, 9, 12].contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
            return nil
        }
        self.text = text
    }

    public var description: String { text }

    /// The digits that every code within this region begins with: trailing zeros left off, level by level, which are
    /// pairs down to the county and three digits each for township and village (411300 covers 411330, 411330100 no
    /// other township).
    public var prefix: String {
        var digits = text
        while digits.utf8.count > 6, digits.hasSuffix("000") { digits.removeLast(3) }
        while (3...6).contains(digits.utf8.count), digits.hasSuffix("00") { digits.removeLast(2) }
        return digits
    }
}

extension RegionCode: JSONDecodable, JSONEncodable {
    public init(json: JSONNode) throws(JSONFault) {
        guard let code = RegionCode(try json.string()) else { throw json.fault(.badValue, "6, 9 or 12 digits") }
        self = code
    }

    public func write(to writer: inout JSONWriter) { writer.string(text) }
}
