internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import Foundation
internal import TabularText

struct Init: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "新建档案库 Make an archive.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county init --origin credit.example/county
              credit-archive --archive ./county init --origin credit.example/county --passphrase-file secret.txt
            签名密钥以 0600 权限存放；加 --passphrase-file 或 --encrypt 则以口令加密。
            The signing key lies in a file of mode 0600; --passphrase-file or --encrypt put it under a passphrase.
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "日志名称：不带协议的网址前缀 The log's name: a scheme-less URL prefix.")
    var origin = "localhost/credit-archive"

    @OptionGroup var passphrase: PassphraseOptions

    @Flag(help: "以口令加密签名密钥，口令取自环境变量或在终端输入 Encrypt the signing key by a passphrase that is asked for.")
    var encrypt = false

    func run() throws {
        let made = try Archive.create(
            at: global.folder(), origin: origin, passphrase: passphrase.forNewKey(asking: encrypt))
        let say = global.language
        try global.renderer.record([
            (say("名称", "origin"), made.origin), (say("目录", "path"), made.path),
            (say("验证密钥", "verifier key"), made.verifierKey),
        ]) { writer in
            writer.beginObject()
            writer.member("origin", made.origin)
            writer.member("path", made.path)
            writer.member("verifierKey", made.verifierKey)
            writer.endObject()
        }
    }
}

struct Append: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "收录 CloudEvents（JSON 对象、数组或 NDJSON）Append CloudEvents; a batch is taken whole or not at all.",
        discussion: "例 Example: credit-archive --archive ./county append events.ndjson")

    @OptionGroup var global: GlobalOptions

    @Argument(help: "文件，- 为标准输入 A file, or - for standard input; at most 10,000 events.")
    var file = "-"

    @Option(help: "附件目录 The folder of attachments that the events name by digest.")
    var evidence: String?

    @Option(help: "记录人的代号 Pseudonymous principal, such as operator/3 (default: operator/cli; in a service its key).")
    var operatorID: String?

    @OptionGroup var persons: ProposeOptions

    func run() async throws {
        if let operatorID { try Operator.check(operatorID) }
        let bytes = try Input.read(file)
        if let evidence { try Input.requireFolder(evidence) }
        guard !persons.propose else {
            return try persons.propose(global, as: operatorID ?? Operator.standard) { desk, _, principal in
                try desk.propose(cloudEvents: bytes, evidenceFrom: evidence, by: principal)
            }
        }
        let recorded = try await global.append(bytes, evidence: evidence, operatorID: operatorID)
        let say = global.language
        try global.renderer.list(
            recorded,
            [
                .init("id", flexible: true) { $0.id },
                .init(say("位置", "position"), number: true) { String($0.position) },
                .init(say("重复", "duplicate")) { $0.isDuplicate ? say("是", "yes") : "" },
            ]
        ) { item, writer in
            writer.beginObject()
            writer.member("id", item.id)
            writer.member("position", item.position)
            writer.member("duplicate", item.isDuplicate)
            writer.endObject()
        }
    }
}

struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "导入 CSV（GB18030 或 UTF-8）Import a CSV in one of the five templates.",
        discussion: """
            例 Example: credit-archive --archive ./county import incidents incidents.csv --rejects rejected.csv
            有行被拒时退出码为 1；改正 rejected.csv 后再次导入即可，已收录的行不会重复。
            Exit code 1 if rows were rejected; mend rejected.csv and import it, nothing is added twice.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "bodies, incidents, dispositions, observations or rounds.")
    var template: TemplateName

    @Argument(help: "文件 The CSV file.")
    var file: String

    @Flag(help: "只核对，不写入 Judge and report, write nothing.")
    var dryRun = false

    @Option(help: "被拒绝的行另存为此 CSV Rejected rows go into this CSV.")
    var rejects: String?

    @Flag(help: "忽略模板外的列 Pass over columns beyond the template's.")
    var ignoreExtra = false

    @Option(help: "附件目录 The folder of attachments named in rows.")
    var evidence: String?

    @Option(help: "记录人的代号 Pseudonymous principal, such as operator/3 (default: operator/cli; in a service its key).")
    var operatorID: String?

    func run() async throws {
        if let operatorID { try Operator.check(operatorID) }
        var options = Importer.Options()
        options.ignoreExtra = ignoreExtra
        options.isDryRun = dryRun
        options.rejectsPath = rejects
        options.evidenceFolder = evidence
        options.recordedBy = operatorID ?? Operator.standard
        if let evidence { try Input.requireFolder(evidence) }
        let line = ProgressLine(global.language("导入", "import"))
        let report = try await global.importTable(template.kind, path: file, options, operatorID: operatorID) {
            line.show($0, $1, items: Int($2))
        }
        line.finish()
        try show(report)
        if report.rejectedRows > 0 { throw ExitCode(1) }
    }

    private func show(_ report: ImportReport) throws {
        let say = global.language
        guard global.effectiveFormat == .table || global.effectiveFormat == .csv else {
            var writer = JSONWriter()
            report.write(to: &writer, inChinese: say == .chinese)
            Terminal.write(writer.bytes + [0x0A])
            return
        }
        if global.effectiveFormat == .table {
            let dry = report.isDryRun ? say("（只核对，未写入）", " (dry run, nothing written)") : ""
            Terminal.write(
                say(
                    "\(report.file)（\(report.encoding.rawValue)）：\(report.rows) 行，收录 \(report.accepted)，重复 "
                        + "\(report.duplicates)，拒绝 \(report.rejectedRows)\(dry)\n",
                    "\(report.file) (\(report.encoding.rawValue)): \(report.rows) rows, \(report.accepted) accepted, "
                        + "\(report.duplicates) duplicates, \(report.rejectedRows) rejected\(dry)\n"))
        }
        let all = report.problems.map { (say("拒绝", "rejected"), $0) } + report.notices.map { (say("提示", "notice"), $0) }
        try global.renderer.list(
            all,
            [
                .init("") { $0.0 }, .init(say("行", "row"), number: true) { String($0.1.row) },
                .init(say("列", "column")) { $0.1.column }, .init(say("代码", "code")) { $0.1.code },
                .init(say("原因", "reason"), flexible: true) { say($0.1.chinese, $0.1.english) },
            ]
        ) { _, _ in }
    }
}

struct Template: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "写出空白模板（UTF-8 与 GB18030）Write an empty template, with a line of explanation per column.",
        discussion: """
            例 Example: credit-archive template incidents --out .
            写出 incidents.utf8.csv、incidents.gb18030.csv 和逐列说明 incidents.说明.csv。
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "bodies, incidents, dispositions, observations or rounds.")
    var template: TemplateName

    @Option(help: "写到此目录 The folder to write into.")
    var out = "."

    func run() throws {
        let paths = try TemplateFiles.write(template.kind, into: out)
        try global.renderer.list(paths, [.init(global.language("文件", "file")) { $0 }]) { $1.string($0) }
    }
}

/// The five templates as arguments.
enum TemplateName: String, ExpressibleByArgument, CaseIterable {
    case bodies, incidents, dispositions, observations, rounds

    var kind: ImportCompleted.Template {
        switch self {
        case .bodies: .bodies
        case .incidents: .incidents
        case .dispositions: .dispositions
        case .observations: .observations
        case .rounds: .rounds
        }
    }
}

/// Principals as they stand in the log: never a name, since the log cannot forget.
enum Operator {
    /// Who records where nothing is said.
    static let standard = "operator/cli"

    static func check(_ id: String) throws {
        let parts = id.split(separator: "/", omittingEmptySubsequences: false)
        let valid =
            parts.count == 2 && ["operator", "key"].contains(parts[0]) && (1...64).contains(parts[1].utf8.count)
            && parts[1].utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
                    || byte == 0x2D || byte == 0x5F || byte == 0x2E
            }
        guard valid else {
            throw ArchiveError(
                .usage, "operator-malformed", field: "--operator-id", chinese: "记录人代号应如 operator/3 或 key/7，不写姓名",
                english: "a principal looks like operator/3 or key/7, never a person's name")
        }
    }
}

enum Input {
    static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }

    /// The folder of attachments must be there.
    static func requireFolder(_ path: String) throws {
        guard !isFolder(path) else { return }
        throw ArchiveError(
            .badInput, "evidence-folder", field: "--evidence", chinese: "附件目录 \(path) 不存在",
            english: "there is no folder of attachments \(path)")
    }

    /// A whole file, or standard input; at most 256 MiB.
    static func read(_ path: String, limit: Int = 256 << 20) throws -> [UInt8] {
        let handle: FileHandle?
        if path == "-" {
            handle = .standardInput
        } else {
            guard !isFolder(path) else {
                throw ArchiveError(
                    .badInput, "not-a-file", chinese: "\(path) 是目录，不是文件", english: "\(path) is a folder, not a file")
            }
            handle = FileHandle(forReadingAtPath: path)
        }
        guard let handle, let data = try? handle.read(upToCount: limit + 1) ?? Data() else {
            throw ArchiveError(
                .badInput, "cannot-read", chinese: "无法读取文件 \(path)：不存在或无权限",
                english: "the file \(path) cannot be read: it is missing or not readable")
        }
        guard data.count <= limit else {
            throw ArchiveError(
                .badInput, "too-large", chinese: "\(path) 超过 \(limit >> 20) MiB，请分批",
                english: "\(path) is larger than \(limit >> 20) MiB; split it")
        }
        return Array(data)
    }
}
