/// Rows of one table, packed one after another: value by value, a byte for the kind and what it holds.
///
/// SQLite takes the texts from here without a copy.
package struct ReadRows: Sendable {
    enum Kind {
        static let null: UInt8 = 0
        /// Eight bytes, little-endian.
        static let integer: UInt8 = 1
        /// Four bytes of length, little-endian, and UTF-8.
        static let text: UInt8 = 3
    }

    private(set) var bytes: [UInt8] = []
    /// Values of the row that has begun.
    private var values = 0
    private let columns: Int

    init(_ table: ReadTable) { columns = table.columns.count }

    package mutating func text(_ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            bytes.append(Kind.text)
            withUnsafeBytes(of: UInt32(utf8.count).littleEndian) { bytes.append(contentsOf: $0) }
            bytes.append(contentsOf: utf8)
        }
        values += 1
    }

    package mutating func text(_ value: String?) {
        if let value { text(value) } else { null() }
    }

    package mutating func integer(_ value: Int64) {
        bytes.append(Kind.integer)
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        values += 1
    }

    package mutating func integer(_ value: Int64?) {
        if let value { integer(value) } else { null() }
    }

    package mutating func null() {
        bytes.append(Kind.null)
        values += 1
    }

    /// Ends a row: every column has its value.
    package mutating func endRow() {
        precondition(values == columns, "a row has a value for every column")
        values = 0
    }

    /// Goes back to an earlier length: what a fold that failed has begun.
    mutating func truncate(to length: Int) {
        bytes.removeLast(bytes.count - length)
        values = 0
    }

    mutating func removeAll() { truncate(to: 0) }

    /// Adds other rows of the same table.
    ///
    /// - Parameter sorted: bring rows of one body into the order of their cases, which stand in the second column.
    mutating func append(_ other: ReadRows, sorted: Bool) {
        guard sorted else { return bytes.append(contentsOf: other.bytes) }
        other.bytes.withUnsafeBytes { buffer in
            var rows: [(row: Range<Int>, id: Range<Int>)] = []
            var offset = 0
            while offset < buffer.count {
                let start = offset
                var id = 0..<0
                for column in 0..<columns {
                    let next = ReadRows.next(buffer, offset)
                    if column == 1 { id = offset + ReadRows.textHeader..<next }
                    offset = next
                }
                rows.append((start..<offset, id))
            }
            // By bytes, as SQLite compares; the sort is stable.
            rows.sort { buffer[$0.id].lexicographicallyPrecedes(buffer[$1.id]) }
            for row in rows { bytes.append(contentsOf: buffer[row.row]) }
        }
    }

    /// Bytes before a text: its kind and its length.
    static let textHeader = 5

    /// Where the value after the one at an offset begins.
    private static func next(_ buffer: UnsafeRawBufferPointer, _ offset: Int) -> Int {
        switch buffer[offset] {
        case Kind.integer: return offset + 9
        case Kind.text:
            let count = buffer.loadUnaligned(fromByteOffset: offset + 1, as: UInt32.self)
            return offset + textHeader + Int(UInt32(littleEndian: count))
        default: return offset + 1
        }
    }
}
