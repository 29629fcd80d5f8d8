import ArchiveTesting
import CreditArchive
import Foundation
import Testing

/// What tests do with an exchange.
extension TestArchive {
    /// The exchange of the archive, opened for reading as a command does it.
    func exchange<Result>(_ body: (Exchange) throws -> Result) async throws -> Result {
        try await reading { try body(Exchange($0)) }
    }

    @discardableResult
    func subscribe(
        _ name: String = "province", _ delivery: Subscriber.Delivery = .pull,
        _ visibility: Subscriber.Visibility = .full, _ change: (inout SubscriberWish) -> Void = { _ in }
    ) async throws -> String? {
        var wish = SubscriberWish(name: name, title: "省平台", delivery: delivery, visibility: visibility)
        change(&wish)
        return try await exchange { try $0.create(wish, by: "operator/1").secret }
    }

    func next(_ name: String = "province", limit: Int = 1_000) async throws -> ExchangeBatch {
        try await exchange { try $0.nextBatch(of: name, by: .pull, limit: limit) }
    }

    @discardableResult
    func acknowledge(_ batch: ExchangeBatch) async throws -> ExchangeReceipt {
        try await exchange {
            try $0.acknowledge(batch.subscriber, position: batch.position, digest: batch.digest ?? "", by: .pull)
        }
    }

    /// Every event that there is for a subscriber, each batch acknowledged.
    func drain(_ name: String = "province", limit: Int = 1_000) async throws -> [ExchangedEvent] {
        var events: [ExchangedEvent] = []
        while true {
            let batch = try await next(name, limit: limit)
            events += try batch.told()
            if !batch.isEmpty { try await acknowledge(batch) }
            if batch.isAtEnd { return events }
        }
    }

    func withhold(_ stream: String, isShown: Bool = false) async throws {
        try await writing {
            _ = try Administrator($0).changeDisplay(
                of: stream, isShown: isShown, basis: "云信办函〔2026〕6号", recordedBy: "operator/7")
        }
    }
}

/// What a test looks at in an event.
struct ExchangedEvent: Hashable {
    var id: String
    var type: String
    var subject: String
    var schema: String
    var text: String
}

extension ExchangeBatch {
    func told() throws -> [ExchangedEvent] {
        try events.map { bytes in
            let event = try JSON.object(bytes: bytes)
            func member(_ name: String) throws -> String { try #require(event[name] as? String, "\(name)") }
            return ExchangedEvent(
                id: try member("id"), type: try member("type"), subject: try member("subject"),
                schema: try member("dataschema"), text: String(decoding: bytes, as: UTF8.self))
        }
    }
}

/// Runs `body` and gives the code of its refusal.
func codeOfRefusal(_ body: () async throws -> Void) async -> String {
    do {
        try await body()
        return "none"
    } catch {
        return ArchiveError(error).code
    }
}
