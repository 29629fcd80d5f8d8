internal import CreditModel
internal import EventLog

/// A decoded fact as `facts.sqlite` keeps it, with what it belongs to.
struct EncodedFact: Sendable {
    enum Subject: Sendable {
        /// - Parameter laterCode: a code by which the body is known besides its id.
        case body(BodyID, laterCode: USCC?)
        /// - Parameter determinedFor: the body, which stands with the determination only.
        case ofCase(CaseID, determinedFor: BodyID?)
        case observation(Observation)
    }

    var position: UInt64
    var subject: Subject
    /// Packed; empty for an observation, which has columns of its own.
    var data: [UInt8]

    /// Nil for what no answer folds.
    init?(_ fact: DecodedFact, position: UInt64) {
        self.position = position
        switch fact {
        case .ofBody(let id, let fact):
            subject = .body(id, laterCode: fact.laterCode(than: id))
            data = BodyFactCodec.encode(fact)
        case .ofCase(let id, let fact):
            var body: BodyID?
            if case .determined(let record) = fact.step { body = record.body }
            subject = .ofCase(id, determinedFor: body)
            data = FactCodec.encode(fact)
        case .observed(let observation):
            subject = .observation(observation)
            data = []
        case .other: return nil
        }
    }
}

extension DecodedFact.BodyFact {
    /// A code by which the body is known besides its id.
    func laterCode(than id: BodyID) -> USCC? {
        switch self {
        case .registered(let data): data.code.flatMap { $0.text == id.text ? nil : $0 }
        case .changed(let data):
            if case .recoded(let code) = data.change { code } else { nil }
        }
    }
}

/// What a chunk of facts touches, by the numbers of `facts.sqlite`.
struct Touched {
    struct Case: Hashable {
        var body: Int64
        var number: Int64
    }

    var bodies: Set<Int64> = []
    var cases: Set<Case> = []
}
