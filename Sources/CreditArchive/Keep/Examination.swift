internal import CreditModel
internal import EventLog
internal import EventLogSQLite
internal import Foundation
internal import Projections
internal import TransparencyLog

/// A look at an archive's health: each check says what was found and what to do.
public struct Examination: Sendable {
    public struct Check: Sendable, Hashable {
        public var code: String
        public var isWell: Bool
        public var chinese: String
        public var english: String
        public var detailChinese: String
        public var detailEnglish: String
    }

    let folder: ArchiveFolder
    /// Backups of this archive's log or keys, to be held against it.
    private let backups: [String]

    public init(_ folder: ArchiveFolder, backups: [String] = []) {
        self.folder = folder
        self.backups = backups
    }

    /// Runs every check that can be run; one that fails does not stop the rest. Throws only where there is no archive.
    public func run() throws -> [Check] {
        guard folder.exists else {
            throw ArchiveError(
                .unavailable, "no-archive", chinese: "\(folder.path) 不是档案库；请检查路径，或用 init 新建",
                english: "there is no archive at \(folder.path); check the path, or make one with init")
        }
        var checks: [Check] = [lock(), check("disk", "磁盘空间", "disk space") { try disk() }]
        checks += state()
        let archive: Archive
        do {
            archive = try Archive(opening: folder, for: .reading)
        } catch {
            return checks + [failed("log", "日志", "log", error)]
        }
        checks.append(check("log", "日志", "log") { try log(archive) })
        checks.append(check("derived", "派生文件", "derived files") { try derived(archive) })
        checks.append(check("projections", "投影", "projections") { try projections(archive) })
        checks.append(check("generation", "读模型代", "generation of read models") { try generation() })
        // A backup has no keys, and is to have none.
        if (try? BackupManifest.read(in: folder.path)) == nil {
            checks.append(check("signing-key", "签名密钥", "signing key") { try signingKey(archive) })
            checks.append(check("key-changes", "换钥记录", "changes of the signing key") { keyChanges(archive) })
            checks.append(check("data-keys", "数据密钥", "data keys") { try dataKeys(archive) })
        }
        checks.append(check("policy", "政策文件", "policy") { try policy(archive) })
        checks.append(check("evidence", "附件", "attachments") { try evidence(archive) })
        checks.append(check("bodies", "主体登记", "register of bodies") { try parents(archive) })
        for path in backups {
            checks.append(check("backup", "备份 \(path)", "backup \(path)") { try backup(path, archive) })
        }
        return checks
    }

    /// What a check finds: nothing to do, or a problem with its remedy.
    typealias Finding = (isWell: Bool, chinese: String, english: String)

    private func check(_ code: String, _ chinese: String, _ english: String, _ body: () throws -> Finding) -> Check {
        do {
            let found = try body()
            return Check(
                code: code, isWell: found.isWell, chinese: chinese, english: english, detailChinese: found.chinese,
                detailEnglish: found.english)
        } catch {
            return failed(code, chinese, english, error)
        }
    }

    /// Whether this is a backup or was restored from one; of an archive that is itself there is nothing to say.
    private func state() -> [Check] {
        do {
            guard let found = try restored() else { return [] }
            return [check("restored", "恢复状态", "restored") { found }]
        } catch {
            return [failed("restored", "恢复状态", "restored", error)]
        }
    }

    private func failed(_ code: String, _ chinese: String, _ english: String, _ error: any Error) -> Check {
        let error = ArchiveError(error)
        return Check(
            code: code, isWell: false, chinese: chinese, english: english, detailChinese: error.chinese,
            detailEnglish: error.english)
    }

    private func lock() -> Check {
        check("lock", "写入锁", "writer's lock") {
            guard FileManager.default.isWritableFile(atPath: folder.path) else {
                return (true, "目录只读，不能写入", "the folder is read-only")
            }
            do { _ = try WriterLock(folder: folder.path, holder: "doctor") } catch let error as EventLogError
                where error.code == .locked
            {
                return (true, error.chinese, error.english)
            }
            return (true, "无人持有", "nobody holds it")
        }
    }

    private func log(_ archive: Archive) throws -> Finding {
        let head = try archive.log.head()
        let last = try archive.log.entry(at: head.size - 1)
        return (
            true, "\(head.size) 条，最后收录于 \(last.recordedTime)；完整核验请运行 verify",
            "\(head.size) entries, the last recorded at \(last.recordedTime); run verify for a full check"
        )
    }

