public import CanonicalJSON
public import CreditModel
internal import EventLog

/// Who is sent records of the archive, which of them, and how far it has come: a provincial or national platform
/// (S0 第九条 互联互通和信息共享, 第十一条 上传至省公共信用信息平台; S1 二（四） 归集共享).
public struct Subscriber: Sendable, Hashable {
    /// How batches reach it (GB/T 39443: service and file exchange).
    public enum Delivery: String, Sendable, Hashable, CaseIterable {
        /// It asks for the next batch and acknowledges it.
        case pull
        /// Batches are posted to its webhook.
        case push
        /// Batches are files that go by whatever way the two have agreed on.
        case file
    }

    public enum Visibility: String, Sendable, Hashable, CaseIterable {
        /// Publicised records only, their texts sealed: the one rule of what the public sees (contract §2).
        case `public`
        /// Every record: for a platform that is entitled to them.
        case full
    }

    /// How free texts leave.
    public enum Texts: String, Sendable, Hashable, CaseIterable {
        /// As they stand in the log: the event is the entry, byte for byte.
        case sealed
        /// Open, as they were submitted, where display was not ended and no key destroyed; with ``Visibility/full`` only.
        case opened
    }

    /// Whether its webhook answers.
    public enum Circuit: String, Sendable, Hashable, CaseIterable {
        case closed
        /// It failed ``Subscriber/failuresToOpen`` times in a row, and is left alone for a while.
        case open
        /// As open, and the next try is due.
        case halfOpen
    }

    public static let failuresToOpen = 5

    let id: Int64
    /// 1–40 small letters, digits and `-`; stands in paths, file names and metrics.
    public let name: String
    /// What the platform is called.
    public let title: String
    public let delivery: Delivery
    public let visibility: Visibility
    public let texts: Texts
    public let filter: FeedFilter
    /// The regions of the filter; one covers those below it.
    public let regions: [RegionCode]
    /// The id of the API key that it asks with; nil: none yet.
    public let key: String?
    public let url: String?
    /// Whether its webhook may be at an address that is not public.
    public let allowsPrivate: Bool
    /// Milliseconds since 1970, UTC.
    public let createdAt: Int64
    public let pausedAt: Int64?
    /// The position of the log that is looked at next.
    public let scanned: UInt64
    let sweptOn: Int32
    /// So many events were handed out to it: its feed is numbered from 0 without gaps.
    public let handed: UInt64
    /// Its cursor: so many of them were acknowledged.
    public let acknowledged: UInt64
    /// Found for it and not handed out yet.
    public let waiting: UInt64
    public let failures: Int
    /// When its webhook is tried again, in milliseconds since 1970; nil: at once.
    public let nextAttempt: Int64?
    public let lastAttempt: Int64?
    public let lastOutcome: String?
    let revision: Int64

    public func circuit(at milliseconds: Int64) -> Circuit {
        if failures < Subscriber.failuresToOpen { return .closed }
        return (nextAttempt ?? 0) > milliseconds ? .open : .halfOpen
    }

    /// Entries of the log that were not looked at for it, and events that it has not acknowledged.
    public func lag(logSize: UInt64) -> UInt64 {
        logSize - min(scanned, logSize) + waiting + handed - acknowledged
    }
}

extension Subscriber {
    /// Writes it as answers have it.
    ///
    /// - Parameters:
    ///   - logSize: the lag is counted from it.
    ///   - now: milliseconds since 1970.
    public func write(to writer: inout JSONWriter, logSize: UInt64, now: Int64) {
        writer.beginObject()
        writer.member("name", name)
        writer.member("title", title)
        writer.member("delivery", delivery.rawValue)
        writer.member("visibility", visibility.rawValue)
        writer.member("texts", texts.rawValue)
        writer.member("body", filter.body)
        writer.member("type", filter.type)
        if !regions.isEmpty { writer.member("regions", regions) }
        writer.member("key", key)
        writer.member("url", url)
        if delivery == .push { writer.member("allowsPrivate", allowsPrivate) }
        writer.member("createdAt", RecordedTime.text(milliseconds: createdAt))
        writer.member("pausedAt", pausedAt.map(RecordedTime.text))
        writer.member("scanned", scanned)
        writer.member("handed", handed)
        writer.member("acknowledged", acknowledged)
        writer.member("lag", lag(logSize: logSize))
        if delivery == .push {
            writer.member("circuit", circuit(at: now).rawValue)
            writer.member("failures", failures)
            writer.member("nextAttempt", nextAttempt.map(RecordedTime.text))
        }
        writer.member("lastAttempt", lastAttempt.map(RecordedTime.text))
        writer.member("lastOutcome", lastOutcome)
        writer.endObject()
    }
}

/// What an administrator did with a subscriber, or a receipt that was taken in: kept for good.
public struct SubscriberAct: Sendable, Hashable, JSONEncodable {
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        case created, paused, resumed, reset, removed
        /// A new secret of its webhook was issued.
        case secret
        /// Another API key was bound to it.
        case bound
        /// A batch was written to a file, a receipt acknowledged it, a receipt refused it.
        case written, received, refused
    }

    /// Milliseconds since 1970, UTC.
    public var time: Int64
    public var kind: Kind
    /// Who: `operator/…`, `key/…`, or `service`.
    public var principal: String
    public var reason: String?
    /// The number in the subscriber's feed that it is about.
    public var position: UInt64?

    public func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("time", RecordedTime.text(milliseconds: time))
        writer.member("act", kind.rawValue)
        writer.member("principal", principal)
        writer.member("reason", reason)
        writer.member("position", position)
        writer.endObject()
    }
}
