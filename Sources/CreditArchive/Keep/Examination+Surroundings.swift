internal import CreditModel
internal import EventLog
internal import EventLogSQLite
internal import Foundation
internal import Projections
internal import TransparencyLog

/// What lies around the log: the disk, derived generations, attachments, and backups.
extension Examination {
    /// Beside what is derived a rebuild needs as much again, and the log some room to grow.
    private static let spareBytes: UInt64 = 256 << 20

    func disk() throws -> Finding {
        var status = statvfs()
        guard statvfs(folder.path, &status) == 0 else {
            throw ArchiveError.file("cannot-read", folder.path, String(cString: strerror(errno)))
        }
        guard status.f_flag & UInt(ST_RDONLY) == 0 else { return (true, "只读，不占空间", "read-only: nothing is written") }
        let free = UInt64(status.f_bavail) * UInt64(status.f_frsize)
        let derived = Files.names(in: folder.path).filter { $0.hasPrefix("read-") || $0 == "facts.sqlite" }
            .compactMap { name in
                (try? FileManager.default.attributesOfItem(atPath: folder.path + "/" + name))?[.size] as? NSNumber
            }.reduce(UInt64(0)) { $0 + $1.uint64Value }
        let needed = derived + Examination.spareBytes
        guard free >= needed else {
            return (
                false, "仅余 \(free >> 20) MiB，重建读模型约需 \(needed >> 20) MiB；请清理或扩充磁盘，写满后新记录会被拒绝（已确认的不受影响）",
                "\(free >> 20) MiB left, and a rebuild needs about \(needed >> 20) MiB; free some or add a disk: once "
                    + "it is full new records are refused (nothing acknowledged is lost)"
            )
        }
        // Some file systems do not count their files.
        guard status.f_files == 0 || status.f_favail >= 1_000 else {
            return (false, "文件数将满（还可建 \(status.f_favail) 个）", "only \(status.f_favail) more files can be made")
        }
        return (true, "余 \(free >> 20) MiB", "\(free >> 20) MiB left")
    }

    /// Whether the folder is a backup, or came out of one; nil for an archive that is itself.
    func restored() throws -> Finding? {
        if let manifest = try BackupManifest.read(in: folder.path) {
            return (
                true, "这是备份（\(manifest.size) 条，\(manifest.time) 完成）：可以查询和核验；要写入请先 restore 到新的目录",
                "this is a backup (\(manifest.size) entries, completed \(manifest.time)): read and verify it; restore "
                    + "it into a new folder to write"
            )
        }
        guard let mark = try RestoredMark.read(in: folder.path) else { return nil }
        return (false, mark.refusal.chinese, mark.refusal.english)
    }

    /// `CURRENT` and the generations of read models. All of it is derived, so nothing here needs a backup.
    func generation() throws -> Finding {
        let names = Files.names(in: folder.path)
        let built = names.filter { $0.hasPrefix("read-") && $0.hasSuffix(".sqlite") }
        guard names.contains("CURRENT") else {
            guard built.isEmpty else {
                return (
                    false, "有读模型（\(built.joined(separator: " "))）而没有 CURRENT；回答仍由日志得出，请运行 rebuild",
                    "there are read models (\(built.joined(separator: " "))) and no CURRENT; answers still come from "
                        + "the log, run rebuild"
                )
            }
            return (true, "尚未建立，下次写入时建立", "not built yet; the next write builds them")
        }
        guard let number = Generation.read(folder.path)?.number else {
            return (
                false, "CURRENT 无法解读；回答仍由日志得出，请运行 rebuild",
                "CURRENT cannot be read; answers still come from the log, run rebuild"
            )
        }
        let live = "read-\(number).sqlite"
        guard built.contains(live) else {
            return (
                false, "CURRENT 指向的 \(live) 不存在；回答仍由日志得出，请运行 rebuild",
                "CURRENT names \(live), which is not there; answers still come from the log, run rebuild"
            )
        }
        return (true, "第 \(number) 代", "generation \(number)")
    }

