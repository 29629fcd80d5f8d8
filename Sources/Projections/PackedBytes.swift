/// Writes small values close together: LEB128 numbers, length-prefixed texts.
struct PackedWriter {
    private(set) var bytes: [UInt8] = []

    mutating func number(_ value: UInt64) {
        var value = value
        while value >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        bytes.append(UInt8(value))
    }

    /// Signed, small magnitudes first (zigzag).
    mutating func signed(_ value: Int64) { number(UInt64(bitPattern: value << 1 ^ value >> 63)) }

    mutating func byte(_ value: UInt8) { bytes.append(value) }

    mutating func text(_ value: String) {
        number(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    mutating func raw(_ value: [UInt8]) { bytes.append(contentsOf: value) }

    mutating func optional<Value>(_ value: Value?, _ write: (inout PackedWriter, Value) -> Void) {
        byte(value == nil ? 0 : 1)
        if let value { write(&self, value) }
    }
}

/// Packed bytes that do not say what they should: the derived file is damaged and is made anew.
struct PackedFault: Error, Equatable {}

/// Reads what ``PackedWriter`` wrote; never beyond the end.
struct PackedReader {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() throws(PackedFault) -> UInt8 {
        guard position < bytes.count else { throw PackedFault() }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() throws(PackedFault) -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = try byte()
            guard shift < 64 else { throw PackedFault() }
            value |= UInt64(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
    }

    mutating func signed() throws(PackedFault) -> Int64 {
        let value = try number()
        return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1)
    }

    mutating func raw(_ count: Int) throws(PackedFault) -> UnsafeRawBufferPointer {
        guard count >= 0, count <= bytes.count - position else { throw PackedFault() }
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }

    mutating func text() throws(PackedFault) -> String {
        let count = try number()
        guard let count = Int(exactly: count) else { throw PackedFault() }
        return String(decoding: try raw(count), as: UTF8.self)
    }

    mutating func optional<Value>(
        _ read: (inout PackedReader) throws(PackedFault) -> Value
    ) throws(PackedFault) -> Value? {
        try byte() == 0 ? nil : try read(&self)
    }
}
