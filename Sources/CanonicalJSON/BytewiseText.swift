// Texts of the log are compared byte by byte: Swift's == takes canonically equivalent texts for equal, which would make
// one identity of two.

extension String {
    package func hasSameBytes(as other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return withBytes(of: other) { $0.elementsEqual($1) }
    }

    package func precedesInBytes(_ other: String) -> Bool {
        withBytes(of: other) { left, right in
            let count = min(left.count, right.count)
            for index in 0..<count where left[index] != right[index] { return left[index] < right[index] }
            return left.count < right.count
        }
    }

    private func withBytes(
        of other: String, _ body: (UnsafeBufferPointer<UInt8>, UnsafeBufferPointer<UInt8>) -> Bool
    ) -> Bool {
        // Native strings are contiguous; a bridged one is made so.
        var left = self
        var right = other
        return left.withUTF8 { left in right.withUTF8 { right in body(left, right) } }
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
