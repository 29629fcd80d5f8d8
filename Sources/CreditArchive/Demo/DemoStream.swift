internal import CanonicalJSON
internal import CreditModel
internal import EventLog

/// The events of the synthetic province, one after another: bodies first, then some hundred cases side by side.
struct DemoStream {
    /// Cases that go on side by side.
    private static let concurrentCases = 300
    private static let source = "urn:demo:platform"

    private let events: Int
    private let register: DemoRegister
    private var random: SeededGenerator
    private var cases: [(life: DemoCase, next: Int)] = []
    private var caseNumber = 0
    private var made = 0

    /// - Parameter eventsPerBody: about two fifths of them are cases of the body.
    init(events: Int, seed: UInt64, eventsPerBody: Int = 500) {
        self.events = events
        register = DemoRegister(count: events == 0 ? 0 : max(34, events / eventsPerBody))
        random = SeededGenerator(seed: seed)
    }

    var bodyCount: Int { min(events, register.bodies.count) }

    /// The next events, at most `count`; none at the end.
    mutating func next(_ count: Int) -> [Submission] {
        var batch: [Submission] = []
        batch.reserveCapacity(min(count, events - made))
        while batch.count < count, made < events {
            batch.append(made < bodyCount ? registration() : step())
            made += 1
        }
        return batch
    }

    private mutating func registration() -> Submission {
        let body = register.bodies[made]
        return submission(.bodyRegistered(body.event), .body(body.id.text))
    }

    private mutating func step() -> Submission {
        while cases.count < DemoStream.concurrentCases {
            caseNumber += 1
            cases.append((DemoCase(number: caseNumber, of: random.pick(register.bodies), &random), 0))
        }
        let index = Int.random(in: 0..<cases.count, using: &random)
        let life = cases[index].life
        let event = life.events[cases[index].next]
        cases[index].next += 1
        if cases[index].next == life.events.count {
            cases.swapAt(index, cases.count - 1)
            cases.removeLast()
        }
        return submission(event, .case(life.id))
    }

    private mutating func submission(_ event: CreditEvent, _ stream: StreamID) -> Submission {
        Submission(identity: EventIdentity(source: DemoStream.source, id: uuid()), subject: stream, event: event)
    }

    /// A UUIDv7 (RFC 9562 §5.7) as a platform makes it: ordered by the time of sending, random otherwise.
    private mutating func uuid() -> String {
        let milliseconds = 1_600_000_000_000 + UInt64(made) * 7
        let high = milliseconds << 16 | 0x7000 | random.next() & 0xFFF
        let low = 0x8000_0000_0000_0000 | random.next() >> 2
        let hex = DemoStream.hex(high) + DemoStream.hex(low)
        let cuts = [0, 8, 12, 16, 20, 32]
        return zip(cuts, cuts.dropFirst()).map { from, to in
            String(hex[hex.index(hex.startIndex, offsetBy: from)..<hex.index(hex.startIndex, offsetBy: to)])
        }.joined(separator: "-")
    }

    private static func hex(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Submission {
    /// Writes the submission as a CloudEvent in JSON.
    func writeCloudEvent(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("specversion", "1.0")
        writer.member("id", identity.id)
        writer.member("source", identity.source)
        writer.member("type", event.type.rawValue)
        writer.member("subject", subject.text)
        writer.member("time", time)
        writer.member("data", event)
        writer.endObject()
    }
}
