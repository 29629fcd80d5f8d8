/// Turns GB 18030 into UTF-8, piece by piece.
struct GB18030Decoder {
    /// What one step did.
    struct Step {
        /// Bytes of input used; the rest begins a character that is not all there yet.
        var consumed: Int
        /// Bytes of UTF-8 written.
        var produced: Int
        /// The first character that is wrong; nothing after it was used.
        var invalid: InvalidText?
    }

    /// The most bytes of UTF-8 that one byte of input can become: two bytes become three at most.
    static let largestGrowth = 2
    /// The most bytes that a step may leave over.
    static let largestRest = 3

    private let table: GB18030Table
    /// The bytes used so far.
    private(set) var byteOffset = 0

    init() throws(TabularError) { table = try GB18030Table.shared() }

    /// Decodes all whole characters of `input`; `output` has room for `largestGrowth` times as much.
    mutating func decode(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawBufferPointer) -> Step {
        precondition(output.count >= input.count * Self.largestGrowth, "decoding needs room")
        var step = Step(consumed: 0, produced: 0)
        let count = input.count
        var index = 0
        while index < count {
            let first = input[index]
            if first < 0x80 {
                if first == 0 {
                    step.invalid = InvalidText(byteOffset: byteOffset + index, isZero: true)
                    break
                }
                output[step.produced] = first
                step.produced += 1
                index += 1
                continue
            }
            guard index + 1 < count else { break }
            let second = input[index + 1]
            var length = 2
            var scalar = table.scalar(lead: first, trail: second)
            if 0x30...0x39 ~= second {
                guard index + 3 < count else { break }
                length = 4
                scalar = table.scalar(first, second, input[index + 2], input[index + 3])
            }
            if scalar == GB18030Table.unmapped {
                step.invalid = InvalidText(byteOffset: byteOffset + index, isZero: false)
                break
            }
            step.produced += write(scalar, to: output, at: step.produced)
            index += length
        }
        step.consumed = index
        byteOffset += index
        return step
    }

    @inline(__always)
    private func write(_ scalar: UInt32, to output: UnsafeMutableRawBufferPointer, at index: Int) -> Int {
        if scalar >= 0x800, scalar < 0x10000 {
            output[index] = 0xE0 | UInt8(truncatingIfNeeded: scalar >> 12)
            output[index + 1] = 0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F)
            output[index + 2] = 0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F)
            return 3
        }
        if scalar < 0x80 {
            output[index] = UInt8(truncatingIfNeeded: scalar)
            return 1
        }
        if scalar < 0x800 {
            output[index] = 0xC0 | UInt8(truncatingIfNeeded: scalar >> 6)
            output[index + 1] = 0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F)
            return 2
        }
        output[index] = 0xF0 | UInt8(truncatingIfNeeded: scalar >> 18)
        output[index + 1] = 0x80 | UInt8(truncatingIfNeeded: scalar >> 12 & 0x3F)
        output[index + 2] = 0x80 | UInt8(truncatingIfNeeded: scalar >> 6 & 0x3F)
        output[index + 3] = 0x80 | UInt8(truncatingIfNeeded: scalar & 0x3F)
        return 4
    }
}
