public import EventLog

/// Why a projection has stopped: an entry whose fact its fold cannot take. Other projections go on.
public struct ProjectionStop: Sendable, Hashable {
    public var projection: String
    /// The first entry that the fold could not take.
    public var position: UInt64
    public var chinese: String
    public var english: String
}

/// How a projection of the live generation is.
public struct ProjectionState: Sendable, Hashable {
    public var name: String
    public var version: Int
    /// SHA-256 over its rows; empty where it has stopped.
    public var digest: String
    public var stop: ProjectionStop?
}

extension EventLogError.Code {
    /// A projection has stopped at an entry that its fold cannot take.
    public static let projectionStopped = Self(rawValue: "projection-stopped")
    /// A rebuild is under way already.
    public static let rebuilding = Self(rawValue: "rebuild-under-way")
    /// A fold into a generation that is no longer the live one.
    public static let generationReplaced = Self(rawValue: "generation-replaced")
    /// A partial rebuild of something that only a whole one can mend.
    public static let wholeRebuildNeeded = Self(rawValue: "whole-rebuild-needed")
}

extension EventLogError {
    static func stopped(_ stop: ProjectionStop) -> EventLogError {
        EventLogError(
            .projectionStopped,
            chinese: "投影 \(stop.projection) 停在位置 \(stop.position) 的条目（\(stop.chinese)），不给出过时的答案；"
                + "请换用能处理它的程序版本，再运行 rebuild --projection \(stop.projection)",
            english:
                "the projection \(stop.projection) has stopped at the entry at position \(stop.position) "
                + "(\(stop.english)) and gives no stale answer; use a program version that can take the entry, then run rebuild "
                + "--projection \(stop.projection)")
    }
}