    /// Every attachment and adopted document that the log names, whole.
    func evidence(_ archive: Archive) throws -> Finding {
        var seen: Set<String> = []
        var damaged: [(position: UInt64, error: ArchiveError)] = []
        let size = try archive.log.head().size
        try EvidenceReferences.forEach(in: 0..<size, of: archive.log.store) { position, digest in
            guard seen.insert(digest).inserted else { return }
            do throws(ArchiveError) { _ = try archive.evidence.bytes(digest) } catch {
                damaged.append((position, error))
            }
        }
        if let first = damaged.first {
            return (
                false, "\(damaged.count) 份缺失或被改动，首见于位置 \(first.position)：\(first.error.chinese)",
                "\(damaged.count) are missing or altered, the first named at position \(first.position): "
                    + first.error.english
            )
        }
        return (true, "\(seen.count) 份，均与日志所载相符", "\(seen.count), all as the log names them")
    }

    /// Holds a backup of the log or of the keys against the archive.
    func backup(_ path: String, _ archive: Archive) throws -> Finding {
        let size = try archive.log.head().size
        if let manifest = try BackupManifest.read(in: path) {
            guard manifest.archive == archive.created.archive else {
                return (false, "是另一档案库（\(manifest.origin)）的备份", "it is of another archive (\(manifest.origin))")
            }
            guard manifest.size <= size,
                try StoreTiles(store: archive.log.store, size: size).root(at: manifest.size) == manifest.root
            else {
                return (
                    false, "与档案库不是同一段历史，或多于档案库；请保留这份备份，并用 verify --against 核对档案库",
                    "it is of another history, or has more than the archive; keep it, and check the archive with "
                        + "verify --against"
                )
            }
            guard manifest.size < size else {
                return (true, "与档案库同步（\(size) 条）", "up with the archive (\(size) entries)")
            }
            return (
                false, "落后 \(size - manifest.size) 条（\(manifest.time) 完成）；请再次运行 backup",
                "\(size - manifest.size) entries behind (completed \(manifest.time)); run backup again"
            )
        }
        guard let manifest = try KeyManifest.read(in: path) else {
            return (false, "不是备份目录；请核对路径", "it is no backup; check the path")
        }
        return try keyBackup(path, manifest, archive)
    }

    private func keyBackup(_ path: String, _ manifest: KeyManifest, _ archive: Archive) throws -> Finding {
        guard manifest.archive == archive.created.archive else {
            return (false, "是另一档案库的密钥备份", "it holds the keys of another archive")
        }
        if let file = manifest.files.first(where: { $0.name == "signing.key" }),
            let key = try? SigningKeyFile(path: path + "/" + file.stored),
            key.verifier.string != archive.origin.verifierKey
        {
            return (
                false, "备份之后换过签名密钥，备份中没有现用的一把；请再次运行 keys backup",
                "the signing key was changed since, and the backup does not have the one in force; run keys backup again"
            )
        }
        guard let file = manifest.files.first(where: { $0.name == "data.keys" }) else {
            return (true, "只有签名密钥（\(manifest.time)）", "the signing key alone (\(manifest.time))")
        }
        let keys = try DataKeys(
            path: path + "/" + file.stored, archiveID: manifest.archive,
            highestUsed: archive.log.index.highestKeyID(), canWrite: false, random: RandomPool())
        let stale = try archive.log.index.destroyedKeyIDs().filter { id in
            if case .key = try keys.lookup(id) { true } else { false }
        }
        if let first = stale.first {
            return (
                false, "仍有 \(stale.count) 个日志已记载销毁的密钥（如 \(first)）；请再次运行 keys backup，并销毁其他旧备份",
                "it still has \(stale.count) keys that the log says are destroyed (such as \(first)); run keys backup "
                    + "again, and destroy every other old one"
            )
        }
        let lacking = try archive.lostKeys(in: keys)
        if let first = lacking.first {
            return (
                false, "缺 \(lacking.count) 个在用的密钥（如 \(first)），恢复后这些文本不可读；请再次运行 keys backup",
                "it lacks \(lacking.count) keys in use (such as \(first)), whose texts it could not bring back; run "
                    + "keys backup again"
            )
        }
        return (true, "密钥齐全（\(manifest.time)）", "all keys in use (\(manifest.time))")
    }
}
