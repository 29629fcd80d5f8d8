public import Assessment
public import CanonicalJSON
public import CreditModel

/// Why a body has its score for an indicator, with the entries behind every input.
public struct BodyExplanation: Sendable {
    /// One entry behind an input.
    public struct Entry: Sendable, Hashable {
        public var position: UInt64
        public var recordedTime: String
        /// The event's type.
        public var type: String
        /// The stream: the observations of the body, or a case that is counted.
        public var subject: String
        /// What was reported; nil for an entry of a case.
        public var value: String?
        /// 填报日期, or the day of the case's fact.
        public var day: CalendarDay?
        /// Whether 佐证材料 came with it, described or attached.
        public var hasEvidence: Bool
        /// The attachments.
        public var evidence: [Evidence]
        /// False for an observation that a later one of the same input supersedes.
        public var counts: Bool
    }

    public struct Input: Sendable, Hashable {
        public var name: String
        /// 中文名称.
        public var label: String
        public var value: String
        /// Counted from the archive, not reported.
        public var isCounted: Bool
        /// For what is reported the latest first.
        public var entries: [Entry]
    }

    public var explanation: Explanation
    /// As on the period's last day.
    public var profile: BodyHistory.Profile
    public var cohort: CohortKey
    public var year: Int
    /// The last position that the answer reflects.
    public var position: UInt64?
    /// The entries that were left out, rising.
    public var without: [UInt64]
    /// In the order in which the rule read them.
    public var inputs: [Input]
}

extension BodyExplanation: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("body", profile.id)
        if let code = profile.code, code.text != profile.id.text { writer.member("code", code) }
        writer.member("bodyName", profile.name)
        cohort.writeMembers(to: &writer)
        writer.member("year", year)
        explanation.writeMembers(to: &writer)
        writer.member("inputs", inputs)
        writer.member("position", position)
        if !without.isEmpty { writer.member("without", without) }
    }
}

extension BodyExplanation.Input: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("name", name)
        writer.member("label", label)
        writer.member("value", value)
        writer.member("fromArchive", isCounted)
        writer.member("entries", entries)
    }
}

extension BodyExplanation.Entry: JSONObjectEncodable {
    public func writeMembers(to writer: inout JSONWriter) {
        writer.member("position", position)
        writer.member("recordedTime", recordedTime)
        writer.member("type", type)
        writer.member("subject", subject)
        writer.member("value", value)
        writer.member("day", day)
        writer.member("hasEvidence", hasEvidence)
        if !evidence.isEmpty { writer.member("evidence", evidence) }
        writer.member("counts", counts)
    }
}
