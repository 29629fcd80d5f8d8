import Glibc

/// The mapping of GB 18030 as the system's iconv has it, asked once for every code and then kept.
///
/// The two-byte codes and the four-byte codes of the basic plane are tables; the other planes are arithmetic in the
/// standard itself (GB 18030-2022, 附录 A: 0x90308130 is U+10000, and so on in order).
struct GB18030Table: Sendable {
    /// No such code.
    static let unmapped: UInt32 = 0

    /// By lead (0x81–0xFE) and trail (0x40–0xFE, 0x7F counted though never valid), the scalar.
    private let twoByte: [UInt32]
    /// By the position from 0x81308130 to 0x8431A439, the scalar.
    private let fourByte: [UInt32]
    /// By scalar, the code of the basic plane: two bytes, or four.
    private let codes: [UInt32]
    /// The few codes of two bytes whose scalar lies beyond the basic plane.
    private let farCodes: [UInt32: UInt32]

    private static let loaded = Result { () throws(TabularError) in try GB18030Table(asking: "GB18030") }

    /// The table, made at the first use; throws `encoding-unavailable` when the system cannot convert.
    static func shared() throws(TabularError) -> GB18030Table { try loaded.get() }

    private init(asking name: String) throws(TabularError) {
        let converter = iconv_open("UTF-32LE", name)
        // iconv_open(3) returns (iconv_t)-1 on failure.
        guard Int(bitPattern: converter) != -1 else { throw TabularError(.encodingUnavailable) }
        defer { iconv_close(converter) }
        var twoByte = [UInt32](repeating: Self.unmapped, count: 126 * 191)
        var fourByte = [UInt32](repeating: Self.unmapped, count: 39_420)
        var codes = [UInt32](repeating: Self.unmapped, count: 0x10000)
        var farCodes: [UInt32: UInt32] = [:]
        for position in fourByte.indices {
            let code = Self.bytes(atPosition: position)
            let scalar = Self.scalar(of: code, count: 4, converter)
            fourByte[position] = scalar
            if scalar != Self.unmapped, scalar < 0x10000 { codes[Int(scalar)] = code }
        }
        for lead in UInt32(0x81)...0xFE {
            for trail in UInt32(0x40)...0xFE where trail != 0x7F {
                let code = lead << 8 | trail
                let scalar = Self.scalar(of: code, count: 2, converter)
                guard scalar != Self.unmapped else { continue }
                twoByte[Int(lead - 0x81) * 191 + Int(trail - 0x40)] = scalar
                if scalar < 0x10000 { codes[Int(scalar)] = code } else { farCodes[scalar] = code }
            }
        }
        self.twoByte = twoByte
        self.fourByte = fourByte
        self.codes = codes
        self.farCodes = farCodes
    }

    /// The scalar of a two-byte code, or `unmapped`.
    @inline(__always)
    func scalar(lead: UInt8, trail: UInt8) -> UInt32 {
        guard lead >= 0x81, lead != 0xFF, trail >= 0x40, trail != 0xFF else { return Self.unmapped }
        return twoByte[Int(lead - 0x81) * 191 + Int(trail - 0x40)]
    }

    /// The scalar of a four-byte code, or `unmapped`.
    func scalar(_ first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) -> UInt32 {
        guard 0x81...0xFE ~= first, 0x30...0x39 ~= second, 0x81...0xFE ~= third, 0x30...0x39 ~= fourth else {
            return Self.unmapped
        }
        let upper = (Int(first) - 0x81) * 10 + Int(second) - 0x30
        let position = (upper * 126 + Int(third) - 0x81) * 10 + Int(fourth) - 0x30
        if position < fourByte.count { return fourByte[position] }
        // 0x90308130 stands at this position and is U+10000; the last is 0xE3329A35, U+10FFFF.
        let far = position - 189_000
        return 0..<0x100000 ~= far ? UInt32(0x10000 + far) : Self.unmapped
    }

    /// The code of a scalar, two bytes or four with the first highest, or `unmapped`; ASCII is not asked.
    func code(of scalar: UInt32) -> UInt32 {
        if scalar < 0x10000 { return codes[Int(scalar)] }
        return farCodes[scalar] ?? Self.bytes(atPosition: Int(scalar) - 0x10000 + 189_000)
    }

    private static func bytes(atPosition position: Int) -> UInt32 {
        let fourth = UInt32(position % 10) + 0x30
        let third = UInt32(position / 10 % 126) + 0x81
        let second = UInt32(position / 1_260 % 10) + 0x30
        let first = UInt32(position / 12_600) + 0x81
        return first << 24 | second << 16 | third << 8 | fourth
    }

    /// Asks iconv for one code of `count` bytes.
    private static func scalar(of code: UInt32, count: Int, _ converter: iconv_t?) -> UInt32 {
        var input = (code << UInt32(32 - 8 * count)).bigEndian
        var output: UInt32 = 0
        let converted = withUnsafeMutableBytes(of: &input) { input in
            withUnsafeMutableBytes(of: &output) { output in
                var source = input.baseAddress?.assumingMemoryBound(to: CChar.self)
                var sourceLeft = count
                var target = output.baseAddress?.assumingMemoryBound(to: CChar.self)
                var targetLeft = 4
                let result = iconv(converter, &source, &sourceLeft, &target, &targetLeft)
                // A failed or partial conversion leaves a state behind: back to the initial one (iconv(3)).
                iconv(converter, nil, nil, nil, nil)
                return result == 0 && sourceLeft == 0 && targetLeft == 0
            }
        }
        return converted ? UInt32(littleEndian: output) : unmapped
    }
}
