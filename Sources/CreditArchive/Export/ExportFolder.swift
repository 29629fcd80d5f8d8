internal import EventLog
internal import Foundation
internal import TransparencyLog

/// The folder of an exported log, held by one export at a time. What a transparency log never changes is written once:
/// a file that is there already has to be the same, byte for byte.
final class ExportFolder {
    let path: String
    /// The size that the folder's checkpoint promises; what lies beyond may be the torn rest of an export that was
    /// broken off, and is written again.
    private var promisedSize: UInt64 = 0
    /// Files that were new.
    private(set) var written = 0
    private var madeFolders: Set<String> = []
    private var unsynced: [String] = []
    private static let syncedTogether = 4_096
    private let lock: Int32

    /// Takes a folder for the log with these keys, oldest first: a new or empty one, or one with an earlier export of
    /// the same kind of the same log.
    ///
    /// Throws ``ArchiveError`` `export-foreign`, `export-not-empty`, `export-mixed`, `export-locked`.
    init(path: String, keys: [String], publicOnly: Bool) throws {
        self.path = path
        try Files.makeFolder(path)
        // The folder itself is the lock's file: nothing that outsiders would wonder about is left in it.
        lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard lock >= 0 else { throw ArchiveError.file("cannot-write", path, DurableFile.reason(errno)) }
        try claim(keys, publicOnly)
    }

    deinit { close(lock) }

