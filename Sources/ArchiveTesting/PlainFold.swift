internal import Foundation

/// Answers folded from the log's entries as plainly as can be: written from the contract alone, read with Foundation's JSON,
/// days compared as text. No caches, no files, no code of the archive; and no rules of legality, since what is in the log
/// is legal.
public struct PlainFold {
    struct Event {
        var position: Int
        var recordedTime: String
        var type: String
        var subject: String
        /// The day that gives the fact its place in a timeline.
        var day: String?
        var data: [String: Any]
    }

    let events: [Event]

    /// - Parameter entries: the exact bytes of the log's entries, from position 0 on.
    public init(_ entries: [[UInt8]]) throws {
        events = try entries.enumerated().map { position, bytes in
            guard let envelope = try JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any],
                let type = envelope["type"] as? String, let subject = envelope["subject"] as? String,
                let recordedTime = envelope["recordedtime"] as? String, let data = envelope["data"] as? [String: Any]
            else { throw CocoaError(.coderReadCorrupt) }
            let day = data["determinedOn"] ?? data["occurredOn"] ?? data["effectiveOn"]
            return Event(
                position: position, recordedTime: recordedTime, type: type, subject: subject, day: day as? String,
                data: data)
        }
    }

    public var size: Int { events.count }
    public func recordedTime(at position: Int) -> String { events[position].recordedTime }

    /// Which facts are used (contract §2); nil bounds nothing.
    public struct Moment: Sendable, CustomStringConvertible {
        /// Facts dated by this day.
        public var asOf: String?
        /// Recorded at positions up to this.
        public var atPosition: Int?
        /// Recorded by this moment in UTC, to the millisecond; or by the end of a day in Asia/Shanghai.
        public var knownAt: String?

        public init(asOf: String? = nil, atPosition: Int? = nil, knownAt: String? = nil) {
            self.asOf = asOf
            self.atPosition = atPosition
            self.knownAt = knownAt
        }

        public var description: String {
            "as of \(asOf ?? "-"), at \(atPosition.map(String.init) ?? "-"), known at \(knownAt ?? "-")"
        }

        func uses(_ event: Event) -> Bool {
            if let asOf, let day = event.day, day > asOf { return false }
            return isRecorded(event)
        }

        func isRecorded(_ event: Event) -> Bool {
            if let atPosition, event.position > atPosition { return false }
            guard let knownAt else { return true }
            // A day in Shanghai ends at 16:00 UTC.
            return knownAt.utf8.count == 10
                ? event.recordedTime < knownAt + "T16:00:00.000Z" : event.recordedTime <= knownAt
        }
    }

    /// The last position that an answer reflects; nil where nothing was recorded by then.
    public func position(_ moment: Moment) -> Int? { events.last(where: moment.isRecorded)?.position }

    /// The facts of a stream in order of their days, then of their recording.
    func timeline(_ subject: String, _ moment: Moment) -> [Event] {
        events.filter { $0.subject == subject && $0.day != nil && moment.uses($0) }
            .sorted { ($0.day ?? "", $0.position) < ($1.day ?? "", $1.position) }
    }

    // MARK: Bodies

    struct Body {
        var id: String
        var code: String?
        var name: String
        var region: String
        var parent: String?
    }

    func bodies(_ moment: Moment) -> [Body] {
        events.filter { $0.type == "body.registered" && moment.uses($0) }.map { registration in
            let data = registration.data
            var body = Body(
                id: String(registration.subject.dropFirst("body/".count)), code: data["code"] as? String,
                name: data["name"] as? String ?? "", region: data["region"] as? String ?? "",
                parent: data["parent"] as? String)
            for change in timeline(registration.subject, moment) {
                switch change.type {
                case "body.renamed": body.name = change.data["name"] as? String ?? ""
                case "body.recoded": body.code = change.data["code"] as? String
                case "body.moved": body.region = change.data["region"] as? String ?? ""
                case "body.reparented": body.parent = change.data["parent"] as? String
                default: break
                }
            }
            return body
        }
    }

    // MARK: Standing

    /// The standings of all bodies as the command line's JSON has them, by body id. `today` counts where no day is asked
    /// for.
    public func standings(_ moment: Moment, today: String) -> [[String: Any]] {
        let cases = cases(moment)
        return bodies(moment).sorted { Array($0.id.utf8).lexicographicallyPrecedes(Array($1.id.utf8)) }.map { body in
            let own = cases.filter { $0.body == body.id }
            let inEffect = own.filter { $0.status == "inEffect" }
            let counts = ["轻微", "一般", "严重"].map { word in (word, inEffect.count { $0.severity == word }) }
            var answer: [String: Any] = [
                "body": body.id, "name": body.name, "worstInEffect": counts.last { $0.1 > 0 }?.0 ?? "无",
                "inEffect": Dictionary(uniqueKeysWithValues: counts), "inDispute": inEffect.count(where: \.inDispute),
                "repaired": own.count { $0.status == "repaired" }, "revoked": own.count { $0.status == "revoked" },
                "publicised": own.count { $0.isPublicised(on: moment.asOf ?? today) }, "cases": own.map(\.json),
            ]
            if let code = body.code, code != body.id { answer["code"] = code }
            if let position = position(moment) { answer["position"] = position }
            return answer
        }
    }
}
