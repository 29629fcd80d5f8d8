/// A JSON text, read once and strictly, with an index of its values for access without copies.
///
/// Strict: UTF-8 without BOM, no duplicate keys, no lone surrogates, no U+0000, numbers only as integers within
/// ±(2^53−1) (RFC 8785 §3.2.2.3 and I-JSON, RFC 7493 §2.2), at most 32 levels and 2^31 bytes.
public final class JSONDocument: Sendable {
    @usableFromInline let bytes: [UInt8]
    @usableFromInline let nodes: [Node]

    /// One value: a span of `bytes`, and where its next sibling stands in `nodes`.
    @usableFromInline struct Node: Sendable {
        @usableFromInline var kind: JSONKind
        /// Strings only: an escape occurs, so the span is not the value itself.
        @usableFromInline var escaped: Bool
        @usableFromInline var start: UInt32
        @usableFromInline var end: UInt32
        /// Index of the node after this value and all it holds.
        @usableFromInline var next: UInt32
    }

    public static let maximumDepth = 32

    /// Reads `bytes` strictly. Throws ``JSONFault`` naming the offset or the JSON pointer.
    public init(parsing bytes: [UInt8]) throws(JSONFault) {
        guard bytes.count < Int(Int32.max) else { throw JSONFault(.tooLong, at: "", "\(bytes.count) bytes") }
        var parser = JSONParser()
        self.nodes = try parser.parse(bytes)
        self.bytes = bytes
    }

    /// What the parser has read so far, to name a place in it.
    init(bytes: [UInt8], nodes: [Node]) {
        self.bytes = bytes
        self.nodes = nodes
    }

    public convenience init(parsing bytes: UnsafeRawBufferPointer) throws(JSONFault) {
        try self.init(parsing: [UInt8](bytes))
    }

    public convenience init(parsing text: String) throws(JSONFault) {
        try self.init(parsing: [UInt8](text.utf8))
    }

    public var root: JSONNode { JSONNode(document: self, index: 0) }

    /// The RFC 6901 pointer of a node, found by walking down from the root (errors only; not for hot paths).
    func pointer(of target: Int) -> String {
        var pointer = ""
        var index = 0
        while index != target {
            let node = nodes[index]
            guard node.kind == .object || node.kind == .array else { break }
            var child = index + 1
            var ordinal = 0
            var found = false
            while child < Int(node.next) {
                let valueIndex = node.kind == .object ? child + 1 : child
                if node.kind == .object, child == target { return pointer + "/" + escapedKey(child) }
                if target >= valueIndex, target < Int(nodes[valueIndex].next) {
                    pointer += "/" + (node.kind == .object ? escapedKey(child) : String(ordinal))
                    index = valueIndex
                    found = true
                    break
                }
                child = Int(nodes[valueIndex].next)
                ordinal += 1
            }
            if !found { break }
        }
        return pointer
    }

    private func escapedKey(_ index: Int) -> String { JSONDocument.pointerToken(string(at: index)) }

    /// A key as it stands in a pointer (RFC 6901 §3).
    static func pointerToken(_ key: String) -> String {
        var token = ""
        for scalar in key.unicodeScalars {
            switch scalar {
            case "~": token += "~0"
            case "/": token += "~1"
            default: token.unicodeScalars.append(scalar)
            }
        }
        return token
    }

    /// The value of the string node at `index`.
    @usableFromInline func string(at index: Int) -> String {
        let node = nodes[index]
        if !node.escaped {
            return bytes.withUnsafeBufferPointer {
                String(decoding: UnsafeBufferPointer(rebasing: $0[Int(node.start)..<Int(node.end)]), as: UTF8.self)
            }
        }
        return String(decoding: unescaped(at: index), as: UTF8.self)
    }

    /// The UTF-8 bytes of the string node at `index`, escapes resolved.
    func unescaped(at index: Int) -> [UInt8] {
        let node = nodes[index]
        guard node.escaped else { return Array(bytes[Int(node.start)..<Int(node.end)]) }
        return JSONEscape.resolve(bytes[Int(node.start)..<Int(node.end)])
    }
}

/// The six kinds of JSON value; numbers are integers only.
public enum JSONKind: UInt8, Sendable {
    case null, boolean, integer, string, array, object
}
