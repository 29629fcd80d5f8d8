internal import ArgumentParser
internal import CreditArchive
internal import CreditModel

/// `subscribers`: those to whom records are sent.
struct SubscribersCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "subscribers", abstract: "订阅方：向哪些平台发送哪些记录 Platforms to which records are sent.",
        discussion: """
            例 Examples:
              credit-archive --archive ./county subscribers new province --title 省公共信用信息平台 --delivery pull \\
                --visibility full --texts opened --key k3x9m2qa
              credit-archive --archive ./county subscribers new portal --title 信用门户 --delivery push \\
                --visibility public --url https://portal.example/hooks/credit
              credit-archive --archive ./county subscribers new national --title 全国平台 --delivery file --visibility full
              credit-archive --archive ./county subscribers list
              credit-archive --archive ./county subscribers reset province --to 1200 --reason 对方重建数据库
            public 只发公示中的记录，文本保持密封；不再公示时发通知。full 发全部记录，用于有权取得的平台。服务运行中也可使用。
            public sends what is publicised, texts sealed, and a notice when it no longer is; full sends every record, to
            platforms that are entitled to them. Works while the service runs.
            """,
        subcommands: [
            New.self, List.self, Show.self, Pause.self, ResumeSubscriber.self, Reset.self, Secret.self, Bind.self,
            Remove.self,
        ])

    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "建立订阅方 Make a subscriber; the secret of its webhook is shown this once.")

        @OptionGroup var global: GlobalOptions
        @OptionGroup var principal: PrincipalOptions

        @Argument(help: "代号：小写字母、数字、- Its name: small letters, digits and -.")
        var name: String

        @Option(help: "名称 What the platform is called.")
        var title: String

        @Option(help: "交换方式 How batches reach it: pull, push or file.")
        var delivery: DeliveryName

        @Option(help: "范围 What it gets: public (publicised records) or full.")
        var visibility: VisibilityName

        @Option(help: "文本 Free texts: sealed, or opened (with full only).")
        var texts = TextsName.sealed

        @Option(help: "只限此主体 This body only: its code or name.")
        var body: String?

        @Option(help: "只限此事件类型 This event type only.")
        var type: String?

        @Option(help: "只限此行政区划及下级 This region and those below it only (repeatable).")
        var region: [String] = []

        @Option(help: "拉取用的密钥编号，角色 subscriber The id of the API key it pulls with, of role subscriber.")
        var key: String?

        @Option(help: "推送的接收地址 The webhook of a push.")
        var url: String?

        @Flag(help: "接收地址可在内网或本机 The webhook may be at an address that is not public.")
        var allowPrivate = false

        func run() throws {
            let regions = try region.map { text in
                guard let code = RegionCode(text) else {
                    throw ArchiveError(
                        .usage, "region-malformed", field: "--region", chinese: "行政区划代码应为 6、9 或 12 位数字",
                        english: "a region has 6, 9 or 12 digits")
                }
                return code
            }
            let exchange = try global.exchange()
            let (made, secret) = try exchange.create(
                SubscriberWish(
                    name: name, title: title, delivery: delivery.delivery, visibility: visibility.visibility,
                    texts: texts.texts, body: body,
                    type: type, regions: regions, key: key, url: url, allowsPrivate: allowPrivate),
                by: principal.checked())
            try global.show(made, exchange, secret: secret)
        }
    }

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "列出订阅方 Every subscriber, and how far it has come.")

        @OptionGroup var global: GlobalOptions

        func run() throws {
            let exchange = try global.exchange()
            let (say, size, now) = (global.language, try exchange.logSize, exchange.now)
            try global.renderer.list(
                exchange.subscribers(),
                [
                    .init(say("代号", "name")) { $0.name }, .init(say("名称", "title"), flexible: true) { $0.title },
                    .init(say("方式", "delivery")) { $0.delivery.rawValue },
                    .init(say("范围", "visibility")) { $0.visibility.rawValue },
                    .init(say("已发", "handed"), number: true) { String($0.handed) },
                    .init(say("已确认", "acknowledged"), number: true) { String($0.acknowledged) },
                    .init(say("落后", "lag"), number: true) { String($0.lag(logSize: size)) },
                    .init(say("状态", "state")) { SubscriberWords.state($0, now, say) },
                    .init(say("最近结果", "last")) { $0.lastOutcome ?? "" },
                ], empty: say("没有订阅方", "there is no subscriber")
            ) { $0.write(to: &$1, logSize: size, now: now) }
        }
    }

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "办理经过 What was done with a subscriber, and by whom.")

        @OptionGroup var global: GlobalOptions
        @Argument(help: "订阅方的代号 The subscriber's name.") var name: String

        func run() throws {
            let exchange = try global.exchange()
            let subscriber = try exchange.subscriber(name)
            let say = global.language
            if global.effectiveFormat == .table {
                try global.show(subscriber, exchange)
                Terminal.write("\n")
            }
            try global.renderer.list(
                exchange.acts(of: subscriber),
                [
                    .init(say("时间", "time")) { SubscriberWords.time($0.time) },
                    .init(say("办理", "act")) { SubscriberWords.act($0.kind, say) },
                    .init(say("办理人", "by")) { $0.principal },
                    .init(say("编号", "position"), number: true) { $0.position.map(String.init) ?? "" },
                    .init(say("理由", "why"), flexible: true) { $0.reason ?? "" },
                ]
            ) { $0.write(to: &$1) }
        }
    }

    struct Pause: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "暂停 Stop the handing out of batches.")

        @OptionGroup var act: SubscriberActOptions

        func run() throws { try act.run { try $0.pause($1, reason: $2, by: $3) } }
    }

    struct ResumeSubscriber: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "resume", abstract: "恢复 Go on, and forget the failures of its webhook.")

        @OptionGroup var act: SubscriberActOptions

        func run() throws { try act.run { try $0.resume($1, reason: $2, by: $3) } }
    }

    struct Reset: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "退回游标，重新发送 Set the cursor back: what follows is sent again under its numbers.")

        @OptionGroup var act: SubscriberActOptions

        @Option(help: "退回到此编号 The number that is sent first.")
        var to: UInt64

        func run() throws { try act.run { try $0.reset($1, to: to, reason: $2, by: $3) } }
    }

    struct Secret: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "更换签名密钥 Another secret of its webhook, shown this once; the former one goes on for a day.")

        @OptionGroup var act: SubscriberActOptions

        func run() throws {
            let exchange = try act.global.exchange()
            let secret = try exchange.renewSecret(of: act.name, reason: act.reason, by: act.principal.checked())
            try act.global.show(exchange.subscriber(act.name), exchange, secret: secret)
        }
    }

    struct Bind: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "换绑密钥 Another API key, which alone pulls for it from then on.")

        @OptionGroup var act: SubscriberActOptions

        @Option(help: "密钥编号，角色 subscriber The key's id; it has the role subscriber.")
        var key: String

        func run() throws { try act.run { try $0.bind($1, key: key, reason: $2, by: $3) } }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "移除订阅方 End a subscriber for good; what it was sent stays on record.")

        @OptionGroup var act: SubscriberActOptions

        func run() throws {
            try act.run { exchange, name, reason, principal in
                let subscriber = try exchange.subscriber(name)
                try exchange.remove(name, reason: reason, by: principal)
                return subscriber
            }
        }
    }
}
