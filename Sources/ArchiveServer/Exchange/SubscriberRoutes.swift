internal import CanonicalJSON
internal import CreditArchive
internal import Foundation
internal import HTTPTypes
internal import Hummingbird

/// `/v1/subscribers`: what administrators do with those to whom records are sent.
enum SubscriberRoutes {
    private static let maximumBody = 65_536

    @Sendable static func list(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let exchange = call.service.exchange
        let (all, size) = try await call.blocking { (try exchange.subscribers(), try exchange.logSize) }
        return .json { writer in
            writer.beginObject()
            writer.key("subscribers")
            writer.beginArray()
            for one in all { one.write(to: &writer, logSize: size, now: exchange.now) }
            writer.endArray()
            writer.endObject()
        }
    }

    @Sendable static func create(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let wish: SubscriberWish = try await read(call)
        let (exchange, principal) = (call.service.exchange, call.principal.id)
        let (made, secret) = try await call.blocking { try exchange.create(wish, by: principal) }
        return try await answer(
            made, secret: secret, call, .created, [.location: "/v1/subscribers/\(made.name)"])
    }

    @Sendable static func get(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let exchange = call.service.exchange
        let subscriber = try await found(call)
        let acts =
            call.principal.may(.administrator)
            ? try await call.blocking { try exchange.acts(of: subscriber) } : nil
        return try await answer(subscriber, acts: acts, call)
    }

    @Sendable static func remove(_ call: APICall) async throws -> Response {
        let reason = try call.query("reason")["reason"] ?? ""
        let (exchange, name, principal) = (call.service.exchange, call.parameter("subscriber"), call.principal.id)
        let subscriber = try await found(call)
        try await call.blocking { try exchange.remove(name, reason: reason, by: principal) }
        return try await answer(subscriber, call)
    }

    @Sendable static func act(_ call: APICall) async throws -> Response {
        _ = try call.query()
        let wish: ActWish = try await read(call)
        let (exchange, name, principal) = (call.service.exchange, call.parameter("subscriber"), call.principal.id)
        let (subscriber, secret) = try await call.blocking { () -> (Subscriber, String?) in
            switch wish.act {
            case .pause: (try exchange.pause(name, reason: wish.reason, by: principal), nil)
            case .resume: (try exchange.resume(name, reason: wish.reason, by: principal), nil)
            case .reset(let position):
                (try exchange.reset(name, to: position, reason: wish.reason, by: principal), nil)
            case .bind(let key): (try exchange.bind(name, key: key, reason: wish.reason, by: principal), nil)
            case .secret:
                try {
                    let secret = try exchange.renewSecret(of: name, reason: wish.reason, by: principal)
                    return (try exchange.subscriber(name), secret)
                }()
            }
        }
        return try await answer(subscriber, secret: secret, call)
    }

    /// The subscriber of the path: an administrator's or auditor's any, else the one that is bound to the key that asks.
    ///
    /// Throws `subscriber-foreign`, also where there is none of that name: whoever may not ask does not learn it.
    static func found(_ call: APICall) async throws -> Subscriber {
        let (exchange, name) = (call.service.exchange, call.parameter("subscriber"))
        let known = try await call.blocking { try? exchange.subscriber(name) }
        guard ![.administrator, .auditor].contains(where: call.principal.may) else {
            if let known { return known }
            return try await call.blocking { try exchange.subscriber(name) }
        }
        return try requireOwn(known, call)
    }

    /// Refuses a key that the subscriber is not bound to. Throws `subscriber-foreign`.
    static func requireOwn(_ subscriber: Subscriber?, _ call: APICall) throws -> Subscriber {
        guard let subscriber, call.principal == .local || subscriber.key.map({ "key/\($0)" }) == call.principal.id
        else {
            throw ServiceError(
                .forbidden, "subscriber-foreign", field: "subscriber",
                chinese: "此密钥没有绑定订阅方 \(call.parameter("subscriber"))",
                english: "this key is not bound to a subscriber \(call.parameter("subscriber"))")
        }
        return subscriber
    }

    static func read<Wish: JSONDecodable & Sendable>(_ call: APICall) async throws -> Wish {
        do { return try Wish(json: JSONDocument(parsing: await call.body(upTo: maximumBody)).root) } catch let fault
            as JSONFault
        { throw ArchiveError(fault) }
    }

    private static func answer(
        _ subscriber: Subscriber, secret: String? = nil, acts: [SubscriberAct]? = nil, _ call: APICall,
        _ status: HTTPResponse.Status = .ok, _ headers: HTTPFields = [:]
    ) async throws -> Response {
        let exchange = call.service.exchange
        let size = try await call.blocking { try exchange.logSize }
        return .json(status, headers) { writer in
            writer.beginObject()
            writer.key("subscriber")
            subscriber.write(to: &writer, logSize: size, now: exchange.now)
            writer.member("secret", secret)
            writer.member("acts", acts)
            writer.endObject()
        }
    }
}

/// What is to be done with a subscriber: `{act, reason, position?, key?}`.
private struct ActWish: JSONDecodable, Sendable {
    enum Act: Sendable {
        case pause, resume, secret
        case reset(UInt64)
        case bind(String)
    }

    var act: Act
    var reason: String

    init(json: JSONNode) throws(JSONFault) {
        var fields = try json.fields()
        let word = try fields.required("act")
        reason = try fields.required("reason")
        switch try word.string() {
        case "pause": act = .pause
        case "resume": act = .resume
        case "secret": act = .secret
        case "reset":
            let node = try fields.required("position")
            guard let position = UInt64(exactly: try node.integer()) else { throw node.fault(.badValue, "0…") }
            act = .reset(position)
        case "bind": act = .bind(try fields.required("key"))
        default: throw word.fault(.badValue, "pause | resume | reset | secret | bind")
        }
        try fields.finish()
    }
}
