internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import Foundation

extension Keys {
    struct BackUp: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup", abstract: "备份密钥，与日志备份分开 Back up the keys, apart from the log.",
            discussion: """
                例 Example: credit-archive --archive ./county keys backup /media/offline/county-keys
                每次 keys destroy 之后都应再次运行到同一目录，并销毁其他旧备份，否则已抹除的文本仍可由旧备份读出。
                Run it again into the same folder after every keys destroy, and destroy every other old backup: whoever
                has one can still read what was erased.
                """)

        @OptionGroup var global: GlobalOptions

        @Argument(help: "密钥备份目录 The folder of the backup: new, empty, or with an earlier one.")
        var out: String

        func run() throws {
            let report = try KeyBackup(global.open(.reading), to: out).run()
            let say = global.language
            try global.renderer.record([
                (say("目录", "path"), report.path), (say("文件", "files"), report.files.joined(separator: " ")),
                (say("日志条数", "log size"), String(report.size)),
            ]) { writer in
                writer.beginObject()
                writer.member("path", report.path)
                writer.member("files", report.files)
                writer.member("size", report.size)
                writer.endObject()
            }
            Terminal.note(
                say(
                    "注意：得到它的人能读出全部密封文本，并能以本档案库之名签发检查点。请离线、加密保存，与日志备份分开",
                    "careful: whoever gets this can read every sealed text and sign in the archive's name; keep it "
                        + "offline, encrypted, and apart from the backup of the log"))
        }
    }

    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "恢复密钥；日志已记载销毁的密钥不会恢复 Bring keys back, but none that the log says is destroyed.",
            discussion: "例 Example: credit-archive --archive ./county keys restore /media/offline/county-keys")

        @OptionGroup var global: GlobalOptions

        @Argument(help: "密钥备份目录 The folder of the backup.")
        var backup: String

        func run() throws {
            let report = try KeyRestoration(from: backup, to: global.folder()).run()
            let say = global.language
            try global.renderer.record([
                (say("已恢复", "restored"), report.restored.joined(separator: " ")),
                (say("原有不动", "kept"), report.kept.joined(separator: " ")),
                (say("再次抹除", "erased again"), String(report.erased)), (say("缺少", "lost"), String(report.lost)),
            ]) { writer in
                writer.beginObject()
                writer.member("restored", report.restored)
                writer.member("kept", report.kept)
                writer.member("erased", report.erased)
                writer.member("lost", report.lost)
                writer.endObject()
            }
            if report.erased > 0 {
                Terminal.note(
                    say(
                        "注意：备份中仍有 \(report.erased) 个日志已记载销毁的密钥，未予恢复；请运行 keys backup 并依法销毁这份旧备份",
                        "careful: the backup still holds \(report.erased) keys that the log says are destroyed; they "
                            + "were not brought back: run keys backup, and destroy this old one"))
            }
            if report.lost > 0 {
                Terminal.note(
                    say(
                        "注意：\(report.lost) 个在用的密钥不在备份中，相应文本不可读；如有更新的备份，请移走 keys/data.keys 后再恢复一次",
                        "careful: \(report.lost) keys in use are not in the backup and their texts cannot be read; if "
                            + "there is a newer backup, move keys/data.keys away and restore that one"))
            }
        }
    }
}
