/// Turns text into GB 18030, for templates and files that Excel opens without asking.
public struct GB18030Encoder: Sendable {
    private let table: GB18030Table

    /// Throws `encoding-unavailable` when the system lacks the conversion.
    public init() throws(TabularError) { table = try GB18030Table.shared() }

    /// Appends `text` to `bytes`; throws `not-encodable` naming the character, and then appends nothing.
    public func append(_ text: String, to bytes: inout [UInt8]) throws(TabularError) {
        let start = bytes.count
        for scalar in text.unicodeScalars {
            if scalar.isASCII {
                bytes.append(UInt8(truncatingIfNeeded: scalar.value))
                continue
            }
            let code = table.code(of: scalar.value)
            guard code != GB18030Table.unmapped else {
                bytes.removeSubrange(start...)
                throw TabularError(
                    .notEncodable, detail: "\(scalar) U+\(String(scalar.value, radix: 16, uppercase: true))")
            }
            if code > 0xFFFF {
                bytes.append(UInt8(truncatingIfNeeded: code >> 24))
                bytes.append(UInt8(truncatingIfNeeded: code >> 16))
            }
            bytes.append(UInt8(truncatingIfNeeded: code >> 8))
            bytes.append(UInt8(truncatingIfNeeded: code))
        }
    }
}
