/// One value of a ``JSONDocument``; cheap to copy, alive as long as anyone holds it.
public struct JSONNode: Sendable {
    @usableFromInline let document: JSONDocument
    @usableFromInline let index: Int

    @usableFromInline init(document: JSONDocument, index: Int) {
        self.document = document
        self.index = index
    }

    @usableFromInline var node: JSONDocument.Node { document.nodes[index] }

    public var kind: JSONKind { node.kind }

    /// The RFC 6901 pointer of this value in its document.
    public var pointer: String { document.pointer(of: index) }

    /// A fault at this value.
    public func fault(_ code: JSONFault.Code, _ detail: String) -> JSONFault {
        JSONFault(code, at: pointer, detail)
    }

    private func expect(_ kind: JSONKind, _ word: String) throws(JSONFault) {
        guard node.kind == kind else { throw fault(.wrongType, word) }
    }

    /// The string value. Throws `wrongType`.
    public func string() throws(JSONFault) -> String {
        try expect(.string, "string")
        return document.string(at: index)
    }

    /// The integer value, within ±(2^53−1). Throws `wrongType`.
    public func integer() throws(JSONFault) -> Int64 {
        try expect(.integer, "integer")
        let node = node
        var value: Int64 = 0
        var negative = false
        for position in Int(node.start)..<Int(node.end) {
            let byte = document.bytes[position]
            if byte == UInt8(ascii: "-") { negative = true } else { value = value * 10 + Int64(byte - 0x30) }
        }
        return negative ? -value : value
    }

    public func boolean() throws(JSONFault) -> Bool {
        try expect(.boolean, "boolean")
        return document.bytes[Int(node.start)] == UInt8(ascii: "t")
    }

    /// The values of an array, in order. Throws `wrongType`.
    public func elements() throws(JSONFault) -> [JSONNode] {
        try expect(.array, "array")
        var elements: [JSONNode] = []
        var child = index + 1
        let end = Int(node.next)
        while child < end {
            elements.append(JSONNode(document: document, index: child))
            child = Int(document.nodes[child].next)
        }
        return elements
    }

    /// The members of an object, to be read by name and then finished. Throws `wrongType`.
    public func fields() throws(JSONFault) -> JSONFields {
        try expect(.object, "object")
        return JSONFields(self)
    }

    /// The members of an object in the order of the text. Throws `wrongType`.
    public func members() throws(JSONFault) -> [(key: String, value: JSONNode)] {
        try expect(.object, "object")
        var members: [(key: String, value: JSONNode)] = []
        var key = index + 1
        let end = Int(node.next)
        while key < end {
            members.append((document.string(at: key), JSONNode(document: document, index: key + 1)))
            key = Int(document.nodes[key + 1].next)
        }
        return members
    }

    /// The exact bytes of this value in the text it was read from; a string with its quotes.
    public var source: ArraySlice<UInt8> {
        let node = node
        let quotes: UInt32 = node.kind == .string ? 1 : 0
        return document.bytes[Int(node.start - quotes)..<Int(node.end + quotes)]
    }

    /// Whether this is a string of exactly these UTF-8 bytes.
    public func isString(_ text: StaticString) -> Bool {
        node.kind == .string && document.matches(index, text)
    }
}

extension JSONDocument {
    /// Whether the string node at `index` has exactly the bytes of `text` (which holds no escapes).
    @usableFromInline func matches(_ index: Int, _ text: StaticString) -> Bool {
        let node = nodes[index]
        if node.escaped { return string(at: index).utf8.elementsEqual(text.description.utf8) }
        let length = text.utf8CodeUnitCount
        guard Int(node.end - node.start) == length else { return false }
        return bytes.withUnsafeBufferPointer { buffer in
            let start = text.utf8Start
            for offset in 0..<length where buffer[Int(node.start) + offset] != start[offset] { return false }
            return true
        }
    }
}
