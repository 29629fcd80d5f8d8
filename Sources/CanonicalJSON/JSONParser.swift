/// The strict reader: one pass over the bytes, one flat list of nodes.
struct JSONParser {
    private var nodes: [JSONDocument.Node] = []
    /// Offset of the next byte.
    var position = 0

    mutating func parse(_ bytes: [UInt8]) throws(JSONFault) -> [JSONDocument.Node] {
        nodes.reserveCapacity(bytes.count / 12 + 8)
        let outcome: Result<Void, JSONFault> = bytes.withUnsafeBufferPointer { text in
            do throws(JSONFault) {
                skipSpace(text)
                try value(text, depth: 0)
                skipSpace(text)
                guard position == text.count else { throw malformed("text after the value") }
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try outcome.get()
        return nodes
    }

    func malformed(_ what: String) -> JSONFault { fault(.malformed, what) }

    func fault(_ code: JSONFault.Code, _ what: String) -> JSONFault {
        JSONFault(code, at: "", "byte \(position)" + (what.isEmpty ? "" : ": \(what)"))
    }

    private mutating func skipSpace(_ text: UnsafeBufferPointer<UInt8>) {
        while position < text.count {
            switch text[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    private mutating func value(_ text: UnsafeBufferPointer<UInt8>, depth: Int) throws(JSONFault) {
        guard position < text.count else { throw malformed("the text ends where a value should stand") }
        switch text[position] {
        case UInt8(ascii: "{"): try object(text, depth: depth)
        case UInt8(ascii: "["): try array(text, depth: depth)
        case UInt8(ascii: "\""): try string(text)
        case UInt8(ascii: "t"): try literal(text, "true", .boolean)
        case UInt8(ascii: "f"): try literal(text, "false", .boolean)
        case UInt8(ascii: "n"): try literal(text, "null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try integer(text)
        default: throw malformed("unexpected character")
        }
    }

    private mutating func open(_ kind: JSONKind) -> Int {
        nodes.append(.init(kind: kind, escaped: false, start: UInt32(position), end: 0, next: 0))
        position += 1
        return nodes.count - 1
    }

    private mutating func close(_ index: Int) {
        position += 1
        nodes[index].end = UInt32(position)
        nodes[index].next = UInt32(nodes.count)
    }

    private mutating func object(_ text: UnsafeBufferPointer<UInt8>, depth: Int) throws(JSONFault) {
        guard depth < JSONDocument.maximumDepth else { throw fault(.tooDeep, "") }
        let index = open(.object)
        var previousKey: Int?
        var ascending = true
        skipSpace(text)
        if position < text.count, text[position] == UInt8(ascii: "}") { return close(index) }
        while true {
            skipSpace(text)
            guard position < text.count, text[position] == UInt8(ascii: "\"") else { throw malformed("expected a key") }
            let key = nodes.count
            try string(text)
            if let previousKey, ascending { ascending = isAscending(text, nodes[previousKey], nodes[key]) }
            previousKey = key
            skipSpace(text)
            guard position < text.count, text[position] == UInt8(ascii: ":") else {
                throw malformed("expected a colon")
            }
            position += 1
            skipSpace(text)
            try value(text, depth: depth + 1)
            skipSpace(text)
            guard position < text.count else { throw malformed("the text ends inside an object") }
            if text[position] == UInt8(ascii: ",") {
                position += 1
            } else if text[position] == UInt8(ascii: "}") {
                break
            } else {
                throw malformed("expected a comma or the end of the object")
            }
        }
        close(index)
        if !ascending { try refuseDuplicates(text, in: index) }
    }

    /// Keys that rise byte by byte cannot repeat; others are compared one with another.
    private func isAscending(
        _ text: UnsafeBufferPointer<UInt8>, _ left: JSONDocument.Node, _ right: JSONDocument.Node
    ) -> Bool {
        if left.escaped || right.escaped { return false }
        let a = text[Int(left.start)..<Int(left.end)]
        let b = text[Int(right.start)..<Int(right.end)]
        return a.lexicographicallyPrecedes(b)
    }

    private func refuseDuplicates(_ text: UnsafeBufferPointer<UInt8>, in index: Int) throws(JSONFault) {
        var keys: [Int] = []
        var key = index + 1
        var hasEscapes = false
        while key < nodes.count {
            keys.append(key)
            hasEscapes = hasEscapes || nodes[key].escaped
            key = Int(nodes[key + 1].next)
        }
        // A few keys are compared one with another, which costs less than to hash them.
        if !hasEscapes, keys.count <= 32 {
            for second in keys.indices.dropFirst() {
                for first in 0..<second where isSame(text, nodes[keys[first]], nodes[keys[second]]) {
                    throw duplicate(keys[second], text)
                }
            }
            return
        }
        var seen: Set<[UInt8]> = []
        for key in keys {
            let span = Array(text[Int(nodes[key].start)..<Int(nodes[key].end)])
            let name = nodes[key].escaped ? JSONEscape.resolve(span[...]) : span
            guard seen.insert(name).inserted else { throw duplicate(key, text) }
        }
    }

    private func isSame(
        _ text: UnsafeBufferPointer<UInt8>, _ left: JSONDocument.Node, _ right: JSONDocument.Node
    ) -> Bool {
        guard left.end - left.start == right.end - right.start else { return false }
        var offset = 0
        let count = Int(left.end - left.start)
        while offset < count, text[Int(left.start) + offset] == text[Int(right.start) + offset] { offset += 1 }
        return offset == count
    }

    private func duplicate(_ key: Int, _ text: UnsafeBufferPointer<UInt8>) -> JSONFault {
        JSONFault(.duplicateKey, at: pointer(of: key, in: text), "byte \(nodes[key].start)")
    }

    /// The pointer of a node of the unfinished list: what is still open ends, for this purpose, with the list.
    private func pointer(of index: Int, in text: UnsafeBufferPointer<UInt8>) -> String {
        var known = nodes
        for open in known.indices where known[open].next == 0 { known[open].next = UInt32(known.count) }
        return JSONDocument(bytes: Array(text), nodes: known).pointer(of: index)
    }

    private mutating func array(_ text: UnsafeBufferPointer<UInt8>, depth: Int) throws(JSONFault) {
        guard depth < JSONDocument.maximumDepth else { throw fault(.tooDeep, "") }
        let index = open(.array)
        skipSpace(text)
        if position < text.count, text[position] == UInt8(ascii: "]") { return close(index) }
        while true {
            skipSpace(text)
            try value(text, depth: depth + 1)
            skipSpace(text)
            guard position < text.count else { throw malformed("the text ends inside an array") }
            if text[position] == UInt8(ascii: ",") {
                position += 1
            } else if text[position] == UInt8(ascii: "]") {
                return close(index)
            } else {
                throw malformed("expected a comma or the end of the array")
            }
        }
    }

    private mutating func literal(
        _ text: UnsafeBufferPointer<UInt8>, _ word: StaticString, _ kind: JSONKind
    ) throws(JSONFault) {
        let length = word.utf8CodeUnitCount
        guard position + length <= text.count, (0..<length).allSatisfy({ text[position + $0] == word.utf8Start[$0] })
        else { throw malformed("unexpected word") }
        append(kind, from: position, to: position + length)
        position += length
    }

    mutating func append(_ kind: JSONKind, from start: Int, to end: Int, escaped: Bool = false) {
        nodes.append(
            .init(
                kind: kind, escaped: escaped, start: UInt32(start), end: UInt32(end), next: UInt32(nodes.count + 1)))
    }

    private mutating func integer(_ text: UnsafeBufferPointer<UInt8>) throws(JSONFault) {
        let start = position
        var index = position
        let negative = text[index] == UInt8(ascii: "-")
        if negative { index += 1 }
        let first = index
        if first + 1 < text.count, text[first] == 0x30, case let next = text[first + 1] &- 0x30, next <= 9 {
            throw malformed("a leading zero")
        }
        var magnitude: UInt64 = 0
        while index < text.count, case let digit = text[index] &- 0x30, digit <= 9 {
            guard index - first < 16 else { throw fault(.notAnInteger, "more than 16 digits") }
            magnitude = magnitude * 10 + UInt64(digit)
            index += 1
        }
        guard index > first else { throw malformed("a minus without digits") }
        if index < text.count, [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(text[index]) {
            throw fault(.notAnInteger, "a number with a fraction or an exponent")
        }
        guard magnitude <= 9_007_199_254_740_991 else { throw fault(.notAnInteger, "beyond 2^53−1") }
        if negative, magnitude == 0 { throw fault(.notAnInteger, "minus zero") }
        append(.integer, from: start, to: index)
        position = index
    }
}
