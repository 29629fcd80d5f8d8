/// Why and where bytes are not text.
struct InvalidText: Equatable {
    /// The first byte of the sequence that is wrong, from the start of the source.
    let byteOffset: Int
    /// A zero byte is valid UTF-8 and GB18030, but in no table.
    let isZero: Bool
}

/// Strict UTF-8, checked piece by piece (Unicode, table 3-7): no overlong form, no surrogate, and U+10FFFF is the last.
struct UTF8Validator {
    /// The bytes seen so far.
    private(set) var byteOffset = 0
    /// How many valid three-byte sequences were seen: the form of nearly all Chinese text.
    private(set) var threeByteSequences = 0
    private var sequenceStart = 0
    private var sequenceLength = 0
    private var remaining = 0
    private var lowest: UInt8 = 0x80
    private var highest: UInt8 = 0xBF

    /// Checks the next piece; `nil` when nothing is wrong so far.
    mutating func consume(_ bytes: UnsafeRawBufferPointer) -> InvalidText? {
        var index = 0
        let count = bytes.count
        while index < count {
            let byte = bytes[index]
            if remaining > 0 {
                guard lowest <= byte, byte <= highest else { return invalid() }
                continueSequence()
                index += 1
            } else if byte < 0x80 {
                if byte == 0 { return InvalidText(byteOffset: byteOffset + index, isZero: true) }
                index += 1
                while index + 8 <= count {
                    guard isPlain(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) else { break }
                    index += 8
                }
            } else if 0xE1...0xEC ~= byte, index + 2 < count, bytes[index + 1] & 0xC0 == 0x80,
                bytes[index + 2] & 0xC0 == 0x80
            {
                threeByteSequences += 1
                index += 3
            } else {
                sequenceStart = byteOffset + index
                guard startSequence(byte) else { return invalid() }
                index += 1
            }
        }
        byteOffset += count
        return nil
    }

    /// Checks that no sequence was left unfinished at the end.
    func finish() -> InvalidText? { remaining > 0 ? invalid() : nil }

    private func invalid() -> InvalidText { InvalidText(byteOffset: sequenceStart, isZero: false) }

    /// Eight bytes of ASCII without a zero: the usual test for a zero byte, and no high bit.
    private func isPlain(_ word: UInt64) -> Bool {
        ((word &- 0x0101_0101_0101_0101) | word) & 0x8080_8080_8080_8080 == 0
    }

    private mutating func continueSequence() {
        remaining -= 1
        lowest = 0x80
        highest = 0xBF
        if remaining == 0, sequenceLength == 3 { threeByteSequences += 1 }
    }

    private mutating func startSequence(_ byte: UInt8) -> Bool {
        switch byte {
        case 0xC2...0xDF: sequenceLength = 2
        case 0xE0...0xEF:
            sequenceLength = 3
            if byte == 0xE0 { lowest = 0xA0 }
            if byte == 0xED { highest = 0x9F }
        case 0xF0...0xF4:
            sequenceLength = 4
            if byte == 0xF0 { lowest = 0x90 }
            if byte == 0xF4 { highest = 0x8F }
        default: return false
        }
        remaining = sequenceLength - 1
        return true
    }
}
