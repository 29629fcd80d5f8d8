// Lines of the text formats, taken off bytes one by one.

extension ArraySlice<UInt8> {
    /// Takes the next line off the front, without its newline; nil if none is ended.
    mutating func popLine() -> ArraySlice<UInt8>? {
        guard let end = firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { self = self[(end + 1)...] }
        return self[..<end]
    }

    /// What follows `prefix`, or nil if it does not stand at the start.
    func dropPrefix(_ prefix: String) -> ArraySlice<UInt8>? {
        starts(with: prefix.utf8) ? dropFirst(prefix.utf8.count) : nil
    }

    /// Takes lines of hashes off the front up to the blank line that ends them.
    ///
    /// - Parameters:
    ///   - limit: more hashes are refused.
    ///   - code: the code of the error: what the whole text was to be.
    /// - Throws: the code, for another line than 32 bytes in base64, more than `limit` of them, or no blank line.
    mutating func popHashes(
        limit: Int, orThrow code: TransparencyError.Code
    ) throws(TransparencyError) -> [Digest32] {
        var hashes: [Digest32] = []
        while true {
            guard let line = popLine() else { throw TransparencyError(code, "no blank line before the checkpoint") }
            if line.isEmpty { return hashes }
            guard hashes.count < limit, let hash = Digest32(base64: line) else {
                throw TransparencyError(code, "hash line \(hashes.count + 1)")
            }
            hashes.append(hash)
        }
    }
}
