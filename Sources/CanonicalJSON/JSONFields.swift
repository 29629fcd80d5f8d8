/// A value that reads itself from JSON strictly.
public protocol JSONDecodable {
    /// Reads the value; throws ``JSONFault`` with the pointer of what is wrong.
    init(json: JSONNode) throws(JSONFault)
}

/// The members of one object, read by name; ``finish()`` refuses whatever nobody asked for.
///
/// At most 64 members (an object with more has unknown ones in any case).
public struct JSONFields {
    public let object: JSONNode
    private var seen: UInt64 = 0

    init(_ object: JSONNode) { self.object = object }

    /// The value under `key`, or nil where it is absent; counts as asked for.
    public mutating func optional(_ key: StaticString) -> JSONNode? {
        let document = object.document
        var index = object.index + 1
        let end = Int(object.node.next)
        var ordinal: UInt64 = 0
        while index < end {
            if document.matches(index, key) {
                if ordinal < 64 { seen |= 1 << ordinal }
                return JSONNode(document: document, index: index + 1)
            }
            index = Int(document.nodes[index + 1].next)
            ordinal += 1
        }
        return nil
    }

    /// The value under `key`. Throws `missingMember`.
    public mutating func required(_ key: StaticString) throws(JSONFault) -> JSONNode {
        guard let node = optional(key) else {
            throw JSONFault(.missingMember, at: object.pointer + "/" + JSONDocument.pointerToken(key.description))
        }
        return node
    }

    public mutating func required<Value: JSONDecodable>(
        _ key: StaticString, as type: Value.Type = Value.self
    ) throws(JSONFault) -> Value {
        try Value(json: required(key))
    }

    public mutating func optional<Value: JSONDecodable>(
        _ key: StaticString, as type: Value.Type = Value.self
    ) throws(JSONFault) -> Value? {
        guard let node = optional(key) else { return nil }
        return try Value(json: node)
    }

    /// Refuses members that were not asked for. Throws `unknownMember`, naming the first.
    public func finish() throws(JSONFault) {
        var index = object.index + 1
        let end = Int(object.node.next)
        var ordinal: UInt64 = 0
        while index < end {
            guard ordinal < 64, seen & (1 << ordinal) != 0 else {
                throw JSONFault(.unknownMember, at: object.document.pointer(of: index))
            }
            index = Int(object.document.nodes[index + 1].next)
            ordinal += 1
        }
    }
}

extension Int64: JSONDecodable {
    public init(json: JSONNode) throws(JSONFault) { self = try json.integer() }
}

extension String: JSONDecodable {
    public init(json: JSONNode) throws(JSONFault) { self = try json.string() }
}

extension Array: JSONDecodable where Element: JSONDecodable {
    public init(json: JSONNode) throws(JSONFault) {
        self = []
        for element in try json.elements() { append(try Element(json: element)) }
    }
}
