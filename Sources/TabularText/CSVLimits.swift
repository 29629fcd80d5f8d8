/// The bounds of one record, counted in bytes of UTF-8; a file beyond them is refused, whatever its size.
public struct CSVLimits: Sendable, Equatable {
    /// The longest field, without its quotes.
    public var fieldBytes: Int
    /// The longest record, with its quotes, commas and line end.
    public var recordBytes: Int
    /// The most fields of a record.
    public var fields: Int

    /// 64 KiB a field, 1 MiB a record, and as many fields as Excel has columns.
    public init(fieldBytes: Int = 64 * 1024, recordBytes: Int = 1024 * 1024, fields: Int = 16_384) {
        precondition(fieldBytes > 0 && recordBytes > 0 && fields > 0, "limits are positive")
        self.fieldBytes = fieldBytes
        self.recordBytes = recordBytes
        self.fields = fields
    }
}
