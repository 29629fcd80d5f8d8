/// A Swift source with its comments, and in one of the two views its string contents too, replaced by spaces, so that
/// a rule about code never fires on prose. Lines and columns stay where they were.
///
/// Regex literals are read as code: a quotation mark inside one hides the rest of its line, nothing more.
struct MaskedText {
    /// Code alone: comments and the contents of string literals are blank.
    private(set) var code: [UInt8] = []
    /// Code and the contents of string literals: only comments are blank.
    private(set) var codeAndStrings: [UInt8] = []
    /// Numbers, from 1, of the lines that hold a comment or a part of one.
    private(set) var linesWithComments: Set<Int> = []

    private enum Context {
        case code(openParentheses: Int)
        case string(hashes: Int, quotes: Int)
    }

    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    private var contexts: [Context] = [.code(openParentheses: 0)]

    init(_ text: String) {
        bytes = Array(text.utf8)
        code.reserveCapacity(bytes.count)
        codeAndStrings.reserveCapacity(bytes.count)
        while index < bytes.count {
            switch contexts[contexts.count - 1] {
            case .code(let openParentheses): readCode(openParentheses)
            case .string(let hashes, let quotes): readString(hashes: hashes, quotes: quotes)
            }
        }
    }

    private mutating func readCode(_ openParentheses: Int) {
        if starts(with: "//") {
            while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { skipComment(1) }
        } else if starts(with: "/*") {
            readBlockComment()
        } else if let (hashes, quotes) = openingQuotes() {
            copy(hashes + quotes)
            contexts.append(.string(hashes: hashes, quotes: quotes))
        } else {
            readPunctuation(openParentheses)
        }
    }

    private mutating func readPunctuation(_ openParentheses: Int) {
        let top = contexts.count - 1
        switch bytes[index] {
        case UInt8(ascii: "("):
            contexts[top] = .code(openParentheses: openParentheses + 1)
        case UInt8(ascii: ")") where openParentheses == 0 && top > 0:
            contexts.removeLast()
        case UInt8(ascii: ")"):
            contexts[top] = .code(openParentheses: openParentheses - 1)
        default:
            break
        }
        copy(1)
    }

    private mutating func readBlockComment() {
        var depth = 0
        repeat {
            if starts(with: "/*") {
                depth += 1
                skipComment(2)
            } else if starts(with: "*/") {
                depth -= 1
                skipComment(2)
            } else {
                skipComment(1)
            }
        } while depth > 0 && index < bytes.count
    }

    private mutating func readString(hashes: Int, quotes: Int) {
        let delimiter = String(repeating: "#", count: hashes)
        if starts(with: String(repeating: "\"", count: quotes) + delimiter) {
            copy(quotes + hashes)
            contexts.removeLast()
        } else if starts(with: "\\" + delimiter + "(") {
            copy(hashes + 2)
            contexts.append(.code(openParentheses: 0))
        } else if starts(with: "\\" + delimiter) {
            skipStringContent(hashes + 2)
        } else if quotes == 1, bytes[index] == UInt8(ascii: "\n") {
            copy(1)
            contexts.removeLast()
        } else {
            skipStringContent(1)
        }
    }

    /// The hashes and quotation marks of a string literal that begins here.
    private func openingQuotes() -> (hashes: Int, quotes: Int)? {
        var cursor = index
        while cursor < bytes.count, bytes[cursor] == UInt8(ascii: "#") { cursor += 1 }
        guard cursor < bytes.count, bytes[cursor] == UInt8(ascii: "\"") else { return nil }
        let isMultiline =
            cursor + 2 < bytes.count && bytes[cursor + 1] == bytes[cursor] && bytes[cursor + 2] == bytes[cursor]
        return (cursor - index, isMultiline ? 3 : 1)
    }

    private func starts(with prefix: String) -> Bool {
        bytes[index...].starts(with: prefix.utf8)
    }

    private mutating func copy(_ count: Int) {
        advance(count) { byte, text in
            text.code.append(byte)
            text.codeAndStrings.append(byte)
        }
    }

    private mutating func skipStringContent(_ count: Int) {
        advance(count) { byte, text in
            text.code.append(UInt8(ascii: " "))
            text.codeAndStrings.append(byte)
        }
    }

    private mutating func skipComment(_ count: Int) {
        advance(count) { _, text in
            text.linesWithComments.insert(text.line)
            text.code.append(UInt8(ascii: " "))
            text.codeAndStrings.append(UInt8(ascii: " "))
        }
    }

    private mutating func advance(_ count: Int, _ body: (UInt8, inout Self) -> Void) {
        for _ in 0..<count where index < bytes.count {
            if bytes[index] == UInt8(ascii: "\n") {
                code.append(bytes[index])
                codeAndStrings.append(bytes[index])
                line += 1
            } else {
                body(bytes[index], &self)
            }
            index += 1
        }
    }
}
