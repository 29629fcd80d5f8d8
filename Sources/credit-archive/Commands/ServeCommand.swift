internal import ArchiveServer
internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import Foundation

struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "在 HTTP 上提供服务，直到 Ctrl-C 或 SIGTERM Serve the archive over HTTP.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county serve
              credit-archive --archive ./county serve --listen 0.0.0.0:8443 --tls-certificate cert.pem --tls-key key.pem
              credit-archive --archive ./county serve --config serve.conf --set rate-limit=500
            还没有发过密钥（keys api new）时只在本机提供服务，本机的请求就是操作员的请求。设置依次取自文件、环境变量、选项。
            While no key was issued (keys api new) it serves this machine alone, whose requests are the operator's.
            Settings come from the file, then the environment, then the options; --list-settings shows them.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var passphrase: PassphraseOptions

    @Option(help: "设置文件 A file of settings: name = value.")
    var config: String?

    @Option(help: "监听地址 The address to listen on (default 127.0.0.1:8080); port 0 takes a free one.")
    var listen: String?

    @Option(help: "TLS 证书链 TLS certificate chain, a PEM file.")
    var tlsCertificate: String?

    @Option(help: "TLS 私钥 TLS private key, a PEM file.")
    var tlsKey: String?

    @Option(name: .customLong("set"), help: ArgumentHelp("其他设置 Any setting (repeatable).", valueName: "name=value"))
    var changes: [String] = []

    @Option(help: "日志级别 Level of the JSON lines on stderr: debug, info, notice, warning or error.")
    var logLevel = "notice"

    @Flag(help: "列出设置并结束 List the settings with their values, and end.")
    var listSettings = false

    func run() async throws {
        let settings = try settings()
        guard !listSettings else { return try list(settings) }
        let levels = ["trace", "debug", "info", "notice", "warning", "error", "critical"]
        guard levels.contains(logLevel) else {
            throw ArchiveError(
                .usage, "log-level-unknown", field: "--log-level",
                chinese: "日志级别应为 \(levels.joined(separator: " "))",
                english: "the log level should be one of \(levels.joined(separator: " "))")
        }
        let archive = try Archive(opening: global.folder(), for: .writing, passphrase: passphrase.source.askingOnce())
        let say = global.language
        do { try Administrator(archive).requireSigner() } catch {
            // It serves all the same: records are taken, only nothing is signed.
            let told = ArchiveError(error)
            Terminal.note(say("不能签名检查点和收据：\(told.chinese)", "no checkpoints or receipts: \(told.english)"))
        }
        let (renderer, origin) = (global.renderer, archive.origin.origin)
        try await ArchiveServer(archive, settings, logLevel: logLevel).run { started in
            if started.isWithoutKeys {
                Terminal.note(
                    say(
                        "还没有发过密钥：只在本机提供服务，本机的请求即操作员的请求；请用 keys api new 发密钥。",
                        "no key was issued: this machine alone is served, and its requests are the operator's; issue "
                            + "keys with keys api new."))
            }
            try? renderer.record([
                (say("档案库", "archive"), origin), (say("地址", "address"), started.address),
            ]) { writer in
                writer.beginObject()
                writer.member("origin", origin)
                writer.member("address", started.address)
                writer.member("withoutKeys", started.isWithoutKeys)
                writer.endObject()
            }
        }
    }

    private func settings() throws -> ServerSettings {
        var settings = ServerSettings()
        if let config {
            try settings.take(file: String(decoding: Input.read(config, limit: 1 << 20), as: UTF8.self))
        }
        try settings.take(environment: ProcessInfo.processInfo.environment)
        for one in changes {
            let parts = one.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else {
                throw ArchiveError(
                    .usage, "setting-malformed", field: "--set", chinese: "--set 写作 名称=值，如 rate-limit=500",
                    english: "write --set name=value, such as rate-limit=500")
            }
            try settings.take(String(parts[0]), String(parts[1]))
        }
        if let listen { try settings.take("listen", listen) }
        if let tlsCertificate { try settings.take("tls-certificate", tlsCertificate) }
        if let tlsKey { try settings.take("tls-key", tlsKey) }
        return settings
    }

    private func list(_ settings: ServerSettings) throws {
        let say = global.language
        try global.renderer.list(
            ServerSettings.table,
            [
                .init(say("设置", "setting")) { $0.name }, .init(say("环境变量", "environment")) { $0.environmentName },
                .init(say("值", "value")) { $0.value(settings) },
                .init(say("说明", "what"), flexible: true) { say($0.chinese, $0.english) },
            ]
        ) { setting, writer in
            writer.beginObject()
            writer.member("name", setting.name)
            writer.member("environment", setting.environmentName)
            writer.member("value", setting.value(settings))
            writer.member("explanation", say(setting.chinese, setting.english))
            writer.endObject()
        }
    }
}
