internal import CanonicalJSON

/// Reads an entry once, without allocating, and says whether it is strict canonical JSON (RFC 8785) and where the
/// members of its envelope are.
///
/// A reader of its own, much faster than parsing: ``CanonicalForm`` is asked only about what is refused or undecided
/// here.
struct CanonicalScanner {
    private let bytes: UnsafeBufferPointer<UInt8>
    private var place = 0
    /// Whether the order of keys with escapes remains to be checked.
    private(set) var isUndecided = false
    private(set) var envelope = Envelope()

    init(_ entry: UnsafeRawBufferPointer) {
        bytes = entry.bindMemory(to: UInt8.self)
    }

    /// Whether the whole entry is one canonical object, up to ``isUndecided``.
    mutating func scan() -> Bool {
        guard peek() == UInt8(ascii: "{"), object(depth: 0) else { return false }
        return place == bytes.count
    }

    // Zero stands for the end: no canonical text holds that byte.
    private func peek() -> UInt8 { place < bytes.count ? bytes[place] : 0 }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        place += 1
        return true
    }

    private mutating func value(depth: Int) -> Bool {
        switch peek() {
        case UInt8(ascii: "\""): string() != nil
        case UInt8(ascii: "{"): object(depth: depth)
        case UInt8(ascii: "["): array(depth: depth)
        case UInt8(ascii: "t"): literal("true")
        case UInt8(ascii: "f"): literal("false")
        case UInt8(ascii: "n"): literal("null")
        default: integer()
        }
    }

    private mutating func object(depth: Int) -> Bool {
        guard depth < JSONDocument.maximumDepth else { return false }
        place += 1
        if take(UInt8(ascii: "}")) { return true }
        var previous: (range: Range<Int>, escaped: Bool)?
        repeat {
            guard peek() == UInt8(ascii: "\""), let key = string() else { return false }
            if let previous {
                if previous.escaped || key.escaped {
                    isUndecided = true
                } else if !precedes(previous.range, key.range) {
                    return false
                }
            }
            previous = key
            guard take(UInt8(ascii: ":")) else { return false }
            let start = place
            guard value(depth: depth + 1) else { return false }
            if depth == 0 { envelope.note(key: bytes[key.range], value: bytes[start..<place]) }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "}"))
    }

    private mutating func array(depth: Int) -> Bool {
        guard depth < JSONDocument.maximumDepth else { return false }
        place += 1
        if take(UInt8(ascii: "]")) { return true }
        repeat {
            guard value(depth: depth + 1) else { return false }
        } while take(UInt8(ascii: ","))
        return take(UInt8(ascii: "]"))
    }

    private mutating func literal(_ word: StaticString) -> Bool {
        for offset in 0..<word.utf8CodeUnitCount {
            guard take(word.utf8Start[offset]) else { return false }
        }
        return true
    }

    /// An integer within ±(2^53 − 1), without minus zero, leading zeroes, fraction and exponent.
    private mutating func integer() -> Bool {
        let isNegative = take(UInt8(ascii: "-"))
        let start = place
        var magnitude: UInt64 = 0
        while case let digit = peek() &- UInt8(ascii: "0"), digit <= 9, place - start < 17 {
            magnitude = magnitude * 10 + UInt64(digit)
            place += 1
        }
        guard place > start, magnitude <= 9_007_199_254_740_991 else { return false }
        if bytes[start] == UInt8(ascii: "0") { return place - start == 1 && !isNegative }
        return true
    }

    /// Order by UTF-16 code units: by bytes, but that scalars beyond U+FFFF come before U+E000…U+FFFF.
    private func precedes(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        for (first, second) in zip(bytes[left], bytes[right]) where first != second {
            if first >= 0xEE, second >= 0xEE, (first >= 0xF0) != (second >= 0xF0) { return first >= 0xF0 }
            return first < second
        }
        return left.count < right.count
    }
}

extension CanonicalScanner {
    /// A string: the range between its quotes, and whether there are escapes in it; nil if it is not canonical.
    private mutating func string() -> (range: Range<Int>, escaped: Bool)? {
        place += 1
        let start = place
        var escaped = false
        while true {
            skipPlain()
            switch peek() {
            case UInt8(ascii: "\""):
                place += 1
                return (start..<place - 1, escaped)
            case UInt8(ascii: "\\"):
                escaped = true
                guard escape() else { return nil }
            case 0x80...0xFF:
                guard multibyte() else { return nil }
            case 0x00..<0x20:
                return nil
            default:
                place += 1
            }
        }
    }

    /// Passes eight bytes at a time while all of them are plain ASCII without quote and backslash.
    private mutating func skipPlain() {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highs: UInt64 = 0x8080_8080_8080_8080
        let raw = UnsafeRawBufferPointer(bytes)
        while place + 8 <= raw.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: place, as: UInt64.self))
            let quote = word ^ (ones &* 0x22)
            let backslash = word ^ (ones &* 0x5C)
            // A byte's high bit is set where it is below 0x20, is the quote, is the backslash, or is not ASCII.
            let found = (word &- ones &* 0x20) | (quote &- ones) | (backslash &- ones) | word
            if found & highs != 0 {
                // The lowest mark is always true; those above it may come from its borrow.
                place += (found & highs).trailingZeroBitCount / 8
                return
            }
            place += 8
        }
    }

    /// The one escape that each character has (RFC 8785 section 3.2.2.2).
    private mutating func escape() -> Bool {
        place += 1
        switch peek() {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "b"), UInt8(ascii: "f"), UInt8(ascii: "n"),
            UInt8(ascii: "r"), UInt8(ascii: "t"):
            place += 1
            return true
        case UInt8(ascii: "u"):
            guard literal("u00"), [UInt8(ascii: "0"), UInt8(ascii: "1")].contains(peek()) else { return false }
            let high: UInt8 = peek() == UInt8(ascii: "1") ? 16 : 0
            place += 1
            let low: UInt8
            switch peek() {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): low = peek() - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): low = peek() - UInt8(ascii: "a") + 10
            default: return false
            }
            place += 1
            // U+0000 is refused; those with an escape of one letter have no other.
            return ![0x00, 0x08, 0x09, 0x0A, 0x0C, 0x0D].contains(high + low)
        default: return false
        }
    }

    /// One scalar of two to four bytes, well-formed by table 3-7 of the Unicode standard.
    private mutating func multibyte() -> Bool {
        let first = bytes[place]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch first {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: length = 3
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return false
        }
        guard place + length <= bytes.count, second.contains(bytes[place + 1]) else { return false }
        for offset in 2..<max(length, 2) where bytes[place + offset] & 0xC0 != 0x80 { return false }
        place += length
        return true
    }
}
