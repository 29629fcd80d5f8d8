import Glibc
import TabularText
import Testing

@Suite("GB 18030 is what the system's iconv has it")
struct GB18030Tests {
    /// All of `bytes` by iconv, or `nil` where it refuses.
    private func byIconv(_ bytes: [UInt8], from: String, to: String) -> [UInt8]? {
        let converter = iconv_open(to, from)
        guard Int(bitPattern: converter) != -1 else { return nil }
        defer { iconv_close(converter) }
        var input = bytes.map { CChar(bitPattern: $0) }
        var output = [CChar](repeating: 0, count: bytes.count * 4 + 4)
        var left = input.count
        var room = output.count
        let capacity = output.count
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                var source = input.baseAddress
                var target = output.baseAddress
                return iconv(converter, &source, &left, &target, &room)
            }
        }
        guard result == 0, left == 0 else { return nil }
        return output[..<(capacity - room)].map { UInt8(bitPattern: $0) }
    }

    private func decoded(_ bytes: [UInt8]) throws(TabularError) -> String {
        var reader = try CSVReader(.bytes(bytes), encoding: .gb18030)
        return try reader.next() ? reader.field(0) : ""
    }

    @Test("every scalar is written as iconv writes it, or refused with it, and read back")
    func allScalars() throws {
        let encoder = try GB18030Encoder()
        // A block at a time: asking for each alone takes minutes. The first is ASCII, whose signs the reader acts on.
        for block in stride(from: UInt32(0x80), through: 0x10FF80, by: 0x80) {
            var text = ""
            var bytes: [UInt8] = []
            for value in block..<block + 0x80 {
                guard let scalar = Unicode.Scalar(value) else { continue }
                let single = String(scalar)
                let error = tabularError { () throws(TabularError) in try encoder.append(single, to: &bytes) }
                if let error {
                    #expect(error.code == .notEncodable)
                    #expect(byIconv(Array(single.utf8), from: "UTF-8", to: "GB18030") == nil)
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
            if text.isEmpty { continue }
            if bytes != byIconv(Array(text.utf8), from: "UTF-8", to: "GB18030") {
                Issue.record("from U+\(String(block, radix: 16)) the bytes differ from iconv's")
            }
            // Something before it: a byte order mark at the start would be left out.
            let read = try decoded([0x61] + bytes)
            if Array(read.utf8) != Array(("a" + text).utf8) {
                Issue.record("from U+\(String(block, radix: 16)) the text does not come back")
            }
        }
    }

    @Test("every two-byte code is read as iconv reads it, or refused with it")
    func allTwoByteCodes() throws {
        for lead in UInt8(0x80)...0xFF {
            for trail in UInt8(0x01)...0xFF where !(0x30...0x39 ~= trail) {
                // What trails in ASCII ends a record or opens a quoted field here; the code is invalid in any case.
                let bytes = [lead, trail]
                let reference = byIconv(bytes, from: "GB18030", to: "UTF-8")
                var text: String?
                let error = tabularError { () throws(TabularError) in text = try decoded([0x61] + bytes) }
                if let reference {
                    #expect(text == "a" + String(decoding: reference, as: UTF8.self))
                } else {
                    #expect(error?.code == .invalidBytes)
                    #expect(error?.byteOffset == 1)
                }
            }
        }
    }

    @Test(
        "codes outside the standard are refused",
        arguments: [
            [0x84, 0x31, 0xA4, 0x40], [0x84, 0x32, 0x81, 0x30], [0x8F, 0x39, 0xFE, 0x39], [0xE3, 0x32, 0x9A, 0x36],
            [0xFE, 0x39, 0xFE, 0x39], [0x81, 0x30, 0x80, 0x30], [0x80], [0xFF],
        ] as [[UInt8]])
    func refusesUnassigned(bytes: [UInt8]) {
        let error = tabularError { () throws(TabularError) in _ = try decoded(bytes + [0x61, 0x61, 0x61]) }
        #expect(error?.code == .invalidBytes)
        #expect(byIconv(bytes, from: "GB18030", to: "UTF-8") == nil)
    }

    @Test("the first and last code of each range are what the standard says")
    func rangeEnds() throws {
        #expect(try decoded([0x81, 0x30, 0x81, 0x30]) == "\u{80}")
        #expect(try decoded([0x84, 0x31, 0xA4, 0x39]) == "\u{FFFF}")
        #expect(try decoded([0x90, 0x30, 0x81, 0x30]) == "\u{10000}")
        #expect(try decoded([0xE3, 0x32, 0x9A, 0x35]) == "\u{10FFFF}")
        #expect(try decoded([0xD0, 0xC5, 0xA1, 0xB2]) == "信〔")
    }
}