    private func claim(_ keys: [String], _ publicOnly: Bool) throws {
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            throw ArchiveError(
                .conflict, "export-locked", chinese: "另一个导出正在写入 \(path)，请等它结束",
                english: "another export is writing to \(path); wait for it to end")
        }
        let keyFile = "\(path)/log.vkey"
        if FileManager.default.fileExists(atPath: keyFile) {
            let known = String(decoding: try Files.read(keyFile), as: UTF8.self).split(separator: "\n").map(String.init)
            guard !known.isEmpty, keys.starts(with: known) else {
                throw ArchiveError(
                    .conflict, "export-foreign", chinese: "\(path) 是另一日志的导出目录，请另选目录",
                    english: "\(path) holds the export of another log; choose another folder")
            }
        } else if Files.names(in: path).contains(where: { $0 != "log.vkey.part" }) {
            throw ArchiveError(
                .conflict, "export-not-empty", chinese: "\(path) 不是空目录，也不是本日志的导出目录，请另选目录",
                english: "\(path) is not empty and no export of this log; choose another folder")
        }
        let other = publicOnly ? "tile/entries" : PublicisedRecords.folder
        guard !FileManager.default.fileExists(atPath: "\(path)/\(other)") else {
            throw ArchiveError(
                .conflict, "export-mixed",
                chinese: "\(path) 中已有\(publicOnly ? "含条目的完整" : "公开")导出；公开导出与完整导出须用不同目录，以免条目被误公开",
                english:
                    "\(path) holds a \(publicOnly ? "full" : "public") export; the public one and the full one need "
                    + "folders of their own, lest entries are made public by mistake")
        }
        try Files.write(Array((keys.joined(separator: "\n") + "\n").utf8), to: keyFile)
    }

    /// Refuses to put an earlier checkpoint in place of a later one: what is published is not taken back.
    ///
    /// Throws ``ArchiveError`` `export-ahead`, or `export-differs` where the folder's checkpoint is none.
    func begin(_ head: Checkpoint) throws(ArchiveError) {
        let file = "\(path)/checkpoint"
        guard FileManager.default.fileExists(atPath: file) else { return }
        guard let note = try? Note(parsing: Files.read(file)), let earlier = try? Checkpoint(text: note.text) else {
            throw .exportDiffers(file)
        }
        guard earlier.size <= head.size else {
            throw ArchiveError(
                .conflict, "export-ahead",
                chinese:
                    "\(path) 已导出至 \(earlier.size) 条，现在的检查点只有 \(head.size) 条：档案库可能由旧备份恢复或被截短；未作任何改动，请用 verify --against \(file) 核对",
                english: "\(path) holds an export of \(earlier.size) entries, and the checkpoint has \(head.size): the "
                    + "archive may have been restored from an older backup or cut short; nothing was changed, check it "
                    + "with verify --against \(file)")
        }
        promisedSize = earlier.size
    }

    /// Writes a file that never changes again, of a tree of `size` leaves.
    ///
    /// Throws ``ArchiveError`` `export-differs` where another is there.
    func keep(_ bytes: [UInt8], at name: String, of size: UInt64) throws(ArchiveError) {
        let file = "\(path)/\(name)"
        try makeFolder(of: name)
        if FileManager.default.fileExists(atPath: file) {
            if try Files.read(file) == bytes { return }
            guard size > promisedSize else { throw .exportDiffers(file) }
        }
        try write(bytes, at: name)
        written += 1
    }

    /// Keeps a published checkpoint: its text never changes, and no signature is lost; cosignatures may be added.
    func keep(_ note: Note, of size: UInt64) throws(ArchiveError) {
        let name = "checkpoints/\(size)"
        try makeFolder(of: name)
        if size <= promisedSize, FileManager.default.fileExists(atPath: "\(path)/\(name)") {
            let kept = try? Note(parsing: Files.read("\(path)/\(name)"))
            guard let kept, kept.text == note.text, Set(kept.signatures).isSubset(of: note.signatures) else {
                throw .exportDiffers("\(path)/\(name)")
            }
            guard kept.signatures.count < note.signatures.count else { return }
        } else {
            written += 1
        }
        try write(note.bytes, at: name)
    }

    /// Writes a file that each export writes anew.
    func write(_ bytes: [UInt8], at name: String) throws(ArchiveError) {
        let file = "\(path)/\(name)"
        try makeFolder(of: name)
        try Files.write(bytes, to: file, synced: false)
        unsynced.append(file)
        if unsynced.count >= ExportFolder.syncedTogether { try sync() }
    }

    /// Makes the folders of a file within this one, each of which must be a folder and no link: nothing outside is
    /// written.
    private func makeFolder(of name: String) throws(ArchiveError) {
        guard let slash = name.lastIndex(of: "/"), !madeFolders.contains("\(path)/\(name[..<slash])") else { return }
        var folder = path
        for component in name[..<slash].split(separator: "/") {
            folder += "/\(component)"
            guard madeFolders.insert(folder).inserted else { continue }
            try Files.makeFolder(folder)
            var status = stat()
            guard lstat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw ArchiveError(
                    .conflict, "export-differs", chinese: "导出目录中的 \(folder) 不是普通目录（可能是链接），没有写入；请查明，或另选目录重新导出",
                    english:
                        "\(folder) in the export folder is no plain folder, perhaps a link, and nothing was written; "
                        + "look into it, or export into another folder")
            }
        }
    }

    /// Puts a file that was written beside it into its place.
    func place(_ file: LineFile) throws(ArchiveError) {
        try file.finish()
        unsynced.append(file.path)
    }

    /// Takes files out of a subfolder, but for those named.
    func removeAll(in subfolder: String, but kept: Set<String>) throws(ArchiveError) {
        for name in Files.names(in: "\(path)/\(subfolder)") where !kept.contains(name) {
            guard unlink("\(path)/\(subfolder)/\(name)") == 0 else {
                throw .file("cannot-write", "\(path)/\(subfolder)/\(name)", DurableFile.reason(errno))
            }
        }
    }

    /// What was written is on disk when this returns: the checkpoint that promises it comes after.
    ///
    /// Files are synced many at a time, after they were written: one commit of the file system's journal serves them all.
    func sync() throws(ArchiveError) {
        for file in unsynced { try sync(file) }
        unsynced.removeAll(keepingCapacity: true)
        // Names of files are in their folders, names of folders in those above.
        for folder in madeFolders { try sync(folder) }
        madeFolders.removeAll()
        try sync(path)
    }

    private func sync(_ file: String) throws(ArchiveError) {
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .storage(file, errno) }
        defer { close(descriptor) }
        let code = DurableFile.sync(descriptor)
        guard code == 0 else { throw .storage(file, code) }
    }
}

extension ArchiveError {
    fileprivate static func exportDiffers(_ file: String) -> ArchiveError {
        ArchiveError(
            .conflict, "export-differs", chinese: "导出目录中的 \(file) 与日志不符：它被改动过，或属于另一日志；请查明，或另选目录重新导出",
            english: "\(file) in the export folder is not what the log says: it was altered or is of another log; look "
                + "into it, or export into another folder")
    }
}
