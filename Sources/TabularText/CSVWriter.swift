/// Writes RFC 4180 records into memory: CR LF line ends, quotes only where they are needed.
///
/// What it writes, ``CSVReader`` reads back as it was. Take the bytes out from time to time with `takeBytes()`.
public struct CSVWriter: Sendable {
    /// The encoding of the bytes; the mark of `utf8WithMark` comes first.
    public let encoding: TextEncoding
    /// How texts are treated that a spreadsheet would run.
    public let formulas: FormulaGuard
    private let encoder: GB18030Encoder?
    private var bytes: [UInt8] = []

    /// Makes a writer; throws `encoding-unavailable` for GB 18030 on a system without it.
    public init(encoding: TextEncoding = .utf8WithMark, formulas: FormulaGuard = .exact) throws(TabularError) {
        self.encoding = encoding
        self.formulas = formulas
        encoder = encoding == .gb18030 ? try GB18030Encoder() : nil
        if encoding == .utf8WithMark { bytes = [0xEF, 0xBB, 0xBF] }
    }

    /// How many bytes wait to be taken.
    public var pendingBytes: Int { bytes.count }

    /// Adds a record; throws `not-encodable` with the field's number as its column, and then adds nothing.
    public mutating func write(_ fields: [String]) throws(TabularError) {
        let start = bytes.count
        for (index, field) in fields.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ",")) }
            do {
                // A record of one empty field would be an empty line, which is no record.
                try append(formulas.apply(to: field), isQuoted: fields.count == 1 && field.isEmpty)
            } catch {
                bytes.removeSubrange(start...)
                var error = error
                error.column = String(index + 1)
                throw error
            }
        }
        bytes.append(UInt8(ascii: "\r"))
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Hands over the bytes written since the last call.
    public mutating func takeBytes() -> [UInt8] {
        let taken = bytes
        bytes.removeAll(keepingCapacity: true)
        return taken
    }

    private mutating func append(_ field: String, isQuoted: Bool) throws(TabularError) {
        guard isQuoted || Self.needsQuotes(field) else { return try appendText(field) }
        bytes.append(UInt8(ascii: "\""))
        var rest = Substring(field)
        while let quote = rest.utf8.firstIndex(of: UInt8(ascii: "\"")) {
            let after = rest.utf8.index(after: quote)
            try appendText(String(rest[..<after]))
            bytes.append(UInt8(ascii: "\""))
            rest = rest[after...]
        }
        try appendText(String(rest))
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func appendText(_ text: String) throws(TabularError) {
        guard let encoder else {
            bytes.append(contentsOf: text.utf8)
            return
        }
        try encoder.append(text, to: &bytes)
    }

    /// Commas, quotes and line ends need quotes; so do spaces at the ends, which some programs would cut off, and a
    /// byte order mark, which would be lost at the start of a file.
    private static func needsQuotes(_ field: String) -> Bool {
        for byte in field.utf8 {
            switch byte {
            case UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "\r"), UInt8(ascii: "\n"): return true
            default: continue
            }
        }
        guard let first = field.utf8.first, let last = field.utf8.last else { return false }
        return first <= 0x20 || last <= 0x20 || field.unicodeScalars.first == "\u{FEFF}"
    }
}
