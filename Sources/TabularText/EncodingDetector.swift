/// Tells the encoding of a table by checking every byte of it, in constant memory.
///
/// Valid UTF-8 from the first byte to the last is UTF-8; else valid GB 18030 from the first to the last is GB 18030;
/// else the table is refused. A damaged UTF-8 file can by chance be valid GB 18030: text that showed
/// `certainSequences` three-byte sequences before its first invalid byte counts as UTF-8, because GB 18030 text does
/// not do that (such a sequence needs a rare character and a fitting neighbour, and several before the first that does
/// not fit). A file of a few GB 18030 characters can by chance be valid UTF-8; one with a template's header cannot.
public enum EncodingDetector {
    static let certainSequences = 4

    /// The encoding of all of `source`.
    ///
    /// Throws `excel-workbook`, `unsupported-unicode`, `binary-file`, `zero-byte` or `invalid-bytes`, with line and
    /// byte, and what opening and reading throw. An empty source is UTF-8.
    public static func detect(_ source: TableSource) throws(TabularError) -> TextEncoding {
        let head = try self.head(of: source)
        if let code = knownFormat(head) { throw TabularError(code) }
        let hasMark = head.starts(with: [0xEF, 0xBB, 0xBF])
        let (unicode, sequences) = try checkUTF8(source)
        guard let unicode else { return hasMark ? .utf8WithMark : .utf8 }
        if hasMark || sequences >= certainSequences { throw try error(unicode, .utf8, source) }
        guard let chinese = try checkGB18030(source) else { return .gb18030 }
        throw try error(chinese, .gb18030, source)
    }

    /// The error for bytes that are not text, with their line, counted by reading the source again.
    static func error(
        _ invalid: InvalidText, _ encoding: TextEncoding, _ source: TableSource
    ) throws(TabularError) -> TabularError {
        var offset = 0
        var line = 1
        var previous: UInt8 = 0
        var shown: [String] = []
        try source.forEachChunk { bytes throws(TabularError) in
            for byte in bytes {
                if offset >= invalid.byteOffset + 4 { return }
                if offset >= invalid.byteOffset {
                    let digits = String(byte, radix: 16, uppercase: true)
                    shown.append(digits.utf8.count < 2 ? "0" + digits : digits)
                } else {
                    // A line ends with LF, CR LF or CR; neither is part of a longer character in either encoding.
                    if byte == 0x0D || (byte == 0x0A && previous != 0x0D) { line += 1 }
                    previous = byte
                }
                offset += 1
            }
        }
        if invalid.isZero { return TabularError(.zeroByte, line: line, byteOffset: invalid.byteOffset) }
        return TabularError(
            .invalidBytes, line: line, byteOffset: invalid.byteOffset,
            detail: "\(encoding.rawValue): \(shown.joined(separator: " "))")
    }

    private static func head(of source: TableSource) throws(TabularError) -> [UInt8] {
        var stream = try ByteStream(source)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 8, alignment: 8)
        defer { buffer.deallocate() }
        var filled = 0
        while filled < buffer.count {
            let count = try stream.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            if count == 0 { break }
            filled += count
        }
        return Array(buffer[..<filled])
    }

    /// Formats that people send in place of CSV, by their first bytes.
    private static func knownFormat(_ head: [UInt8]) -> TabularError.Code? {
        let formats: [([UInt8], TabularError.Code)] = [
            ([0x50, 0x4B, 0x03, 0x04], .excelWorkbook),  // zip: xlsx
            ([0xD0, 0xCF, 0x11, 0xE0], .excelWorkbook),  // compound file: xls, et
            ([0xFF, 0xFE], .unsupportedUnicode),
            ([0xFE, 0xFF], .unsupportedUnicode),
            ([0x00, 0x00, 0xFE, 0xFF], .unsupportedUnicode),
            ([0x25, 0x50, 0x44, 0x46], .binaryFile),  // PDF
            ([0x1F, 0x8B], .binaryFile),  // gzip
            ([0x52, 0x61, 0x72, 0x21], .binaryFile),  // RAR
            ([0x37, 0x7A, 0xBC, 0xAF], .binaryFile),  // 7-Zip
            ([0x89, 0x50, 0x4E, 0x47], .binaryFile),  // PNG
            ([0xFF, 0xD8, 0xFF], .binaryFile),  // JPEG
        ]
        return formats.first { head.starts(with: $0.0) }?.1
    }

    private static func checkUTF8(
        _ source: TableSource
    ) throws(TabularError) -> (invalid: InvalidText?, sequences: Int) {
        var validator = UTF8Validator()
        var invalid: InvalidText?
        var stream = try ByteStream(source)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: TableSource.chunkBytes, alignment: 16)
        defer { buffer.deallocate() }
        while invalid == nil {
            let count = try stream.read(into: buffer)
            if count == 0 {
                invalid = validator.finish()
                break
            }
            invalid = validator.consume(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
        return (invalid, validator.threeByteSequences)
    }

    private static func checkGB18030(_ source: TableSource) throws(TabularError) -> InvalidText? {
        // Reading to the end through the decoder is the check: it uses every byte or says which it cannot.
        var text = try DecodedText(source, encoding: .gb18030, windowBytes: TableSource.chunkBytes)
        while true {
            do throws(DecodedText.Failure) {
                guard try text.refill(keepingFrom: text.end) else { return nil }
            } catch {
                switch error {
                case .invalid(let invalid): return invalid
                case .source(let error): throw error
                }
            }
        }
    }
}
