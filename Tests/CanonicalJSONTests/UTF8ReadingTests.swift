import CanonicalJSON
import Testing

/// Bytes of strings against table 3-7 of the Unicode standard.
@Suite struct UTF8ReadingTests {
    @Test(
        arguments: [
            [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xE0, 0x9F, 0xBF],
            [0xF0, 0x80, 0x80, 0x80],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80],
            [0xF8, 0x88, 0x80, 0x80, 0x80],
            [0xFE], [0xFF], [0xC3], [0xC3, 0x28], [0xE4, 0xB8], [0xE4, 0xB8, 0x28], [0xE4, 0x28, 0xAD],
            [0xF0, 0x9F, 0x98],
            [0xF0, 0x9F, 0x98, 0x28], [0xED], [0xED, 0xC0, 0x80], [0xED, 0xFF, 0x80],
        ] as [[UInt8]])
    func `overlong, truncated and impossible sequences are not UTF-8`(bytes: [UInt8]) {
        for (document, offset) in [(quoted(bytes), 1), (quoted(Array("ab".utf8) + bytes), 3), ([0x22] + bytes, 1)] {
            let fault = faultReading(document)
            #expect(fault?.code == .notUTF8)
            #expect(fault?.detail == "byte \(offset)")
        }
    }

    @Test(arguments: [[0xED, 0xA0, 0x80], [0xED, 0xAF, 0xBF], [0xED, 0xB0, 0x80], [0xED, 0xBF, 0xBF]] as [[UInt8]])
    func `a surrogate as bytes is called one`(bytes: [UInt8]) {
        #expect(faultReading(quoted([0x61] + bytes))?.code == .loneSurrogate)
        #expect(faultReading(quoted([0x61] + bytes))?.detail.hasPrefix("byte 2: ") == true)
        // A pair of them (CESU-8) is no better.
        #expect(faultReading(quoted([0xED, 0xA0, 0xBD, 0xED, 0xB8, 0x80]))?.code == .loneSurrogate)
    }

    @Test func `every scalar that may stand raw in a string comes back as it was`() throws {
        var text = String.UnicodeScalarView()
        for value in UInt32(0x20)...0x10FFFF where value != 0x22 && value != 0x5C {
            if let scalar = Unicode.Scalar(value) { text.append(scalar) }
        }
        let bytes = quoted(Array(String(text).utf8))
        let read = try JSONDocument(parsing: bytes).root
        #expect(try read.string().unicodeScalars.elementsEqual(text))
        #expect(CanonicalForm.bytes(of: read) == bytes)
    }

    @Test func `four bytes make a string if and only if the standard library takes them for UTF-8`() {
        let borders: [UInt8] = [
            0x20, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xEC, 0xED, 0xEE, 0xEF,
            0xF0, 0xF1, 0xF3, 0xF4, 0xF5, 0xFF,
        ]
        var accepted = 0
        var wrong: [[UInt8]] = []
        for a in borders {
            for b in borders {
                for c in borders {
                    for d in borders {
                        let bytes = [a, b, c, d]
                        let isText = String(validating: bytes, as: UTF8.self) != nil
                        let isRead = faultReading(quoted(bytes)) == nil
                        if isText { accepted += 1 }
                        if isText != isRead { wrong.append(bytes) }
                    }
                }
            }
        }
        #expect(wrong.isEmpty, "\(wrong.count) are judged otherwise, first \(wrong.prefix(3))")
        #expect(accepted > 100)
    }
}
