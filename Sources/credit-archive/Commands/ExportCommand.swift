internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive

struct Export: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "导出供外部核验的透明日志 Write the log for outsiders: a C2SP tlog-tiles log in a folder.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county export --out ./county-log
              credit-archive --archive ./county export --out ./public-log --public
            导出目录中的 AUDIT.md 说明如何不用本系统核验；再次导出只补新增的部分。
            AUDIT.md in the folder says how to check it without this program; exported again, it takes only what is new.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "导出目录 The folder: new, empty, or with an earlier export of this log.")
    var out: String

    @Flag(
        name: .customLong("public"), help: "不含条目，附公示中的记录及收据 Without entries; with the publicised records and receipts.")
    var publicOnly = false

    func run() throws {
        let say = global.language
        let checkpoint = try Checkpoints.currentOrLatest(global)
        let archive = try global.open(.reading)
        let line = ProgressLine(say("导出", "export"))
        let report = try LogExport(archive, publicOnly: publicOnly).run(to: out, checkpoint: checkpoint) {
            line.show(Int(clamping: $0), Int(clamping: $1))
        }
        line.finish()
        let publicised =
            publicOnly ? [(say("公示事项", "publicised cases"), String(report.publicised))] : []
        try global.renderer.record(
            [
                (say("目录", "path"), out), (say("日志", "origin"), report.origin),
                (say("条数", "entries"), String(report.size)), (say("检查点", "checkpoints"), String(report.checkpoints)),
                (say("新文件", "new files"), String(report.filesWritten)),
            ] + publicised
        ) { writer in
            writer.beginObject()
            writer.member("path", out)
            writer.member("origin", report.origin)
            writer.member("entries", report.size)
            writer.member("checkpoints", report.checkpoints)
            writer.member("filesWritten", report.filesWritten)
            if publicOnly { writer.member("publicised", report.publicised) }
            writer.endObject()
        }
    }
}
