// Texts of the log are compared byte by byte: Swift's == takes canonically equivalent texts for equal, which would make
// one identity of two.

extension String {
    package func hasSameBytes(as other: String) -> Bool {
        withBytes(of: other) { left, right in
            left.count == right.count && left.commonPrefixLength(with: right) == left.count
        }
    }

    package func precedesInBytes(_ other: String) -> Bool {
        withBytes(of: other) { left, right in
            let common = left.commonPrefixLength(with: right)
            guard common < min(left.count, right.count) else { return left.count < right.count }
            return left[common] < right[common]
        }
    }

    /// The number of Unicode scalars: of bytes that do not continue one.
    package var scalarCount: Int { utf8.reduce(0) { $0 + ($1 & 0xC0 != 0x80 ? 1 : 0) } }

    /// Whether a control character (U+0000–U+001F, U+007F) occurs, `allowed` not counted.
    package func hasControls(allowing allowed: UInt8? = nil) -> Bool {
        utf8.contains { ($0 < 0x20 || $0 == 0x7F) && $0 != allowed }
    }

    private func withBytes(
        of other: String, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool {
        // Native strings are contiguous and need no copy.
        let native = utf8.withContiguousStorageIfAvailable { left in
            other.utf8.withContiguousStorageIfAvailable { right in body(left, right) }
        }
        if case .some(.some(let result)) = native { return result }
        return Array(utf8).withUnsafeBufferPointer { left in
            Array(other.utf8).withUnsafeBufferPointer { right in body(left, right) }
        }
    }
}

extension UnsafeBufferPointer<UInt8> {
    /// How many bytes are the same from the beginning on; eight at a time as long as they are.
    fileprivate func commonPrefixLength(with other: UnsafeBufferPointer<UInt8>) -> Int {
        let count = Swift.min(self.count, other.count)
        let left = UnsafeRawBufferPointer(self)
        let right = UnsafeRawBufferPointer(other)
        var offset = 0
        while offset + 8 <= count,
            left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                == right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        {
            offset += 8
        }
        while offset < count, left[offset] == right[offset] { offset += 1 }
        return offset
    }
}

extension Hasher {
    /// Feeds the bytes of a text, so that equality by bytes and hash agree.
    package mutating func combine(utf8 text: String) {
        var text = text
        text.withUTF8 { combine(bytes: UnsafeRawBufferPointer($0)) }
        combine(UInt8(0xFF))
    }
}
