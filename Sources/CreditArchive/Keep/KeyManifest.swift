internal import CanonicalJSON

/// `keys.json`: marks a folder as a backup of an archive's keys and lists what is in it.
struct KeyManifest: FolderRecord, Sendable, Hashable {
    static let fileName = "keys.json"

    /// One file of `keys/`, kept under its name and the beginning of its digest: a newer one never overwrites it.
    struct File: Sendable, Hashable, JSONDecodable, JSONEncodable {
        var name: String
        var digest: String

        var stored: String { name + "." + digest.dropFirst("sha256:".count).prefix(16) }

        init(name: String, digest: String) {
            self.name = name
            self.digest = digest
        }

        init(json: JSONNode) throws(JSONFault) {
            var fields = try json.fields()
            let digest = try fields.required("digest")
            self.digest = try digest.string()
            guard self.digest.hasPrefix("sha256:"), self.digest.utf8.count == 71 else {
                throw digest.fault(.badValue, "sha256: and 64 hexadecimal digits")
            }
            let name = try fields.required("name")
            self.name = try name.string()
            // A name, never a path: what is restored stays within keys/.
            guard !self.name.isEmpty, !self.name.contains("/"), !self.name.hasPrefix(".") else {
                throw name.fault(.badValue, "a file name")
            }
            try fields.finish()
        }

        func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("digest", digest)
            writer.member("name", name)
            writer.endObject()
        }
    }

    /// The archive's id.
    var archive: String
    /// Entries of the log when the backup was made: keys taken into use later are not in it.
    var size: UInt64
    /// When it was made, UTC in RFC 3339.
    var time: String
    var files: [File]

    init(archive: String, size: UInt64, time: String, files: [File]) {
        self.archive = archive
        self.size = size
        self.time = time
        self.files = files
    }

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        archive = try fields.required("archive")
        files = try fields.required("files")
        let format = try fields.required("formatVersion")
        guard try format.integer() == 1 else { throw format.fault(.badValue, "1: a newer program made this backup") }
        size = try fields.required("size").size()
        time = try fields.required("time")
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("archive", archive)
        writer.member("files", files)
        writer.member("formatVersion", 1)
        writer.member("size", size)
        writer.member("time", time)
        writer.endObject()
    }
}
