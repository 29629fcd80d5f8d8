internal import CanonicalJSON
internal import TransparencyLog

/// `backup.json`: marks a folder as a backup, says of which archive, and how far the last completed backup reached.
///
/// A folder with it is read like an archive and never written to as one: two folders would go on with one history.
struct BackupManifest: FolderRecord, Sendable, Hashable {
    static let fileName = "backup.json"

    /// The archive's id.
    var archive: String
    /// The log's origin when the last backup was completed.
    var origin: String
    /// Entries of the last completed backup; the log may have more, from one that was cut off.
    var size: UInt64
    /// The root over those entries.
    var root: Digest32
    /// When it was completed, UTC in RFC 3339.
    var time: String

    init(archive: String, origin: String, size: UInt64, root: Digest32, time: String) {
        self.archive = archive
        self.origin = origin
        self.size = size
        self.root = root
        self.time = time
    }

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        archive = try fields.required("archive")
        let format = try fields.required("formatVersion")
        guard try format.integer() == 1 else { throw format.fault(.badValue, "1: a newer program made this backup") }
        origin = try fields.required("origin")
        let root = try fields.required("root")
        guard let digest = Digest32(base64: Array(try root.string().utf8)) else {
            throw root.fault(.badValue, "32 bytes in base64")
        }
        self.root = digest
        size = try fields.required("size").size()
        time = try fields.required("time")
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("archive", archive)
        writer.member("formatVersion", 1)
        writer.member("origin", origin)
        writer.member("root", root.base64)
        writer.member("size", size)
        writer.member("time", time)
        writer.endObject()
    }

    /// The state of the last completed backup as the text of a checkpoint; nil where none was completed.
    var checkpoint: String? {
        size > 0 ? try? Checkpoint(origin: origin, size: size, root: root).text : nil
    }
}
