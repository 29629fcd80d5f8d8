public import CreditModel
internal import Crypto
internal import EventLog
internal import Foundation

/// Attachments and adopted documents, kept under their SHA-256; the log holds their digests.
public struct EvidenceStore: Sendable {
    public let folder: String
    /// Most bytes of one attachment: 256 MiB.
    public static let maximumBytes = 256 << 20

    public init(folder: String) { self.folder = folder }

    public static func digest(_ bytes: [UInt8]) -> String {
        "sha256:"
            + SHA256.hash(data: bytes).map { byte in
                let digits = String(byte, radix: 16)
                return digits.count == 1 ? "0" + digits : digits
            }.joined()
    }

    private func path(_ digest: String) -> (folder: String, file: String) {
        let hex = digest.dropFirst("sha256:".count)
        let folder = folder + "/" + hex.prefix(2)
        return (folder, folder + "/" + hex)
    }

    /// Keeps bytes and returns their digest; what is there already is left as it is.
    @discardableResult
    public func keep(_ bytes: [UInt8]) throws(ArchiveError) -> String {
        let digest = EvidenceStore.digest(bytes)
        let (folder, file) = path(digest)
        if !FileManager.default.fileExists(atPath: file) {
            try Files.makeFolder(folder)
            try Files.write(bytes, to: file)
        }
        // Also where it was there: a process that was killed may have left names that no power cut would have kept.
        for name in [folder, file] {
            let code = DurableFile.syncFolder(of: name)
            guard code == 0 else { throw .storage(name, code) }
        }
        return digest
    }

    /// The bytes of a digest, checked. Throws ``ArchiveError`` where they are missing or altered.
    public func bytes(_ digest: String) throws(ArchiveError) -> [UInt8] {
        let file = path(digest).file
        guard FileManager.default.fileExists(atPath: file) else {
            throw ArchiveError(
                .unavailable, "evidence-missing", chinese: "缺少附件 \(digest)，请从备份恢复 evidence 目录",
                english: "the attachment \(digest) is missing; restore the evidence folder from a backup")
        }
        let bytes = try Files.read(file)
        guard EvidenceStore.digest(bytes) == digest else {
            throw ArchiveError(
                .unavailable, "evidence-damaged", chinese: "附件 \(digest) 已被改动，请从备份恢复",
                english: "the attachment \(digest) was altered; restore it from a backup")
        }
        return bytes
    }

    /// Takes a file named in a row from a folder of attachments. Only a plain name within that folder is accepted.
    public func take(_ name: String, from source: String) throws(ArchiveError) -> Evidence {
        let bytes = try EvidenceStore.read(name, in: source)
        return Evidence(digest: try keep(bytes), name: name, size: Int64(bytes.count))
    }

    /// Takes files that an event names by digest. Throws ``ArchiveError`` where one is missing or is another file.
    func take(_ named: [Evidence], from source: String) throws(ArchiveError) {
        for evidence in named where !holds(evidence.digest) {
            let bytes = try EvidenceStore.read(evidence.name, in: source)
            guard EvidenceStore.digest(bytes) == evidence.digest, Int64(bytes.count) == evidence.size else {
                throw EvidenceStore.differs(evidence)
            }
            try keep(bytes)
        }
    }

    static func differs(_ evidence: Evidence) -> ArchiveError {
        ArchiveError(
            .badInput, "evidence-differs", field: "evidence",
            chinese: "附件 \(evidence.name) 与事件所列的摘要或大小不符，请核对文件",
            english: "the attachment \(evidence.name) is not the file of the digest and size in the event; check it")
    }

    /// Whether a text is a digest as the store names its files.
    public static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 71 && text.hasPrefix("sha256:")
            && text.utf8.dropFirst(7).allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    /// Keeps a file under the digest that its sender names; it is read piece by piece.
    ///
    /// - Returns: its size, and whether it was not here yet.
    /// - Throws: ``ArchiveError`` `evidence-differs` where the bytes have another digest, `storage-failed`.
    public func keep(fileAt source: String, digest: String) throws -> (size: Int64, isNew: Bool) {
        let found = try KeyBackup.digest(source)
        guard found == digest else {
            throw ArchiveError(
                .refused, "evidence-differs", field: "digest", chinese: "收到的文件摘要是 \(found)，不是 \(digest)；请核对文件",
                english: "the file that came has the digest \(found), not \(digest); check it")
        }
        var status = stat()
        guard stat(source, &status) == 0 else { throw ArchiveError.storage(source, errno) }
        let isNew = !holds(digest)
        if isNew {
            let (folder, file) = path(digest)
            try Files.makeFolder(folder)
            let draft = file + ".\(UUID().uuidString).part"
            try Files.copy(source, to: draft)
            guard rename(draft, file) == 0 else { throw ArchiveError.storage(file, errno) }
            try Files.syncFolder(folder)
        }
        return (Int64(status.st_size), isNew)
    }

    /// Whether the bytes of a digest are here.
    public func isKept(_ digest: String) -> Bool { EvidenceStore.isDigest(digest) && holds(digest) }

    func holds(_ digest: String) -> Bool { FileManager.default.fileExists(atPath: path(digest).file) }

    /// The digests of all that is here, sorted.
    func digests() -> [String] {
        Files.names(in: folder).flatMap { part in
            Files.names(in: folder + "/" + part).filter { $0.utf8.count == 64 && $0.hasPrefix(part) }
        }.map { "sha256:" + $0 }
    }

    /// Takes everything from another store that is whole there and not here yet. Returns how many were taken.
    func takeAll(from other: EvidenceStore) throws(ArchiveError) -> Int {
        var taken = 0
        for digest in other.digests() where !holds(digest) {
            // One that is damaged there is missing here, and is told by what names it.
            guard let bytes = try? other.bytes(digest) else { continue }
            try keep(bytes)
            taken += 1
        }
        return taken
    }

    /// What ``take(_:from:)`` would record, without keeping anything.
    public func look(at name: String, in source: String) throws(ArchiveError) -> Evidence {
        let bytes = try EvidenceStore.read(name, in: source)
        return Evidence(digest: EvidenceStore.digest(bytes), name: name, size: Int64(bytes.count))
    }

    private static func read(_ name: String, in source: String) throws(ArchiveError) -> [UInt8] {
        guard PlainText.isName(name, limit: 255), !name.contains("/"), name != ".", name != ".." else {
            throw .file("evidence-name", name, "附件只写文件名，不带路径 / give a file name without a path")
        }
        let path = source + "/" + name
        var status = stat()
        guard lstat(path, &status) == 0 else {
            throw .file("evidence-missing", path, "附件目录中没有该文件 / no such file in the folder of attachments")
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw .file("evidence-not-a-file", path, "不是普通文件 / not a regular file")
        }
        guard status.st_size <= EvidenceStore.maximumBytes else {
            throw .file("evidence-too-large", path, "超过 256 MiB / larger than 256 MiB")
        }
        return try Files.read(path)
    }
}
