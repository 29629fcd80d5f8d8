internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive

/// Ends and restores the display of a stream.
struct Display: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "停止或恢复展示 End or restore the display of a case, a body or a year's observations.",
        subcommands: [Withhold.self, Show.self])

    struct Withhold: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "停止展示：文本不再打开，公开导出不再收入 Its texts are not opened any more, publications leave it out.",
            discussion: """
                例 Example: credit-archive --archive ./county display withhold case/419801-2022-00001 --basis 云信办函〔2024〕6号
                条目、证明与统计不变，停止本身记入日志，可用 display restore 恢复；要使文本永远不可读，用 keys destroy。
                Entries, proofs and figures stay; the change is recorded and display restore undoes it. To make texts
                unreadable for good, see keys destroy.
                """)

        @OptionGroup var change: DisplayOptions

        func run() throws { try change.run(isShown: false) }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "restore", abstract: "恢复展示 The texts are opened again, and the records may be published.",
            discussion:
                "例 Example: credit-archive --archive ./county display restore case/419801-2022-00001 --basis 云信办函〔2024〕9号"
        )

        @OptionGroup var change: DisplayOptions

        func run() throws { try change.run(isShown: true) }
    }
}

/// What a change of display needs.
struct DisplayOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions

    @Argument(help: "流，如 case/事项编号 The stream, such as case/<id>.")
    var stream: String

    @Option(help: "依据的规定或决定 The rule or decision it is based on.")
    var basis: String

    @Option(help: "批准文书的文号 The number of the approving document.")
    var document: String?

    @Option(help: "记录人的代号 Pseudonymous principal, such as operator/3.")
    var operatorID = "operator/cli"

    func run(isShown: Bool) throws {
        try Operator.check(operatorID)
        let archive = try global.open(.writing)
        let position = try Administrator(archive).changeDisplay(
            of: stream, isShown: isShown, basis: basis, document: document, recordedBy: operatorID)
        try archive.close()
        let say = global.language
        try global.renderer.record([
            (isShown ? say("已恢复展示", "shown again") : say("已停止展示", "withheld"), stream),
            (say("位置", "position"), String(position)),
        ]) { writer in
            writer.beginObject()
            writer.member("stream", stream)
            writer.member("position", position)
            writer.endObject()
        }
    }
}
