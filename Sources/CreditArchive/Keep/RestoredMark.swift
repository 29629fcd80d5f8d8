internal import CanonicalJSON

/// `restored.json`: the archive in this folder came out of a backup, and nobody has said yet that it may go on.
///
/// Whoever asks receives its answers; nothing is appended and nothing signed until ``Resumption`` has removed it
/// (design.md, Processes: one origin and key never sign two histories).
struct RestoredMark: FolderRecord, Sendable, Hashable {
    static let fileName = "restored.json"

    /// Entries that were restored.
    var size: UInt64
    /// When, UTC in RFC 3339.
    var time: String
    /// The size of the largest checkpoint that is known to have been published; nil where none is known.
    var publishedSize: UInt64?

    init(size: UInt64, time: String, publishedSize: UInt64?) {
        self.size = size
        self.time = time
        self.publishedSize = publishedSize
    }

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        publishedSize = try fields.optional("publishedSize")?.size()
        size = try fields.required("size").size()
        time = try fields.required("time")
        try fields.finish()
    }

    func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("publishedSize", publishedSize)
        writer.member("size", size)
        writer.member("time", time)
        writer.endObject()
    }

    /// Whether more was published than was restored.
    var isBehind: Bool { publishedSize.map { $0 > size } ?? false }

    /// Why the archive takes no records, and what to do.
    var refusal: ArchiveError {
        if let publishedSize, isBehind {
            return ArchiveError(
                .unavailable, "restored-behind",
                chinese: "本档案库由备份恢复，只有 \(size) 条，而已公布的检查点有 \(publishedSize) 条：续写会以同一名称签出两段历史。"
                    + "请改用较新的备份恢复；若已没有，用 resume --new-origin 以新名称续写",
                english: "this archive was restored with \(size) entries, and a checkpoint of \(publishedSize) was "
                    + "published: to go on would sign two histories under one name; restore a newer backup, or, if "
                    + "there is none, go on under another name with resume --new-origin")
        }
        return ArchiveError(
            .unavailable, "restored-not-resumed",
            chinese: "本档案库由备份恢复（\(size) 条，\(time)），尚未确认可以续写，只供查询。请用 resume --against 给出已知公布的最大检查点，"
                + "或用 resume --new-origin 以新名称续写",
            english:
                "this archive was restored from a backup (\(size) entries, \(time)) and answers questions only; give "
                + "the largest checkpoint that is known to have been published with resume --against, or go on under "
                + "another name with resume --new-origin")
    }

    /// Refuses to write into a folder that is a backup, or was restored and has not been resumed.
    static func requireWritable(_ folder: ArchiveFolder) throws(ArchiveError) {
        if try BackupManifest.read(in: folder.path) != nil {
            throw ArchiveError(
                .unavailable, "is-a-backup", chinese: "\(folder.path) 是备份，只供查询和核验；请用 restore 恢复到新的目录后再写入",
                english: "\(folder.path) is a backup, to be read and verified; restore it into a new folder to write")
        }
        if let mark = try read(in: folder.path) { throw mark.refusal }
    }
}
