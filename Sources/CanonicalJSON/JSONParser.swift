/// The strict reader: one pass over the bytes, one flat list of nodes.
struct JSONParser {
    private var nodes: [JSONDocument.Node] = []
    private var position = 0

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

    private func malformed(_ what: String) -> JSONFault { fault(.malformed, what) }

    private func fault(_ code: JSONFault.Code, _ what: String) -> JSONFault {
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
        var seen: Set<[UInt8]> = []
        var key = index + 1
        while key < nodes.count {
            let node = nodes[key]
            let span = Array(text[Int(node.start)..<Int(node.end)])
            let name = node.escaped ? JSONEscape.resolve(span[...]) : span
            guard seen.insert(name).inserted else {
                throw JSONFault(.duplicateKey, at: pointer(of: key, in: text), "byte \(node.start)")
            }
            key = Int(nodes[key + 1].next)
        }
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

    private mutating func append(_ kind: JSONKind, from start: Int, to end: Int, escaped: Bool = false) {
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

extension JSONParser {
    fileprivate mutating func string(_ text: UnsafeBufferPointer<UInt8>) throws(JSONFault) {
        position += 1
        let start = position
        var escaped = false
        while position < text.count {
            let byte = text[position]
            if byte == UInt8(ascii: "\"") {
                append(.string, from: start, to: position, escaped: escaped)
                position += 1
                return
            }
            if byte == UInt8(ascii: "\\") {
                escaped = true
                try escape(text)
            } else if byte < 0x20 {
                throw fault(byte == 0 ? .nulCharacter : .malformed, "a control character inside a string")
            } else if byte < 0x80 {
                position += 1
            } else {
                try multibyte(text)
            }
        }
        throw malformed("the text ends inside a string")
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) throws(JSONFault) {
        guard position + 1 < text.count else { throw malformed("the text ends inside an escape") }
        switch text[position + 1] {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
            UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
            position += 2
        case UInt8(ascii: "u"):
            let unit = try codeUnit(text, at: position + 2)
            if unit == 0 { throw fault(.nulCharacter, "\\u0000") }
            if unit & 0xFC00 == 0xDC00 { throw fault(.loneSurrogate, "a low surrogate first") }
            guard unit & 0xFC00 == 0xD800 else {
                position += 6
                return
            }
            let low = position + 6
            guard low + 5 < text.count, text[low] == UInt8(ascii: "\\"), text[low + 1] == UInt8(ascii: "u"),
                try codeUnit(text, at: low + 2) & 0xFC00 == 0xDC00
            else { throw fault(.loneSurrogate, "a high surrogate without its low one") }
            position += 12
        default: throw malformed("an unknown escape")
        }
    }

    private func codeUnit(_ text: UnsafeBufferPointer<UInt8>, at index: Int) throws(JSONFault) -> UInt32 {
        guard index + 4 <= text.count else { throw malformed("the text ends inside an escape") }
        var unit: UInt32 = 0
        for offset in 0..<4 {
            guard let digit = JSONEscape.digit(text[index + offset]) else { throw malformed("a bad \\u escape") }
            unit = unit << 4 | UInt32(digit)
        }
        return unit
    }

    /// One scalar of two to four bytes, well-formed by table 3-7 of the Unicode standard.
    private mutating func multibyte(_ text: UnsafeBufferPointer<UInt8>) throws(JSONFault) {
        let first = text[position]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED:
            // ED A0..BF would be a surrogate.
            if position + 1 < text.count, (0xA0...0xBF).contains(text[position + 1]) {
                throw fault(.loneSurrogate, "as UTF-8")
            }
            (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: throw fault(.notUTF8, "")
        }
        guard position + length <= text.count, second.contains(text[position + 1]) else { throw fault(.notUTF8, "") }
        for offset in 2..<max(length, 2) where text[position + offset] & 0xC0 != 0x80 { throw fault(.notUTF8, "") }
        position += length
    }
}
