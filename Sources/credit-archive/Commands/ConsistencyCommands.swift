internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import TransparencyLog

struct ProveConsistency: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove-consistency", abstract: "一致性证明 Proof that the log of one size begins that of a later one.",
        discussion: """
            例 Example: credit-archive --archive ./county prove-consistency 3000 > proof.txt
            文本为 C2SP tlog-witness 的 add-checkpoint 请求体：old 行、哈希行、空行、较新的检查点；--format json 另有两端的树根和检查点。
            The text is the body of tlog-witness add-checkpoint; --format json also has roots and checkpoints of both sizes.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "较早的大小 The earlier size.")
    var old: UInt64

    @Argument(help: "较晚的大小，默认为最新签名检查点的大小 The later size (default: of the latest signed checkpoint).")
    var new: UInt64?

    func run() throws {
        let answer = try Auditor(global.open(.reading)).consistency(from: old, to: new)
        let text = try answer.text()
        // The proof is a text of its own; JSON is given where it was asked for by name.
        guard global.format == .json || global.format == .ndjson else {
            Terminal.write(text.bytes)
            if answer.new.note == nil {
                let say = global.language
                Terminal.note(
                    say(
                        "提示：大小 \(answer.new.head.size) 没有签名的检查点，文本末尾是未签名的检查点内容",
                        "note: nobody signed a checkpoint of \(answer.new.head.size) entries; the text ends with its bare content"
                    ))
            }
            return
        }
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("oldSize", answer.old.head.size)
        writer.member("newSize", answer.new.head.size)
        writer.member("hashes", answer.hashes.map(\.base64))
        for (root, note, end) in [
            ("oldRoot", "oldCheckpoint", answer.old), ("newRoot", "newCheckpoint", answer.new),
        ] {
            writer.key(root)
            writer.string(end.head.root.base64)
            writer.key(note)
            if let kept = end.note { writer.string(kept) } else { writer.null() }
        }
        writer.endObject()
        Terminal.write(writer.bytes + [0x0A])
    }
}

struct VerifyConsistency: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify-consistency",
        abstract: "核验两个检查点同属一段历史，无需档案库 Verify that two checkpoints are of one history, without any archive.",
        discussion: """
            例 Example: credit-archive verify-consistency proof.txt --old published.txt --key "$VKEY"
            --old 是你手中的旧检查点；新检查点取自证明的末尾，或用 --new 给出。日志名称与密钥只认 --key。
            --old is the checkpoint that you have; the newer one ends the proof, or is given with --new.
            """)

    @OptionGroup var global: GlobalOptions

    @Argument(help: "一致性证明 The proof.")
    var file: String

    @Option(help: "手中的旧检查点 The earlier checkpoint, as you have it.")
    var old: String

    @Option(help: "新检查点，默认取自证明 The later checkpoint (default: the one that ends the proof).")
    var new: String?

    @Option(help: "你信任的验证密钥 A verifier key that you trust (repeatable, for a key that was rotated).")
    var key: [String]

    func run() throws {
        let say = global.language
        let outcome = try OfflineCheck.run(say) {
            try ConsistencyVerification.verify(
                Input.read(file, limit: 4 << 20), old: Input.read(old, limit: 1 << 20),
                new: new.map { try Input.read($0, limit: 1 << 20) }, verifierKeys: key)
        }
        try global.renderer.record([
            (say("日志", "origin"), outcome.new.origin), (say("从", "from"), String(outcome.old.size)),
            (say("到", "to"), String(outcome.new.size)), (say("结果", "result"), say("同一段历史", "one history")),
        ]) { writer in
            writer.beginObject()
            writer.member("valid", true)
            writer.member("origin", outcome.new.origin)
            writer.member("oldSize", outcome.old.size)
            writer.member("newSize", outcome.new.size)
            writer.member("oldRoot", outcome.old.root.base64)
            writer.member("newRoot", outcome.new.root.base64)
            writer.endObject()
        }
    }
}

/// Checks of files alone: what can be read and does not hold is a check that failed, what cannot be read is bad input.
enum OfflineCheck {
    private static let failures: Set<String> = [
        "proof-invalid", "signature-invalid", "signature-missing", "origin-mismatch",
    ]

    /// Runs `body`; a failed check is told and exits with 1.
    static func run<Answer>(_ say: Language, _ body: () throws -> Answer) throws -> Answer {
        do { return try body() } catch {
            guard failures.contains(ArchiveError(error).code) else { throw error }
            _ = Failure.report(error, say)
            throw ExitCode(1)
        }
    }
}
