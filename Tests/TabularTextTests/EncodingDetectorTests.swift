import TabularText
import Testing

@Suite("Encodings are told by every byte of the file")
struct EncodingDetectorTests {
    private func detect(_ bytes: [UInt8]) throws -> TextEncoding { try EncodingDetector.detect(.bytes(bytes)) }

    private func refusal(_ bytes: [UInt8]) -> TabularError? {
        tabularError { () throws(TabularError) in _ = try EncodingDetector.detect(.bytes(bytes)) }
    }

    @Test("UTF-8 is told from GB 18030, with and without a mark")
    func tellsEncodings() throws {
        let text = "统一社会信用代码,名称\r\n1,云岭县人民政府𠮷\r\n"
        #expect(try detect(Array(text.utf8)) == .utf8)
        #expect(try detect([0xEF, 0xBB, 0xBF] + Array(text.utf8)) == .utf8WithMark)
        #expect(try detect(gb18030(text)) == .gb18030)
        #expect(try detect(gb18030("\u{FEFF}" + text)) == .gb18030)
        #expect(try detect([]) == .utf8)
        #expect(try detect(Array("a,b".utf8)) == .utf8)
    }

    @Test("a single GB 18030 character at the very end of a long ASCII file decides")
    func lateCharacterDecides() throws {
        let ascii = [UInt8](repeating: 0x61, count: 400_000)
        #expect(try detect(ascii + gb18030("县")) == .gb18030)
        #expect(try detect(ascii + Array("县".utf8)) == .utf8)
    }

    @Test("every cut of the bytes into chunks gives the same answer")
    func chunksDoNotMatter() throws {
        for (text, expected) in [("甲,乙é𠮷丙\n丁", TextEncoding.utf8), ("甲,乙é𠮷丙\n丁", .gb18030)] {
            let bytes = expected == .utf8 ? Array(text.utf8) : try gb18030(text)
            for cut in 0...bytes.count {
                let source = TableSource.chunks([Array(bytes[..<cut]), Array(bytes[cut...])])
                #expect(try EncodingDetector.detect(source) == expected)
            }
            #expect(try EncodingDetector.detect(.chunks(bytes.map { [$0] })) == expected)
        }
    }

    @Test(
        "workbooks and other files are named for what they are",
        arguments: [
            ([0x50, 0x4B, 0x03, 0x04, 0x14], TabularError.Code.excelWorkbook),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], .excelWorkbook),
            ([0xFF, 0xFE, 0x61, 0x00], .unsupportedUnicode),
            ([0xFE, 0xFF, 0x00, 0x61], .unsupportedUnicode),
            ([0x25, 0x50, 0x44, 0x46, 0x2D], .binaryFile),
            ([0x1F, 0x8B, 0x08], .binaryFile),
        ] as [([UInt8], TabularError.Code)])
    func namesOtherFormats(bytes: [UInt8], code: TabularError.Code) {
        #expect(refusal(bytes)?.code == code)
    }

    @Test("text that begins with PK is not taken for a workbook")
    func plainTextBeginningLikeZip() throws { #expect(try detect(Array("PK,名称\n".utf8)) == .utf8) }

    @Test("a zero byte is refused with its place, in either encoding")
    func refusesZeroByte() throws {
        let unicode = refusal(Array("a,b\r\nc,".utf8) + [0, 0x64])
        #expect(unicode == TabularError(.zeroByte, line: 2, byteOffset: 7))
        let chinese = refusal(try gb18030("甲,乙\n丙,") + [0])
        #expect(chinese == TabularError(.zeroByte, line: 2, byteOffset: 9))
    }

    @Test("bytes that are neither encoding are refused with line and byte")
    func refusesInvalidBytes() throws {
        let error = refusal(try gb18030("甲,乙\r\n丙\r丁,") + [0xFF, 0x2C])
        #expect(error == TabularError(.invalidBytes, line: 3, byteOffset: 13, detail: "GB18030: FF 2C"))
    }

    @Test("damaged UTF-8 is not taken for GB 18030, though its bytes happen to be valid there")
    func refusesDamagedUTF8() throws {
        // Each pair of these characters is three valid pairs of GB 18030 bytes, and so is the damage.
        let damaged = Array("事项编号,统一社会信用代码\n名称".utf8) + [0xE4, 0xB8] + Array("\n".utf8)
        #expect(try records(.bytes(damaged), encoding: .gb18030).count == 2)
        let error = try #require(refusal(damaged))
        #expect(error.code == .invalidBytes)
        #expect(error.detail.hasPrefix("UTF-8"))
        #expect(error.line == 2)
        let marked = refusal([0xEF, 0xBB, 0xBF] + (try gb18030("甲乙")))
        #expect(marked?.detail.hasPrefix("UTF-8") == true)
    }

    @Test("a character cut off at the end is refused, in both encodings")
    func refusesTruncation() throws {
        let unicode = Array("统一社会信用".utf8)
        #expect(refusal(unicode.dropLast())?.byteOffset == 15)
        let chinese = try gb18030("统一社会信用")
        #expect(refusal(chinese.dropLast())?.byteOffset == 10)
        let far = try gb18030("统一社会𠮷")
        for missing in 1...3 { #expect(refusal(far.dropLast(missing))?.byteOffset == 8) }
    }

    @Test(
        "UTF-8 is strict: overlong forms, surrogates and what lies beyond Unicode are refused",
        arguments: [
            [0xC0, 0xAF], [0xC1, 0xBF], [0xE0, 0x80, 0xAF], [0xE0, 0x9F, 0xBF], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
            [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0x80], [0xBF],
            [0xE4, 0xB8, 0x2C],
        ] as [[UInt8]])
    func strictUTF8(bytes: [UInt8]) {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        #expect(refusal(mark + bytes)?.byteOffset == 3)
        #expect(refusal(mark + bytes + [0x61, 0x61, 0x61, 0x61, 0x61])?.byteOffset == 3)
    }

    @Test("every scalar of Unicode is valid UTF-8 to the detector")
    func acceptsAllScalars() throws {
        var text = String.UnicodeScalarView()
        for value in UInt32(1)...0x10FFFF { if let scalar = Unicode.Scalar(value) { text.append(scalar) } }
        #expect(try detect(Array(String(text).utf8)) == .utf8)
    }

    @Test("what cannot be opened says so")
    func refusesMissingAndFolders() {
        let missing = tabularError { () throws(TabularError) in
            _ = try EncodingDetector.detect(.file("/nonexistent/主体.csv"))
        }
        #expect(missing?.code == .cannotOpen)
        #expect(missing?.detail.contains("/nonexistent/主体.csv") == true)
        let folder = tabularError { () throws(TabularError) in _ = try EncodingDetector.detect(.file("/tmp")) }
        #expect(folder?.code == .notRegularFile)
        let device = tabularError { () throws(TabularError) in _ = try EncodingDetector.detect(.file("/dev/zero")) }
        #expect(device?.code == .notRegularFile)
    }
}
