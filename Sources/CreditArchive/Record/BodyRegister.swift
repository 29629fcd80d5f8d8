internal import CreditModel
internal import EventLog
internal import Projections

/// The register of bodies as the judge works with it: histories by id, ids by code.
struct BodyRegister {
    private let log: LogReader
    private var histories = TwoGenerations<BodyID, BodyHistory>(capacity: 50_000)
    /// Codes that are not their body's id.
    private var laterCodes: [USCC: BodyID]
    /// The same, by events that are not known to be durable.
    private var assumedCodes: [USCC: BodyID] = [:]
    /// Bodies that are to come in the same import: known as parents before they are registered.
    var awaited: Set<BodyID> = []

    init(log: LogReader, laterCodes: [USCC: BodyID]) {
        self.log = log
        self.laterCodes = laterCodes
    }

    /// The history of a registered body. Throws ``EventLogError`` where its entries are damaged.
    mutating func history(_ id: BodyID) throws -> BodyHistory? {
        if let known = histories[id] { return known }
        var history: BodyHistory?
        for entry in try log.entries(of: .body(id.text)) {
            switch try entry.event() {
            case .bodyRegistered(let data):
                history = BodyHistory(id: id, registration: data, position: entry.position)
            case .bodyChanged(let data): history?.add(data, position: entry.position)
            default: break
            }
        }
        // A body that is not there may come by an import, past this register.
        histories[id] = history
        return history
    }

    /// The body that has, or once had, a code.
    mutating func body(code: USCC) throws -> BodyHistory? {
        try history(laterCodes[code] ?? assumedCodes[code] ?? BodyID(code))
    }

    mutating func add(_ event: BodyRegistered, id: BodyID) {
        histories[id] = BodyHistory(id: id, registration: event, position: CaseFact.unrecorded)
        if let code = event.code, code.text != id.text { assumedCodes[code] = id }
    }

    mutating func add(_ event: BodyChanged, to id: BodyID) throws {
        guard var history = try history(id) else { return }
        history.add(event, position: CaseFact.unrecorded)
        histories[id] = history
        if case .recoded(let code) = event.change { assumedCodes[code] = id }
    }

    var hasAssumedCodes: Bool { !assumedCodes.isEmpty }

    /// The event of a body is durable, and with it the code that it brought.
    mutating func settle(_ event: CreditEvent) {
        let code: USCC? =
            switch event {
            case .bodyRegistered(let data): data.code
            case .bodyChanged(let data): if case .recoded(let code) = data.change { code } else { nil }
            default: nil
            }
        guard let code, let id = assumedCodes.removeValue(forKey: code) else { return }
        laterCodes[code] = id
    }

    /// Forgets what was assumed of a body whose events did not reach the log.
    mutating func forget(_ id: BodyID) {
        histories[id] = nil
        assumedCodes = assumedCodes.filter { $0.value != id }
    }

    /// Whether `ancestor` stands above `id` today (or is it).
    mutating func isAbove(_ ancestor: BodyID, _ id: BodyID) throws -> Bool {
        var current: BodyID? = id
        var steps = 0
        while let body = current, steps < 64 {
            if body == ancestor { return true }
            current = try history(body)?.profile().parent
            steps += 1
        }
        return steps >= 64
    }
}
