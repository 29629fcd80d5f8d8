public import CreditModel
internal import EventLog

/// 指标数据 as an answer needs it: which input of which body and year was reported as what.
public struct Observation: Sendable, Hashable {
    /// A data item (数据项) of a scheme's indicator.
    public struct Input: Sendable, Hashable {
        public var scheme: String
        public var indicator: String
        public var name: String

        public init(scheme: String, indicator: String, name: String) {
            self.scheme = scheme
            self.indicator = indicator
            self.name = name
        }
    }

    /// What was reported, and where it is recorded.
    public struct Value: Sendable, Hashable {
        /// In the canonical form of the input.
        public var text: String
        /// Whether 佐证材料 came with it.
        public var hasEvidence: Bool
        public var position: UInt64

        public init(_ text: String, hasEvidence: Bool, position: UInt64) {
            self.text = text
            self.hasEvidence = hasEvidence
            self.position = position
        }
    }

    public var body: BodyID
    public var year: Int
    public var input: Input
    public var value: Value

    /// Reads the entry of an observation. Throws ``EventLogError`` `log-damaged` where its stream is none of observations.
    init(_ data: ObservationRecorded, _ entry: Entry) throws(EventLogError) {
        guard let (body, year) = ObservationStream.parse(entry.subject) else {
            throw .undecodable(entry.position, "subject \(entry.subject)")
        }
        self.body = body
        self.year = year
        input = Input(scheme: data.scheme, indicator: data.indicator, name: data.input)
        value = Value(
            data.value, hasEvidence: data.note != nil || !data.evidence.isEmpty, position: entry.position)
    }
}
