internal import SchemaFiles

/// The documents of this folder as they are compiled into the program (`embedded/SchemaFiles.c`): a build names no other
/// file at run time.
enum EmbeddedFiles {
    private static let indexes: [String: Int] = {
        var indexes: [String: Int] = [:]
        for index in 0..<schema_file_count() { indexes[String(cString: schema_file_at(index).path)] = index }
        return indexes
    }()

    /// The bytes of a document, by its path below this folder. Asking for one that is not listed is a programmer's error.
    static func bytes(_ path: String) -> [UInt8] {
        guard let index = indexes[path] else { preconditionFailure("\(path) is not listed in SchemaFiles.c") }
        let file = schema_file_at(index)
        return Array(UnsafeRawBufferPointer(start: file.bytes, count: file.count))
    }

    static func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }

    /// The documents of a folder, in order of their names.
    static func folder(_ name: String) -> [(name: String, bytes: [UInt8])] {
        indexes.keys.filter { $0.hasPrefix(name + "/") }.sorted().map { path in
            (String(path.dropFirst(name.utf8.count + 1)), bytes(path))
        }
    }
}
