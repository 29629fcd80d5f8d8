internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel
internal import EventLog
internal import Projections

struct Replay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "重放历史（NDJSON）Replay the history, one entry a line.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county replay --from 100 --to 120
              credit-archive --archive ./county replay --type repair.granted
              credit-archive --archive ./county replay --body 云岭县财政局 --states
              credit-archive --archive ./county replay --from 3133 --follow

            --states 加上该条之后主体或事项的状态（state），由截至该条的全部记录得出，与筛选无关；没有状态的条目为 null。
            --states adds what the body or case is after the entry, by everything recorded up to it, whatever is filtered.
            --follow 等待新的条目，到 --to 为止，或直到 Ctrl-C、SIGTERM、输出被关闭（退出码 0）。
            --follow waits for new entries until --to, Ctrl-C, SIGTERM or closed output (exit code 0).
            """)

    @OptionGroup var global: GlobalOptions

    @Option(help: "起始位置 First position.")
    var from: UInt64 = 0

    @Option(help: "结束位置（含）Last position, included.")
    var to: UInt64?

    @Option(help: "只看此主体 Only this body: code, id or name.")
    var body: String?

    @Option(help: "只看此类事件 Only this event type.")
    var type: String?

    @Flag(help: "连同每步之后的状态 With the state after each step.")
    var states = false

    @Flag(help: "等待新的条目 Wait for new entries.")
    var follow = false

    func run() async throws {
        try global.requireFolder(for: "--states", states)
        let isTold: Void? = try await global.served { client in
            let question = FeedQuestion(from: from, to: to, body: body, type: type)
            try await (follow ? ServedReplay.follow(question, client) : ServedReplay.run(question, client))
        }
        if isTold == nil { try replayFolder() }
    }

    private func replayFolder() throws {
        let archive = try global.open(.reading)
        let auditor = Auditor(archive)
        let filter = ReplayFilter(body: try body.map { try auditor.body(named: $0) }, type: type)
        var folded = states ? ReplayStates(archive.projections) : nil
        let output = LineOutput()
        let stop = follow ? StopSignal() : nil
        let tell: (Entry) throws -> Void = { entry in
            if stop?.isRaised ?? false { throw ReplayEnd() }
            let state = try folded?.state(after: entry)
            guard output.line({ write(entry, state, archive.policy, to: &$0) }) else { throw ReplayEnd() }
        }
        do {
            // Lines before an error are told, too.
            defer { _ = output.flush() }
            if let stop {
                try auditor.follow(
                    from: from, to: to, filter, wait: { output.flush() && stop.wait(milliseconds: 100) }, tell)
            } else {
                try auditor.replay(from: from, to: to, filter, tell)
            }
        } catch is ReplayEnd {}
    }

    private func write(
        _ entry: Entry, _ state: ReplayStates.State?, _ policy: CreditPolicy, to writer: inout JSONWriter
    ) {
        writer.beginObject()
        writer.member("position", entry.position)
        writer.member("recordedTime", entry.recordedTime)
        writer.key("event")
        writer.raw(entry.bytes)
        if states {
            writer.key("state")
            if let state { state.write(to: &writer, under: policy) } else { writer.null() }
        }
        writer.endObject()
    }
}

/// Nobody wants more: the output is closed, or the user has said so. A clean end.
private struct ReplayEnd: Error {}
