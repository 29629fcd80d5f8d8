/// Strings: escapes of RFC 8259 §7 and well-formed UTF-8, no U+0000, no lone surrogates.
extension JSONParser {
    /// A string with its quotes; its node spans what stands between them.
    mutating func string(_ text: UnsafeBufferPointer<UInt8>) throws(JSONFault) {
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
