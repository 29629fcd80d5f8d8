public import CanonicalJSON

/// A JSON value as a plain tree, made, altered and canonicalised without the code under test.
public indirect enum JSONTree: Sendable, Equatable {
    case null
    case boolean(Bool)
    case integer(Int64)
    case string(String)
    case array([JSONTree])
    case object([(key: String, value: JSONTree)])

    /// Equal where the canonical forms are.
    public static func == (left: JSONTree, right: JSONTree) -> Bool {
        left.canonical.utf8.elementsEqual(right.canonical.utf8)
    }

    /// RFC 8785, as plainly as it can be written.
    public var canonical: String {
        switch self {
        case .null: return "null"
        case .boolean(let value): return value ? "true" : "false"
        case .integer(let value): return String(value)
        case .string(let value): return "\"" + value.unicodeScalars.map(JSONTree.escape).joined() + "\""
        case .array(let elements): return "[" + elements.map(\.canonical).joined(separator: ",") + "]"
        case .object(let members):
            let sorted = members.sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
            return "{"
                + sorted.map { JSONTree.string($0.key).canonical + ":" + $0.value.canonical }.joined(separator: ",")
                + "}"
        }
    }

    static func escape(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        case "\u{8}": "\\b"
        case "\t": "\\t"
        case "\n": "\\n"
        case "\u{C}": "\\f"
        case "\r": "\\r"
        case _ where scalar.value < 0x20: "\\u00" + (scalar.value < 16 ? "0" : "") + String(scalar.value, radix: 16)
        default: String(Character(scalar))
        }
    }
}

extension JSONTree: JSONDecodable, JSONEncodable {
    public init(json: JSONNode) throws(JSONFault) {
        switch json.kind {
        case .null: self = .null
        case .boolean: self = .boolean(try json.boolean())
        case .integer: self = .integer(try json.integer())
        case .string: self = .string(try json.string())
        case .array: self = .array(try [JSONTree](json: json))
        case .object:
            var members: [(key: String, value: JSONTree)] = []
            for member in try json.members() { members.append((member.key, try JSONTree(json: member.value))) }
            self = .object(members)
        }
    }

    /// Writes the value with its members in the order in which they stand here.
    public func write(to writer: inout JSONWriter) {
        switch self {
        case .null: writer.null()
        case .boolean(let value): writer.boolean(value)
        case .integer(let value): writer.integer(value)
        case .string(let value): writer.string(value)
        case .array(let elements): writer.value(elements)
        case .object(let members):
            writer.beginObject()
            for member in members {
                writer.key(member.key)
                writer.value(member.value)
            }
            writer.endObject()
        }
    }
}