    private func derived(_ archive: Archive) throws -> Finding {
        let size = try archive.log.head().size
        let views = try archive.projections.viewsState()?.size ?? 0
        let facts = try archive.projections.factsState()?.size ?? 0
        let most = max(views, facts)
        guard most <= size else {
            return (
                false,
                "派生文件已到 \(most) 条而日志只有 \(size) 条：日志可能被换成了旧的；请用 verify --against 以较新的检查点核验，确认后运行 rebuild --from-log",
                "the derived files follow \(most) entries, the log has \(size): it may have been replaced by an older one; "
                    + "run verify --against a newer checkpoint, and if all is right, rebuild --from-log"
            )
        }
        guard views < size || facts < size else { return (true, "与日志同步", "up with the log") }
        return (
            true, "落后 \(size - min(views, facts)) 条；回答时自动补齐，下次写入时保存",
            "\(size - min(views, facts)) entries behind; answers fold the rest, the next write keeps it"
        )
    }

    private func projections(_ archive: Archive) throws -> Finding {
        let states = try archive.projections.projectionStates()
        guard let stop = states.compactMap(\.stop).first else {
            let list = states.map { "\($0.name) \($0.version)" }.joined(separator: " ")
            return (true, list, list)
        }
        return (
            false,
            "\(stop.projection) 停在位置 \(stop.position)（\(stop.chinese)）；"
                + "请换用能处理该条目的程序版本，再运行 rebuild --projection \(stop.projection)",
            "\(stop.projection) has stopped at position \(stop.position) (\(stop.english)); "
                + "use a program version that can take the entry, then run rebuild --projection \(stop.projection)"
        )
    }

    private func dataKeys(_ archive: Archive) throws -> Finding {
        guard let keys = archive.keys else {
            guard try archive.log.index.highestKeyID() != nil else {
                return (true, "尚未用过；首次写入时生成", "none used yet; the first write makes them")
            }
            return (
                false, "缺少 \(folder.dataKeys)：密封文本无法读取；请从密钥备份恢复（keys restore）",
                "\(folder.dataKeys) is missing: no text can be read; bring it back with keys restore"
            )
        }
        let destroyed = Set(try archive.log.destroyedKeyIDs())
        for id in destroyed {
            if case .key = try keys.lookup(id) {
                return (
                    false, "日志已记载密钥 \(id) 销毁，文件中却仍有（旧备份）；下次写入时将再次销毁",
                    "the log says key \(id) is destroyed, yet the file has it (an old backup); the next write destroys it again"
                )
            }
        }
        let lost = try archive.lostKeys(in: keys)
        if let first = lost.first {
            return (
                false, "\(lost.count) 个密钥缺失而日志没有销毁记载（如 \(first)）；请恢复较新的密钥备份",
                "\(lost.count) keys are missing and the log does not say that they were destroyed (such as \(first)); restore a newer backup"
            )
        }
        let used = try archive.log.index.highestKeyID().map { Int($0) + 1 } ?? 0
        return (true, "已用 \(used) 个，依法销毁 \(destroyed.count) 个", "\(used) in use, \(destroyed.count) lawfully destroyed")
    }

    private func policy(_ archive: Archive) throws -> Finding {
        for document in archive.created.policies { _ = try archive.evidence.bytes(document.digest) }
        return (
            true, "\(archive.policy.id) 第 \(archive.policy.version) 版",
            "\(archive.policy.id) version \(archive.policy.version)"
        )
    }

    /// A body whose parent never came: what an import that was cut off leaves.
    private func parents(_ archive: Archive) throws -> Finding {
        let profiles = try StandingQuery(.all, today: archive.today).run(on: archive.projections).map(\.body)
        let known = Set(profiles.map(\.id))
        let orphans = profiles.filter { $0.parent.map { !known.contains($0) } ?? false }
        guard let first = orphans.first else { return (true, "\(profiles.count) 个主体", "\(profiles.count) bodies") }
        return (
            false, "\(orphans.count) 个主体的上级未登记，如 \(first.id)（上级 \(first.parent?.text ?? "")）；请再次导入主体文件",
            "\(orphans.count) bodies have an unregistered parent, such as \(first.id); import the file of bodies again"
        )
    }
}
