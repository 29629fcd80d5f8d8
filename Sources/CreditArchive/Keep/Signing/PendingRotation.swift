internal import CreditModel
internal import EventLog

/// A change of key that the log records and no checkpoint covers yet: it was cut off.
struct PendingRotation: Sendable {
    var position: UInt64
    var data: KeyRotated

    /// Why nothing is signed until it is finished.
    var underWay: ArchiveError {
        ArchiveError(
            .conflict, "rotation-under-way",
            chinese: "换钥（\(data.cause.rawValue)，位置 \(position)）已经记入日志而未完成，此前不签发检查点；请再次运行 keys rotate"
                + "\(data.cause.flag)",
            english:
                "a change of key (\(data.cause.english), position \(position)) is recorded and was cut off; nothing is "
                + "signed before it is finished: run keys rotate\(data.cause.flag) again")
    }
}

extension KeyRotated.Cause {
    fileprivate var flag: String {
        switch self {
        case .scheduled: ""
        case .lost: " --lost"
        case .compromised: " --compromised"
        }
    }
}

extension Archive {
    /// The last change of key beyond the latest checkpoint. Each one that is finished has its own checkpoint, so there is
    /// little to look at.
    func pendingRotation() throws -> PendingRotation? {
        let signed = try log.store.latestCheckpoint()?.size ?? 0
        for position in try log.stream(.archive).positions.reversed().prefix(while: { $0 >= signed }) {
            if let data = try LogOrigin.rotation(in: log.store, at: position) {
                return PendingRotation(position: position, data: data)
            }
        }
        return nil
    }
}
