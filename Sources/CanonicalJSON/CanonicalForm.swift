/// RFC 8785 (JCS): the one form of a JSON value.
public enum CanonicalForm {
    /// The canonical bytes of a value: members sorted by UTF-16 code units, no white space, shortest escapes.
    public static func bytes(of node: JSONNode) -> [UInt8] {
        var writer = JSONWriter(reserving: node.document.bytes.count)
        write(node.document, node.index, to: &writer)
        return writer.bytes
    }

    /// Refuses bytes that are not the canonical form of themselves. Throws ``JSONFault``, `notCanonical` with the offset
    /// of the first byte that differs.
    public static func check(_ bytes: [UInt8]) throws(JSONFault) {
        let document = try JSONDocument(parsing: bytes)
        let canonical = self.bytes(of: document.root)
        guard canonical != bytes else { return }
        let offset = zip(canonical, bytes).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        throw JSONFault(.notCanonical, at: "", "byte \(offset ?? min(canonical.count, bytes.count))")
    }

    private static func write(_ document: JSONDocument, _ index: Int, to writer: inout JSONWriter) {
        let node = document.nodes[index]
        switch node.kind {
        case .string: writer.string(document.string(at: index))
        case .integer, .boolean, .null: writer.raw(document.bytes[Int(node.start)..<Int(node.end)])
        case .array:
            writer.beginArray()
            var child = index + 1
            while child < Int(node.next) {
                write(document, child, to: &writer)
                child = Int(document.nodes[child].next)
            }
            writer.endArray()
        case .object:
            writer.beginObject()
            for key in sortedKeys(document, index) {
                writer.key(document.string(at: key))
                write(document, key + 1, to: &writer)
            }
            writer.endObject()
        }
    }

    private static func sortedKeys(_ document: JSONDocument, _ index: Int) -> [Int] {
        var keys: [(name: [UInt8], index: Int)] = []
        var key = index + 1
        while key < Int(document.nodes[index].next) {
            keys.append((document.unescaped(at: key), key))
            key = Int(document.nodes[key + 1].next)
        }
        keys.sort { precedes($0.name, $1.name) }
        return keys.map(\.index)
    }

    /// Order by UTF-16 code units, on UTF-8 bytes: it differs from byte order only between a scalar beyond the BMP (a
    /// surrogate, D800–DFFF, in UTF-16) and one of U+E000–U+FFFF.
    static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        for (a, b) in zip(left, right) where a != b {
            if a >= 0xEE, b >= 0xEE, (a >= 0xF0) != (b >= 0xF0) { return a >= 0xF0 }
            return a < b
        }
        return left.count < right.count
    }
}
