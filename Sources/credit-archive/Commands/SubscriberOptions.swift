internal import ArgumentParser
internal import CanonicalJSON
internal import CreditArchive
internal import CreditModel

enum DeliveryName: String, ExpressibleByArgument, CaseIterable {
    case pull, push, file

    var delivery: Subscriber.Delivery {
        switch self {
        case .pull: .pull
        case .push: .push
        case .file: .file
        }
    }
}

enum VisibilityName: String, ExpressibleByArgument, CaseIterable {
    case `public`, full

    var visibility: Subscriber.Visibility { self == .full ? .full : .public }
}

enum TextsName: String, ExpressibleByArgument, CaseIterable {
    case sealed, opened

    var texts: Subscriber.Texts { self == .opened ? .opened : .sealed }
}

/// Who does it.
struct PrincipalOptions: ParsableArguments {
    @Option(help: "办理人的代号 Pseudonymous principal, such as operator/3.")
    var operatorID = "operator/cli"

    func checked() throws -> String {
        try Operator.check(operatorID)
        return operatorID
    }
}

/// What an act on a subscriber needs.
struct SubscriberActOptions: ParsableArguments {
    @OptionGroup var global: GlobalOptions
    @OptionGroup var principal: PrincipalOptions

    @Argument(help: "订阅方的代号 The subscriber's name.")
    var name: String

    @Option(help: "理由 Why.")
    var reason: String

    func run(_ act: (Exchange, String, String, String) throws -> Subscriber) throws {
        let exchange = try global.exchange()
        try global.show(act(exchange, name, reason, principal.checked()), exchange)
    }
}

extension GlobalOptions {
    /// The exchange of the archive; it needs no free writer's lock.
    func exchange() throws -> Exchange { try Exchange(open(.reading)) }

    /// One subscriber.
    func show(_ subscriber: Subscriber, _ exchange: Exchange, secret: String? = nil) throws {
        let (say, size, now) = (language, try exchange.logSize, exchange.now)
        let filter = [subscriber.filter.body?.text, subscriber.filter.type].compactMap { $0 }
        var members = [
            (say("代号", "name"), subscriber.name), (say("名称", "title"), subscriber.title),
            (say("方式", "delivery"), subscriber.delivery.rawValue),
            (say("范围", "visibility"), "\(subscriber.visibility.rawValue), \(subscriber.texts.rawValue)"),
            (say("筛选", "filter"), (filter + subscriber.regions.map(\.text)).joined(separator: " ")),
            (say("已发", "handed"), String(subscriber.handed)),
            (say("已确认", "acknowledged"), String(subscriber.acknowledged)),
            (say("落后", "lag"), String(subscriber.lag(logSize: size))),
            (say("状态", "state"), SubscriberWords.state(subscriber, now, say)),
        ]
        if let key = subscriber.key { members.append((say("密钥", "key"), key)) }
        if let url = subscriber.url { members.append((say("接收地址", "url"), url)) }
        if let secret { members.append((say("签名密钥（只显示这一次）", "secret (shown this once)"), secret)) }
        try renderer.record(members) { writer in
            writer.beginObject()
            writer.key("subscriber")
            subscriber.write(to: &writer, logSize: size, now: now)
            writer.member("secret", secret)
            writer.endObject()
        }
    }
}
