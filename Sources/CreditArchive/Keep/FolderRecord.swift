internal import CanonicalJSON
internal import Foundation

/// A small record of operation in a folder, beside what it speaks of: one strict JSON object, written in one piece.
protocol FolderRecord: JSONDecodable, JSONEncodable {
    static var fileName: String { get }
}

extension FolderRecord {
    static func path(in folder: String) -> String { folder + "/" + fileName }

    /// The record of a folder; nil where there is none. Throws ``ArchiveError`` `record-damaged`.
    static func read(in folder: String) throws(ArchiveError) -> Self? {
        let path = path(in: folder)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        do {
            return try Self(json: JSONDocument(parsing: Files.read(path)).root)
        } catch {
            let error = ArchiveError(error)
            throw ArchiveError(
                .unavailable, "record-damaged", field: error.field, chinese: "文件 \(path) 已损坏：\(error.chinese)",
                english: "the file \(path) is damaged: \(error.english)")
        }
    }

    /// Puts the record in place, durably.
    func write(in folder: String, mode: mode_t = 0o644) throws(ArchiveError) {
        var writer = JSONWriter()
        write(to: &writer)
        try Files.write(writer.bytes + [0x0A], to: Self.path(in: folder), mode: mode)
        try Files.syncFolder(folder)
    }

    /// Takes the record of another folder over; nothing where that has none. Throws ``ArchiveError`` `record-damaged`.
    static func take(from other: String, into folder: String) throws(ArchiveError) {
        try read(in: other)?.write(in: folder)
    }

    static func remove(in folder: String) throws(ArchiveError) {
        let path = path(in: folder)
        guard unlink(path) == 0 || errno == ENOENT else {
            throw .file("cannot-remove", path, String(cString: strerror(errno)))
        }
        try Files.syncFolder(folder)
    }
}

extension JSONNode {
    /// A number of entries.
    func size() throws(JSONFault) -> UInt64 {
        guard let size = UInt64(exactly: try integer()) else { throw fault(.badValue, "0…9007199254740991") }
        return size
    }
}
