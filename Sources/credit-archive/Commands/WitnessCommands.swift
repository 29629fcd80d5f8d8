internal import ArchiveServer
internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import Foundation
internal import TransparencyLog
internal import Witness

struct WitnessCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "witness", abstract: "为别处的日志作见证（C2SP tlog-witness）Witness the logs of others.",
        discussion: """
            例 Examples:
              credit-archive witness init --name witness.example/city-b --key witness.key
              credit-archive witness serve --key witness.key --logs logs.txt --listen 127.0.0.1:8090
              credit-archive witness status --key witness.key
            见证方只在新检查点接续旧检查点时签名；它的状态（默认为 <密钥文件>.sqlite）一旦丢失，密钥必须停用。
            A witness cosigns what goes on from what it has seen; one that lost its state must be retired with its key.
            """,
        subcommands: [WitnessInit.self, WitnessServe.self, WitnessStatus.self])
}

/// The files of a witness.
struct WitnessFiles: ParsableArguments {
    @Option(help: "见证密钥文件 The file of the witness's key (mode 0600).")
    var key: String

    @Option(help: "见证状态文件 The file of what it has seen (default: the key's with .sqlite).")
    var state: String?

    var statePath: String { state ?? key + ".sqlite" }

    func open() throws -> (signer: NoteSigner, state: WitnessState) {
        let signer = try WitnessKey.read(key)
        return (signer, try WitnessState(path: statePath, for: signer.verifier))
    }
}

struct WitnessInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "新建见证密钥与状态 Make a witness's key and state, and print its verifier key.",
        discussion: "例 Example: credit-archive witness init --name witness.example/city-b --key witness.key")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var files: WitnessFiles

    @Option(help: "见证方的名称，不带协议的网址形式 The witness's name: a URL without its scheme.")
    var name: String

    func run() throws {
        let signer = try NoteSigner(name: name, algorithm: .cosignature)
        try WitnessKey.write(signer, to: files.key)
        do {
            try WitnessState.create(path: files.statePath, for: signer.verifier)
        } catch {
            // A key that nobody has seen yet, without its state: neither is there.
            unlink(files.key)
            throw error
        }
        let say = global.language
        try global.renderer.record([
            (say("名称", "name"), name), (say("密钥文件", "key"), files.key), (say("状态文件", "state"), files.statePath),
            (say("验证密钥", "verifier key"), signer.verifier.string),
        ]) { writer in
            writer.beginObject()
            writer.member("name", name)
            writer.member("key", files.key)
            writer.member("state", files.statePath)
            writer.member("verifierKey", signer.verifier.string)
            writer.endObject()
        }
    }
}

struct WitnessServe: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "提供见证服务，直到 Ctrl-C 或 SIGTERM Serve the witness until Ctrl-C or SIGTERM.",
        discussion: """
            例 Example: credit-archive witness serve --key witness.key --logs logs.txt --listen 127.0.0.1:8090
            logs.txt：每行一个日志验证密钥，或策略文件的 log 行。对外服务请在前面放置 HTTPS 反向代理。
            logs.txt: a log's verifier key in each line, or a policy file. To serve others, put an HTTPS proxy in front.
            """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var files: WitnessFiles

    @Option(help: "为哪些日志作见证 The logs to witness: verifier keys or a policy file.")
    var logs: String

    @Option(help: "监听地址 The address to listen on; port 0 takes a free one.")
    var listen = "127.0.0.1:8090"

    func run() async throws {
        guard let (host, port) = ServerSettings.address(listen) else {
            throw ArchiveError(
                .usage, "address-malformed", field: "--listen",
                chinese: "监听地址“\(listen)”应为 主机:端口，如 127.0.0.1:8090 或 [::1]:8090",
                english: "the address '\(listen)' must be host:port, such as 127.0.0.1:8090 or [::1]:8090")
        }
        let list = try Input.logs(logs)
        let (signer, state) = try files.open()
        let witness = Witness(signer: signer, logs: list, state: state) {
            UInt64(max(0, Date().timeIntervalSince1970))
        }
        let renderer = global.renderer
        let say = global.language
        do {
            try await WitnessServer(witness, host: host, port: port).run { port in
                let address = "http://\(host.contains(":") ? "[\(host)]" : host):\(port)"
                try? renderer.record([
                    (say("见证方", "witness"), witness.verifier.name), (say("地址", "address"), address),
                    (say("日志数", "logs"), String(witness.origins.count)),
                ]) { writer in
                    writer.beginObject()
                    writer.member("witness", witness.verifier.name)
                    writer.member("verifierKey", witness.verifier.string)
                    writer.member("address", address)
                    writer.member("logs", witness.origins.count)
                    writer.endObject()
                }
            }
        } catch {
            throw ArchiveError(
                .unavailable, "cannot-listen", field: "--listen", chinese: "无法在 \(listen) 提供服务：\(error)；请换一个地址或端口",
                english: "cannot serve at \(listen): \(error); choose another address or port")
        }
    }
}

struct WitnessStatus: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "见证到哪里 What the witness cosigned last for each log.",
        discussion: "例 Example: credit-archive witness status --key witness.key")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var files: WitnessFiles

    func run() throws {
        let say = global.language
        let rows = try files.open().state.all()
        try global.renderer.list(
            rows,
            [
                .init(say("日志", "origin")) { $0.head.origin },
                .init(say("条数", "size"), number: true) { String($0.head.size) },
                .init(say("时间", "time")) { CosignatureTime.text($0.head.timestampSeconds) },
                .init(say("拒签", "refused"), number: true) { String($0.refused) },
                .init(say("树根", "root"), flexible: true) { $0.head.root.base64 },
            ], empty: say("尚未见证任何检查点", "nothing was cosigned yet")
        ) { row, writer in
            writer.beginObject()
            writer.member("origin", row.head.origin)
            writer.member("size", row.head.size)
            writer.member("root", row.head.root.base64)
            writer.member("time", CosignatureTime.text(row.head.timestampSeconds))
            writer.member("refused", row.refused)
            writer.endObject()
        }
    }
}
