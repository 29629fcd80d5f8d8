public import CreditModel
internal import EventLog

/// Asks what was reported of a scheme's inputs in a year.
public struct ObservationQuery: Sendable {
    public var scheme: String
    public var year: Int
    /// Only what was reported of this body; nil: of every body.
    public var body: BodyID?
    /// Only what was reported for this indicator; nil: for all.
    public var indicator: String?
    /// Only what was recorded at or before this position; nil: everything.
    public var atPosition: UInt64?
    /// Entries that are left out, as if they had not been recorded.
    public var without: Set<UInt64>

    public init(
        scheme: String, year: Int, body: BodyID? = nil, indicator: String? = nil, atPosition: UInt64? = nil,
        without: Set<UInt64> = []
    ) {
        self.scheme = scheme
        self.year = year
        self.body = body
        self.indicator = indicator
        self.atPosition = atPosition
        self.without = without
    }

    func uses(_ position: UInt64) -> Bool {
        atPosition.map { position <= $0 } ?? true && (without.isEmpty || !without.contains(position))
    }

    func covers(_ observation: Observation) -> Bool {
        observation.input.scheme == scheme && observation.year == year && body.map { $0 == observation.body } ?? true
            && indicator.map { $0 == observation.input.indicator } ?? true && uses(observation.value.position)
    }
}

extension ProjectionSet {
    /// Folds the observations that are asked for into a result, which `add` is given again and again: every input of
    /// every body once, with all that was reported of it in order of recording. Complete to the log's end.
    ///
    /// Memory: what the result holds, and the ids of the bodies. Where the facts file turns out damaged, the fold begins
    /// anew from the log. Throws ``EventLogError`` where the log is damaged, and whatever `add` throws.
    public func observations<Result>(
        _ query: ObservationQuery, into initial: Result,
        _ add: (inout Result, BodyID, Observation.Input, [Observation.Value]) throws -> Void
    ) throws -> Result {
        let base = try overlayBase()
        if let facts = base.facts {
            do { return try fold(query, facts, base.cursor, base.head, initial, add) } catch {
                guard ProjectionSet.isDamage(error) else { throw error }
            }
        }
        return try fold(query, nil, .empty, base.head, initial, add)
    }

    private struct Key: Hashable {
        var input: Observation.Input
        var body: BodyID
    }

    private func fold<Result>(
        _ query: ObservationQuery, _ facts: FactStore?, _ cursor: LogHead, _ head: LogHead, _ initial: Result,
        _ add: (inout Result, BodyID, Observation.Input, [Observation.Value]) throws -> Void
    ) throws -> Result {
        var later: [Key: [Observation.Value]] = [:]
        var order: [Key] = []
        for (_, fact) in try decode(cursor.size..<head.size) {
            guard case .observed(let observation) = fact, query.covers(observation) else { continue }
            let key = Key(input: observation.input, body: observation.body)
            if later[key] == nil { order.append(key) }
            later[key, default: []].append(observation.value)
        }
        var result = initial
        if let facts {
            let number = try query.body.map { try facts.bodyNumber($0) }
            // A body that the file does not know has nothing in it.
            if number != .some(nil) {
                try facts.forEachObserved(query, of: number ?? nil, before: cursor.size) { body, input, values in
                    let rest = later.isEmpty ? nil : later.removeValue(forKey: Key(input: input, body: body))
                    try add(&result, body, input, rest.map { values + $0 } ?? values)
                }
            }
        }
        for key in order { if let values = later[key] { try add(&result, key.body, key.input, values) } }
        return result
    }
}
