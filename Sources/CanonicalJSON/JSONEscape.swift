/// Escapes of JSON strings (RFC 8259 §7): resolving those of a checked text, writing those of RFC 8785 §3.2.2.2.
enum JSONEscape {
    /// Resolves the escapes of a string span that the parser has accepted.
    static func resolve(_ span: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(span.count)
        var index = span.startIndex
        while index < span.endIndex {
            let byte = span[index]
            guard byte == UInt8(ascii: "\\") else {
                result.append(byte)
                index += 1
                continue
            }
            let letter = span[index + 1]
            index += 2
            switch letter {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "u"):
                var scalar = hex(span, at: index)
                index += 4
                if scalar & 0xFC00 == 0xD800 {
                    scalar = 0x10000 + ((scalar & 0x3FF) << 10) + (hex(span, at: index + 2) & 0x3FF)
                    index += 6
                }
                if let value = Unicode.Scalar(scalar) { result.append(contentsOf: String(Character(value)).utf8) }
            default: result.append(letter)
            }
        }
        return result
    }

    /// The four hex digits at `index` as a number; the parser has checked them.
    static func hex(_ span: ArraySlice<UInt8>, at index: Int) -> UInt32 {
        span[index..<index + 4].reduce(0) { $0 << 4 | UInt32(digit($1) ?? 0) }
    }

    static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x41 + 10
        case 0x61...0x66: byte - 0x61 + 10
        default: nil
        }
    }
}
