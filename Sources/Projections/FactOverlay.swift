public import CreditModel
internal import EventLog

/// Facts with what the files lack folded in memory: what a reader sees whose files lag behind the log.
extension ProjectionSet {
    /// Calls `visit` with the file of each body in scope, complete to the log's end as it is when the call begins.
    ///
    /// The writer may go on meanwhile: a file may have facts beyond that end, which an answer as of a position leaves
    /// out, but never one fact twice and never a body twice.
    ///
    /// - Parameter cases: whether the files' cases are wanted, too; else what is in them is not complete.
    public func forEachBodyFile(
        _ scope: StandingQuery.Scope, cases: Bool = true, _ visit: (BodyFile) throws -> Void
    ) throws {
        var visited: Set<BodyID> = []
        func once(_ file: BodyFile) throws {
            guard !visited.contains(file.history.id) else { return }
            try visit(file)
            visited.insert(file.history.id)
        }
        let base = try overlayBase()
        guard let facts = base.facts else {
            return try forEachBodyFile(scope, cases, .empty, base.head, facts: nil, once)
        }
        do {
            try forEachBodyFile(scope, cases, base.cursor, base.head, facts: facts, once)
        } catch {
            // Where the file is damaged, the log has the rest; where it is the log, it says so once more.
            guard ProjectionSet.isDamage(error) else { throw error }
            try forEachBodyFile(scope, cases, .empty, base.head, facts: nil, once)
        }
    }

    /// The facts file if it follows this log, how far it reaches, and where the log ends.
    ///
    /// The cursor is read before the head: the log is committed first, so a cursor beyond the head is one of another log.
    func overlayBase() throws -> (facts: FactStore?, cursor: LogHead, head: LogHead) {
        let facts = try files.facts()
        let cursor = try facts?.cursor() ?? .empty
        let head = try log.head()
        return try isPrefix(cursor, of: head) ? (facts, cursor, head) : (nil, .empty, head)
    }

    private func forEachBodyFile(
        _ scope: StandingQuery.Scope, _ cases: Bool, _ cursor: LogHead, _ head: LogHead, facts: FactStore?,
        _ visit: (BodyFile) throws -> Void
    ) throws {
        var tail = try FactTail(decode(cursor.size..<head.size))
        try tail.resolve { try facts?.body(ofCase: $0) }
        if let facts {
            var numbers: [Int64]?
            if case .body(let id) = scope { numbers = try facts.bodyNumber(id).map { [$0] } ?? [] }
            try facts.forEachBody(numbers: numbers, cases: cases) { file in
                var file = file
                tail.complete(&file)
                try visit(file)
            }
        }
        for file in tail.newBodies() {
            if case .body(let id) = scope, file.history.id != id { continue }
            try visit(file)
        }
    }

    func isPrefix(_ cursor: LogHead, of head: LogHead) throws -> Bool {
        if cursor.size == 0 || cursor == head { return true }
        guard cursor.size < head.size else { return false }
        return try StoreTiles(store: log.store, size: head.size).root(at: cursor.size) == cursor.root
    }

    /// The body of a case; nil where there is no such case.
    public func body(ofCase id: CaseID) throws -> BodyID? {
        guard let first = try log.stream(.case(id.text)).positions.first else { return nil }
        guard case .incidentDetermined(let data) = try log.entry(at: first).event(codec) else { return nil }
        return data.body
    }

    /// Codes that are not the id of their body, with the body that has, or once had, them.
    public func laterCodes() throws -> [USCC: BodyID] {
        let base = try overlayBase()
        var cursor = base.cursor
        var codes: [USCC: BodyID] = [:]
        do { codes = try base.facts?.laterCodes() ?? [:] } catch {
            guard ProjectionSet.isDamage(error) else { throw error }
            cursor = .empty
        }
        for (_, fact) in try decode(cursor.size..<base.head.size) {
            if case .ofBody(let id, let fact) = fact, let code = fact.laterCode(than: id) { codes[code] = id }
        }
        return codes
    }
}

/// Facts beyond the end of `facts.sqlite`.
private struct FactTail {
    private var bodyFacts: [BodyID: [(UInt64, DecodedFact.BodyFact)]] = [:]
    private var caseFacts: [CaseID: [CaseFact]] = [:]
    private var casesOfBody: [BodyID: [CaseID]] = [:]
    private var order: [BodyID] = []

    init(_ facts: [(position: UInt64, fact: DecodedFact)]) {
        for (position, fact) in facts {
            switch fact {
            case .ofBody(let id, let fact):
                if bodyFacts[id] == nil { order.append(id) }
                bodyFacts[id, default: []].append((position, fact))
            case .ofCase(let id, let fact): caseFacts[id, default: []].append(fact)
            case .observed, .other: break
            }
        }
    }

    /// Finds the bodies of the cases: from the determination here, or from the files.
    mutating func resolve(_ known: (CaseID) throws -> BodyID?) throws {
        for (id, facts) in caseFacts {
            var body: BodyID?
            for fact in facts {
                if case .determined(let record) = fact.step { body = record.body }
            }
            if let body = try body ?? known(id) { casesOfBody[body, default: []].append(id) }
        }
    }

    /// Adds what the file does not have yet: it may have been read after the writer folded some of this.
    func complete(_ file: inout BodyFile) {
        let last = file.history.changes.map(\.position).max() ?? file.history.position
        for (position, fact) in bodyFacts[file.history.id] ?? [] where position > last {
            if case .changed(let data) = fact { file.history.add(data, position: position) }
        }
        for id in casesOfBody[file.history.id] ?? [] {
            let last = file.cases[id]?.last?.position
            file.cases[id, default: []] += (caseFacts[id] ?? []).filter { fact in
                last.map { fact.position > $0 } ?? true
            }
        }
    }

    /// The bodies that are registered here.
    func newBodies() -> [BodyFile] {
        order.compactMap { id in
            var file: BodyFile?
            for (position, fact) in bodyFacts[id] ?? [] { file.add(fact, id: id, position: position) }
            for caseID in casesOfBody[id] ?? [] { file?.cases[caseID, default: []] += caseFacts[caseID] ?? [] }
            return file
        }
    }
}
