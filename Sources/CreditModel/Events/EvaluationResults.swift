public import CanonicalJSON

/// A score as an entry carries it: exact hundredths, canonical decimal form (`"8"`, `"8.5"`, `"-0.25"`).
public struct Points: Sendable, Hashable, Comparable {
    /// Within ±999,999.99.
    public let hundredths: Int64

    public init(hundredths: Int64) { self.hundredths = hundredths }

    public static func < (left: Points, right: Points) -> Bool { left.hundredths < right.hundredths }

    /// Reads the canonical form only; nil for anything else.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        let isNegative = bytes.first == UInt8(ascii: "-")
        let parts = bytes.dropFirst(isNegative ? 1 : 0).split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let digits: ClosedRange<UInt8> = 0x30...0x39
        guard let whole = parts.first, (1...6).contains(whole.count), whole.allSatisfy(digits.contains),
            whole.count == 1 || whole.first != 0x30
        else { return nil }
        var value = whole.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) } * 100
        if parts.count == 2 {
            let fraction = parts[1]
            guard (1...2).contains(fraction.count), fraction.allSatisfy(digits.contains), fraction.last != 0x30
            else { return nil }
            value += fraction.reduce(Int64(0)) { $0 * 10 + Int64($1 - 0x30) } * (fraction.count == 1 ? 10 : 1)
        }
        if isNegative, value == 0 { return nil }
        hundredths = isNegative ? -value : value
    }
}

extension Points: CustomStringConvertible, JSONDecodable, JSONEncodable {
    public var description: String {
        let whole = hundredths.magnitude / 100
        let fraction = hundredths.magnitude % 100
        let sign = hundredths < 0 ? "-" : ""
        if fraction == 0 { return "\(sign)\(whole)" }
        if fraction % 10 == 0 { return "\(sign)\(whole).\(fraction / 10)" }
        return "\(sign)\(whole).\(fraction < 10 ? "0" : "")\(fraction)"
    }

    public init(json: JSONNode) throws(JSONFault) {
        guard let points = Points(try json.string()) else {
            throw json.fault(.badValue, "a score: a canonical decimal string of at most two decimals")
        }
        self = points
    }

    public func write(to writer: inout JSONWriter) { writer.string(description) }
}

/// What a round says each body has reached: fixed to the log's prefix and to the documents it was computed from.
///
/// A later correction never changes it; a re-issue is an event of its own (`evaluation.reissued`).
public struct EvaluationResults: Sendable, Hashable {
    /// The last position of the log that the computation used.
    public var snapshot: UInt64
    /// Digest of the scheme's document.
    public var scheme: String
    /// Digest of the overlay's document, where one was laid over the scheme.
    public var overlay: String?
    public var results: [BodyResult]

    /// Most bodies of one event.
    public static let maximumBodies = 5_000

    public init(snapshot: UInt64, scheme: String, overlay: String? = nil, results: [BodyResult]) {
        self.snapshot = snapshot
        self.scheme = scheme
        self.overlay = overlay
        self.results = results
    }

    /// What one body has reached. An absent score, total or rank is one that could not be given (an input is missing).
    public struct BodyResult: Sendable, Hashable, JSONDecodable, JSONEncodable {
        public var body: BodyID
        public var total: Points?
        /// The total before it was cut off at 100 and at 0, where the scheme ranks by it.
        public var uncapped: Points?
        /// 等次, as the scheme names it.
        public var grade: String?
        public var rank: Int?
        public var indicators: [IndicatorResult]

        public init(
            body: BodyID, total: Points?, uncapped: Points? = nil, grade: String? = nil, rank: Int? = nil,
            indicators: [IndicatorResult] = []
        ) {
            self.body = body
            self.total = total
            self.uncapped = uncapped
            self.grade = grade
            self.rank = rank
            self.indicators = indicators
        }

        public init(json: JSONNode) throws(JSONFault) {
            var fields = try json.fields()
            body = try fields.required("body")
            grade = try fields.optionalName("grade", limit: 16)
            let indicators = try fields.required("indicators")
            self.indicators = try [IndicatorResult](json: indicators)
            guard self.indicators.count <= 200 else { throw indicators.fault(.badValue, "at most 200 indicators") }
            rank = try fields.optional("rank").map { (node) throws(JSONFault) in
                Int(try node.integer(in: 1...Int64(EvaluationResults.maximumBodies)))
            }
            total = try fields.optional("total")
            uncapped = try fields.optional("uncapped")
            try fields.finish()
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("body", body)
            writer.member("grade", grade)
            writer.member("indicators", indicators)
            writer.member("rank", rank)
            writer.member("total", total)
            writer.member("uncapped", uncapped)
            writer.endObject()
        }
    }

    /// What one indicator gave.
    public struct IndicatorResult: Sendable, Hashable, JSONDecodable, JSONEncodable {
        /// Two capitals and two digits.
        public var id: String
        public var score: Points?
        /// Contract §5: MISSING, NO_BASE, MANUAL, EXEMPT, PENDING.
        public var flags: [String]

        public init(id: String, score: Points?, flags: [String] = []) {
            self.id = id
            self.score = score
            self.flags = flags
        }

        public init(json: JSONNode) throws(JSONFault) {
            var fields = try json.fields()
            let flags = try fields.required("flags")
            self.flags = []
            for node in try flags.elements() { self.flags.append(try IndicatorResult.flag(node)) }
            guard self.flags.count <= 16 else { throw flags.fault(.badValue, "at most 16 flags") }
            id = try fields.required("id").indicatorID()
            score = try fields.optional("score")
            try fields.finish()
        }

        private static func flag(_ node: JSONNode) throws(JSONFault) -> String {
            try node.text("1–32 capitals or '_'") { bytes in
                (1...32).contains(bytes.count)
                    && bytes.allSatisfy { (0x41...0x5A).contains($0) || $0 == UInt8(ascii: "_") }
            }
        }

        public func write(to writer: inout JSONWriter) {
            writer.beginObject()
            writer.member("flags", flags)
            writer.member("id", id)
            writer.member("score", score)
            writer.endObject()
        }
    }
}
