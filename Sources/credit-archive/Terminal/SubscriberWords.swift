internal import CreditArchive
internal import EventLog

/// Words about subscribers, in both languages.
enum SubscriberWords {
    static func state(_ subscriber: Subscriber, _ now: Int64, _ say: Language) -> String {
        if subscriber.pausedAt != nil { return say("已暂停", "paused") }
        switch subscriber.circuit(at: now) {
        case .closed where subscriber.failures == 0: return say("正常", "well")
        case .closed: return say("失败 \(subscriber.failures) 次，重试中", "failed \(subscriber.failures) times")
        case .open: return say("熔断，失败 \(subscriber.failures) 次", "circuit open, failed \(subscriber.failures) times")
        case .halfOpen: return say("熔断，即将试探", "circuit half open")
        }
    }

    static func act(_ kind: SubscriberAct.Kind, _ say: Language) -> String {
        switch kind {
        case .created: say("建立", "created")
        case .paused: say("暂停", "paused")
        case .resumed: say("恢复", "resumed")
        case .reset: say("退回游标", "cursor set back")
        case .removed: say("移除", "removed")
        case .secret: say("更换签名密钥", "secret changed")
        case .bound: say("换绑密钥", "key bound")
        case .written: say("写出文件", "file written")
        case .received: say("对方已接收", "received")
        case .refused: say("对方拒收", "refused")
        }
    }

    static func difference(_ kind: Reconciliation.Kind, _ say: Language) -> String {
        switch kind {
        case .missing: say("缺失", "missing")
        case .differing: say("不一致", "differing")
        case .unknown: say("未发过", "unknown")
        }
    }

    static func time(_ milliseconds: Int64) -> String { RecordedTime.text(milliseconds: milliseconds) }
}
