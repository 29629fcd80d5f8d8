/// Reads RFC 4180 records one at a time, in constant memory, with no allocation per record.
///
/// - A field may be quoted; a quote inside it is doubled; it may hold commas and line ends, which are kept as they are.
/// - A record ends with CR LF, LF or CR; the last may lack its line end.
/// - A quote inside a field that does not begin with one is an ordinary character, as in Excel; text after a closing
///   quote is refused, because where the field ends is then a guess.
/// - An empty line is skipped but counts as a row, so that a row's number is the one a spreadsheet shows: the header is
///   row 1, the next record row 2, however many lines of text each takes.
///
/// An error is final: every later `next()` throws it again.
public struct CSVReader: ~Copyable {
    private let source: TableSource
    let limits: CSVLimits
    /// The encoding given or detected.
    public let encoding: TextEncoding
    /// The row of the current record; 0 before the first.
    public internal(set) var row = 0
    var line = 1
    var text: DecodedText
    var recordStart = 0
    var cursor = 0
    var skipsLineFeed = false
    /// Start and end of each field, from the record's start.
    var bounds: [Int] = []
    private var failure: TabularError?

    /// Opens `source`, at first detecting its encoding in a pass over all of it unless `encoding` is given.
    ///
    /// `onChunk` sees the bytes of the source as they are, each once and in order, while records are read to the end: a
    /// digest can be taken along the way. Throws what `EncodingDetector.detect` throws.
    public init(
        _ source: TableSource, encoding: TextEncoding? = nil, limits: CSVLimits = CSVLimits(),
        onChunk: ((UnsafeRawBufferPointer) -> Void)? = nil
    ) throws(TabularError) {
        let known = if let encoding { encoding } else { try EncodingDetector.detect(source) }
        text = try DecodedText(source, encoding: known, windowBytes: limits.recordBytes + 1, onChunk: onChunk)
        self.encoding = known
        self.source = source
        self.limits = limits
    }

    /// A second pass from the start, without detecting again and without the hook.
    public func reopened() throws(TabularError) -> CSVReader {
        try CSVReader(source, encoding: encoding, limits: limits)
    }

    /// Bytes of the source read so far, a chunk ahead of the current record, for a progress bar.
    public var bytesRead: Int { text.progress.bytesRead }

    /// All bytes of the source.
    public var totalBytes: Int { text.progress.totalBytes }

    /// How many fields the current record has.
    public var fieldCount: Int { bounds.count / 2 }

    /// Moves to the next record; `false` at the end.
    ///
    /// Throws `unterminated-quote`, `text-after-quote`, `field-too-long`, `record-too-long`, `too-many-fields`, and
    /// `invalid-bytes` when the file changed since its encoding was detected. An error is final.
    public mutating func next() throws(TabularError) -> Bool {
        if let failure { throw failure }
        do {
            return try scanRecord()
        } catch {
            bounds.removeAll()
            failure = error
            throw error
        }
    }

    /// The current record's field, without quotes; a field that the record lacks is empty.
    public func field(_ index: Int) -> String {
        guard index < fieldCount else { return "" }
        // The stream is validated, so that decoding repairs nothing.
        return String(decoding: bytes(index), as: UTF8.self)
    }

    /// The current record's fields.
    public var fields: [String] {
        var fields: [String] = []
        fields.reserveCapacity(fieldCount)
        for index in 0..<fieldCount { fields.append(field(index)) }
        return fields
    }

    /// Runs `body` over a field's UTF-8, without a copy; the span is valid only within the call.
    public func withBytes<Result, Failure: Error>(
        ofField index: Int, _ body: (Span<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let pointer = index < fieldCount ? bytes(index) : UnsafeRawBufferPointer(start: nil, count: 0)
        return try body(pointer.assumingMemoryBound(to: UInt8.self).span)
    }

    /// Whether every field is empty or white space, as the rows are that spreadsheets leave below their data.
    public var isBlank: Bool {
        for index in 0..<fieldCount {
            if !Cell.trimmed(field(index)).isEmpty { return false }
        }
        return true
    }

    private func bytes(_ index: Int) -> UnsafeRawBufferPointer {
        let start = recordStart + bounds[2 * index]
        let end = recordStart + bounds[2 * index + 1]
        return UnsafeRawBufferPointer(rebasing: text.window[start..<end])
    }

    /// Gets more text with the current record kept; `false` at the end of the source.
    mutating func more() throws(TabularError) -> Bool {
        if cursor - recordStart > limits.recordBytes { throw tooLong(.recordTooLong, limits.recordBytes) }
        do throws(DecodedText.Failure) {
            let start = recordStart
            cursor -= start
            recordStart = 0
            return try text.refill(keepingFrom: start)
        } catch {
            switch error {
            case .source(let error): throw error
            case .invalid(let invalid): throw try EncodingDetector.error(invalid, encoding, source)
            }
        }
    }

    /// Ends a field, given from the record's start.
    mutating func endField(from start: Int, to end: Int) throws(TabularError) {
        if end - start > limits.fieldBytes { throw tooLong(.fieldTooLong, limits.fieldBytes) }
        if fieldCount >= limits.fields { throw TabularError(.tooManyFields, row: row, detail: "> \(limits.fields)") }
        bounds.append(start)
        bounds.append(end)
    }

    func tooLong(_ code: TabularError.Code, _ limit: Int, line: Int? = nil) -> TabularError {
        TabularError(code, row: row, line: line, detail: "> \(limit) B")
    }
}
